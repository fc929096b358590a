// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the exercises get in place of the functions that they call. See fault.h;
 * the names are those that --wrap of the linker wants.
 */
#include "fault.h"

u64 __wrap_shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order)
{
	u64 pa;

	if (the_fault->alloc)
		return the_fault->alloc(b, order);
	pa = __real_shadow_buddy_alloc(b, order);
	if (the_fault->after && pa != SHADOW_NO_PAGE)
		the_fault->after(b, pa, order);
	return pa;
}

u64 __wrap_shadow_buddy_alloc_exact(struct shadow_buddy *b, u64 nr_pages)
{
	u64 pa = __real_shadow_buddy_alloc_exact(b, nr_pages);

	if (the_fault->exact && pa != SHADOW_NO_PAGE)
		the_fault->exact(b);
	return pa;
}

const char *__wrap___shadow_buddy_check(const struct shadow_buddy *b,
					u64 *where)
{
	const char *broken = __real___shadow_buddy_check(b, where);

	return !broken && the_fault->check ? the_fault->check(b) : broken;
}

/* The refusal of a free that has not happened yet, and does not here. */
static enum shadow_refusal foresee(struct shadow_buddy *b, u64 pa,
				   unsigned int order)
{
	const struct shadow_page *page = shadow_buddy_page(b, pa);
	bool free = page && page->state == (SHADOW_PAGE_ALLOCATED | order) &&
		    page->refcount == 1 && !(pa & ~SHADOW_PAGE_MASK);

	return free ? SHADOW_ACCEPTED : __real_shadow_buddy_free(b, pa, order);
}

enum shadow_refusal __wrap_shadow_buddy_free(struct shadow_buddy *b, u64 pa,
					     unsigned int order)
{
	enum shadow_refusal refusal;
	int instead = -1;

	if (the_fault->free)
		instead = the_fault->free(b, pa, order, foresee(b, pa, order));
	if (instead >= 0) {
		fault_hits++;
		return instead;
	}
	refusal = __real_shadow_buddy_free(b, pa, order);
	if (the_fault->after && !refusal)
		the_fault->after(b, pa, -1);
	return refusal;
}

enum shadow_refusal __wrap_shadow_buddy_get(struct shadow_buddy *b, u64 pa)
{
	int instead = the_fault->get ? the_fault->get(b, pa) : -1;

	fault_hits += instead >= 0;
	return instead >= 0 ? (enum shadow_refusal)instead :
			      __real_shadow_buddy_get(b, pa);
}

enum shadow_refusal __wrap_shadow_buddy_put(struct shadow_buddy *b, u64 pa)
{
	int instead = the_fault->put ? the_fault->put(b, pa) : -1;

	fault_hits += instead >= 0;
	return instead >= 0 ? (enum shadow_refusal)instead :
			      __real_shadow_buddy_put(b, pa);
}

void __wrap_shadow_pattern_write(const struct shadow_lab *lab, u64 pa,
				 u64 bytes, u64 seed)
{
	if (the_fault->keeps_nothing) {
		fault_hits += !!lab->va;
		return;
	}
	__real_shadow_pattern_write(lab, pa, bytes, seed);
	if (the_fault->pattern)
		the_fault->pattern(lab, pa, bytes);
}

int __wrap_shadow_pt_alloc_tables(struct shadow_pt_alloc *pt,
				  struct shadow_pt_table *table,
				  unsigned int nr)
{
	int err = __real_shadow_pt_alloc_tables(pt, table, nr);

	if (!err && nr && the_fault->tables)
		the_fault->tables(table, nr);
	return err && the_fault->exhausted ? the_fault->exhausted(pt) : err;
}

int __wrap_shadow_pt_free_table(struct shadow_pt_alloc *pt,
				struct shadow_pt_table *table)
{
	unsigned int kind = table->from ? FAULT_BUDDY : FAULT_POOL;

	if (!(the_fault->keep_tables & kind))
		return __real_shadow_pt_free_table(pt, table);
	fault_hits++;
	table->entries = NULL;
	return 0;
}

u64 __wrap_shadow_pt_count(const struct shadow_ranges *ram, u64 largest,
			   u64 nr_tables[SHADOW_PT_LEVELS])
{
	u64 nr = __real_shadow_pt_count(ram, largest, nr_tables);

	if (!the_fault->more_tables)
		return nr;
	fault_hits++;
	return nr + the_fault->more_tables;
}

int __wrap_shadow_pt_map_range(struct shadow_pt_map *map, u64 va, u64 pa,
			       u64 bytes)
{
	return the_fault->map ? the_fault->map(map, va, pa, bytes) :
	       __real_shadow_pt_map_range(map, va, pa, bytes);
}

u64 __wrap_shadow_heap_bytes(u64 total_ram)
{
	bool wrong = the_fault->heap_of == total_ram && total_ram;

	fault_hits += wrong;
	return __real_shadow_heap_bytes(total_ram) + wrong * SHADOW_PAGE_SIZE;
}

unsigned int __wrap_shadow_heap_order(u64 bytes)
{
	bool wrong = the_fault->order_of == bytes && bytes;

	fault_hits += wrong;
	return __real_shadow_heap_order(bytes) + wrong;
}

const char *__wrap_shadow_verdict_line(enum shadow_verdict verdict)
{
	bool wrong = the_fault->line == verdict && verdict;

	fault_hits += wrong;
	return wrong ? "PANIC" : __real_shadow_verdict_line(verdict);
}

struct page *__wrap_vmalloc_to_page(const void *at)
{
	struct page *page = __real_vmalloc_to_page(at);

	if (!the_fault->page)
		return page;
	return (struct page *)(unsigned long)the_fault->page(page_to_phys(page));
}
