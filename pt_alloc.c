// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where page tables come from. See pt_alloc.h.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "pt_alloc.h"

static_assert(SHADOW_PT_POOL_TABLES == 16);	/* P2; pool_used has 16 bits */

void shadow_pt_init(struct shadow_pt_alloc *pt, struct shadow_pt_page *pool)
{
	memset(pt, 0, sizeof(*pt));
	raw_spin_lock_init(&pt->lock);
	pt->pool = pool;
}
EXPORT_SYMBOL_GPL(shadow_pt_init);

const struct shadow_pt_ops *
shadow_pt_set_allocator(struct shadow_pt_alloc *pt,
			const struct shadow_pt_ops *ops)
{
	const struct shadow_pt_ops *previous;
	unsigned long flags;

	raw_spin_lock_irqsave(&pt->lock, flags);
	previous = pt->ops;
	pt->ops = ops;
	raw_spin_unlock_irqrestore(&pt->lock, flags);
	return previous;
}
EXPORT_SYMBOL_GPL(shadow_pt_set_allocator);

static void *pool_alloc(struct shadow_pt_alloc *pt)
{
	unsigned int i = ffs(~pt->pool_used & 0xffff);

	if (!i)
		return NULL;
	pt->pool_used |= 1U << (i - 1);
	return pt->pool[i - 1].entry;
}

static int pool_free(struct shadow_pt_alloc *pt, const void *entries)
{
	unsigned int i;

	for (i = 0; i < SHADOW_PT_POOL_TABLES; i++) {
		if (entries != pt->pool[i].entry || !(pt->pool_used & 1U << i))
			continue;
		pt->pool_used &= ~(1U << i);
		return 0;
	}
	return -EINVAL;
}

/* The allocator first, then the pool (P2). */
static int __alloc_one(struct shadow_pt_alloc *pt,
		       struct shadow_pt_table *table)
{
	table->from = pt->ops;
	table->entries = pt->ops ? pt->ops->alloc_page(pt->ops->ctx) : NULL;
	if (!table->entries) {
		table->from = NULL;
		table->entries = pool_alloc(pt);
	}
	return table->entries ? 0 : -ENOMEM;
}

static int __free_one(struct shadow_pt_alloc *pt,
		      struct shadow_pt_table *table)
{
	int err = 0;

	if (!table->entries)
		return -EINVAL;
	if (table->from)
		table->from->free_page(table->from->ctx, table->entries);
	else
		err = pool_free(pt, table->entries);
	if (!err)
		table->entries = NULL;
	return err;
}

int shadow_pt_alloc_tables(struct shadow_pt_alloc *pt,
			   struct shadow_pt_table *table, unsigned int nr)
{
	unsigned int done, i;
	unsigned long flags;
	int err = 0;

	raw_spin_lock_irqsave(&pt->lock, flags);
	for (done = 0; done < nr; done++) {
		err = __alloc_one(pt, &table[done]);
		if (err)
			break;
	}
	while (err && done)
		__free_one(pt, &table[--done]);
	raw_spin_unlock_irqrestore(&pt->lock, flags);

	for (i = 0; i < done; i++)
		memset(table[i].entries, 0, SHADOW_PAGE_SIZE);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_pt_alloc_tables);

int shadow_pt_free_table(struct shadow_pt_alloc *pt,
			 struct shadow_pt_table *table)
{
	unsigned long flags;
	int err;

	raw_spin_lock_irqsave(&pt->lock, flags);
	err = __free_one(pt, table);
	raw_spin_unlock_irqrestore(&pt->lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_pt_free_table);

unsigned int shadow_pt_pool_used(struct shadow_pt_alloc *pt)
{
	unsigned long flags;
	unsigned int used;

	raw_spin_lock_irqsave(&pt->lock, flags);
	used = hweight32(pt->pool_used);
	raw_spin_unlock_irqrestore(&pt->lock, flags);
	return used;
}
EXPORT_SYMBOL_GPL(shadow_pt_pool_used);
