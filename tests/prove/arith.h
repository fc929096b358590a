/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the proofs of the arithmetic share: any valid set of ranges, and what it
 * means that a byte is in it. Written without the code that is proved.
 *
 * Conditions that call functions are joined with & and |, not && and ||: CBMC
 * then has one formula to solve instead of a branch at each.
 */
#ifndef PROVE_ARITH_H
#define PROVE_ARITH_H

#include "../../ranges.h"
#include "prove.h"

/* Ranges of a set; a table of proofs sets it. */
#ifndef NR
#define NR 4
#endif

/*
 * ranges.c moves whole ranges with memmove(). One range at a time is the same,
 * is sooner solved, and has each access checked against its array.
 */
static inline void *prove_move(void *to, const void *from, size_t size)
{
	struct shadow_range *t = to;
	const struct shadow_range *f = from;
	size_t n = size / sizeof(*t), i;

	ASSERT(size % sizeof(*t) == 0, "memmove moves whole ranges");
	if (!__CPROVER_same_object(to, from) || to <= from)
		for (i = 0; i < n; i++)
			t[i] = f[i];
	else
		for (i = n; i > 0; i--)
			t[i - 1] = f[i - 1];
	return to;
}

/* Nothing upside down, and at least one byte between any two ranges. */
static inline bool valid(const struct shadow_ranges *set)
{
	bool ok = set->nr <= set->max;
	u32 i, k;

	for (i = 0; i < set->nr; i++) {
		u64 start = set->range[i].start;

		ok &= start <= set->range[i].last;
		for (k = 0; k < i; k++)
			ok &= set->range[k].last < start &&
			      set->range[k].last < start - 1;
	}
	return ok;
}

/* Every range is in whole pages. */
static inline bool whole_pages(const struct shadow_ranges *set)
{
	bool ok = true;
	u32 i;

	for (i = 0; i < set->nr; i++)
		ok &= ((set->range[i].start & 4095) == 0) &
		      ((set->range[i].last & 4095) == 4095);
	return ok;
}

static inline bool between(u64 start, u64 byte, u64 last)
{
	return (start <= byte) & (byte <= last);
}

static inline bool in_set(const struct shadow_ranges *set, u64 byte)
{
	bool in = false;
	u32 i;

	for (i = 0; i < set->nr; i++)
		in |= between(set->range[i].start, byte, set->range[i].last);
	return in;
}

/* Does one range of the set hold all of this? */
static inline bool holds(const struct shadow_ranges *set, u64 start, u64 last)
{
	bool in = false;
	u32 i;

	for (i = 0; i < set->nr; i++)
		in |= (set->range[i].start <= start) &
		      (last <= set->range[i].last);
	return in;
}

/* Any valid set of at most @nr ranges; the storage holds @max. */
static inline void any_set(struct shadow_ranges *set,
			   struct shadow_range *storage, u32 nr, u32 max)
{
	shadow_ranges_init(set, storage, max);
	set->nr = nondet_u32();
	ASSUME(set->nr <= nr);
	ASSUME(valid(set));
}

static inline void any_pages(struct shadow_ranges *set,
			     struct shadow_range *storage, u32 nr, u32 max)
{
	any_set(set, storage, nr, max);
	ASSUME(whole_pages(set));
}

#endif
