// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of ranges.c: sums, and the places for a size. One arbitrary candidate
 * stands for all places that could have been found.
 */
#include "arith.h"

#define memmove prove_move
#include "../../ranges.c"

/* By induction over the ranges: the last one adds its pages to the rest. */
static void check_pages(struct shadow_ranges *set)
{
	const struct shadow_range *last = &set->range[set->nr - 1];
	u64 start = last->start / 4096, end = last->last / 4096 + 1;
	u64 all = shadow_ranges_pages(set), rest;

	set->nr--;
	rest = shadow_ranges_pages(set);
	ASSUME(!set->nr || rest <= last[-1].last / 4096 + 1);
	ASSERT(all == rest + (end - start), "the last adds its pages");
	ASSERT(all <= end, "no more pages than lie below its end");
	ASSERT(all > rest, "and not none");
	REACHABLE(all == 1ULL << 52, "all of the address space");
}

void ranges_pages(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges set;
	u32 nr;

	any_pages(&set, storage, NR, NR);
	if (!set.nr)
		ASSERT(!shadow_ranges_pages(&set), "no range, no page");
	/* One number of ranges at a time: a constant is nothing to solve. */
	for (nr = 1; nr <= NR; nr++) {
		if (set.nr != nr)
			continue;
		set.nr = nr;
		check_pages(&set);
		return;
	}
}

void ranges_first_fit(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges set;
	u64 bytes = nondet_u64(), place = nondet_u64(), start = nondet_u64();
	u64 before = start;
	bool fits;
	int err;

	any_set(&set, storage, NR, NR);
	ASSUME(bytes >= 1);
	fits = (place <= ~0ULL - (bytes - 1)) &&
	       holds(&set, place, place + (bytes - 1));
	err = shadow_ranges_first_fit(&set, bytes, &start);
	ASSERT(!err | (err == -ENOSPC), "found or no room");
	if (err) {
		ASSERT(!fits, "no room is said only where there is none");
		ASSERT(start == before, "nothing is set");
	} else {
		ASSERT(start <= ~0ULL - (bytes - 1), "the place has an end");
		ASSERT(holds(&set, start, start + (bytes - 1)), "it fits");
		ASSERT(!fits | (start <= place), "no place is lower");
	}
	REACHABLE(!err & (place == start) & fits, "found");
	REACHABLE(err && (set.nr == NR), "no room");
}

/* A place that is aligned, in the window and in the set. */
static bool place_fits(const struct shadow_ranges *set,
		       const struct shadow_range *window, u64 place, u64 bytes,
		       u64 align)
{
	u64 last = place + (bytes - 1);

	return !(place & (align - 1)) & (place <= last) &
	       (window->start <= place) & (last <= window->last) &
	       holds(set, place, last);
}

void ranges_last_fit(void)
{
	struct shadow_range storage[NR], window;
	struct shadow_ranges set;
	u64 bytes = nondet_u64(), other = nondet_u64(), start;
	u64 align = nondet_u64();
	bool fits;
	int err;

	any_set(&set, storage, NR, NR);
	window.start = nondet_u64();
	window.last = nondet_u64();
	ASSUME(bytes >= 1);
	ASSUME(align && !(align & (align - 1)));
	fits = place_fits(&set, &window, other, bytes, align);
	err = shadow_ranges_last_fit(&set, &window, bytes, align, &start);
	if (err)
		ASSERT(err == -ENOSPC && !fits, "no room only if none");
	else
		ASSERT(place_fits(&set, &window, start, bytes, align) &
		       (!fits | (start >= other)),
		       "it fits, and no other is higher");
	REACHABLE(!err & fits & (other < start), "one of two");
	REACHABLE(err && set.nr == NR, "no room");
}
