// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of ranges.c for any number of ranges: finding, adding and removing.
 *
 * A set is two arrays without end, of which a few elements are looked at: the
 * spelling range[i].start reads START(i), see spelling.cocci. What is shown of
 * one arbitrary element, or of two neighbours, holds for all. Where a place is
 * looked for, sought() answers what any_find() proves of shadow_ranges_find().
 */
#include <linux/kernel.h>

#include "arith.h"

#define MOST		0x80000000U
#define ENDLESS		__CPROVER_constant_infinity_uint

/* Only addresses of these are computed. */
static struct shadow_range room[1ULL << 32];
static u64 starts[ENDLESS];
static u64 lasts[ENDLESS];

#define INDEX(p)	((u32)(__CPROVER_POINTER_OFFSET(p) >> 4))
#define START(i)	(starts[i])
#define LAST(i)		(lasts[i])
#define RANGE(i)	((struct shadow_range){ START(i), LAST(i) })

static struct shadow_ranges set;
static u64 byte;

/* Any range before, any after, and the one that follows that. */
static u32 any_old, any_new;
static struct shadow_range old, new_was, next_was;

/* What the first search found, and the last; how many there were. */
static u32 at_first, at_last, searches;

/* Ranges from @from on came to lie at @to. */
static struct {
	bool is;
	u32 to, from;
} moved;

/* A range and its place. */
struct view {
	u32 i;
	struct shadow_range range;
};

/* Ranges as they were before the first was written. */
static struct view was[8];

static struct view view(u32 i)
{
	struct view v = { i, RANGE(i) };

	return v;
}

/* What it says of two ranges that the set was valid. */
static void assume_valid(struct view x, struct view y)
{
	ASSUME(x.i >= set.nr || x.range.start <= x.range.last);
	ASSUME(x.i >= y.i || y.i >= set.nr ||
	       ((x.range.last < y.range.start) &
		(y.range.start - x.range.last != 1)));
}

/* Where a range of the result lay before. */
static u32 source(u32 i)
{
	return moved.is && i >= moved.to ? i - moved.to + moved.from : i;
}

/* Before the first range is written: the set is valid, this is what is in it. */
static void look(void)
{
	const u32 places[] = {
		any_old, any_new, source(any_new), source(any_new + 1),
		at_first, at_first - 1, at_last, at_last - 1
	};
	unsigned int x, y;

	for (x = 0; x < ARRAY_SIZE(was); x++)
		was[x] = view(places[x]);
	for (x = 0; x < ARRAY_SIZE(was); x++)
		for (y = 0; y < ARRAY_SIZE(was); y++)
			assume_valid(was[x], was[y]);
	new_was = was[2].range;
	next_was = was[3].range;
}

static bool is_found(u32 i, u64 pa)
{
	return i <= set.nr & (!i | LAST(i - 1) < pa) &
	       (i == set.nr | LAST(i) >= pa);
}

/*
 * A search by halving: from low to high is what was not looked at. That is so at
 * first, and it is so after any step if it was before. It ends in 32 steps, as after
 * each at most half as much was not looked at.
 */
static u64 wanted;
static u32 unknown;

static bool is_between(u32 low, u32 high)
{
	return low <= high & high <= set.nr & (!low | LAST(low - 1) < wanted) &
	       (high == set.nr | LAST(high) >= wanted);
}

static void any_step(u32 *low, u32 *high)
{
	ASSERT(is_between(*low, *high), "it begins with all ranges");
	*low = nondet_u32();
	*high = nondet_u32();
	ASSUME(is_between(*low, *high));
	unknown = *high - *low;
}

/* All that a step does is said; what follows a step is another one, or the end. */
static void check_step(u32 low, u32 high)
{
	ASSERT(is_between(low, high), "a step goes on between the two");
	ASSERT(high - low <= unknown / 2, "a step halves");
	REACHABLE(unknown == ~0U, "a step among many");
	ASSUME(false);
}

static u32 sought(const struct shadow_ranges *ranges, u64 pa)
{
	u32 i = nondet_u32();

	ASSUME(is_found(i, pa));
	at_first = searches++ ? at_first : i;
	at_last = i;
	return i;
}

/* Called once in a change, before anything is written. */
static void *prove_move_any(void *to, const void *from, size_t size)
{
	const u64 nr = size / sizeof(struct shadow_range);

	ASSERT(!moved.is, "ranges move once");
	moved.is = true;
	moved.to = INDEX(to);
	moved.from = INDEX(from);
	look();
	ASSERT(size % sizeof(struct shadow_range) == 0, "whole ranges move");
	ASSERT(moved.from + nr == set.nr, "all up to the last one move");
	ASSERT(moved.to + nr <= set.max, "and not beyond the storage");
	return to;
}

#define memmove prove_move_any
#include "../../ranges.c"

static struct shadow_range now(u32 i, struct shadow_range was)
{
	return moved.is && i >= moved.to ? was : RANGE(i);
}

static bool inside(struct shadow_range range)
{
	return between(range.start, byte, range.last);
}

/* Is the byte in a range of the result: where any_old went, or a written one? */
static bool is_in(void)
{
	if (!moved.is)
		return inside(RANGE(any_old));
	return (any_old < moved.to & inside(RANGE(any_old))) |
	       (any_old >= moved.from & inside(old)) |
	       (at_first < moved.to & inside(RANGE(at_first))) |
	       (at_first + 1 < moved.to & inside(RANGE(at_first + 1)));
}

/* Was the byte in a range of those that were looked at? */
static bool was_in(u32 nr)
{
	bool in = false;
	unsigned int x;

	for (x = 0; x < ARRAY_SIZE(was); x++)
		in |= was[x].i < nr & inside(was[x].range);
	return in;
}

static void check_result(u32 nr, bool changes, bool becomes)
{
	struct shadow_range new = now(any_new, new_was);
	struct shadow_range next = now(any_new + 1, next_was);

	ASSERT(set.nr <= nr + 1 && set.nr <= set.max, "one more at most");
	if (any_new < set.nr) {
		ASSERT(new.start <= new.last, "no range is upside down");
		ASSERT(!inside(new) || (changes ? becomes : was_in(nr)),
		       "what is in the result belongs there");
	}
	if (any_new + 1 < set.nr)
		ASSERT(new.last < next.start && next.start - new.last > 1,
		       "ranges ascend and do not touch");
	if (any_old < nr && inside(old) && !changes)
		ASSERT(is_in(), "what is not asked for stays");
}

static void change(bool adds)
{
	u64 start = nondet_u64(), last = nondet_u64();
	bool asked = between(start, byte, last);
	u32 nr;
	int err;

	set.range = room;
	ASSUME(set.nr <= set.max && set.max <= MOST);
	ASSUME(any_new < MOST);
	nr = set.nr;
	moved.is = false;
	searches = 0;
	old = RANGE(any_old);
	err = adds ? shadow_ranges_add(&set, start, last) :
		     shadow_ranges_remove(&set, start, last);
	ASSERT((err == -EINVAL) == (last < start), "EINVAL: upside down");
	ASSERT(!err | (err == -EINVAL) | (err == -ENOSPC && nr == set.max),
	       "ENOSPC: the storage is full");
	if (!moved.is) {
		ASSERT(set.nr == nr, "without a move the number stays");
		ASSERT(START(any_old) == old.start && LAST(any_old) == old.last,
		       "and so does each range");
	}
	ASSERT(!err || !moved.is, "an error changes nothing");
	if (!err) {
		if (!moved.is)
			look();
		check_result(nr, asked, adds);
		ASSERT(!adds || !asked || inside(RANGE(at_first)),
		       "what is added is in the result");
	}
	REACHABLE(!err && set.nr == MOST && any_new > moved.to, "many");
	REACHABLE(err == -ENOSPC, "no room");
}

/* As ranges ascend, those further below end below, too, and those above do not. */
void any_find(void)
{
	u32 i;

	set.range = room;
	i = shadow_ranges_find(&set, wanted);
	ASSERT(is_found(i, wanted), "a range below ends below, this one does not");
	REACHABLE(i && i < set.nr && set.nr == ~0U, "among many");
}

void any_add(void)
{
	change(true);
}

void any_remove(void)
{
	change(false);
}
