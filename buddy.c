// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary buddy allocator: what is called most, each one function in the object.
 * See buddy.h for the drawings and the lock, buddy_steps.h for what they are made
 * of.
 */
#include <linux/compiler.h>
#include <linux/export.h>
#include <linux/kernel.h>

#include "buddy.h"
#include "buddy_steps.h"

/* What was remembered is not believed: it is freed if it still can be. */
noinline void __shadow_buddy_settle(struct shadow_buddy *b)
{
	unsigned int order = b->recent & (SHADOW_RECENT_FREED - 1);
	u64 pa = b->recent & SHADOW_PAGE_MASK;

	if (!(b->recent & SHADOW_RECENT_FREED))
		return;
	b->recent = SHADOW_RECENT_NONE;
	__free_block(b, pa, order, false);
}

u64 __flatten shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order)
{
	unsigned long flags;
	u64 pa;

	if (order > SHADOW_MAX_ORDER) {
		refuse(SHADOW_NO_PAGE, order, SHADOW_BAD_ORDER);
		return SHADOW_NO_PAGE;
	}
	raw_spin_lock_irqsave(&b->lock, flags);
	if (static_branch_unlikely(&shadow_buddy_traced)) {
		forget_recent(b);
		pa = __shadow_trace_alloc(b, order);
		goto out;
	}
	if (b->recent & SHADOW_RECENT_FREED) {
		pa = b->recent - SHADOW_RECENT_FREED;
		if ((pa & ~SHADOW_PAGE_MASK) == order) {
			b->recent = pa;
			pa -= order;
			goto out;
		}
		__shadow_buddy_settle(b);
	}
	pa = __alloc_block(b, order);
out:
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return pa;
}
EXPORT_SYMBOL_GPL(shadow_buddy_alloc);

enum shadow_refusal __flatten shadow_buddy_free(struct shadow_buddy *b, u64 pa,
						unsigned int order)
{
	enum shadow_refusal refusal = SHADOW_ACCEPTED;
	u64 block = pa | order;
	unsigned long flags;

	if (order > SHADOW_MAX_ORDER)
		return refuse(pa, order, SHADOW_BAD_ORDER);
	if (pa & ~SHADOW_PAGE_MASK)
		return refuse(pa, order, SHADOW_UNALIGNED);
	raw_spin_lock_irqsave(&b->lock, flags);
	if (static_branch_unlikely(&shadow_buddy_traced)) {
		forget_recent(b);
		refusal = __shadow_trace_free(b, pa, order);
	} else if (b->recent == block) {
		b->recent = block + SHADOW_RECENT_FREED;
	} else {
		forget_recent(b);
		refusal = __free_block(b, pa, order, false);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_free);

/* Hold a block once more (B9). */
static enum shadow_refusal __get_block(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	struct shadow_page *page;
	struct shadow_bank bank;

	refusal = __find_block(b, pa, &bank, &page);
	if (!refusal && page->refcount == U32_MAX)
		refusal = SHADOW_REFCOUNT_FULL;
	if (!refusal)
		page->refcount++;
	return refusal;
}

enum shadow_refusal __flatten shadow_buddy_get(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	unsigned long flags;

	if (pa & ~SHADOW_PAGE_MASK)
		return refuse(pa, SHADOW_NO_ORDER, SHADOW_UNALIGNED);
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	refusal = __get_block(b, pa);
	if (unlikely(refusal))
		refuse(pa, SHADOW_NO_ORDER, refusal);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_get);

enum shadow_refusal __flatten shadow_buddy_put(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	unsigned long flags;

	if (pa & ~SHADOW_PAGE_MASK)
		return refuse(pa, SHADOW_NO_ORDER, SHADOW_UNALIGNED);
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	if (static_branch_unlikely(&shadow_buddy_traced))
		refusal = __shadow_trace_put(b, pa);
	else
		refusal = __put_block(b, pa);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_put);
