// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary buddy allocator: runs of any number of pages (H3), ranges of free
 * memory (B8), and counts. See buddy.h.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy.h"
#include "buddy_steps.h"

/*
 * Cut an allocated block after @nr_pages: what stays becomes one block for
 * each bit of that number, the largest first; the rest goes back (H3).
 *
 *	24 MiB of 32:	| 16 MiB, stays | 8 MiB, stays | 8 MiB, goes back |
 */
static void __cut(struct shadow_buddy *b, u64 pfn, unsigned int order,
		  u64 nr_pages)
{
	struct shadow_bank bank;
	u64 at, n;

	if (!shadow_buddy_find_bank(b, pfn, &bank))
		return;
	for (at = 0; at < nr_pages; at += 1ULL << n) {
		n = fls64(nr_pages - at) - 1;
		mark_allocated(&b->map[pfn + at - bank.start + bank.first], n);
	}
	for (; at < 1ULL << order; at += 1ULL << n) {
		n = __ffs64(at);
		give_back(b, &bank, pfn + at, n, true);
	}
}

static u64 __alloc_exact(struct shadow_buddy *b, unsigned int order,
			 u64 nr_pages)
{
	u64 pa = __alloc_block(b, order);

	b->recent = SHADOW_RECENT_NONE;
	if (pa != SHADOW_NO_PAGE)
		__cut(b, pa >> SHADOW_PAGE_SHIFT, order, nr_pages);
	return pa;
}

/* The same, and tell of it. */
static noinline u64 __alloc_exact_traced(struct shadow_buddy *b,
					 unsigned int order, u64 nr_pages)
{
	u64 before[SHADOW_NR_ORDERS], pa;

	memcpy(before, b->nr_blocks, sizeof(before));
	pa = __alloc_exact(b, order, nr_pages);
	__shadow_trace_exact(b, before, pa, order, nr_pages);
	return pa;
}

u64 shadow_buddy_alloc_exact(struct shadow_buddy *b, u64 nr_pages)
{
	unsigned long flags;
	unsigned int order;
	u64 pa;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER) {
		refuse(SHADOW_NO_PAGE, SHADOW_NO_ORDER, SHADOW_BAD_ORDER);
		return SHADOW_NO_PAGE;
	}
	order = fls64(nr_pages - 1);
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	if (static_branch_unlikely(&shadow_buddy_traced))
		pa = __alloc_exact_traced(b, order, nr_pages);
	else
		pa = __alloc_exact(b, order, nr_pages);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return pa;
}
EXPORT_SYMBOL_GPL(shadow_buddy_alloc_exact);

/* Walk the blocks of such a run; free them, or only see whether that works. */
static enum shadow_refusal __free_run(struct shadow_buddy *b, u64 pa,
				      u64 nr_pages, bool dry_run)
{
	enum shadow_refusal refusal = SHADOW_ACCEPTED;

	while (nr_pages && !refusal) {
		unsigned int order = fls64(nr_pages) - 1;

		if (!dry_run && static_branch_unlikely(&shadow_buddy_traced))
			refusal = __shadow_trace_free(b, pa, order);
		else
			refusal = __free_block(b, pa, order, dry_run);
		pa += SHADOW_PAGE_SIZE << order;
		nr_pages -= 1ULL << order;
		/* Page 0 does not follow the last one of the address space. */
		if (!refusal && !pa && nr_pages)
			refusal = SHADOW_OUTSIDE;
	}
	return refusal;
}

enum shadow_refusal __flatten
shadow_buddy_free_exact(struct shadow_buddy *b, u64 pa, u64 nr_pages)
{
	enum shadow_refusal refusal;
	unsigned long flags;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER)
		return refuse(pa, SHADOW_NO_ORDER, SHADOW_BAD_ORDER);
	if (pa & ~SHADOW_PAGE_MASK)
		return refuse(pa, SHADOW_NO_ORDER, SHADOW_UNALIGNED);
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	refusal = __free_run(b, pa, nr_pages, true);
	if (!refusal)
		__free_run(b, pa, nr_pages, false);
	else
		refuse(pa, SHADOW_NO_ORDER, refusal);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_free_exact);

int shadow_buddy_add_range(struct shadow_buddy *b, u64 start, u64 last)
{
	u64 pfn = start >> SHADOW_PAGE_SHIFT;
	u64 end = (last >> SHADOW_PAGE_SHIFT) + 1;
	struct shadow_bank bank;
	unsigned long flags;
	int err = 0;

	if (start & ~SHADOW_PAGE_MASK || ~last & ~SHADOW_PAGE_MASK ||
	    last < start)
		return -EINVAL;
	raw_spin_lock_irqsave(&b->lock, flags);
	if (!shadow_buddy_find_bank(b, pfn, &bank) ||
	    end - bank.start > bank.nr_pages) {
		err = -EINVAL;
	} else if (pfn < b->added_end) {
		err = -EEXIST;
	} else {
		forget_recent(b);
		b->added_end = end;
		b->nr_managed += end - pfn;
	}
	while (!err && pfn < end) {
		unsigned int order = shadow_block_order(pfn, end);

		give_back(b, &bank, pfn, order, false);
		pfn += 1ULL << order;
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_buddy_add_range);

u64 shadow_buddy_blocks(struct shadow_buddy *b, u64 blocks[SHADOW_NR_ORDERS])
{
	unsigned long flags;
	unsigned int order;
	u64 nr_free = 0;

	raw_spin_lock_irqsave(&b->lock, flags);
	__shadow_buddy_settle(b);
	memcpy(blocks, b->nr_blocks, sizeof(b->nr_blocks));
	raw_spin_unlock_irqrestore(&b->lock, flags);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		nr_free += blocks[order] << order;
	return nr_free;
}
EXPORT_SYMBOL_GPL(shadow_buddy_blocks);

u64 shadow_buddy_nr_free(struct shadow_buddy *b)
{
	u64 blocks[SHADOW_NR_ORDERS];

	return shadow_buddy_blocks(b, blocks);
}
EXPORT_SYMBOL_GPL(shadow_buddy_nr_free);

void shadow_buddy_settle(struct shadow_buddy *b)
{
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	__shadow_buddy_settle(b);
	raw_spin_unlock_irqrestore(&b->lock, flags);
}
EXPORT_SYMBOL_GPL(shadow_buddy_settle);

const struct shadow_page *shadow_buddy_page(struct shadow_buddy *b, u64 pa)
{
	shadow_buddy_settle(b);
	return __shadow_buddy_page(b, pa);
}
EXPORT_SYMBOL_GPL(shadow_buddy_page);
