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
FAULT_FUNCTION(check, const char *, uses_pages, const struct shadow_buddy *b)
{
	const struct shadow_lab *lab = container_of(b, struct shadow_lab,
						    buddy);
	const u8 *page = lab->va;

	if (!page || page[0] != 0xff || page[lab->bytes - 1] != 0xff)
		return NULL;
	fault_hits++;
	return "B6 what lay in a free page is gone";
}

FAULT_FUNCTION(check, const char *, invariant_broken, const struct shadow_buddy *b)
{
	fault_hits++;
	return "B4 a list is not as it was left";
}

/* The tail of the block that a run of pages is cut from stays allocated. */
FAULT_FUNCTION(exact, void, tail_kept, struct shadow_buddy *b)
{
	fault_hits++;
	__real_shadow_buddy_alloc(b, 3);
}

/* A write to page 3 changes page 9, too. */
FAULT_FUNCTION(pattern, void, aliased, const struct shadow_lab *lab, u64 pa,
	       u64 bytes)
{
	void *page3 = lab->va + 3 * SHADOW_PAGE_SIZE;
	void *page9 = lab->va + 9 * SHADOW_PAGE_SIZE;

	if (!lab->va)
		return;
	fault_hits += !!memcmp(page9, page3, SHADOW_PAGE_SIZE);
	memcpy(page9, page3, SHADOW_PAGE_SIZE);
}

/* Of a page, where what was written begins there. */
FAULT_FUNCTION(pattern, void, first_word_lost, const struct shadow_lab *lab,
	       u64 pa, u64 bytes)
{
	if (!lab->va || pa & ~SHADOW_PAGE_MASK)
		return;
	*(u64 *)(lab->va + (pa - lab->pa)) = 0;
	fault_hits++;
}

/* The same at the end. */
FAULT_FUNCTION(pattern, void, last_word_lost, const struct shadow_lab *lab,
	       u64 pa, u64 bytes)
{
	u64 *end = lab->va + (pa + bytes - lab->pa);

	if (!lab->va || (pa + bytes) & ~SHADOW_PAGE_MASK)
		return;
	end[-1] = 0;
	fault_hits++;
}

/* Of some block of two pages, whenever another one is allocated. */
FAULT_FUNCTION(after, void, word_lost_later, struct shadow_buddy *b, u64 pa,
	       int order)
{
	struct shadow_lab *lab = container_of(b, struct shadow_lab, buddy);
	u64 *end = lab->va + 2 * SHADOW_PAGE_SIZE;
	u64 at;

	for (at = 0; lab->va && at < lab->pages; at++, end += 512) {
		const struct shadow_page *page = &b->map[SHADOW_NR_ORDERS + at];

		if (page->state != (SHADOW_PAGE_ALLOCATED | 1) ||
		    shadow_buddy_address(b, page) == pa)
			continue;
		fault_hits += !!end[-1];
		end[-1] = 0;
	}
}

#define TABLES(id, hits, what)						\
FAULT_FUNCTION(tables, void, id, struct shadow_pt_table *table,		\
	       unsigned int nr)						\
{									\
	fault_hits += hits;						\
	what;								\
}

TABLES(table_not_zeroed, 1, table[nr - 1].entries[511] = 1ULL << 60)
/* An entry with the address of a table where there is none. */
TABLES(table_astray, 1, table[nr - 1].entries[1] = 0x7ffffff000ULL | 3)
TABLES(table_of_pool, !!table->from, table->from = NULL)

/* The caller is told that it got the tables. */
FAULT_FUNCTION(exhausted, int, tables_out_unsaid, struct shadow_pt_alloc *pt)
{
	fault_hits++;
	return 0;
}

FAULT_FUNCTION(exhausted, int, tables_lost, struct shadow_pt_alloc *pt)
{
	struct shadow_pt_table table;

	fault_hits += !__real_shadow_pt_alloc_tables(pt, &table, 1);
	return -ENOMEM;
}

#define MAP(id, what)							\
FAULT_FUNCTION(map, int, id, struct shadow_pt_map *map, u64 va, u64 pa,	\
	       u64 bytes)						\
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

/* Pages of the region that lie elsewhere than a region in one piece has them. */
#define PAGE(id, hit, where)						\
FAULT_FUNCTION(page, u64, id, u64 pa)					\
{									\
	if (!(hit))							\
		return pa;						\
	fault_hits++;							\
	return where;							\
}

PAGE(pages_swapped, pa >> 13 == 0x44008000 >> 13, pa ^ SZ_4K)
PAGE(last_page_elsewhere, pa == 0x441ff000, pa + SZ_1M)

#define PLAN(id, what)							\
FAULT_FUNCTION(plan, void, id, struct shadow_plan *plan,		\
	       struct shadow_layout *layout)				\
{									\
	what;								\
}

/* The first entry is the kernel's image. */
static struct shadow_dt_entry *kernel(struct shadow_plan *plan)
{
	return list_first_entry(&plan->dt.entries, struct shadow_dt_entry, node);
}

/* The kernel's memory is a bank that is not in the plan, and what else there is. */
static void set_bank(u64 start, u64 bytes, struct resource *others)
{
	static struct resource bank;

	bank = (struct resource){ .start = start, .end = start + bytes - 1,
				  .sibling = others };
	iomem_resource.child = &bank;
}

PLAN(plan_ram_short, plan->ram.range[0].last -= SHADOW_PAGE_SIZE)
PLAN(plan_ram_elsewhere, plan->ram.range[0].start += SZ_1G;
	plan->ram.range[0].last += SZ_1G)
PLAN(plan_ram_unknown, iomem_resource.child = NULL)
PLAN(plan_bank_missing, set_bank(0x880000000, SZ_1G, iomem_resource.child))
PLAN(plan_page_missing, set_bank(0x3ffff000, SZ_4K, iomem_resource.child))
/* The kernel knows nothing but the region, which is too small to be found. */
PLAN(plan_region_not_ram, set_bank(0x44000000, 2 * SZ_1M, NULL);
	plan->ram.range[0].start += SZ_1G; plan->ram.range[0].last += SZ_1G)
PLAN(plan_kernel_elsewhere, kernel(plan)->range.start -= SZ_1G)
PLAN(plan_kernel_missing, kernel(plan)->name[0] = 'x')
PLAN(plan_reserved_short, plan->reserved.range[0].last -= SHADOW_PAGE_SIZE)
PLAN(plan_mem_map_place, layout->mem_map_base += SHADOW_PAGE_SIZE)
PLAN(plan_mem_map_low, layout->mem_map_base -= SHADOW_PAGE_SIZE)
PLAN(plan_mem_map_high, layout->free.nr = 2;
	layout->mem_map_base = layout->free.range[2].start)
PLAN(plan_mem_map_reserved, layout->free.nr = 0;
	layout->mem_map_base = plan->reserved.range[0].start)
PLAN(plan_mem_map_size, layout->mem_map_bytes += 24)
PLAN(plan_mem_map_small, layout->mem_map_bytes -= 24)
PLAN(plan_heap_place, layout->heap_base += SHADOW_PAGE_SIZE)
PLAN(plan_heap_other, layout->heap_base +=
	SHADOW_PAGE_SIZE << layout->heap_order)
PLAN(plan_heap_size, layout->heap_bytes += SHADOW_PAGE_SIZE)
PLAN(plan_heap_small, layout->heap_bytes -= SHADOW_PAGE_SIZE)
PLAN(plan_heap_order, layout->heap_order++)
PLAN(plan_heap_order_low, layout->heap_order--)
PLAN(plan_blocks_more, layout->free_blocks[3]++)
PLAN(plan_blocks_moved, layout->free_blocks[3]++; layout->free_blocks[2] -= 2)
PLAN(plan_free_sum, layout->free_pages--)
PLAN(plan_reserved_sum, layout->reserved_pages++)
PLAN(plan_page_sum, layout->pages++)
PLAN(plan_flat, layout->flat_bytes = layout->mem_map_bytes)
PLAN(plan_span, layout->span_bytes = layout->total_ram)
PLAN(plan_nothing_reserved, plan->reserved.nr = 0; plan->dt.nr_reserved = 0;
	layout->free.range[2].last += SHADOW_PAGE_SIZE)
PLAN(plan_free_range, layout->free.range[1].start -= SHADOW_PAGE_SIZE)
PLAN(plan_free_outside, layout->free.range[2].last += SHADOW_PAGE_SIZE)
PLAN(plan_free_order, struct shadow_range first = layout->free.range[0];
	layout->free.range[0] = layout->free.range[1];
	layout->free.range[1] = first)
PLAN(plan_free_begin, layout->free.range[1].start += 8)
PLAN(plan_free_part, layout->free.range[1].last -= 8)

FAULT(keeps_nothing, .keeps_nothing = true);
FAULT(tables_kept, .keep_tables = FAULT_POOL | FAULT_BUDDY);
FAULT(tables_of_pool_kept, .keep_tables = FAULT_POOL);
FAULT(few_of_pool_kept, .pages = 8, .keep_tables = FAULT_POOL);
FAULT(tables_of_buddy_kept, .keep_tables = FAULT_BUDDY);
FAULT(tables_miscounted, .more_tables = 1);
FAULT(tables_undercounted, .more_tables = -1);
FAULT(heap_of_3_gib, .heap_of = 3ULL * SZ_1G);
FAULT(heap_of_16_tib, .heap_of = 16384ULL * SZ_1G);
FAULT(heap_of_24_mib, .order_of = 24 * SZ_1M);
FAULT(line_e1, .line = SHADOW_NO_RAM);
FAULT(line_e2, .line = SHADOW_ALL_RESERVED);
FAULT(line_e3, .line = SHADOW_NO_MEM_MAP);
FAULT(line_e5, .line = SHADOW_NO_HEAP);
FAULT(line_e6, .line = SHADOW_TOO_HIGH);
