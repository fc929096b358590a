// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the allocator. See fault.h.
 */
#include <linux/bitops.h>

#include "fault.h"

#define ALLOC(id) \
	FAULT_FUNCTION(alloc, u64, id, struct shadow_buddy *b, \
		       unsigned int order)
#define AFTER(id) \
	FAULT_FUNCTION(after, void, id, struct shadow_buddy *b, u64 pa, \
		       int order)
#define FREE(id) \
	FAULT_FUNCTION(free, int, id, struct shadow_buddy *b, u64 pa, \
		       unsigned int order, enum shadow_refusal refusal)
#define GET(id)	FAULT_FUNCTION(get, int, id, struct shadow_buddy *b, u64 pa)
#define PUT(id)	FAULT_FUNCTION(put, int, id, struct shadow_buddy *b, u64 pa)
/* One that does nothing but return something. */
#define RETURNS(kind, id, what) kind(id) { return what; }

static u64 hit(u64 pa)
{
	fault_hits++;
	return pa;
}

/* The head of some block of that kind, and of that order unless it is -1. */
static struct shadow_page *find(struct shadow_buddy *b, unsigned int kind,
				int order)
{
	u64 i;

	shadow_buddy_settle(b);
	for (i = SHADOW_NR_ORDERS; i < b->nr_entries; i++)
		if (shadow_page_kind(&b->map[i]) == kind &&
		    (order < 0 || shadow_page_order(&b->map[i]) == order))
			return &b->map[i];
	return NULL;
}

static struct shadow_page *page_of(struct shadow_buddy *b, u64 pa)
{
	return (struct shadow_page *)shadow_buddy_page(b, pa);
}

ALLOC(held_already)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_ALLOCATED, order);

	return page ? hit(shadow_buddy_address(b, page)) :
		      __real_shadow_buddy_alloc(b, order);
}

ALLOC(unaligned)
{
	u64 pa = __real_shadow_buddy_alloc(b, order);

	return pa == SHADOW_NO_PAGE ? pa :
	       hit(pa + (SHADOW_PAGE_SIZE << order) / 2);
}

static u64 end_of_ram(const struct shadow_buddy *b)
{
	const struct shadow_bank *last = &b->bank[b->nr_banks - 1];

	return (last->start + last->nr_pages) << SHADOW_PAGE_SHIFT;
}

ALLOC(above_ram)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;
	u64 end = end_of_ram(b);

	return hit((end + bytes - 1) & ~(bytes - 1));
}

/* Begins in RAM, and is larger than what is left there. */
ALLOC(over_the_end)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;
	u64 end = end_of_ram(b);
	u64 pa = (end - 1) & ~(bytes - 1);

	return pa + bytes > end && shadow_buddy_page(b, pa) ?
	       hit(pa) : __real_shadow_buddy_alloc(b, order);
}

/* Both ends lie in RAM, between them a hole of a page does not. */
ALLOC(across_a_hole)
{
	return order == 2 && b->nr_banks > 1 ?
	       hit((b->bank[1].start - 3) << SHADOW_PAGE_SHIFT) :
	       __real_shadow_buddy_alloc(b, order);
}

ALLOC(below_ram)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;

	return hit(((b->bank->start << SHADOW_PAGE_SHIFT) - bytes) &
		   ~(bytes - 1));
}

ALLOC(larger)
{
	u64 pa = __real_shadow_buddy_alloc(b, order + 1);

	return pa == SHADOW_NO_PAGE ? __real_shadow_buddy_alloc(b, order) :
				      hit(pa);
}

/* Only one that has the alignment of the larger block. */
ALLOC(smaller)
{
	u64 pa = order ? __real_shadow_buddy_alloc(b, order - 1) :
			 SHADOW_NO_PAGE;

	if (pa == SHADOW_NO_PAGE)
		return __real_shadow_buddy_alloc(b, order);
	if (!(pa & ((SHADOW_PAGE_SIZE << order) - 1)))
		return hit(pa);
	__real_shadow_buddy_free(b, pa, order - 1);
	return __real_shadow_buddy_alloc(b, order);
}

ALLOC(nothing_left)
{
	return shadow_buddy_nr_free(b) ? hit(SHADOW_NO_PAGE) : SHADOW_NO_PAGE;
}

/* What is there is found a moment too late. */
ALLOC(nothing_at_first)
{
	return order || fault_hits ? __real_shadow_buddy_alloc(b, order) :
				     hit(SHADOW_NO_PAGE);
}

/* A list is given back its blocks; one that it has got meanwhile is the last. */
static void restore_list(struct shadow_buddy *b, unsigned int n,
			 struct shadow_page was, u64 nr)
{
	struct shadow_page *head = &b->map[n];
	u64 fresh = b->nr_blocks[n] ? head->next : n;

	*head = was;
	if (fresh != n) {
		b->map[fresh].next = n;
		b->map[fresh].prev = was.prev;
		b->map[was.prev].next = fresh;
		head->prev = fresh;
	}
	b->nr_blocks[n] = nr + (fresh != n);
	b->nonempty |= 1U << n;
}

/* A block of one size more is split: B2's smallest is not used. */
ALLOC(not_smallest)
{
	struct shadow_page head;
	unsigned int n;
	u32 suffices;
	u64 pa, nr;

	shadow_buddy_settle(b);
	suffices = b->nonempty >> order << order;
	if (!(suffices & (suffices - 1)))
		return __real_shadow_buddy_alloc(b, order);
	n = __ffs(suffices);
	head = b->map[n];
	nr = b->nr_blocks[n];
	b->map[n].next = n;
	b->map[n].prev = n;
	b->nr_blocks[n] = 0;
	b->nonempty &= ~(1U << n);
	pa = __real_shadow_buddy_alloc(b, order);
	restore_list(b, n, head, nr);
	return hit(pa);
}

/* Pages come in descending order: B3. */
ALLOC(upper_half)
{
	u64 lower = __real_shadow_buddy_alloc(b, order);
	u64 upper = __real_shadow_buddy_alloc(b, order);

	if (upper == SHADOW_NO_PAGE)
		return lower;
	__real_shadow_buddy_free(b, lower, order);
	return hit(upper);
}

static void lose_page(struct shadow_buddy *b)
{
	u64 pa = __real_shadow_buddy_alloc(b, 0);
	struct shadow_page *page = page_of(b, pa);

	if (fault_hits || pa == SHADOW_NO_PAGE)
		return;
	page->state = 0;
	page->refcount = 0;
	fault_hits++;
}

AFTER(lost_at_split)
{
	if (order >= 0 && !fault_hits)
		lose_page(b);
}

AFTER(lost_at_merge)
{
	if (order < 0 && !fault_hits)
		lose_page(b);
}

/* The block that is allocated now is the first of its list as well. */
AFTER(not_unlinked)
{
	struct shadow_page *page = page_of(b, pa);

	if (order < 0)
		return;
	page->next = b->map[order].next;
	page->prev = order;
	b->map[page->next].prev = page - b->map;
	b->map[order].next = page - b->map;
	b->nonempty |= 1U << order;
	fault_hits++;
}

AFTER(list_loops)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (!page)
		return;
	page->next = page - b->map;
	fault_hits++;
}

AFTER(neighbour_wrong)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (page && !fault_hits++)
		page->prev = page - b->map;
}

AFTER(blocks_off)
{
	b->nr_blocks[0] += !fault_hits++;
}

/* A bit for the smallest order of which there is no block. */
AFTER(mask_set)
{
	b->nonempty |= ~b->nonempty & (b->nonempty + 1);
	fault_hits++;
}

AFTER(mask_cleared)
{
	fault_hits += !!b->nonempty;
	b->nonempty &= b->nonempty - 1;
}

AFTER(order_off)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (page && !fault_hits++)
		page->state += shadow_page_order(page) ? -1 : 1;
}

AFTER(flag_wrong)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (!page)
		return;
	page->state ^= SHADOW_PAGE_FREE ^ SHADOW_PAGE_ALLOCATED;
	fault_hits++;
}

/* The last page of a block says that it heads one, or that somebody holds it. */
static struct shadow_page *tail_of(struct shadow_buddy *b, u64 pa, int order)
{
	if (order < 1)
		return NULL;
	fault_hits++;
	return page_of(b, pa + (SHADOW_PAGE_SIZE << order) - SHADOW_PAGE_SIZE);
}

AFTER(tail_marked)
{
	struct shadow_page *tail = tail_of(b, pa, order);

	if (tail)
		tail->state = SHADOW_PAGE_ALLOCATED;
}

AFTER(tail_referenced)
{
	struct shadow_page *tail = tail_of(b, pa, order);

	if (tail)
		tail->refcount = 1;
}

/* The block that is allocated now still has the flag of a free one. */
AFTER(not_marked)
{
	if (order < 0)
		return;
	page_of(b, pa)->state ^= SHADOW_PAGE_FREE ^ SHADOW_PAGE_ALLOCATED;
	fault_hits++;
}

RETURNS(FREE, refuses_good, refusal ? -1 : SHADOW_ALREADY_FREE)
/* It says that it frees. */
RETURNS(FREE, frees_nothing, refusal ? -1 : SHADOW_ACCEPTED)
RETURNS(FREE, wrong_reason,
	refusal == SHADOW_INSIDE ? SHADOW_NEVER_ALLOCATED : -1)

#define ACCEPTS(id, which) \
	RETURNS(FREE, id, refusal == (which) ? SHADOW_ACCEPTED : -1)

ACCEPTS(accepts_unaligned, SHADOW_UNALIGNED)
ACCEPTS(accepts_order, SHADOW_BAD_ORDER)
ACCEPTS(accepts_outside, SHADOW_OUTSIDE)
ACCEPTS(accepts_free, SHADOW_ALREADY_FREE)
ACCEPTS(accepts_inside, SHADOW_INSIDE)
ACCEPTS(accepts_wrong_order, SHADOW_WRONG_ORDER)
ACCEPTS(accepts_referenced, SHADOW_REFERENCED)

/* It refuses with the right words, and frees the block all the same. */
FREE(frees_refused)
{
	if (refusal != SHADOW_WRONG_ORDER)
		return -1;
	__real_shadow_buddy_free(b, pa,
				 shadow_page_order(shadow_buddy_page(b, pa)));
	return refusal;
}

static u32 references(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_page *page = shadow_buddy_page(b, pa);

	return page ? page->refcount : 0;
}

RETURNS(GET, get_stuck, references(b, pa) ? SHADOW_ACCEPTED : -1)
RETURNS(PUT, put_stuck, references(b, pa) > 1 ? SHADOW_ACCEPTED : -1)
RETURNS(PUT, last_put_stuck, references(b, pa) == 1 ? SHADOW_ACCEPTED : -1)

/* The first put does nothing, the second does what both should. */
PUT(put_late)
{
	if (references(b, pa) < 2)
		return -1;
	if (!fault_hits)
		return SHADOW_ACCEPTED;
	__real_shadow_buddy_put(b, pa);
	return -1;
}
