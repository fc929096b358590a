// SPDX-License-Identifier: GPL-2.0-only
/*
 * The array of page descriptors and the layout that follows. See mem_map.h.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "heap_size.h"
#include "mem_map.h"

unsigned int shadow_block_order(u64 pfn, u64 end)
{
	unsigned int fits = fls64(end - pfn) - 1;
	unsigned int aligned = pfn ? __ffs64(pfn) : SHADOW_MAX_ORDER;

	return min3(fits, aligned, (unsigned int)SHADOW_MAX_ORDER);
}
EXPORT_SYMBOL_GPL(shadow_block_order);

/*
 * Count the block that begins at @pfn. The largest blocks are all counted at
 * once, so that a run takes some forty steps for any amount of RAM. @first
 * keeps the lowest block of each order. Returns the page after what it counted.
 */
static u64 count_block(struct shadow_layout *layout, u64 pfn, u64 end,
		       u64 first[SHADOW_NR_ORDERS])
{
	unsigned int order = shadow_block_order(pfn, end);
	u64 nr = order == SHADOW_MAX_ORDER ? (end - pfn) >> order : 1;

	if (!layout->free_blocks[order])
		first[order] = pfn << SHADOW_PAGE_SHIFT;
	layout->free_blocks[order] += nr;
	return pfn + (nr << order);
}

/* Blocks are listed in ascending order at the start: the first one is used. */
static enum shadow_verdict pick_heap(struct shadow_layout *layout,
				     const u64 first[SHADOW_NR_ORDERS])
{
	unsigned int order;

	for (order = layout->heap_order; order < SHADOW_NR_ORDERS; order++) {
		if (!layout->free_blocks[order])
			continue;
		layout->heap_base = first[order];
		return SHADOW_OK;
	}
	return SHADOW_NO_HEAP;
}

/*
 * M4, and where the buddy would allocate the heap: the order decides, then
 * the address.
 */
static enum shadow_verdict place_heap(struct shadow_layout *layout)
{
	u64 first[SHADOW_NR_ORDERS] = {};
	u32 i;

	for (i = 0; i < layout->free.nr; i++) {
		const struct shadow_range *range = &layout->free.range[i];
		u64 pfn = range->start >> SHADOW_PAGE_SHIFT;
		u64 end = (range->last >> SHADOW_PAGE_SHIFT) + 1;

		while (pfn < end)
			pfn = count_block(layout, pfn, end, first);
	}
	return pick_heap(layout, first);
}

/* M1 and M3: the lowest place for the array, which is then not free any more */
static enum shadow_verdict place_mem_map(struct shadow_layout *layout)
{
	u64 bytes = shadow_layout_mem_map_room(layout);
	u64 base;

	if (shadow_ranges_first_fit(&layout->free, bytes, &base))
		return SHADOW_NO_MEM_MAP;
	layout->mem_map_base = base;
	/* The start of a range goes, so nothing is split. */
	shadow_ranges_remove(&layout->free, base, base + (bytes - 1));
	layout->free_pages = shadow_ranges_pages(&layout->free);
	return SHADOW_OK;
}

static void measure_ram(struct shadow_layout *layout,
			const struct shadow_ranges *ram)
{
	/* All of the address space but a page: 2^64 does not fit. */
	const u64 most = ~0ULL >> SHADOW_PAGE_SHIFT;
	u64 span_pages;

	layout->pages = shadow_ranges_pages(ram);
	if (!layout->pages)
		return;
	layout->total_ram = min(layout->pages, most) << SHADOW_PAGE_SHIFT;
	span_pages = ((ram->range[ram->nr - 1].last - ram->range[0].start) >>
		      SHADOW_PAGE_SHIFT) + 1;
	layout->span_bytes = min(span_pages, most) << SHADOW_PAGE_SHIFT;
	layout->too_high = ram->range[ram->nr - 1].last >> SHADOW_REACH_BITS;
	layout->flat_bytes = span_pages * sizeof(struct shadow_page);
	layout->mem_map_bytes = layout->pages * sizeof(struct shadow_page);
	layout->heap_bytes = shadow_heap_bytes(layout->total_ram);
	layout->heap_order = shadow_heap_order(layout->heap_bytes);
}

bool shadow_layout_largest_run(const struct shadow_layout *layout,
			       struct shadow_range *run)
{
	const struct shadow_range *range = layout->free.range;
	u32 largest = 0, i;

	if (!layout->free.nr)
		return false;
	for (i = 1; i < layout->free.nr; i++)
		if (range[i].last - range[i].start >
		    range[largest].last - range[largest].start)
			largest = i;
	*run = range[largest];
	return true;
}
EXPORT_SYMBOL_GPL(shadow_layout_largest_run);

/* E6 comes before E3 and E5, but what has a place is placed all the same. */
static enum shadow_verdict decide(struct shadow_layout *layout)
{
	enum shadow_verdict verdict;

	if (!layout->pages)
		return SHADOW_NO_RAM;
	if (!layout->free.nr)
		return SHADOW_ALL_RESERVED;
	verdict = place_mem_map(layout);
	layout->has_mem_map = verdict == SHADOW_OK;
	if (layout->has_mem_map)
		verdict = place_heap(layout);
	layout->has_heap = verdict == SHADOW_OK;
	return layout->too_high ? SHADOW_TOO_HIGH : verdict;
}

int shadow_layout_compute(struct shadow_layout *layout,
			  const struct shadow_ranges *ram,
			  const struct shadow_ranges *reserved)
{
	struct shadow_ranges free = layout->free;
	int err;

	memset(layout, 0, sizeof(*layout));
	layout->free = free;
	err = shadow_ranges_subtract(&layout->free, ram, reserved);
	if (err)
		return err;

	measure_ram(layout, ram);
	layout->free_pages = shadow_ranges_pages(&layout->free);
	layout->reserved_pages = layout->pages - layout->free_pages;
	layout->verdict = decide(layout);
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_layout_compute);

/* The dash in the second line is U+2014, in UTF-8. */
static const struct {
	const char *line;
	int err;
} verdicts[] = {
	[SHADOW_OK] = { "OK", 0 },
	[SHADOW_NO_RAM] = {
		"PANIC: No RAM regions found in DTB", -ENODEV },
	[SHADOW_ALL_RESERVED] = {
		"PANIC: All RAM is reserved \xe2\x80\x94 no free memory",
		-ENOMEM },
	[SHADOW_TOO_HIGH] = {
		"PANIC: Cannot map all RAM \xe2\x80\x94 it lies above 48 bits",
		-ERANGE },
	[SHADOW_NO_MEM_MAP] = {
		"PANIC: Cannot allocate mem_map \xe2\x80\x94 insufficient contiguous memory",
		-ENOSPC },
	[SHADOW_NO_HEAP] = {
		"PANIC: Cannot allocate heap \xe2\x80\x94 no free block is large enough",
		-ENOBUFS },
};

const char *shadow_verdict_line(enum shadow_verdict verdict)
{
	return verdicts[verdict].line;
}
EXPORT_SYMBOL_GPL(shadow_verdict_line);

int shadow_verdict_errno(enum shadow_verdict verdict)
{
	return verdicts[verdict].err;
}
EXPORT_SYMBOL_GPL(shadow_verdict_errno);
