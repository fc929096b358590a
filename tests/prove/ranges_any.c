// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of ranges.c for any number of ranges: adding and removing.
 *
 * A set is two arrays without end, of which a few elements are looked at: the
 * spelling range[i].start reads START(i), see spelling.cocci. What is shown of
 * one arbitrary element, or of two neighbours, holds for all. Loops that look
 * for a place are not run. SEEK() gives what a loop of that form leaves: its
 * condition does not hold where it stopped, and held before, of which a few
 * instances are assumed. That they end at all is seen in ranges.c.
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

/* Where the first and the last search ended, and what lay there. */
static u32 at_first, at_end;
static struct shadow_range first_was, last_was, same_was;

/* Ranges from @from on came to lie at @to. */
static struct {
	bool is;
	u32 to, from;
} moved;

#define SEEK(i, begin, condition) do {					\
	const u32 low = (begin);					\
	const u32 stop = nondet_u32();					\
									\
	ASSUME(low <= stop);						\
	i = any_old;							\
	ASSUME(any_old < low || any_old >= stop || (condition));	\
	i = stop - (stop > low);					\
	ASSUME(stop == low || (condition));				\
	i = stop;							\
	ASSUME(!(condition));						\
	at_first = sought ? at_first : stop;				\
	at_end = stop;							\
	sought = true;							\
} while (0)

static bool sought;

/* A range and its place. */
struct view {
	u32 i;
	struct shadow_range range;
};

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
	const struct view views[] = {
		view(any_old), view(any_new), view(source(any_new)),
		view(source(any_new + 1)), view(at_first), view(at_first - 1),
		view(at_end), view(at_end - 1)
	};
	unsigned int x, y;

	for (x = 0; x < ARRAY_SIZE(views); x++)
		for (y = 0; y < ARRAY_SIZE(views); y++)
			assume_valid(views[x], views[y]);
	same_was = views[1].range;
	new_was = views[2].range;
	next_was = views[3].range;
	first_was = views[4].range;
	last_was = views[7].range;
}

/* Called once in a change, before anything is written. */
static void *prove_move_any(void *to, const void *from, size_t size)
{
	const u64 nr = size / sizeof(struct shadow_range);

	ASSERT(!moved.is, "ranges move once");
	moved.is = true;
	moved.to = INDEX(to);
	moved.from = INDEX(from);
	ASSERT(size % sizeof(struct shadow_range) == 0, "whole ranges move");
	ASSERT(moved.from + nr == set.nr, "all up to the last one move");
	ASSERT(moved.to + nr <= set.max, "and not beyond the storage");
	look();
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

/* Was the byte in a range: the source of any_new, or one of those that went? */
static bool was_in(u32 nr)
{
	return (source(any_new) < nr & inside(new_was)) |
	       (any_new < nr & inside(same_was)) |
	       (at_first < at_end & (inside(first_was) | inside(last_was)));
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
	sought = false;
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

void any_add(void)
{
	change(true);
}

void any_remove(void)
{
	change(false);
}
