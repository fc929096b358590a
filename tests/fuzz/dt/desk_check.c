// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plan against a naive look at the entries that it was made from.
 *
 * Every answer about a page changes only at a page in which some range begins
 * or ends, or next to one. So those pages are asked, one by one, and no set is
 * built for it.
 */
#include <stdlib.h>

#include "desk.h"

#define LAST_PFN	(~0ULL >> SHADOW_PAGE_SHIFT)

#define INSIST(condition) do {						\
	if (!(condition)) {						\
		fprintf(stderr, "%s:%d: not so: %s\n", __FILE__,	\
			__LINE__, #condition);				\
		abort();						\
	}								\
} while (0)

static bool holds(const struct shadow_ranges *set, u64 pa)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		if (set->range[i].start <= pa && pa <= set->range[i].last)
			return true;
	return false;
}

/* R4: is every byte of the page in some RAM entry? */
static bool all_ram(const struct desk *desk, u64 pfn)
{
	u64 pa = pfn << SHADOW_PAGE_SHIFT;
	u64 last = pa | (SHADOW_PAGE_SIZE - 1);
	unsigned int i = 0;

	while (i < desk->nr_entries) {
		const struct desk_entry *entry = &desk->entry[i++];

		if (entry->flags & DESK_RESERVED || pa < entry->range.start ||
		    pa > entry->range.last)
			continue;
		if (entry->range.last >= last)
			return true;
		/* From the byte after it all entries are asked once more. */
		pa = entry->range.last + 1;
		i = 0;
	}
	return false;
}

/* R4: is any byte of the page in some reserved entry? */
static bool any_reserved(const struct desk *desk, u64 pfn)
{
	unsigned int i;

	for (i = 0; i < desk->nr_entries; i++) {
		const struct desk_entry *entry = &desk->entry[i];

		if (entry->flags & DESK_RESERVED &&
		    entry->range.start >> SHADOW_PAGE_SHIFT <= pfn &&
		    pfn <= entry->range.last >> SHADOW_PAGE_SHIFT)
			return true;
	}
	return false;
}

static bool in_mem_map(const struct shadow_layout *layout, u64 pfn)
{
	u64 base = layout->mem_map_base >> SHADOW_PAGE_SHIFT;

	return shadow_layout_has_mem_map(layout) && pfn >= base &&
	       pfn - base < shadow_layout_mem_map_room(layout) >>
			    SHADOW_PAGE_SHIFT;
}

static void check_page(const struct desk *desk, const struct desk_plan *plan,
		       u64 pfn)
{
	bool ram = all_ram(desk, pfn), reserved = any_reserved(desk, pfn);
	bool map = in_mem_map(&plan->layout, pfn);
	u64 pa = pfn << SHADOW_PAGE_SHIFT;

	INSIST(holds(&plan->ram, pa) == ram);
	INSIST(holds(&plan->reserved, pa) == reserved);
	INSIST(!map || (ram && !reserved));
	INSIST(holds(&plan->layout.free, pa) == (ram && !reserved && !map));
}

static void check_around(const struct desk *desk, const struct desk_plan *plan,
			 u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;

	check_page(desk, plan, pfn);
	if (pfn)
		check_page(desk, plan, pfn - 1);
	if (pfn < LAST_PFN)
		check_page(desk, plan, pfn + 1);
}

/* Whole pages, ascending, with a hole between neighbours. */
static void check_set(const struct shadow_ranges *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++) {
		const struct shadow_range *range = &set->range[i];

		INSIST(range->start < range->last);
		INSIST(!(range->start & (SHADOW_PAGE_SIZE - 1)));
		INSIST(!((range->last + 1) & (SHADOW_PAGE_SIZE - 1)));
		INSIST(!i || range[-1].last < range->start - 1);
	}
}

/* R2: what is placed lies in RAM, aligned, and apart from all else reserved. */
static void check_placed(const struct desk *desk, const struct desk_plan *plan,
			 unsigned int nr)
{
	const struct desk_entry *entry = &desk->entry[nr];
	unsigned int i;

	INSIST(entry->align >= SHADOW_PAGE_SIZE);
	INSIST(!(entry->range.start % entry->align));
	INSIST(entry->range.start >= SHADOW_PAGE_SIZE);
	for (i = 0; i < plan->ram.nr; i++)
		if (plan->ram.range[i].start <= entry->range.start &&
		    entry->range.last <= plan->ram.range[i].last)
			break;
	INSIST(i < plan->ram.nr);
	for (i = 0; i < desk->nr_entries; i++) {
		const struct desk_entry *other = &desk->entry[i];

		if (i == nr || !(other->flags & DESK_RESERVED))
			continue;
		INSIST(other->range.last >> SHADOW_PAGE_SHIFT <
		       entry->range.start >> SHADOW_PAGE_SHIFT ||
		       entry->range.last >> SHADOW_PAGE_SHIFT <
		       other->range.start >> SHADOW_PAGE_SHIFT);
	}
}

void desk_check(const struct desk *desk, const struct desk_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	unsigned int i;

	check_set(&plan->ram);
	check_set(&plan->reserved);
	check_set(&layout->free);
	for (i = 0; i < desk->nr_entries; i++) {
		INSIST(desk->entry[i].range.start <= desk->entry[i].range.last);
		check_around(desk, plan, desk->entry[i].range.start);
		check_around(desk, plan, desk->entry[i].range.last);
		if (desk->entry[i].flags & DESK_BY_RULE)
			check_placed(desk, plan, i);
	}
	if (shadow_layout_has_mem_map(layout)) {
		check_around(desk, plan, layout->mem_map_base);
		check_around(desk, plan, layout->mem_map_base +
			     layout->mem_map_bytes - 1);
		INSIST(layout->free_pages + layout->reserved_pages +
		       (shadow_layout_mem_map_room(layout) >>
			SHADOW_PAGE_SHIFT) == layout->pages);
	}
}
