// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of ranges.c: adding, removing, subtracting, rounding. What is shown of
 * one arbitrary byte holds for all of them. The storage has an array of its
 * own, so CBMC sees each access beyond it.
 */
#include "arith.h"

#define memmove prove_move
#include "../../ranges.c"

struct change {
	struct shadow_range storage[NR + 1], before[NR + 1];
	struct shadow_ranges set;
	u64 start, last, byte;
	u32 nr, max;
	bool was;
};

static void any_change(struct change *c)
{
	u32 i;

	c->start = nondet_u64();
	c->last = nondet_u64();
	c->byte = nondet_u64();
	c->max = nondet_u32();
	ASSUME(c->max <= NR + 1);
	any_set(&c->set, c->storage, NR, c->max);
	c->nr = c->set.nr;
	c->was = in_set(&c->set, c->byte);
	for (i = 0; i <= NR; i++)
		c->before[i] = c->storage[i];
}

/* Storage from @from on is as it was. */
static bool untouched(const struct change *c, u32 from)
{
	bool same = true;
	u32 i;

	for (i = 0; i <= NR; i++)
		same &= (i < from) |
			((c->storage[i].start == c->before[i].start) &
			 (c->storage[i].last == c->before[i].last));
	return same;
}

/* @now: whether the byte must be in the set after success */
static void check_change(const struct change *c, int err, bool now)
{
	bool upside_down = c->last < c->start;

	ASSERT(valid(&c->set), "the set is valid");
	ASSERT(c->set.max == c->max, "the storage is no other");
	ASSERT((err == -EINVAL) == upside_down, "EINVAL tells upside down");
	ASSERT(!err | (err == -EINVAL) | ((err == -ENOSPC) & (c->nr == c->max)),
	       "ENOSPC tells of a full storage");
	if (err) {
		ASSERT(c->set.nr == c->nr, "an error keeps the number");
		ASSERT(untouched(c, 0), "an error keeps the ranges");
	} else {
		ASSERT(untouched(c, c->max), "nothing beyond the storage");
		ASSERT(in_set(&c->set, c->byte) == now, "the byte is right");
	}
	REACHABLE(!err & (c->nr == NR), "a change of a large set");
	REACHABLE(err == -EINVAL, "upside down");
	REACHABLE(err == -ENOSPC, "no room");
}

void ranges_add(void)
{
	struct change c;
	int err;

	any_change(&c);
	err = shadow_ranges_add(&c.set, c.start, c.last);
	check_change(&c, err, c.was | between(c.start, c.byte, c.last));
}

void ranges_remove(void)
{
	struct change c;
	int err;

	any_change(&c);
	err = shadow_ranges_remove(&c.set, c.start, c.last);
	check_change(&c, err, c.was & !between(c.start, c.byte, c.last));
}

void ranges_find(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges set;
	u64 pa = nondet_u64();
	u32 i, k;

	any_set(&set, storage, NR, NR);
	i = shadow_ranges_find(&set, pa);
	ASSERT(i <= set.nr, "a place in the set, or behind it");
	for (k = 0; k < set.nr; k++)
		ASSERT((k >= i) == (storage[k].last >= pa),
		       "all from there on end at or above it, no others");
	REACHABLE(i == NR, "behind a large set");
	REACHABLE(i == NR / 2, "inside");
}

/* Ranges that are added at once; a table of proofs sets it. */
#ifndef ADDED
#define ADDED NR
#endif

/* Any order that the kernel's may leave: it ascends, equal ones lie as they like. */
void sort(void *base, size_t nr, size_t size,
	  int (*compare)(const void *a, const void *b),
	  void (*swap)(void *a, void *b, int size))
{
	struct shadow_range *range = base;
	size_t i, k;

	ASSERT(size == sizeof(*range), "whole ranges are sorted");
	for (i = 1; i < nr; i++) {
		for (k = i; k > 0; k--) {
			struct shadow_range low = range[k - 1];
			int order = compare(&range[k - 1], &range[k]);

			if (order < 0 || (!order && nondet_bool()))
				continue;
			range[k - 1] = range[k];
			range[k] = low;
		}
	}
}

/*
 * What is added has an array of its own, or it lies behind what the set has. Both
 * numbers are fixed: where CBMC has to think of less ranges, too, it takes far longer.
 */
static void add_all(bool behind)
{
	const u32 was = NR, nr = ADDED;
	struct shadow_range storage[NR + ADDED + 1], before[NR + ADDED + 1];
	struct shadow_range added[ADDED], *from = added;
	bool wanted, upside_down = false, same = true;
	u64 byte = nondet_u64();
	u32 max = nondet_u32(), i;
	struct shadow_ranges set = { storage, was, max };
	int err;

	ASSUME(max <= NR + ADDED && valid(&set));
	if (behind) {
		ASSUME(was + nr <= max);
		from = storage + was;
	}
	wanted = in_set(&set, byte);
	for (i = 0; i < nr; i++) {
		wanted |= between(from[i].start, byte, from[i].last);
		upside_down |= from[i].last < from[i].start;
	}
	for (i = 0; i <= NR + ADDED; i++)
		before[i] = storage[i];
	err = shadow_ranges_add_all(&set, from, nr);
	ASSERT((err == -EINVAL) == upside_down, "EINVAL tells upside down");
	ASSERT(upside_down | (err == (was + nr > max ? -ENOSPC : 0)),
	       "ENOSPC tells of room that is missing");
	ASSERT(set.range == storage && set.max == max, "the storage is no other");
	ASSERT(valid(&set), "the set is valid");
	ASSERT(err || in_set(&set, byte) == wanted, "the byte is right");
	for (i = 0; i <= NR + ADDED; i++)
		same &= (!err & (i < max)) |
			((storage[i].start == before[i].start) &
			 (storage[i].last == before[i].last));
	ASSERT(same && (!err || set.nr == was),
	       "an error changes nothing, and nothing does beyond the storage");
	REACHABLE(!err & (set.nr == NR + ADDED), "all stay apart");
	REACHABLE(!err & (set.nr == 1), "all meet");
	REACHABLE(err == -EINVAL, "upside down");
	REACHABLE(behind | (err == -ENOSPC), "no room");
}

void ranges_add_all(void)
{
	add_all(false);
}

void ranges_add_all_behind(void)
{
	add_all(true);
}

/* Ranges that are subtracted; a table of proofs sets it. */
#ifndef HOLES
#define HOLES NR
#endif

void ranges_subtract(void)
{
	struct shadow_range a[NR], b[HOLES], room[NR + HOLES];
	struct shadow_ranges from, what, out;
	u64 byte = nondet_u64();
	int err;

	any_set(&from, a, NR, NR);
	any_set(&what, b, HOLES, HOLES);
	shadow_ranges_init(&out, room, nondet_u32() % (NR + HOLES + 1));
	err = shadow_ranges_subtract(&out, &from, &what);
	ASSERT(valid(&out), "the result is valid");
	if (err)
		ASSERT(err == -ENOSPC && out.nr == out.max &&
		       out.max < from.nr + what.nr, "ENOSPC: room is missing");
	else
		ASSERT(in_set(&out, byte) == (in_set(&from, byte) &
					      !in_set(&what, byte)),
		       "the byte is in the result if in the first set alone");
	REACHABLE(!err && out.nr == NR + HOLES, "each hole splits a range");
	REACHABLE(err, "no room");
}

void ranges_round_in(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges set;
	u64 page = nondet_u64() & ~4095ULL;
	bool whole;

	any_set(&set, storage, NR, NR);
	whole = holds(&set, page, page + 4095);
	shadow_ranges_round_in(&set);
	ASSERT(valid(&set), "the result is valid");
	ASSERT(whole_pages(&set), "whole pages are left");
	ASSERT(in_set(&set, page) == whole, "a page is kept if whole");
	REACHABLE(whole & (set.nr == NR), "pages that stay");
	REACHABLE(set.nr == 0, "nothing stays");
}

void ranges_round_out(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges set;
	u64 page = nondet_u64() & ~4095ULL;
	bool touched = false;
	u32 i;

	any_set(&set, storage, NR, NR);
	for (i = 0; i < set.nr; i++)
		touched |= (storage[i].start <= page + 4095) &
			   (page <= storage[i].last);
	shadow_ranges_round_out(&set);
	ASSERT(valid(&set), "the result is valid");
	ASSERT(whole_pages(&set), "whole pages are left");
	ASSERT(in_set(&set, page) == touched, "a page is in if touched");
	REACHABLE(touched & (set.nr == NR), "pages that stay");
	REACHABLE(touched & (set.nr == 1), "ranges may have met");
}
