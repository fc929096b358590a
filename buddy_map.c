// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the descriptors of a buddy allocator lie: one array for all banks, see
 * buddy.h; and what is wrong with an address.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy.h"
#include "buddy_steps.h"

static u64 first_pfn(const struct shadow_range *range)
{
	return range->start >> SHADOW_PAGE_SHIFT;
}

static u64 last_pfn(const struct shadow_range *range)
{
	return range->last >> SHADOW_PAGE_SHIFT;
}

static u64 map_bytes(u64 nr_pages)
{
	return (SHADOW_NR_ORDERS + nr_pages) * sizeof(struct shadow_page);
}

u64 shadow_buddy_bytes(const struct shadow_ranges *ram)
{
	u64 nr_pages = shadow_ranges_pages(ram);

	if (!nr_pages)
		return 0;
	return map_bytes(nr_pages) + ram->nr * sizeof(struct shadow_bank);
}
EXPORT_SYMBOL_GPL(shadow_buddy_bytes);

static void init_banks(struct shadow_buddy *b, const struct shadow_ranges *ram)
{
	u64 index = SHADOW_NR_ORDERS;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		struct shadow_bank *bank = &b->bank[i];

		bank->start = first_pfn(&ram->range[i]);
		bank->nr_pages = last_pfn(&ram->range[i]) + 1 - bank->start;
		bank->first = index;
		index += bank->nr_pages;
	}
}

int shadow_buddy_init(struct shadow_buddy *b, const struct shadow_ranges *ram,
		      void *mem)
{
	unsigned int order;

	if (!shadow_buddy_bytes(ram))
		return -EINVAL;

	memset(b, 0, sizeof(*b));
	raw_spin_lock_init(&b->lock);
	b->recent = SHADOW_RECENT_NONE;
	b->nr_pages = shadow_ranges_pages(ram);
	b->nr_entries = SHADOW_NR_ORDERS + b->nr_pages;
	b->nr_banks = ram->nr;
	b->map = mem;
	b->bank = mem + map_bytes(b->nr_pages);

	memset(b->map, 0, map_bytes(b->nr_pages));
	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		b->map[order].next = order;
		b->map[order].prev = order;
	}
	init_banks(b, ram);
	b->nearest = b->bank[0];
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_buddy_init);

u64 shadow_buddy_address(const struct shadow_buddy *b,
			 const struct shadow_page *page)
{
	u64 at = page - b->map;
	const struct shadow_bank *bank = shadow_bank_of_entry(b, at);

	return (at - bank->first + bank->start) << SHADOW_PAGE_SHIFT;
}
EXPORT_SYMBOL_GPL(shadow_buddy_address);

const struct shadow_page *__shadow_buddy_page(const struct shadow_buddy *b,
					      u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	const struct shadow_bank *bank = shadow_bank_below(b, pfn);

	return pfn - bank->start < bank->nr_pages ?
	       &b->map[pfn - bank->start + bank->first] : NULL;
}
EXPORT_SYMBOL_GPL(__shadow_buddy_page);

/*
 * The block that a page lies in begins at that page, or at one of those that
 * clearing the lowest of the bits that are set in its frame number leads to, one
 * after another.
 */
static enum shadow_refusal block_around(const struct shadow_bank *bank,
					const struct shadow_page *page, u64 pfn)
{
	u64 left = pfn & ((1ULL << SHADOW_MAX_ORDER) - 1);
	u64 below = 0;

	while (below <= pfn - bank->start) {
		const struct shadow_page *head = page - below;

		if (head->state && !(below >> shadow_page_order(head)))
			return shadow_page_kind(head) == SHADOW_PAGE_FREE ?
			       SHADOW_ALREADY_FREE : SHADOW_INSIDE;
		if (!left)
			break;
		below += left & -left;
		left &= left - 1;
	}
	return SHADOW_NEVER_ALLOCATED;
}

enum shadow_refusal __shadow_buddy_diagnose(const struct shadow_buddy *b,
					    const struct shadow_page *page,
					    u64 pfn)
{
	if (shadow_page_kind(page) == SHADOW_PAGE_ALLOCATED)
		return SHADOW_WRONG_ORDER;
	return block_around(&b->nearest, page, pfn);
}

static const char * const refusal_names[] = {
	[SHADOW_ACCEPTED] = "accepted",
	[SHADOW_UNALIGNED] = "not page aligned",
	[SHADOW_BAD_ORDER] = "order over 20",
	[SHADOW_OUTSIDE] = "outside RAM",
	[SHADOW_NEVER_ALLOCATED] = "never allocated",
	[SHADOW_ALREADY_FREE] = "already free",
	[SHADOW_INSIDE] = "inside a block",
	[SHADOW_WRONG_ORDER] = "wrong order",
	[SHADOW_REFERENCED] = "still referenced",
	[SHADOW_REFCOUNT_FULL] = "reference count full",
};

const char *shadow_refusal_name(enum shadow_refusal refusal)
{
	return refusal_names[refusal];
}
EXPORT_SYMBOL_GPL(shadow_refusal_name);
