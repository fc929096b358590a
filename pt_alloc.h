/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where page tables come from (P1 to P4).
 *
 * Page-table code knows no allocator. It is handed one at run time, a struct of
 * callbacks, and until then, or when that one has nothing left, it gets its
 * tables from a boot pool of 16:
 *
 *	page-table code --> shadow_pt_alloc_tables() --+--> ops->alloc_page(ctx)
 *						       |	   | nothing left
 *						       +-----------+--> pool[16]
 *
 * The arrow never points back: this file includes and calls no buddy. Each
 * table remembers its source, so it returns there even after the allocator
 * was replaced.
 */
#ifndef SHADOW_PT_ALLOC_H
#define SHADOW_PT_ALLOC_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "ranges.h"

#define SHADOW_PT_POOL_TABLES	16

/**
 * struct shadow_pt_page - the memory of one table
 * @entry: 512 entries
 */
struct shadow_pt_page {
	u64 entry[SHADOW_PAGE_SIZE / sizeof(u64)];
} __aligned(SHADOW_PAGE_SIZE);

/**
 * struct shadow_pt_ops - an allocator for page tables
 * @alloc_page: returns one page of 4096 bytes, aligned to that and with any
 *	content, or NULL
 * @free_page: frees such a page
 * @ctx: handed to both
 *
 * Both are called with a spinlock held and interrupts off: they must not sleep
 * and must not call shadow_pt functions. The struct must stay as it is until
 * the last table from it has been freed.
 */
struct shadow_pt_ops {
	void *(*alloc_page)(void *ctx);
	void (*free_page)(void *ctx, void *page);
	void *ctx;
};

/**
 * struct shadow_pt_table - a page table and where it came from
 * @entries: 512 entries of 8 bytes, or NULL once freed
 * @from: the allocator that it is from, NULL for the boot pool
 */
struct shadow_pt_table {
	u64 *entries;
	const struct shadow_pt_ops *from;
};

/**
 * struct shadow_pt_alloc - source of page tables
 * @lock: guards all of it
 * @ops: the injected allocator, or NULL
 * @pool_used: bit n is set while table n of the pool is out
 * @pool: the boot pool
 */
struct shadow_pt_alloc {
	raw_spinlock_t lock;
	const struct shadow_pt_ops *ops;
	u16 pool_used;
	struct shadow_pt_page *pool;
};

/**
 * shadow_pt_init() - begin with the boot pool alone (P2)
 * @pt: the source
 * @pool: 16 tables, kept by the caller
 */
void shadow_pt_init(struct shadow_pt_alloc *pt, struct shadow_pt_page *pool);

/**
 * shadow_pt_set_allocator() - inject, replace or withdraw an allocator (P3)
 * @pt: the source
 * @ops: the allocator, or NULL to withdraw
 *
 * Others see the previous one or all of the new one. When this returns, nobody
 * gets tables from the previous one any more; its tables still return to it.
 *
 * Return: the previous allocator, or NULL.
 */
const struct shadow_pt_ops *
shadow_pt_set_allocator(struct shadow_pt_alloc *pt,
			const struct shadow_pt_ops *ops);

/**
 * shadow_pt_alloc_tables() - allocate page tables, all or none (P2, P4)
 * @pt: the source
 * @table: set to @nr tables, all entries zero
 * @nr: how many
 *
 * A mapping that needs three new levels allocates three tables before it links
 * the first, so an error leaves nothing half-mapped.
 *
 * Return: 0, or -ENOMEM where the allocator and the pool are exhausted;
 * nothing has been allocated then.
 */
int shadow_pt_alloc_tables(struct shadow_pt_alloc *pt,
			   struct shadow_pt_table *table, unsigned int nr);

/**
 * shadow_pt_free_table() - free a page table to where it came from (P2)
 * @pt: the source
 * @table: the table; its @entries become NULL
 *
 * Return: 0, or -EINVAL for a table that is not out; nothing has changed then.
 */
int shadow_pt_free_table(struct shadow_pt_alloc *pt,
			 struct shadow_pt_table *table);

/**
 * shadow_pt_pool_used() - tables of the boot pool that are out
 * @pt: the source
 *
 * Return: 0 to 16.
 */
unsigned int shadow_pt_pool_used(struct shadow_pt_alloc *pt);

#endif /* SHADOW_PT_ALLOC_H */
