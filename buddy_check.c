// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every invariant of the buddy allocator, checked by one function that tests,
 * torture and debugfs share. It trusts no descriptor: a corrupt one must be
 * named, not followed out of the array.
 */
#include <linux/export.h>
#include <linux/kernel.h>

#include "buddy.h"
#include "buddy_steps.h"

/* What the walk over the pages counts. */
struct census {
	u64 blocks[SHADOW_NR_ORDERS];
	u64 pages;
};

static u64 address_of(const struct shadow_buddy *b, u64 at)
{
	if (at < SHADOW_NR_ORDERS || at >= b->nr_entries)
		return SHADOW_NO_PAGE;
	return shadow_buddy_address(b, &b->map[at]);
}

static const char *check_tails(const struct shadow_page *head, u64 *where,
			       u64 pfn)
{
	u64 i;

	for (i = 1; i < 1ULL << shadow_page_order(head); i++) {
		if (!head[i].state && !head[i].refcount)
			continue;
		*where = (pfn + i) << SHADOW_PAGE_SHIFT;
		return "a tail carries the state of a head";
	}
	return NULL;
}

static const char *check_head(const struct shadow_bank *bank,
			      const struct shadow_page *head, u64 pfn)
{
	bool free = shadow_page_kind(head) == SHADOW_PAGE_FREE;
	u64 size;

	if (!free && shadow_page_kind(head) != SHADOW_PAGE_ALLOCATED)
		return "unknown flags";
	if (shadow_page_order(head) > SHADOW_MAX_ORDER)
		return "order over 20";
	size = 1ULL << shadow_page_order(head);
	if (pfn & (size - 1))
		return "a block is not aligned to its size";
	if (pfn - bank->start + size > bank->nr_pages)
		return "a block leaves its bank";
	if (free && head->refcount)
		return "a free block has references";
	if (!free && !head->refcount)
		return "an allocated block has no reference";
	return NULL;
}

/* Only called for the lower of two buddies. */
static bool free_beside(const struct shadow_bank *bank,
			const struct shadow_page *head, u64 pfn)
{
	u64 size = 1ULL << shadow_page_order(head);

	return shadow_page_kind(head) == SHADOW_PAGE_FREE &&
	       shadow_page_order(head) < SHADOW_MAX_ORDER &&
	       !(pfn & size) && pfn - bank->start + size < bank->nr_pages &&
	       head[size].state == head->state;
}

static const char *check_bank(const struct shadow_buddy *b,
			      const struct shadow_bank *bank,
			      struct census *census, u64 *where)
{
	const struct shadow_page *page = &b->map[bank->first];
	u64 end = bank->start + bank->nr_pages;
	const char *broken = NULL;
	u64 pfn, size;

	for (pfn = bank->start; pfn < end; pfn += size, page += size) {
		*where = pfn << SHADOW_PAGE_SHIFT;
		size = 1;
		if (!page->state) {
			if (page->refcount)
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
		size = 1ULL << shadow_page_order(page);
		census->pages += size;
		if (shadow_page_kind(page) == SHADOW_PAGE_FREE)
			census->blocks[shadow_page_order(page)]++;
	}
	return NULL;
}

/* @at is set to the entry where something is wrong. */
static const char *check_list(const struct shadow_buddy *b, unsigned int order,
			      u64 *at)
{
	u64 left = b->nr_blocks[order];

	*at = order;
	do {
		u64 next = b->map[*at].next;

		if (next >= b->nr_entries)
			return "a link leaves the array";
		if (b->map[next].prev != *at)
			return "the links of two neighbours disagree";
		*at = next;
		if (next == order)
			break;
		if (next < SHADOW_NR_ORDERS ||
		    b->map[next].state != (SHADOW_PAGE_FREE | order))
			return "a list holds what is not a free block of its order";
	} while (left--);
	*at = order;
	if (left)
		return "a list is not as long as its counter says";
	if (!!(b->nonempty >> order & 1) != !!b->nr_blocks[order])
		return "the mask of orders disagrees with a list";
	return NULL;
}

static const char *check_lists(const struct shadow_buddy *b, u64 *where)
{
	const char *broken = NULL;
	unsigned int order;
	u64 at = 0;

	for (order = 0; order < SHADOW_NR_ORDERS && !broken; order++)
		broken = check_list(b, order, &at);
	*where = address_of(b, at);
	return broken;
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
	if (census->pages != b->nr_managed)
		return "pages were lost or gained";
	return NULL;
}

const char *__shadow_buddy_check(const struct shadow_buddy *b, u64 *where)
{
	struct census census = {};
	const char *broken = NULL;
	u32 i;

	for (i = 0; i < b->nr_banks && !broken; i++)
		broken = check_bank(b, &b->bank[i], &census, where);
	if (!broken)
		broken = check_lists(b, where);
	if (!broken)
		broken = check_census(b, &census);
	return broken;
}
EXPORT_SYMBOL_GPL(__shadow_buddy_check);

const char *shadow_buddy_check(struct shadow_buddy *b, u64 *where)
{
	const char *broken;
	unsigned long flags;

	raw_spin_lock_irqsave(&b->lock, flags);
	__shadow_buddy_settle(b);
	broken = __shadow_buddy_check(b, where);
	raw_spin_unlock_irqrestore(&b->lock, flags);
	return broken;
}
EXPORT_SYMBOL_GPL(shadow_buddy_check);
