// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of mem_map.c. shadow_layout_compute() is subtract, measure_ram(),
 * place_mem_map(), then place_heap(), which calls count_block() until a run
 * is cut up, and pick_heap(). Subtract is proven in ranges.c; here each other
 * step is, for any state in which it can begin. What follows from their verdicts
 * are the four lines of decide().
 */
#include "arith.h"

#define memmove prove_move
#include "../../ranges.c"
#include "../../heap_size.c"

/* What place_mem_map() asked ranges.c for, and what it was told. */
static struct {
	bool found, removed;
	u64 bytes, place, pages;
} call;

/* As proven: the start of a range that is large enough, or no room. */
static int prove_first_fit(const struct shadow_ranges *set, u64 bytes,
			   u64 *start)
{
	u32 i = nondet_u32();

	call.bytes = bytes;
	call.found = nondet_bool();
	if (!call.found)
		return -ENOSPC;
	ASSUME(i < set->nr && i < NR);
	ASSUME(set->range[i].last - set->range[i].start >= bytes - 1);
	call.place = set->range[i].start;
	*start = call.place;
	return 0;
}

static int prove_remove(struct shadow_ranges *set, u64 start, u64 last)
{
	ASSERT(start == call.place && last == start + (call.bytes - 1),
	       "mem_map leaves what is free");
	call.pages = nondet_u64();
	call.removed = true;
	return 0;
}

static u64 prove_pages(const struct shadow_ranges *set)
{
	return call.removed ? call.pages : shadow_ranges_pages(set);
}

#define shadow_ranges_first_fit prove_first_fit
#define shadow_ranges_remove prove_remove
#define shadow_ranges_pages prove_pages
#include "../../mem_map.c"
#undef shadow_ranges_first_fit
#undef shadow_ranges_remove
#undef shadow_ranges_pages

#define MOST_PAGES	0x10000000000000ULL	/* 2^52 */
#define ANY_ORDER	(nondet_u32() % SHADOW_NR_ORDERS)

/* B1: the largest aligned block that fits, by trying the next order. */
void layout_block_order(void)
{
	u64 pfn = nondet_u64(), end = nondet_u64();
	unsigned int order;

	ASSUME(pfn < end && end <= MOST_PAGES);
	order = shadow_block_order(pfn, end);
	ASSERT(order <= SHADOW_MAX_ORDER, "no order over 20");
	ASSERT(pfn % (1ULL << order) == 0, "aligned");
	ASSERT(1ULL << order <= end - pfn, "inside the run");
	ASSERT(order == SHADOW_MAX_ORDER || pfn % (2ULL << order) ||
	       2ULL << order > end - pfn, "the next order does not do");
	REACHABLE(order == SHADOW_MAX_ORDER, "the largest");
	REACHABLE(!pfn && order == 7, "the page at address 0");
}

/*
 * One step of cutting up a run. With layout_block_order() and by induction the
 * blocks fill the run, and their pages are its pages.
 */
void layout_count_block(void)
{
	struct shadow_layout layout, before;
	u64 first[SHADOW_NR_ORDERS], first_before;
	u64 pfn = nondet_u64(), end = nondet_u64(), next, nr;
	unsigned int order, other = ANY_ORDER;

	ASSUME(pfn < end && end <= MOST_PAGES);
	order = shadow_block_order(pfn, end);
	ASSUME(layout.free_blocks[order] <= MOST_PAGES);
	before = layout;
	first_before = first[other];

	next = count_block(&layout, pfn, end, first);
	nr = layout.free_blocks[order] - before.free_blocks[order];
	ASSERT(pfn < next && next <= end, "on, and not beyond the end");
	ASSERT(next - pfn == nr << order, "the pages of the blocks");
	ASSERT(nr == 1 || order == SHADOW_MAX_ORDER, "one, if not the largest");
	ASSERT(next == end || shadow_block_order(next, end) != order ||
	       order < SHADOW_MAX_ORDER, "all of the largest");
	ASSERT(other == order ||
	       layout.free_blocks[other] == before.free_blocks[other],
	       "no other count changes");
	if (other == order && !before.free_blocks[order])
		ASSERT(first[other] == pfn * 4096, "the first is kept");
	else
		ASSERT(first[other] == first_before, "no other first changes");
	ASSERT(layout.free.nr == before.free.nr &&
	       layout.free_pages == before.free_pages &&
	       layout.mem_map_base == before.mem_map_base,
	       "nothing else changes");
	REACHABLE(nr > 1000, "many at once");
	REACHABLE(order == 3 && next < end, "one of several");
}

/*
 * Cutting up ends after at most 42 steps: orders rise until the end of the run
 * decides, and fall at each step from then on.
 */
void layout_count_ends(void)
{
	u64 pfn = nondet_u64(), end = nondet_u64(), nr;
	unsigned int order, then;
	bool end_decides;

	ASSUME(pfn < end && end <= MOST_PAGES);
	order = shadow_block_order(pfn, end);
	end_decides = end - pfn < 2ULL << order;
	nr = order == SHADOW_MAX_ORDER ? (end - pfn) >> order : 1;
	pfn += nr << order;
	ASSUME(pfn < end);
	then = shadow_block_order(pfn, end);
	ASSERT(then > order || end - pfn < 2ULL << then,
	       "orders rise, or the end decides");
	ASSERT(!end_decides || then < order, "then they fall");
	REACHABLE(then > order, "up");
	REACHABLE(then == order, "the turn");
	REACHABLE(end_decides, "down");
}

/*
 * M1, M2, H1: the figures of RAM; none wraps, even for all of 2^64 bytes. That
 * there are no more pages than 2^52 is proven in ranges_fit.c.
 */
void layout_measure(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges ram;
	struct shadow_layout layout = {};
	u64 pages, span;

	any_pages(&ram, storage, NR, NR);
	pages = shadow_ranges_pages(&ram);
	ASSUME(pages <= MOST_PAGES);
	measure_ram(&layout, &ram);
	ASSERT(layout.pages == pages, "pages of RAM");
	ASSERT(layout.mem_map_bytes == pages * 24, "24 bytes a page");
	if (!pages)
		return;
	span = storage[ram.nr - 1].last / 4096 + 1 - storage[0].start / 4096;
	ASSERT(layout.too_high == (storage[ram.nr - 1].last >= 1ULL << 48),
	       "E6: the last byte needs more than 48 bits");
	ASSERT(layout.flat_bytes == span * 24, "24 bytes a page of the span");
	ASSERT(layout.span_bytes == (span < MOST_PAGES ? span * 4096 :
				     -4096ULL),
	       "bytes of the span; all but a page of 2^64");
	ASSERT(layout.total_ram == (pages < MOST_PAGES ? pages * 4096 :
				    -4096ULL),
	       "bytes of RAM; all but a page of 2^64");
	ASSERT(layout.heap_bytes == shadow_heap_bytes(layout.total_ram),
	       "the heap for this RAM");
	ASSERT(layout.heap_order >= 12 && layout.heap_order <= 14,
	       "16 to 64 MiB are orders 12 to 14");
	REACHABLE(pages == MOST_PAGES, "all of the address space");
	REACHABLE(ram.nr == NR, "many banks");
}

/*
 * M3, M4, E3. What the calls into ranges.c do is proven in ranges.c and
 * ranges_fit.c; here, that they are called for the right bytes, and that the
 * removal splits nothing, so that it cannot fail.
 */
void layout_mem_map(void)
{
	struct shadow_range storage[NR];
	struct shadow_layout layout = {};
	enum shadow_verdict verdict;
	u64 room;

	any_pages(&layout.free, storage, NR, NR);
	layout.pages = nondet_u64();
	ASSUME(layout.pages >= 1 && layout.pages <= MOST_PAGES);
	layout.mem_map_bytes = layout.pages * 24;
	verdict = place_mem_map(&layout);
	room = call.bytes;
	ASSERT(room % 4096 == 0 && room >= layout.pages * 24 &&
	       room - layout.pages * 24 < 4096, "24 bytes a page, rounded up");
	if (verdict == SHADOW_OK) {
		ASSERT(call.found && call.removed, "found, then removed");
		ASSERT(layout.mem_map_base == call.place, "at that place");
		ASSERT(layout.free_pages == call.pages, "M4: what is left");
	} else {
		ASSERT(verdict == SHADOW_NO_MEM_MAP, "E3 or a place");
		ASSERT(!call.found && !call.removed, "E3 only without a place");
	}
	REACHABLE(verdict == SHADOW_OK, "a place");
	REACHABLE(verdict == SHADOW_NO_MEM_MAP, "no place");
}

/* E7: no run of free pages is longer, and none as long lies before it. */
void layout_largest_run(void)
{
	struct shadow_range storage[NR], run;
	struct shadow_layout layout = {};
	u64 length;
	u32 i;

	any_pages(&layout.free, storage, NR, NR);
	if (!shadow_layout_largest_run(&layout, &run)) {
		ASSERT(!layout.free.nr, "only where nothing is free");
		return;
	}
	length = run.last - run.start;
	for (i = 0; i < layout.free.nr; i++)
		ASSERT(storage[i].last - storage[i].start < length ||
		       (storage[i].last - storage[i].start == length &&
			storage[i].start >= run.start), "the first of the longest");
	i = nondet_u32();
	ASSUME(i < layout.free.nr && storage[i].start == run.start);
	ASSERT(storage[i].last == run.last, "one of those that are free");
	REACHABLE(layout.free.nr == NR && i == 2, "neither the first nor the last");
}

/* E5, and where the heap lies: the smallest order that does. */
void layout_heap(void)
{
	struct shadow_layout layout;
	u64 first[SHADOW_NR_ORDERS];
	unsigned int order = ANY_ORDER, found;
	enum shadow_verdict verdict;
	bool does;

	ASSUME(layout.heap_order >= 12 && layout.heap_order <= 14);
	does = order >= layout.heap_order && layout.free_blocks[order];
	verdict = pick_heap(&layout, first);
	ASSERT(verdict == SHADOW_OK || verdict == SHADOW_NO_HEAP, "E5 or OK");
	ASSERT(!does || verdict == SHADOW_OK, "a block that does is found");
	for (found = layout.heap_order; found < SHADOW_NR_ORDERS; found++)
		if (layout.free_blocks[found])
			break;
	ASSERT((verdict == SHADOW_OK) == (found < SHADOW_NR_ORDERS),
	       "E5 only where there is none");
	if (verdict == SHADOW_OK)
		ASSERT(layout.heap_base == first[found], "of the least order");
	REACHABLE(verdict == SHADOW_NO_HEAP, "no heap");
	REACHABLE(verdict == SHADOW_OK && found == 20, "a far larger block");
}
