// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test (X4): the clauses about the plan, on the machine that it was made
 * for. One result a clause.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../dt/plan.h"
#include "../heap_size.h"
#include "selftest.h"

/* Of ranges that ascend, the first that ends at or above @start decides. */
static bool covers(const struct shadow_ranges *set, u64 start, u64 last)
{
	u32 i = shadow_ranges_find(set, start);

	return i < set->nr && set->range[i].start <= start &&
	       last <= set->range[i].last;
}

static bool meets(const struct shadow_ranges *set, u64 start, u64 last)
{
	u32 i = shadow_ranges_find(set, start);

	return i < set->nr && set->range[i].start <= last;
}

static bool ascends(const struct shadow_ranges *set)
{
	u32 i;

	for (i = 1; i < set->nr; i++)
		if (set->range[i].start <= set->range[i - 1].last)
			return false;
	return true;
}

static void test_reserved(struct shadow_run *run,
			  const struct shadow_plan *plan)
{
	const struct shadow_place *image = &plan->given.place[SHADOW_IMAGE];
	const struct shadow_layout *layout = &plan->layout;
	const struct shadow_dt_entry *entry;
	bool ok = true, kernel = false;

	list_for_each_entry(entry, &plan->dt.entries, node) {
		const struct shadow_range *range = &entry->range;

		if (!(entry->flags & SHADOW_DT_RESERVED))
			continue;
		ok = ok && covers(&plan->reserved, range->start, range->last) &&
		     !meets(&layout->free, range->start, range->last);
		if (!strcmp(entry->name, "kernel"))
			kernel = covers(&plan->ram, range->start, range->last);
	}
	if (plan->dt.nr_reserved)
		shadow_ktap_result(&run->ktap, ok,
				   "R2 no byte of the %u reserved ranges is free",
				   plan->dt.nr_reserved);
	else
		shadow_ktap_skip(&run->ktap, "R2", "nothing is reserved");
	if (image->given ? image->bytes : plan->dt.live)
		shadow_ktap_result(&run->ktap, kernel,
				   "R3 the kernel image is reserved and lies in RAM");
	else
		shadow_ktap_skip(&run->ktap, "R3", image->given ?
				 "image=none" : "not the running machine");
}

static void test_ranges(struct shadow_run *run, const struct shadow_plan *plan)
{
	const struct shadow_ranges *free = &plan->layout.free;
	bool ram = ascends(free) && ascends(&plan->ram) &&
		   ascends(&plan->reserved);
	bool whole = true;
	u32 i;

	for (i = 0; i < free->nr; i++) {
		u64 start = free->range[i].start;
		u64 last = free->range[i].last;

		whole = whole && !(start & ~SHADOW_PAGE_MASK) &&
			!(~last & ~SHADOW_PAGE_MASK);
		ram = ram && covers(&plan->ram, start, last) &&
		      !meets(&plan->reserved, start, last);
	}
	shadow_ktap_result(&run->ktap, whole, "R4 free memory is whole pages");
	shadow_ktap_result(&run->ktap, ram,
			   "R5 all %u free ranges lie in RAM%s", free->nr,
			   plan->reserved.nr ? " and in nothing reserved" : "");
}

/* One block more, of @order, that begins with page @pfn. */
static void count(u64 blocks[SHADOW_NR_ORDERS], u64 first[SHADOW_NR_ORDERS],
		  unsigned int order, u64 pfn, u64 nr)
{
	if (!blocks[order] || pfn < first[order])
		first[order] = pfn;
	blocks[order] += nr;
}

/*
 * The free blocks of the plan, counted in another way than the plan does: the
 * set bits of the first and of the last page are the small blocks at both ends
 * of a range, what is left between them are the largest ones.
 */
static void count_free(const struct shadow_ranges *free,
		       u64 blocks[SHADOW_NR_ORDERS],
		       u64 first[SHADOW_NR_ORDERS])
{
	u32 i;

	for (i = 0; i < free->nr; i++) {
		u64 pfn = free->range[i].start >> SHADOW_PAGE_SHIFT;
		u64 end = (free->range[i].last >> SHADOW_PAGE_SHIFT) + 1;
		unsigned int order;

		for (order = 0; order < SHADOW_MAX_ORDER && pfn < end;
		     order++) {
			u64 size = 1ULL << order;

			if (pfn & size) {
				count(blocks, first, order, pfn, 1);
				pfn += size;
			}
			if (pfn < end && end & size) {
				end -= size;
				count(blocks, first, order, end, 1);
			}
		}
		if (pfn < end)
			count(blocks, first, SHADOW_MAX_ORDER, pfn,
			      (end - pfn) >> SHADOW_MAX_ORDER);
	}
}

/* The lowest block of the smallest order that holds the heap (H3). */
static bool heap_is_lowest(const struct shadow_layout *layout,
			   const u64 blocks[SHADOW_NR_ORDERS],
			   const u64 first[SHADOW_NR_ORDERS])
{
	unsigned int order = layout->heap_order;

	while (order < SHADOW_NR_ORDERS && !blocks[order])
		order++;
	return order < SHADOW_NR_ORDERS &&
	       layout->heap_base == first[order] << SHADOW_PAGE_SHIFT;
}

static void test_heap(struct shadow_run *run, const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	static const struct { u64 ram, heap; } record[] = {
		{ SZ_1G, SZ_16M }, { 2ULL * SZ_1G, SZ_16M },
		{ 3ULL * SZ_1G, 24 * SZ_1M }, { 4ULL * SZ_1G, SZ_32M },
		{ 8ULL * SZ_1G, SZ_64M }, { 16384ULL * SZ_1G, SZ_64M },
	};
	u64 share = layout->total_ram / SHADOW_HEAP_DIVISOR & SHADOW_PAGE_MASK;
	u64 block = SHADOW_PAGE_SIZE << layout->heap_order;
	u64 heap = layout->heap_bytes;
	bool ok = true;
	int i;

	shadow_ktap_result(&run->ktap,
			   heap == clamp_t(u64, share, SZ_16M, SZ_64M),
			   "H1 the heap of %llu bytes follows from %llu of RAM",
			   heap, layout->total_ram);
	for (i = 0; i < ARRAY_SIZE(record); i++)
		ok = ok && shadow_heap_bytes(record[i].ram) == record[i].heap;
	shadow_ktap_result(&run->ktap, ok, "H2 the decision record's figures come out");
	shadow_ktap_result(&run->ktap, block >= heap && block / 2 < heap &&
			   shadow_heap_order(24 * SZ_1M) == 13,
			   "H3 order %u is the smallest that holds the heap",
			   layout->heap_order);
}

/* M3: in RAM, in nothing reserved or free, and no lower place would do. */
static bool mem_map_is_lowest(const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	u64 bytes = round_up(layout->mem_map_bytes, SHADOW_PAGE_SIZE);
	u64 base = layout->mem_map_base;
	u32 i;

	if (!covers(&plan->ram, base, base + bytes - 1) ||
	    meets(&plan->reserved, base, base + bytes - 1) ||
	    meets(&layout->free, base, base + bytes - 1))
		return false;
	for (i = 0; i < layout->free.nr; i++) {
		const struct shadow_range *range = &layout->free.range[i];

		if (range->start < base && range->last - range->start >= bytes - 1)
			return false;
	}
	return true;
}

/*
 * M1 and M2 from the ranges one by one, in pages: what is RAM, and what lies
 * between. The plan has its figures from RAM as a whole and from its two ends.
 */
static void test_mem_map_size(struct shadow_run *run,
			      const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	const struct shadow_range *range = plan->ram.range;
	u64 pages = 0, holes = 0;
	u32 i;

	for (i = 0; i < plan->ram.nr; i++) {
		pages += (range[i].last - range[i].start) / 4096 + 1;
		if (i)
			holes += (range[i].start - range[i - 1].last) / 4096;
	}
	shadow_ktap_result(&run->ktap, layout->pages == pages &&
			   layout->mem_map_bytes == pages * 24,
			   "M1 mem_map has 24 bytes for each of %llu pages",
			   pages);
	shadow_ktap_result(&run->ktap,
			   layout->span_bytes / 4096 ==
			   min(pages + holes, BIT_ULL(52) - 1) &&
			   layout->flat_bytes == (pages + holes) * 24,
			   "M2 holes of %llu pages cost nothing: %llu bytes, %llu if mem_map were flat",
			   holes, layout->mem_map_bytes, layout->flat_bytes);
}

static void test_mem_map(struct shadow_run *run, const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	u64 map_pages = DIV_ROUND_UP_ULL(layout->mem_map_bytes,
					 SHADOW_PAGE_SIZE);
	u64 blocks[SHADOW_NR_ORDERS] = {}, first[SHADOW_NR_ORDERS];
	u64 sum = 0;
	int order;

	test_mem_map_size(run, plan);
	shadow_ktap_result(&run->ktap, mem_map_is_lowest(plan),
			   "M3 mem_map lies at the lowest place that holds it");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		sum += layout->free_blocks[order] << order;
	shadow_ktap_result(&run->ktap, sum == layout->free_pages &&
			   sum == shadow_ranges_pages(&layout->free) &&
			   sum + layout->reserved_pages + map_pages ==
			   layout->pages,
			   "M4 %llu free pages are all but reserved and mem_map",
			   layout->free_pages);
	count_free(&layout->free, blocks, first);
	shadow_ktap_result(&run->ktap, !memcmp(blocks, layout->free_blocks,
					       sizeof(blocks)),
			   "M4 the free blocks of each order are those of the free ranges");
	shadow_ktap_result(&run->ktap, heap_is_lowest(layout, blocks, first),
			   "H3 the heap at 0x%llx is the lowest block of the smallest order that holds it",
			   layout->heap_base);
}

static u64 page(u64 nr)
{
	return nr << SHADOW_PAGE_SHIFT;
}

/*
 * E1 to E3, E5 and E6 on a small machine: no RAM at all; all of it reserved; only
 * two single pages free where mem_map needs three in a row; nothing reserved, and
 * less RAM than any heap needs; besides that, a page above 48 bits:
 *
 *	page	0       10        20            341
 *	E3	|rrrrrrr| |rrrrrrr| |rrrrrrrrrrrrrr|
 */
static void test_verdicts(struct shadow_run *run)
{
	struct shadow_range ram_range[2], reserved_range[3], free_range[6];
	static const char * const expected[] = {
		"PANIC: No RAM regions found in DTB",
		"PANIC: All RAM is reserved \xe2\x80\x94 no free memory",
		"PANIC: Cannot allocate mem_map \xe2\x80\x94 insufficient contiguous memory",
		"PANIC: Cannot allocate heap \xe2\x80\x94 no free block is large enough",
		"PANIC: Cannot map all RAM \xe2\x80\x94 it lies above 48 bits",
	};
	struct shadow_ranges ram, reserved;
	struct shadow_layout layout;
	bool ok[ARRAY_SIZE(expected)];
	int i;

	shadow_ranges_init(&ram, ram_range, ARRAY_SIZE(ram_range));
	shadow_ranges_init(&reserved, reserved_range,
			   ARRAY_SIZE(reserved_range));
	shadow_ranges_init(&layout.free, free_range, ARRAY_SIZE(free_range));
	for (i = 0; i < ARRAY_SIZE(expected); i++) {
		if (i == 1) {
			shadow_ranges_add(&ram, 0, page(342) - 1);
			shadow_ranges_add(&reserved, 0, page(342) - 1);
		} else if (i == 2) {
			shadow_ranges_remove(&reserved, page(10), page(11) - 1);
			shadow_ranges_remove(&reserved, page(20), page(21) - 1);
		} else if (i == 3) {
			shadow_ranges_remove(&reserved, 0, page(342) - 1);
		} else if (i == 4) {
			shadow_ranges_add(&ram, 1ULL << SHADOW_REACH_BITS,
					  (1ULL << SHADOW_REACH_BITS) +
					  page(1) - 1);
		}
		ok[i] = !shadow_layout_compute(&layout, &ram, &reserved) &&
			!strcmp(shadow_verdict_line(layout.verdict),
				expected[i]);
	}
	shadow_ktap_result(&run->ktap, ok[0], "E1 %s", expected[0]);
	shadow_ktap_result(&run->ktap, ok[1], "E2 %s", expected[1]);
	shadow_ktap_result(&run->ktap, ok[2], "E3 %s", expected[2]);
	shadow_ktap_result(&run->ktap, ok[3], "E5 %s", expected[3]);
	shadow_ktap_result(&run->ktap, ok[4], "E6 %s", expected[4]);
}

void shadow_selftest_plan(struct shadow_run *run,
			  const struct shadow_plan *plan)
{
	test_reserved(run, plan);
	test_ranges(run, plan);
	test_heap(run, plan);
	test_mem_map(run, plan);
	test_verdicts(run);
}
