// SPDX-License-Identifier: GPL-2.0-only
/*
 * The binary buddy allocator. See buddy.h for the drawing and the lock.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy.h"
#include "buddy_map.h"

static void link_after(struct shadow_buddy *b, u32 at, struct shadow_page *page)
{
	u32 index = page - b->map;
	u32 next = b->map[at].next;

	page->prev = at;
	page->next = next;
	b->map[at].next = index;
	b->map[next].prev = index;
}

/* Put a block on the list of its order, behind the entry @at of that list. */
static void list_block(struct shadow_buddy *b, struct shadow_page *page,
		       unsigned int order, u32 at)
{
	page->flags = SHADOW_PAGE_FREE;
	page->order = order;
	link_after(b, at, page);
	b->nr_blocks[order]++;
	b->nonempty |= 1U << order;
}

/* Take a free block off its list and make its head a tail. */
static void unlist_block(struct shadow_buddy *b, struct shadow_page *page)
{
	unsigned int order = page->order;

	b->map[page->prev].next = page->next;
	b->map[page->next].prev = page->prev;
	page->flags = 0;
	page->order = 0;
	if (!--b->nr_blocks[order])
		b->nonempty &= ~(1U << order);
}

static void mark_allocated(struct shadow_page *page, u64 pfn,
			   unsigned int order)
{
	page->pfn = pfn;
	page->flags = SHADOW_PAGE_ALLOCATED;
	page->order = order;
	page->refcount = 1;
}

/* Merge a block that belongs to no list with its buddy, if that is free (B1). */
static bool merge_once(struct shadow_buddy *b, const struct shadow_bank *bank,
		       struct shadow_page **page, u64 *pfn, unsigned int order)
{
	u64 other_pfn = *pfn ^ (1ULL << order);
	struct shadow_page *other;

	if (other_pfn < bank->start || other_pfn >= bank->end)
		return false;
	other = *page + (s64)(other_pfn - *pfn);
	if (other->flags != SHADOW_PAGE_FREE || other->order != order)
		return false;
	unlist_block(b, other);
	if (other_pfn < *pfn) {
		*page = other;
		*pfn = other_pfn;
	}
	return true;
}

/* The same with all of its buddies, up to the largest order (B4). */
static struct shadow_page *merge(struct shadow_buddy *b,
				 const struct shadow_bank *bank,
				 struct shadow_page *page, u64 pfn,
				 unsigned int *order)
{
	while (*order < SHADOW_MAX_ORDER &&
	       merge_once(b, bank, &page, &pfn, *order))
		++*order;
	page->pfn = pfn;
	return page;
}

/* Free a block whose head carries no state; @first: at the front of its list */
static void give_back(struct shadow_buddy *b, const struct shadow_bank *bank,
		      struct shadow_page *page, u64 pfn, unsigned int order,
		      bool first)
{
	b->nr_free += 1ULL << order;
	page = merge(b, bank, page, pfn, &order);
	list_block(b, page, order, first ? order : b->map[order].prev);
}

/* Make the head of an allocated block a tail; return the block's order. */
static unsigned int unmark_allocated(struct shadow_page *page)
{
	unsigned int order = page->order;

	page->flags = 0;
	page->order = 0;
	page->refcount = 0;
	return order;
}

static void give_back_allocated(struct shadow_buddy *b,
				const struct shadow_bank *bank,
				struct shadow_page *page)
{
	unsigned int order = unmark_allocated(page);

	give_back(b, bank, page, page->pfn, order, true);
}

/* Split a block that belongs to no list; the upper halves become free. */
static void split(struct shadow_buddy *b, struct shadow_page *page, u64 pfn,
		  unsigned int from, unsigned int to)
{
	while (from > to) {
		struct shadow_page *upper;

		from--;
		upper = page + (1UL << from);
		upper->pfn = pfn + (1ULL << from);
		list_block(b, upper, from, from);
	}
}

/* Take the first block of the smallest order that suffices off its list. */
static struct shadow_page *pop(struct shadow_buddy *b, unsigned int *order)
{
	u32 suffices = b->nonempty >> *order << *order;
	struct shadow_page *page;

	if (!suffices)
		return NULL;
	*order = __ffs(suffices);
	page = &b->map[b->map[*order].next];
	unlist_block(b, page);
	return page;
}

/* Take a block of exactly @order, split off the smallest that suffices (B2). */
static struct shadow_page *__alloc_block(struct shadow_buddy *b,
					 unsigned int order)
{
	unsigned int from = order;
	struct shadow_page *page = pop(b, &from);

	if (!page)
		return NULL;
	split(b, page, page->pfn, from, order);
	b->nr_free -= 1ULL << order;
	mark_allocated(page, page->pfn, order);
	return page;
}

u64 shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order)
{
	u64 pa = SHADOW_NO_PAGE;
	struct shadow_page *page;
	unsigned long flags;

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_NO_PAGE;
	raw_spin_lock_irqsave(&b->lock, flags);
	page = __alloc_block(b, order);
	if (page)
		pa = page->pfn << SHADOW_PAGE_SHIFT;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return pa;
}
EXPORT_SYMBOL_GPL(shadow_buddy_alloc);

static enum shadow_refusal __find_last_held(const struct shadow_buddy *b,
					    u64 pa, unsigned int order,
					    const struct shadow_bank **bank,
					    struct shadow_page **page)
{
	enum shadow_refusal refusal;

	refusal = __shadow_buddy_find_block(b, pa, bank, page);
	if (refusal)
		return refusal;
	if ((*page)->order != order)
		return SHADOW_WRONG_ORDER;
	return (*page)->refcount == 1 ? SHADOW_ACCEPTED : SHADOW_REFERENCED;
}

enum shadow_refusal shadow_buddy_free(struct shadow_buddy *b, u64 pa,
				      unsigned int order)
{
	const struct shadow_bank *bank;
	enum shadow_refusal refusal;
	struct shadow_page *page;
	unsigned long flags;

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_BAD_ORDER;
	raw_spin_lock_irqsave(&b->lock, flags);
	refusal = __find_last_held(b, pa, order, &bank, &page);
	if (!refusal)
		give_back_allocated(b, bank, page);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_free);

/*
 * Cut an allocated block after @nr_pages: what stays becomes one block for
 * each bit of that number, the largest first; the rest goes back (H3).
 *
 *	24 MiB of 32:	| 16 MiB, stays | 8 MiB, stays | 8 MiB, goes back |
 */
static void __cut(struct shadow_buddy *b, const struct shadow_bank *bank,
		  struct shadow_page *page, u64 nr_pages)
{
	u64 size = 1ULL << page->order;
	u64 pfn = page->pfn;
	u64 at, n;

	for (at = 0; at < nr_pages; at += 1ULL << n) {
		n = fls64(nr_pages - at) - 1;
		mark_allocated(page + at, pfn + at, n);
	}
	for (; at < size; at += 1ULL << n) {
		n = __ffs64(at);
		give_back(b, bank, page + at, pfn + at, n, true);
	}
}

u64 shadow_buddy_alloc_exact(struct shadow_buddy *b, u64 nr_pages)
{
	const struct shadow_bank *bank;
	u64 pa = SHADOW_NO_PAGE;
	struct shadow_page *page;
	unsigned long flags;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER)
		return SHADOW_NO_PAGE;
	raw_spin_lock_irqsave(&b->lock, flags);
	page = __alloc_block(b, fls64(nr_pages - 1));
	bank = page ? shadow_buddy_find_bank(b, page->pfn) : NULL;
	if (bank) {
		pa = page->pfn << SHADOW_PAGE_SHIFT;
		__cut(b, bank, page, nr_pages);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return pa;
}
EXPORT_SYMBOL_GPL(shadow_buddy_alloc_exact);

/* Walk the blocks of such a run; free them, or only see whether that works. */
static enum shadow_refusal __free_run(struct shadow_buddy *b, u64 pa,
				      u64 nr_pages, bool dry_run)
{
	enum shadow_refusal refusal = SHADOW_ACCEPTED;
	const struct shadow_bank *bank;
	struct shadow_page *page;

	while (nr_pages && !refusal) {
		unsigned int order = fls64(nr_pages) - 1;

		refusal = __find_last_held(b, pa, order, &bank, &page);
		if (!refusal && !dry_run)
			give_back_allocated(b, bank, page);
		pa += SHADOW_PAGE_SIZE << order;
		nr_pages -= 1ULL << order;
		/* Page 0 does not follow the last one of the address space. */
		if (!refusal && !pa && nr_pages)
			refusal = SHADOW_OUTSIDE;
	}
	return refusal;
}

enum shadow_refusal shadow_buddy_free_exact(struct shadow_buddy *b, u64 pa,
					    u64 nr_pages)
{
	enum shadow_refusal refusal;
	unsigned long flags;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER)
		return SHADOW_BAD_ORDER;
	raw_spin_lock_irqsave(&b->lock, flags);
	refusal = __free_run(b, pa, nr_pages, true);
	if (!refusal)
		__free_run(b, pa, nr_pages, false);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_free_exact);

enum shadow_refusal shadow_buddy_get(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_bank *bank;
	enum shadow_refusal refusal;
	struct shadow_page *page;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	refusal = __shadow_buddy_find_block(b, pa, &bank, &page);
	if (!refusal && page->refcount == U32_MAX)
		refusal = SHADOW_REFCOUNT_FULL;
	if (!refusal)
		page->refcount++;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_get);

enum shadow_refusal shadow_buddy_put(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_bank *bank;
	enum shadow_refusal refusal;
	struct shadow_page *page;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	refusal = __shadow_buddy_find_block(b, pa, &bank, &page);
	if (!refusal) {
		if (page->refcount > 1)
			page->refcount--;
		else
			give_back_allocated(b, bank, page);
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return refusal;
}
EXPORT_SYMBOL_GPL(shadow_buddy_put);

/* The bank that holds the whole run, or NULL. */
static const struct shadow_bank *bank_around(const struct shadow_buddy *b,
					     u64 pfn, u64 end)
{
	const struct shadow_bank *bank = shadow_buddy_find_bank(b, pfn);

	return bank && end <= bank->end ? bank : NULL;
}

int shadow_buddy_add_range(struct shadow_buddy *b, u64 start, u64 last)
{
	u64 pfn = start >> SHADOW_PAGE_SHIFT;
	u64 end = (last >> SHADOW_PAGE_SHIFT) + 1;
	const struct shadow_bank *bank;
	struct shadow_page *page;
	unsigned long flags;
	int err = 0;

	if (start & ~SHADOW_PAGE_MASK || ~last & ~SHADOW_PAGE_MASK ||
	    last < start)
		return -EINVAL;
	raw_spin_lock_irqsave(&b->lock, flags);
	bank = bank_around(b, pfn, end);
	if (!bank) {
		err = -EINVAL;
	} else if (pfn < b->added_end) {
		err = -EEXIST;
	} else {
		b->added_end = end;
		b->nr_managed += end - pfn;
		page = &b->map[bank->first + (u32)(pfn - bank->start)];
	}
	while (!err && pfn < end) {
		unsigned int order = shadow_block_order(pfn, end);

		give_back(b, bank, page, pfn, order, false);
		page += 1UL << order;
		pfn += 1ULL << order;
	}
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_buddy_add_range);

u64 shadow_buddy_blocks(struct shadow_buddy *b, u64 blocks[SHADOW_NR_ORDERS])
{
	unsigned long flags;
	u64 nr_free;

	raw_spin_lock_irqsave(&b->lock, flags);
	memcpy(blocks, b->nr_blocks, sizeof(b->nr_blocks));
	nr_free = b->nr_free;
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return nr_free;
}
EXPORT_SYMBOL_GPL(shadow_buddy_blocks);
