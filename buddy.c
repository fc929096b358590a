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

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_NO_PAGE;
	raw_spin_lock_irqsave(&b->lock, flags);
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
		return SHADOW_BAD_ORDER;
	if (pa & ~SHADOW_PAGE_MASK)
		return SHADOW_UNALIGNED;
	raw_spin_lock_irqsave(&b->lock, flags);
	if (b->recent == block) {
		b->recent = block + SHADOW_RECENT_FREED;
	} else {
		forget_recent(b);
		refusal = __free_block(b, pa, order, false);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_free);

/* The head of an allocated block, or why there is none. */
static enum shadow_refusal
__find_block(struct shadow_buddy *b, u64 pa, struct shadow_bank *bank,
	     struct shadow_page **page)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;

	if (unlikely(!shadow_buddy_find_bank(b, pfn, bank)))
		return SHADOW_OUTSIDE;
	*page = &b->map[pfn - bank->start + bank->first];
	if (likely(shadow_page_kind(*page) == SHADOW_PAGE_ALLOCATED))
		return SHADOW_ACCEPTED;
	return __shadow_buddy_diagnose(b, *page, pfn);
}

enum shadow_refusal __flatten shadow_buddy_get(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	struct shadow_page *page;
	struct shadow_bank bank;
	unsigned long flags;

	if (pa & ~SHADOW_PAGE_MASK)
		return SHADOW_UNALIGNED;
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	refusal = __find_block(b, pa, &bank, &page);
	if (!refusal && page->refcount == U32_MAX)
		refusal = SHADOW_REFCOUNT_FULL;
	if (!refusal)
		page->refcount++;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_get);

enum shadow_refusal __flatten shadow_buddy_put(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	struct shadow_page *page;
	struct shadow_bank bank;
	unsigned long flags;

	if (pa & ~SHADOW_PAGE_MASK)
		return SHADOW_UNALIGNED;
	raw_spin_lock_irqsave(&b->lock, flags);
	forget_recent(b);
	refusal = __find_block(b, pa, &bank, &page);
	if (!refusal) {
		if (page->refcount > 1)
			page->refcount--;
		else
			free_allocated(b, &bank, pa >> SHADOW_PAGE_SHIFT,
				       shadow_page_order(page));
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_put);
