// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record's design, word by word. See literal.h.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "literal.h"

#define PAGE_BITS	12

static struct literal_bank *bank_of(struct literal *l, u64 pfn)
{
	u32 i;

	for (i = 0; i < l->nr_banks; i++)
		if (pfn >= l->bank[i].start && pfn < l->bank[i].end)
			return &l->bank[i];
	return NULL;
}

static struct literal_bank *bank_of_page(struct literal *l,
					 struct literal_page *page)
{
	u32 i;

	for (i = 0; i < l->nr_banks; i++) {
		struct literal_bank *bank = &l->bank[i];

		if (page >= bank->map &&
		    page < bank->map + (bank->end - bank->start))
			return bank;
	}
	return NULL;
}

static u64 pfn_of(struct literal_bank *bank, struct literal_page *page)
{
	return bank->start + (page - bank->map);
}

static void push_front(struct literal *l, struct literal_page *page,
		       unsigned int order)
{
	page->flags = LITERAL_FREE;
	page->order = order;
	page->prev = NULL;
	page->next = l->list[order];
	if (page->next)
		page->next->prev = page;
	l->list[order] = page;
}

static void push_back(struct literal *l, struct literal_page *page,
		      unsigned int order)
{
	struct literal_page *last = l->list[order];

	if (!last) {
		push_front(l, page, order);
		return;
	}
	while (last->next)
		last = last->next;
	page->flags = LITERAL_FREE;
	page->order = order;
	page->prev = last;
	page->next = NULL;
	last->next = page;
}

static void unlink(struct literal *l, struct literal_page *page)
{
	if (page->prev)
		page->prev->next = page->next;
	else
		l->list[page->order] = page->next;
	if (page->next)
		page->next->prev = page->prev;
	page->next = NULL;
	page->prev = NULL;
	page->flags = 0;
}

/* Merge a block that is on no list with its free buddies, up to the last order. */
static struct literal_page *merge(struct literal *l, struct literal_bank *bank,
				  u64 pfn, unsigned int *order)
{
	struct literal_page *page = &bank->map[pfn - bank->start];

	while (*order < LITERAL_MAX_ORDER) {
		u64 other_pfn = pfn ^ (1ULL << *order);
		struct literal_page *other;

		if (other_pfn < bank->start || other_pfn >= bank->end)
			break;
		other = &bank->map[other_pfn - bank->start];
		if (other->flags != LITERAL_FREE || other->order != *order)
			break;
		unlink(l, other);
		other->order = 0;
		if (other_pfn < pfn) {
			pfn = other_pfn;
			page = other;
		}
		++*order;
	}
	return page;
}

static void give_back(struct literal *l, struct literal_bank *bank, u64 pfn,
		      unsigned int order)
{
	struct literal_page *page = &bank->map[pfn - bank->start];

	page->flags = 0;
	page->order = 0;
	page->refcount = 0;
	page = merge(l, bank, pfn, &order);
	push_front(l, page, order);
}

static struct literal_page *take(struct literal *l, unsigned int order)
{
	struct literal_page *page;
	unsigned int from;

	for (from = order; from <= LITERAL_MAX_ORDER; from++)
		if (l->list[from])
			break;
	if (from > LITERAL_MAX_ORDER)
		return NULL;
	page = l->list[from];
	unlink(l, page);
	while (from > order) {
		from--;
		push_front(l, page + (1UL << from), from);
	}
	page->flags = LITERAL_ALLOCATED;
	page->order = order;
	page->refcount = 1;
	return page;
}

void literal_init(struct literal *l, struct literal_bank *bank, u32 nr_banks)
{
	memset(l, 0, sizeof(*l));
	raw_spin_lock_init(&l->lock);
	l->bank = bank;
	l->nr_banks = nr_banks;
}

void literal_add_range(struct literal *l, u64 start, u64 last)
{
	u64 end = (last >> PAGE_BITS) + 1;
	u64 pfn = start >> PAGE_BITS;
	struct literal_bank *bank;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	bank = bank_of(l, pfn);
	while (pfn < end) {
		unsigned int order = LITERAL_MAX_ORDER;
		struct literal_page *page;
		u64 size;

		while ((pfn & ((1ULL << order) - 1)) ||
		       pfn + (1ULL << order) > end)
			order--;
		size = 1ULL << order;
		page = merge(l, bank, pfn, &order);
		push_back(l, page, order);
		pfn += size;
	}
	raw_spin_unlock_irqrestore(&l->lock, flags);
}

u64 literal_alloc(struct literal *l, unsigned int order)
{
	u64 pa = LITERAL_NO_PAGE;
	struct literal_page *page;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	page = take(l, order);
	if (page)
		pa = pfn_of(bank_of_page(l, page), page) << PAGE_BITS;
	raw_spin_unlock_irqrestore(&l->lock, flags);
	return pa;
}

void literal_free(struct literal *l, u64 pa, unsigned int order)
{
	u64 pfn = pa >> PAGE_BITS;
	struct literal_bank *bank;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	bank = bank_of(l, pfn);
	give_back(l, bank, pfn, order);
	raw_spin_unlock_irqrestore(&l->lock, flags);
}

u64 literal_alloc_exact(struct literal *l, u64 nr_pages)
{
	u64 pa = LITERAL_NO_PAGE;
	struct literal_bank *bank;
	struct literal_page *page;
	unsigned int order = 0;
	unsigned long flags;
	u64 at = 0;

	while (1ULL << order < nr_pages)
		order++;
	raw_spin_lock_irqsave(&l->lock, flags);
	page = take(l, order);
	if (page) {
		u64 size = 1ULL << order;
		u64 pfn;

		bank = bank_of_page(l, page);
		pfn = pfn_of(bank, page);
		pa = pfn << PAGE_BITS;
		/* What stays: a block for each bit, the largest first. */
		for (; at < nr_pages; at += 1ULL << order) {
			order = fls64(nr_pages - at) - 1;
			page[at].flags = LITERAL_ALLOCATED;
			page[at].order = order;
			page[at].refcount = 1;
		}
		for (; at < size; at += 1ULL << order) {
			order = __ffs64(at);
			give_back(l, bank, pfn + at, order);
		}
	}
	raw_spin_unlock_irqrestore(&l->lock, flags);
	return pa;
}

void literal_free_exact(struct literal *l, u64 pa, u64 nr_pages)
{
	u64 pfn = pa >> PAGE_BITS;
	struct literal_bank *bank;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	bank = bank_of(l, pfn);
	while (nr_pages) {
		unsigned int order = fls64(nr_pages) - 1;

		give_back(l, bank, pfn, order);
		pfn += 1ULL << order;
		nr_pages -= 1ULL << order;
	}
	raw_spin_unlock_irqrestore(&l->lock, flags);
}

void literal_get(struct literal *l, u64 pa)
{
	u64 pfn = pa >> PAGE_BITS;
	struct literal_bank *bank;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	bank = bank_of(l, pfn);
	bank->map[pfn - bank->start].refcount++;
	raw_spin_unlock_irqrestore(&l->lock, flags);
}

void literal_put(struct literal *l, u64 pa)
{
	u64 pfn = pa >> PAGE_BITS;
	struct literal_page *page;
	struct literal_bank *bank;
	unsigned long flags;

	raw_spin_lock_irqsave(&l->lock, flags);
	bank = bank_of(l, pfn);
	page = &bank->map[pfn - bank->start];
	if (!--page->refcount)
		give_back(l, bank, pfn, page->order);
	raw_spin_unlock_irqrestore(&l->lock, flags);
}

u64 literal_blocks(struct literal *l, u64 blocks[LITERAL_NR_ORDERS])
{
	struct literal_page *page;
	unsigned int order;
	unsigned long flags;
	u64 nr_free = 0;

	raw_spin_lock_irqsave(&l->lock, flags);
	for (order = 0; order < LITERAL_NR_ORDERS; order++) {
		blocks[order] = 0;
		for (page = l->list[order]; page; page = page->next)
			blocks[order]++;
		nr_free += blocks[order] << order;
	}
	raw_spin_unlock_irqrestore(&l->lock, flags);
	return nr_free;
}
