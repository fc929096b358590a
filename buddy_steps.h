/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an address or a descriptor to its bank, what is wrong with an address, and
 * what the operations of the buddy are made of (inside the buddy only). All of it
 * wants the lock held.
 *
 * Functions get @map, which is @b->map, and @size, which is 2^order, so that the
 * compiler reads and computes them once.
 */
#ifndef SHADOW_BUDDY_STEPS_H
#define SHADOW_BUDDY_STEPS_H

#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/jump_label.h>
#include <linux/kernel.h>

#include "buddy.h"

/* All that a function calls becomes a part of it. Linux 5.10 has no name for that. */
#ifndef __flatten
#define __flatten	__attribute__((__flatten__))
#endif

#define SHADOW_ALL_ORDERS	((1U << SHADOW_NR_ORDERS) - 1)
#define SHADOW_NO_ENTRY		(~0ULL)	/* in no array */

/* The last bank that begins at or below a frame number, else the first. */
static inline const struct shadow_bank *
shadow_bank_below(const struct shadow_buddy *b, u64 pfn)
{
	const struct shadow_bank *bank = b->bank;
	u32 nr = b->nr_banks, half;

	for (; nr > 1; nr -= half) {
		half = nr / 2;
		if (pfn >= bank[half].start)
			bank += half;
	}
	return bank;
}

/* The same for the index of a descriptor. */
static inline const struct shadow_bank *
shadow_bank_of_entry(const struct shadow_buddy *b, u64 at)
{
	const struct shadow_bank *bank = b->bank;
	u32 nr = b->nr_banks, half;

	for (; nr > 1; nr -= half) {
		half = nr / 2;
		if (at >= bank[half].first)
			bank += half;
	}
	return bank;
}

/**
 * shadow_buddy_find_bank() - the bank that a page belongs to
 * @b: the allocator; its lock is held
 * @pfn: any frame number
 * @found: set to the bank
 *
 * The bank that was found last is asked first.
 *
 * Return: false where @pfn is not in RAM.
 */
static inline bool shadow_buddy_find_bank(struct shadow_buddy *b, u64 pfn,
					  struct shadow_bank *found)
{
	if (unlikely(pfn - b->nearest.start >= b->nearest.nr_pages)) {
		const struct shadow_bank *bank = shadow_bank_below(b, pfn);

		if (pfn - bank->start >= bank->nr_pages)
			return false;
		b->nearest = *bank;
	}
	*found = b->nearest;
	return true;
}

/**
 * shadow_buddy_pfn_of_entry() - the frame number of a descriptor
 * @b: the allocator; its lock is held
 * @at: index of a descriptor that is no list head
 *
 * Return: the frame number.
 */
static inline u64 shadow_buddy_pfn_of_entry(struct shadow_buddy *b, u64 at)
{
	u64 page = at - b->nearest.first;

	if (unlikely(page >= b->nearest.nr_pages)) {
		b->nearest = *shadow_bank_of_entry(b, at);
		page = at - b->nearest.first;
	}
	return page + b->nearest.start;
}

/**
 * __shadow_buddy_settle() - as shadow_buddy_settle(), with the lock held
 * @b: the allocator; its lock is held
 */
void __shadow_buddy_settle(struct shadow_buddy *b);

/**
 * __shadow_buddy_diagnose() - why a block cannot be freed (B5)
 * @b: the allocator; its lock is held, the bank of the page is the nearest
 * @page: a descriptor, which is not that of an allocated block of the order
 *	that was named
 * @pfn: its frame number
 *
 * Return: the reason.
 */
enum shadow_refusal __shadow_buddy_diagnose(const struct shadow_buddy *b,
					    const struct shadow_page *page,
					    u64 pfn);

/* While this is on, what a call does to blocks is told, see buddy_trace.c. */
DECLARE_STATIC_KEY_FALSE(shadow_buddy_traced);

/* What those calls do then: the same, and tell of it. No free is remembered. */
u64 __shadow_trace_alloc(struct shadow_buddy *b, unsigned int order);
enum shadow_refusal __shadow_trace_free(struct shadow_buddy *b, u64 pa,
					unsigned int order);
enum shadow_refusal __shadow_trace_put(struct shadow_buddy *b, u64 pa);
enum shadow_refusal shadow_trace_refused(u64 pa, unsigned int order,
					 enum shadow_refusal refusal);

/* Tell of the alloc of a run; @before: free blocks of each order, then. */
void __shadow_trace_exact(const struct shadow_buddy *b, const u64 *before,
			  u64 pa, unsigned int order, u64 nr_pages);

/* For a call that is refused: tell of it, return the reason. */
static inline enum shadow_refusal refuse(u64 pa, unsigned int order,
					 enum shadow_refusal refusal)
{
	if (static_branch_unlikely(&shadow_buddy_traced))
		shadow_trace_refused(pa, order, refusal);
	return refusal;
}

/*
 * Put a block on the list of its order, behind the entry @behind of it. Where the
 * link from there does not lead back, the block is on no list: the check finds it.
 */
static inline void list_block(struct shadow_buddy *b, struct shadow_page *map,
			      u64 at, unsigned int order, u64 size, u64 behind)
{
	struct shadow_page *page = &map[at];
	u64 next = map[behind].next;

	page->state = SHADOW_PAGE_FREE | order;
	if (unlikely(next >= b->nr_entries || map[next].prev != behind)) {
		page->next = SHADOW_NO_ENTRY;
		return;
	}
	page->next = next;
	page->prev = behind;
	map[behind].next = at;
	map[next].prev = at;
	if (!b->nr_blocks[order]++)
		b->nonempty |= size;
}

/*
 * Take a free block off its list and make its head a tail. Links that do not lead
 * back are not followed: false, nothing has changed.
 */
static inline bool unlist_block(struct shadow_buddy *b, struct shadow_page *map,
				u64 at, unsigned int order, u64 size)
{
	u64 prev = map[at].prev;
	u64 next = map[at].next;

	if (unlikely(prev >= b->nr_entries || map[prev].next != at ||
		     next >= b->nr_entries || map[next].prev != at))
		return false;
	map[prev].next = next;
	map[next].prev = prev;
	map[at].prev = at;
	map[at].state = 0;
	if (!--b->nr_blocks[order])
		b->nonempty &= ~size;
	return true;
}

/*
 * Merge a block that is on no list with its buddy, if that is free (B1). One
 * that cannot be taken off its list stays: shadow_buddy_check() finds it.
 */
static inline bool merge_once(struct shadow_buddy *b, struct shadow_page *map,
			      const struct shadow_bank *bank, u64 *pfn,
			      unsigned int order, u64 size)
{
	u64 other_pfn = *pfn ^ size;
	u64 other = other_pfn - bank->start + bank->first;

	if (other_pfn - bank->start >= bank->nr_pages ||
	    map[other].state != (SHADOW_PAGE_FREE | order) ||
	    !unlist_block(b, map, other, order, size))
		return false;
	*pfn &= other_pfn;
	return true;
}

/* Free a block whose head carries no state; @first: at the front of its list */
static inline void give_back(struct shadow_buddy *b,
			     const struct shadow_bank *bank, u64 pfn,
			     unsigned int order, bool first)
{
	struct shadow_page *map = b->map;
	u64 size = 1ULL << order;
	u64 behind;

	while (order < SHADOW_MAX_ORDER &&
	       merge_once(b, map, bank, &pfn, order, size)) {
		order++;
		size *= 2;
	}
	if (!first && map[order].prev < b->nr_entries)
		behind = map[order].prev;
	else
		behind = order;
	list_block(b, map, pfn - bank->start + bank->first, order, size,
		   behind);
}

static inline void mark_allocated(struct shadow_page *page, unsigned int order)
{
	page->state = SHADOW_PAGE_ALLOCATED | order;
	page->refcount = 1;
}

/* Make the head of an allocated block a tail. */
static inline void unmark_allocated(struct shadow_page *page)
{
	page->state = 0;
	page->refcount = 0;
}

/*
 * Take the first block of the smallest order that suffices off its list; @to: the
 * order that is wanted, to which it will be split. False, and nothing has changed,
 * where there is none, or one whose links do not lead back.
 *
 * Of @nonempty, bit @from is the lowest one from bit @to up. To subtract bit @to
 * clears bit @from and sets bits @to to @from - 1: what popping and splitting does.
 */
static inline bool pop(struct shadow_buddy *b, struct shadow_page *map,
		       unsigned int to, u64 *from, u64 *block)
{
	u32 nonempty = b->nonempty;
	u32 suffices = (nonempty & SHADOW_ALL_ORDERS) >> to << to;
	u64 order, at, next;

	if (unlikely(!suffices))
		return false;
	order = __ffs(suffices);
	at = map[order].next;
	if (unlikely(at == order || at >= b->nr_entries ||
		     map[at].prev != order))
		return false;
	next = map[at].next;
	if (unlikely(next >= b->nr_entries || map[next].prev != at))
		return false;
	map[order].next = next;
	map[next].prev = order;
	map[at].prev = at;
	nonempty -= 1U << to;
	if (--b->nr_blocks[order])
		nonempty += 1U << order;
	b->nonempty = nonempty;
	*from = order;
	*block = at;
	return true;
}

/*
 * Split a block that is on no list; the upper halves become free. The lists of
 * the lower orders are empty, or the block would have come from there.
 */
static inline void split(struct shadow_buddy *b, struct shadow_page *map, u64 at,
			 u64 from, unsigned int to)
{
	while ((unsigned int)from > to) {
		struct shadow_page *upper;
		u64 half;

		from--;
		half = at + (1ULL << from);
		upper = &map[half];
		upper->state = SHADOW_PAGE_FREE | from;
		upper->next = from;
		upper->prev = from;
		map[from].next = half;
		map[from].prev = half;
		b->nr_blocks[from] = 1;
	}
}

/* Free an allocated block. */
static inline void free_allocated(struct shadow_buddy *b,
				  const struct shadow_bank *bank, u64 pfn,
				  unsigned int order)
{
	unmark_allocated(&b->map[pfn - bank->start + bank->first]);
	give_back(b, bank, pfn, order, true);
}

/* Take a block of exactly @order, split off the smallest that suffices (B2). */
static inline u64 __alloc_block(struct shadow_buddy *b, unsigned int order)
{
	struct shadow_page *map = b->map;
	u64 from, at, pa;

	if (!pop(b, map, order, &from, &at))
		return SHADOW_NO_PAGE;
	if ((unsigned int)from > order)
		split(b, map, at, from, order);
	mark_allocated(&map[at], order);
	pa = shadow_buddy_pfn_of_entry(b, at) << SHADOW_PAGE_SHIFT;
	b->recent = pa | order;
	return pa;
}

/* Free a block of exactly that order that nobody else holds. */
static inline enum shadow_refusal __free_block(struct shadow_buddy *b, u64 pa,
					       unsigned int order, bool dry_run)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	const struct shadow_page *page;
	struct shadow_bank bank;

	if (unlikely(!shadow_buddy_find_bank(b, pfn, &bank)))
		return SHADOW_OUTSIDE;
	page = &b->map[pfn - bank.start + bank.first];
	if (unlikely(page->state != (SHADOW_PAGE_ALLOCATED | order)))
		return __shadow_buddy_diagnose(b, page, pfn);
	if (unlikely(page->refcount != 1))
		return SHADOW_REFERENCED;
	if (!dry_run)
		free_allocated(b, &bank, pfn, order);
	return SHADOW_ACCEPTED;
}

/* The head of an allocated block, or why there is none. */
static inline enum shadow_refusal
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

/* Let a block go (B9). */
static inline enum shadow_refusal __put_block(struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal refusal;
	struct shadow_page *page;
	struct shadow_bank bank;

	refusal = __find_block(b, pa, &bank, &page);
	if (!refusal) {
		if (page->refcount > 1)
			page->refcount--;
		else
			free_allocated(b, &bank, pa >> SHADOW_PAGE_SHIFT,
				       shadow_page_order(page));
	}
	return refusal;
}

/* Settle, and forget the last alloc: its free must be done at once. */
static inline void forget_recent(struct shadow_buddy *b)
{
	if (unlikely(b->recent & SHADOW_RECENT_FREED))
		__shadow_buddy_settle(b);
	b->recent = SHADOW_RECENT_NONE;
}

#endif /* SHADOW_BUDDY_STEPS_H */
