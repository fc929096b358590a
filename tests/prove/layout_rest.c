// SPDX-License-Identifier: GPL-2.0-only
/*
 * M4: what is free beside mem_map. Exactly its pages leave the set of free ranges,
 * from the start of one range; all others stay as they are, so the sums agree:
 * reserved, mem_map and free are all pages.
 */
#include "arith.h"

#define memmove prove_move
#include "../../ranges.c"
#include "../../heap_size.c"
#include "../../mem_map.c"

static bool same(struct shadow_range a, struct shadow_range b)
{
	return (a.start == b.start) & (a.last == b.last);
}

void layout_rest(void)
{
	struct shadow_range storage[NR], before[NR];
	struct shadow_layout layout = {};
	u64 room;
	u32 nr, from = NR, i;
	bool whole;

	any_pages(&layout.free, storage, NR, NR);
	for (i = 0; i < NR; i++)
		before[i] = storage[i];
	nr = layout.free.nr;
	layout.pages = nondet_u64();
	ASSUME(layout.pages >= 1 && layout.pages <= 1ULL << 52);
	layout.mem_map_bytes = layout.pages * 24;
	room = shadow_layout_mem_map_room(&layout);
	if (place_mem_map(&layout) != SHADOW_OK) {
		ASSERT(layout.free.nr == nr, "E3 changes nothing");
		return;
	}
	for (i = 0; i < nr; i++)
		if (before[i].start == layout.mem_map_base)
			from = i;
	ASSERT(from < NR, "mem_map is the start of a free range");
	whole = before[from].last - before[from].start == room - 1;
	ASSERT(layout.free.nr == nr - whole, "one range less, or none");
	ASSERT(whole || (storage[from].start == before[from].start + room &&
			 storage[from].last == before[from].last),
	       "just the room of mem_map leaves that range");
	for (i = 0; i < nr; i++)
		ASSERT(i == from || same(storage[i - (whole & (i > from))],
					 before[i]),
		       "the other ranges stay");
	REACHABLE(whole && nr == NR && from == 1, "a range is used up");
	REACHABLE(!whole && nr == NR && from == 2, "a range gets smaller");
}
