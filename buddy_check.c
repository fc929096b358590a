// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every invariant of the buddy allocator, checked by one function that tests,
 * torture and debugfs share. It trusts no descriptor: a corrupt one must be
 * named, not followed out of the array.
 */
#include <linux/export.h>
#include <linux/kernel.h>

#include "buddy.h"

/* What the walk over the pages counts. */
struct census {
	u64 blocks[SHADOW_NR_ORDERS];
	u64 free;
	u64 allocated;
};

static u64 address_of(const struct shadow_buddy *b, u32 index)
{
	u32 i;

	for (i = 0; i < b->nr_banks; i++) {
		const struct shadow_bank *bank = &b->bank[i];
		u64 offset = (u64)index - bank->first;

		if (index >= bank->first && offset < bank->end - bank->start)
			return (bank->start + offset) << SHADOW_PAGE_SHIFT;
	}
	return SHADOW_NO_PAGE;
}

static const char *check_tails(const struct shadow_page *head, u64 *where,
			       u64 pfn)
{
	u64 i;

	for (i = 1; i < 1ULL << head->order; i++) {
		if (!head[i].flags && !head[i].order && !head[i].refcount)
			continue;
		*where = (pfn + i) << SHADOW_PAGE_SHIFT;
		return "a tail carries the state of a head";
	}
	return NULL;
}

static const char *check_head(const struct shadow_bank *bank,
			      const struct shadow_page *head, u64 pfn)
{
	u64 size;

	if (head->flags != SHADOW_PAGE_FREE &&
	    head->flags != SHADOW_PAGE_ALLOCATED)
		return "unknown flags";
	if (head->order > SHADOW_MAX_ORDER)
		return "order over 20";
	size = 1ULL << head->order;
	if (pfn & (size - 1))
		return "a block is not aligned to its size";
	if (pfn + size > bank->end)
		return "a block leaves its bank";
	if (head->pfn != pfn)
		return "a head has the frame number of another page";
	if (head->flags == SHADOW_PAGE_FREE && head->refcount)
		return "a free block has references";
	if (head->flags == SHADOW_PAGE_ALLOCATED && !head->refcount)
		return "an allocated block has no reference";
	return NULL;
}

/* Only called for the lower of two buddies. */
static bool free_beside(const struct shadow_bank *bank,
			const struct shadow_page *head, u64 pfn)
{
	u64 size = 1ULL << head->order;
	const struct shadow_page *other = head + size;

	return head->flags == SHADOW_PAGE_FREE &&
	       head->order < SHADOW_MAX_ORDER &&
	       !(pfn & size) && pfn + size < bank->end &&
	       other->flags == SHADOW_PAGE_FREE && other->order == head->order;
}

static const char *check_bank(const struct shadow_buddy *b,
			      const struct shadow_bank *bank,
			      struct census *census, u64 *where)
{
	const struct shadow_page *page = &b->map[bank->first];
	const char *broken = NULL;
	u64 pfn, size;

	for (pfn = bank->start; pfn < bank->end; pfn += size, page += size) {
		*where = pfn << SHADOW_PAGE_SHIFT;
		size = 1;
		if (!page->flags) {
			if (page->order || page->refcount)
				return "a page without a block carries state";
			continue;
		}
		broken = check_head(bank, page, pfn);
		if (!broken && free_beside(bank, page, pfn))
			broken = "two free buddies were not merged";
		if (!broken)
			broken = check_tails(page, where, pfn);
		if (broken)
			return broken;
		size = 1ULL << page->order;
		if (page->flags == SHADOW_PAGE_FREE) {
			census->blocks[page->order]++;
			census->free += size;
		} else {
			census->allocated += size;
		}
	}
	return NULL;
}

static const char *check_list(const struct shadow_buddy *b, unsigned int order,
			      u64 *where)
{
	u64 end = SHADOW_NR_ORDERS + b->nr_pages;
	u64 left = b->nr_blocks[order];
	u32 at = order;

	do {
		u32 next = b->map[at].next;

		*where = address_of(b, at);
		if (next >= end)
			return "a link leaves the array";
		if (b->map[next].prev != at)
			return "the links of two neighbours disagree";
		at = next;
		if (at == order)
			break;
		*where = address_of(b, at);
		if (at < SHADOW_NR_ORDERS ||
		    b->map[at].flags != SHADOW_PAGE_FREE ||
		    b->map[at].order != order)
			return "a list holds what is not a free block of its order";
	} while (left--);
	*where = SHADOW_NO_PAGE;
	if (left)
		return "a list is not as long as its counter says";
	if (!!(b->nonempty >> order & 1) != !!b->nr_blocks[order])
		return "the mask of orders disagrees with a list";
	return NULL;
}

static const char *check_census(const struct shadow_buddy *b,
				const struct census *census)
{
	unsigned int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		if (census->blocks[order] != b->nr_blocks[order])
			return "a free block is on no list";
	if (b->nonempty >> SHADOW_NR_ORDERS)
		return "the mask of orders has a bit too many";
	if (census->free != b->nr_free)
		return "the number of free pages is wrong";
	if (census->free + census->allocated != b->nr_managed)
		return "pages were lost or gained";
	return NULL;
}

const char *__shadow_buddy_check(const struct shadow_buddy *b, u64 *where)
{
	struct census census = {};
	const char *broken = NULL;
	unsigned int order;
	u32 i;

	for (i = 0; i < b->nr_banks && !broken; i++)
		broken = check_bank(b, &b->bank[i], &census, where);
	for (order = 0; order < SHADOW_NR_ORDERS && !broken; order++)
		broken = check_list(b, order, where);
	if (!broken) {
		*where = SHADOW_NO_PAGE;
		broken = check_census(b, &census);
	}
	return broken;
}
EXPORT_SYMBOL_GPL(__shadow_buddy_check);

const char *shadow_buddy_check(struct shadow_buddy *b, u64 *where)
{
	const char *broken;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	broken = __shadow_buddy_check(b, where);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return broken;
}
EXPORT_SYMBOL_GPL(shadow_buddy_check);
