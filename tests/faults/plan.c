// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of memory, of page tables and of the plan. See fault.h.
 */
#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "fault.h"

/* It keeps something of its own at both ends of free memory. */
static const char *uses_pages(const struct shadow_buddy *b)
{
	const struct shadow_lab *lab = container_of(b, struct shadow_lab,
						    buddy);
	const u8 *page = lab->va;

	if (!page || page[0] != 0xff || page[lab->bytes - 1] != 0xff)
		return NULL;
	fault_hits++;
	return "B6 what lay in a free page is gone";
}

/* The tail of the block that a run of pages is cut from stays allocated. */
static void tail_kept(struct shadow_buddy *b)
{
	fault_hits++;
	__real_shadow_buddy_alloc(b, 3);
}

/* A write to page 3 changes page 9, too. */
static void aliased(const struct shadow_lab *lab, u64 pa, u64 bytes)
{
	void *page3 = lab->va + 3 * SHADOW_PAGE_SIZE;
	void *page9 = lab->va + 9 * SHADOW_PAGE_SIZE;

	if (!lab->va)
		return;
	fault_hits += !!memcmp(page9, page3, SHADOW_PAGE_SIZE);
	memcpy(page9, page3, SHADOW_PAGE_SIZE);
}

/* Of a page, where what was written begins there. */
static void first_word_lost(const struct shadow_lab *lab, u64 pa, u64 bytes)
{
	if (!lab->va || pa & ~SHADOW_PAGE_MASK)
		return;
	*(u64 *)(lab->va + (pa - lab->pa)) = 0;
	fault_hits++;
}

/* The same at the end. */
static void last_word_lost(const struct shadow_lab *lab, u64 pa, u64 bytes)
{
	u64 *end = lab->va + (pa + bytes - lab->pa);

	if (!lab->va || (pa + bytes) & ~SHADOW_PAGE_MASK)
		return;
	end[-1] = 0;
	fault_hits++;
}

/* Of some block of two pages, whenever another one is allocated. */
static void word_lost_later(struct shadow_buddy *b, u64 pa, int order)
{
	struct shadow_lab *lab = container_of(b, struct shadow_lab, buddy);
	u64 *end = lab->va + 2 * SHADOW_PAGE_SIZE;
	u64 at;

	for (at = 0; lab->va && at < lab->pages; at++, end += 512) {
		const struct shadow_page *page = &b->map[SHADOW_NR_ORDERS + at];

		if (page->flags != SHADOW_PAGE_ALLOCATED || page->order != 1 ||
		    page->pfn == pa >> SHADOW_PAGE_SHIFT)
			continue;
		fault_hits += !!end[-1];
		end[-1] = 0;
	}
}

static void not_zeroed(struct shadow_pt_table *table, unsigned int nr)
{
	table[nr - 1].entries[511] = 1ULL << 60;
	fault_hits++;
}

static void entry_astray(struct shadow_pt_table *table, unsigned int nr)
{
	/* A table at an address where there is none. */
	table[nr - 1].entries[1] = 0x7ffffff000ULL | 3;
	fault_hits++;
}

static void other_source(struct shadow_pt_table *table, unsigned int nr)
{
	fault_hits += !!table->from;
	table->from = NULL;
}

/* The caller is told that it got the tables. */
static int none_left_unsaid(struct shadow_pt_alloc *pt)
{
	fault_hits++;
	return 0;
}

static int lost_when_none_left(struct shadow_pt_alloc *pt)
{
	struct shadow_pt_table table;

	fault_hits += !__real_shadow_pt_take(pt, &table, 1);
	return -ENOMEM;
}

#define MAP(name, what)							\
static int name(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes)	\
{									\
	fault_hits++;							\
	return what;							\
}

MAP(map_va, __real_shadow_pt_map_range(map, va + SZ_1G, pa, bytes))
MAP(map_pa, __real_shadow_pt_map_range(map, va, pa + SZ_1G, bytes))
MAP(map_none, 0)
MAP(map_more, __real_shadow_pt_map_range(map, va, pa, bytes) ?:
	      __real_shadow_pt_map_range(map, va + 2ULL * SZ_1G, pa, bytes))
MAP(map_small, __real_shadow_pt_map_range(map, va, pa, SHADOW_PAGE_SIZE) ?:
	       __real_shadow_pt_map_range(map, va + SHADOW_PAGE_SIZE,
					  pa + SHADOW_PAGE_SIZE,
					  bytes - SHADOW_PAGE_SIZE))

#define PLAN(name, what)						\
static void name(struct shadow_plan *plan, struct shadow_layout *layout) \
{									\
	what;								\
}

/* The first entry is the kernel's image. */
static struct shadow_dt_entry *kernel(struct shadow_plan *plan)
{
	return list_first_entry(&plan->dt.entries, struct shadow_dt_entry, node);
}

PLAN(ram_short, plan->ram.range[0].last -= SHADOW_PAGE_SIZE)
PLAN(ram_unknown, iomem_resource.child = NULL)
PLAN(kernel_elsewhere, kernel(plan)->range.start -= SZ_1G)
PLAN(kernel_missing, kernel(plan)->name[0] = 'x')
PLAN(reserved_short, plan->reserved.range[0].last -= SHADOW_PAGE_SIZE)
PLAN(mem_map_place, layout->mem_map_base += SHADOW_PAGE_SIZE)
PLAN(mem_map_low, layout->mem_map_base -= SHADOW_PAGE_SIZE)
PLAN(mem_map_high, layout->mem_map_base = layout->free.range[2].start;
		   layout->free.nr = 2)
PLAN(mem_map_reserved, layout->mem_map_base = plan->reserved.range[0].start;
		       layout->free.nr = 0)
PLAN(mem_map_size, layout->mem_map_bytes += 24)
PLAN(heap_place, layout->heap_base += SHADOW_PAGE_SIZE)
PLAN(heap_other, layout->heap_base += SHADOW_PAGE_SIZE << layout->heap_order)
PLAN(heap_size, layout->heap_bytes += SHADOW_PAGE_SIZE)
PLAN(heap_small, layout->heap_bytes -= SHADOW_PAGE_SIZE)
PLAN(heap_order, layout->heap_order++)
PLAN(heap_order_low, layout->heap_order--)
PLAN(blocks_more, layout->free_blocks[3]++)
PLAN(blocks_moved, layout->free_blocks[3]++; layout->free_blocks[2] -= 2)
PLAN(free_sum, layout->free_pages--)
PLAN(reserved_sum, layout->reserved_pages++)
PLAN(page_sum, layout->pages++)
PLAN(flat, layout->flat_bytes = layout->mem_map_bytes - 24)
PLAN(span, layout->span_bytes = layout->total_ram - SHADOW_PAGE_SIZE)
PLAN(free_range, layout->free.range[1].start -= SHADOW_PAGE_SIZE)
PLAN(free_outside, layout->free.range[2].last += SHADOW_PAGE_SIZE)
PLAN(free_begin, layout->free.range[1].start += 8)
PLAN(free_part, layout->free.range[1].last -= 8)

const struct fault plan_faults[] = {
	{ "uses-pages", .check = uses_pages },
	{ "tail-kept", .exact = tail_kept },
	{ "keeps-nothing", .keeps_nothing = true },
	{ "aliased", .pattern = aliased },
	{ "first-word-lost", .pattern = first_word_lost },
	{ "last-word-lost", .pattern = last_word_lost },
	{ "word-lost-later", .after = word_lost_later },
	{ "table-not-zeroed", .tables = not_zeroed },
	{ "table-astray", .tables = entry_astray },
	{ "table-of-pool", .tables = other_source },
	{ "tables-kept", .keep_tables = FAULT_POOL | FAULT_BUDDY },
	{ "tables-of-pool-kept", .keep_tables = FAULT_POOL },
	{ "few-of-pool-kept", .pages = 8, .keep_tables = FAULT_POOL },
	{ "tables-of-buddy-kept", .keep_tables = FAULT_BUDDY },
	{ "tables-out-unsaid", .exhausted = none_left_unsaid },
	{ "tables-lost", .exhausted = lost_when_none_left },
	{ "tables-miscounted", .more_tables = 1 },
	{ "tables-undercounted", .more_tables = -1 },
	{ "map-va", .map = map_va },
	{ "map-pa", .map = map_pa },
	{ "map-none", .map = map_none },
	{ "map-more", .map = map_more },
	{ "map-small", .map = map_small },
	{ "heap-of-3-gib", .heap_of = 3ULL * SZ_1G },
	{ "heap-of-16-tib", .heap_of = 16384ULL * SZ_1G },
	{ "heap-of-24-mib", .order_of = 24 * SZ_1M },
	{ "line-e1", .line = SHADOW_NO_RAM },
	{ "line-e2", .line = SHADOW_ALL_RESERVED },
	{ "line-e3", .line = SHADOW_NO_MEM_MAP },
	{ "plan-ram-short", .plan = ram_short },
	{ "plan-ram-unknown", .plan = ram_unknown },
	{ "plan-kernel-elsewhere", .plan = kernel_elsewhere },
	{ "plan-kernel-missing", .plan = kernel_missing },
	{ "plan-reserved-short", .plan = reserved_short },
	{ "plan-mem-map-place", .plan = mem_map_place },
	{ "plan-mem-map-low", .plan = mem_map_low },
	{ "plan-mem-map-high", .plan = mem_map_high },
	{ "plan-mem-map-reserved", .plan = mem_map_reserved },
	{ "plan-mem-map-size", .plan = mem_map_size },
	{ "plan-heap-place", .plan = heap_place },
	{ "plan-heap-other", .plan = heap_other },
	{ "plan-heap-size", .plan = heap_size },
	{ "plan-heap-small", .plan = heap_small },
	{ "plan-heap-order", .plan = heap_order },
	{ "plan-heap-order-low", .plan = heap_order_low },
	{ "plan-blocks-more", .plan = blocks_more },
	{ "plan-blocks-moved", .plan = blocks_moved },
	{ "plan-free-sum", .plan = free_sum },
	{ "plan-reserved-sum", .plan = reserved_sum },
	{ "plan-page-sum", .plan = page_sum },
	{ "plan-flat", .plan = flat },
	{ "plan-span", .plan = span },
	{ "plan-free-range", .plan = free_range },
	{ "plan-free-outside", .plan = free_outside },
	{ "plan-free-begin", .plan = free_begin },
	{ "plan-free-part", .plan = free_part },
	{ },
};
