// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the allocator. See fault.h.
 */
#include "fault.h"

static u64 address_of(const struct shadow_page *page)
{
	return page->pfn << SHADOW_PAGE_SHIFT;
}

static u64 hit(u64 pa)
{
	fault_hits++;
	return pa;
}

/* The head of some block with that flag, and of that order unless it is -1. */
static struct shadow_page *find(struct shadow_buddy *b, u8 flags, int order)
{
	u64 i;

	for (i = SHADOW_NR_ORDERS; i < SHADOW_NR_ORDERS + b->nr_pages; i++)
		if (b->map[i].flags == flags &&
		    (order < 0 || b->map[i].order == order))
			return &b->map[i];
	return NULL;
}

static u64 held_already(struct shadow_buddy *b, unsigned int order)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_ALLOCATED, order);

	return page ? hit(address_of(page)) :
		      __real_shadow_buddy_alloc(b, order);
}

static u64 unaligned(struct shadow_buddy *b, unsigned int order)
{
	u64 pa = __real_shadow_buddy_alloc(b, order);

	return pa == SHADOW_NO_PAGE ? pa :
	       hit(pa + (SHADOW_PAGE_SIZE << order) / 2);
}

static u64 above_ram(struct shadow_buddy *b, unsigned int order)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;
	u64 end = b->bank[b->nr_banks - 1].end << SHADOW_PAGE_SHIFT;

	return hit((end + bytes - 1) & ~(bytes - 1));
}

/* Begins in RAM, and is larger than what is left there. */
static u64 over_the_end(struct shadow_buddy *b, unsigned int order)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;
	u64 end = b->bank[b->nr_banks - 1].end << SHADOW_PAGE_SHIFT;
	u64 pa = (end - 1) & ~(bytes - 1);

	return pa + bytes > end && shadow_buddy_page(b, pa) ?
	       hit(pa) : __real_shadow_buddy_alloc(b, order);
}

/* Both ends lie in RAM, between them a hole of a page does not. */
static u64 across_a_hole(struct shadow_buddy *b, unsigned int order)
{
	return order == 2 && b->nr_banks > 1 ?
	       hit((b->bank[1].start - 3) << SHADOW_PAGE_SHIFT) :
	       __real_shadow_buddy_alloc(b, order);
}

static u64 below_ram(struct shadow_buddy *b, unsigned int order)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;

	return hit(((b->bank->start << SHADOW_PAGE_SHIFT) - bytes) &
		   ~(bytes - 1));
}

static u64 larger(struct shadow_buddy *b, unsigned int order)
{
	u64 pa = __real_shadow_buddy_alloc(b, order + 1);

	return pa == SHADOW_NO_PAGE ? __real_shadow_buddy_alloc(b, order) :
				      hit(pa);
}

/* Only one that has the alignment of the larger block. */
static u64 smaller(struct shadow_buddy *b, unsigned int order)
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

static u64 nothing_left(struct shadow_buddy *b, unsigned int order)
{
	return b->nr_free ? hit(SHADOW_NO_PAGE) : SHADOW_NO_PAGE;
}

/* What is there is found a moment too late. */
static u64 nothing_at_first(struct shadow_buddy *b, unsigned int order)
{
	return order || fault_hits ? __real_shadow_buddy_alloc(b, order) :
				     hit(SHADOW_NO_PAGE);
}

/* A block of one size more is split: B2's smallest is not used. */
static u64 not_smallest(struct shadow_buddy *b, unsigned int order)
{
	u32 suffices = b->nonempty >> order << order;
	u32 left = suffices & (suffices - 1);
	u32 all = b->nonempty;
	u64 pa;

	if (!left)
		return __real_shadow_buddy_alloc(b, order);
	b->nonempty = left;
	pa = __real_shadow_buddy_alloc(b, order);
	b->nonempty |= all & ~left;
	return hit(pa);
}

/* Pages come in descending order: B3. */
static u64 upper_half(struct shadow_buddy *b, unsigned int order)
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
	struct shadow_page *page = find(b, SHADOW_PAGE_ALLOCATED, 0);

	while (page && pa != SHADOW_NO_PAGE && address_of(page) != pa)
		page++;
	if (fault_hits || !page || pa == SHADOW_NO_PAGE)
		return;
	page->flags = 0;
	page->order = 0;
	page->refcount = 0;
	fault_hits++;
}

static void lost_at_split(struct shadow_buddy *b, u64 pa, int order)
{
	if (order >= 0 && !fault_hits)
		lose_page(b);
}

static void lost_at_merge(struct shadow_buddy *b, u64 pa, int order)
{
	if (order < 0 && !fault_hits)
		lose_page(b);
}

/* The block that is allocated now is the first of its list as well. */
static void not_unlinked(struct shadow_buddy *b, u64 pa, int order)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_ALLOCATED, order);

	if (order < 0 || !page)
		return;
	while (address_of(page) != pa || page->flags != SHADOW_PAGE_ALLOCATED)
		page++;
	page->next = b->map[order].next;
	page->prev = order;
	b->map[page->next].prev = page - b->map;
	b->map[order].next = page - b->map;
	b->nonempty |= 1U << order;
	fault_hits++;
}

static void list_loops(struct shadow_buddy *b, u64 pa, int order)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (!page)
		return;
	page->next = page - b->map;
	fault_hits++;
}

static void free_pages_off(struct shadow_buddy *b, u64 pa, int order)
{
	b->nr_free += !fault_hits++;
}

static void blocks_off(struct shadow_buddy *b, u64 pa, int order)
{
	b->nr_blocks[0] += !fault_hits++;
}

/* A bit for the smallest order of which there is no block. */
static void mask_set(struct shadow_buddy *b, u64 pa, int order)
{
	b->nonempty |= ~b->nonempty & (b->nonempty + 1);
	fault_hits++;
}

static void mask_cleared(struct shadow_buddy *b, u64 pa, int order)
{
	fault_hits += !!b->nonempty;
	b->nonempty &= b->nonempty - 1;
}

static void order_off(struct shadow_buddy *b, u64 pa, int order)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (page && !fault_hits++)
		page->order = page->order ? page->order - 1 : 1;
}

static void flag_wrong(struct shadow_buddy *b, u64 pa, int order)
{
	struct shadow_page *page = find(b, SHADOW_PAGE_FREE, -1);

	if (!page)
		return;
	page->flags = SHADOW_PAGE_ALLOCATED;
	fault_hits++;
}

/* The block that is allocated now still has the flag of a free one. */
static void not_marked(struct shadow_buddy *b, u64 pa, int order)
{
	if (order < 0)
		return;
	((struct shadow_page *)shadow_buddy_page(b, pa))->flags =
		SHADOW_PAGE_FREE;
	fault_hits++;
}

static int refuses_good(struct shadow_buddy *b, u64 pa, unsigned int order,
			enum shadow_refusal refusal)
{
	return refusal ? -1 : SHADOW_ALREADY_FREE;
}

#define ACCEPTS(name, which)						\
static int name(struct shadow_buddy *b, u64 pa, unsigned int order,	\
		enum shadow_refusal refusal)				\
{									\
	return refusal == (which) ? SHADOW_ACCEPTED : -1;		\
}

ACCEPTS(accepts_unaligned, SHADOW_UNALIGNED)
ACCEPTS(accepts_order, SHADOW_BAD_ORDER)
ACCEPTS(accepts_outside, SHADOW_OUTSIDE)
ACCEPTS(accepts_free, SHADOW_ALREADY_FREE)
ACCEPTS(accepts_inside, SHADOW_INSIDE)
ACCEPTS(accepts_wrong_order, SHADOW_WRONG_ORDER)
ACCEPTS(accepts_referenced, SHADOW_REFERENCED)

/* It says that it does. */
static int frees_nothing(struct shadow_buddy *b, u64 pa, unsigned int order,
			 enum shadow_refusal refusal)
{
	return refusal ? -1 : SHADOW_ACCEPTED;
}

/* It refuses with the right words, and frees the block all the same. */
static int frees_refused(struct shadow_buddy *b, u64 pa, unsigned int order,
			 enum shadow_refusal refusal)
{
	if (refusal != SHADOW_WRONG_ORDER)
		return -1;
	__real_shadow_buddy_free(b, pa, shadow_buddy_page(b, pa)->order);
	return refusal;
}

static int wrong_reason(struct shadow_buddy *b, u64 pa, unsigned int order,
			enum shadow_refusal refusal)
{
	return refusal == SHADOW_INSIDE ? SHADOW_NEVER_ALLOCATED : -1;
}

static u32 references(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_page *page = shadow_buddy_page(b, pa);

	return page ? page->refcount : 0;
}

static int get_stuck(struct shadow_buddy *b, u64 pa)
{
	return references(b, pa) ? SHADOW_ACCEPTED : -1;
}

static int put_stuck(struct shadow_buddy *b, u64 pa)
{
	return references(b, pa) > 1 ? SHADOW_ACCEPTED : -1;
}

/* The first put does nothing, the second does what both should. */
static int put_late(struct shadow_buddy *b, u64 pa)
{
	if (references(b, pa) < 2)
		return -1;
	if (!fault_hits)
		return SHADOW_ACCEPTED;
	__real_shadow_buddy_put(b, pa);
	return -1;
}

static int last_put_stuck(struct shadow_buddy *b, u64 pa)
{
	return references(b, pa) == 1 ? SHADOW_ACCEPTED : -1;
}

const struct fault buddy_faults[] = {
	{ "held-already", .alloc = held_already },
	{ "unaligned", .alloc = unaligned },
	{ "above-ram", .alloc = above_ram },
	{ "below-ram", .alloc = below_ram },
	{ "larger", .alloc = larger },
	{ "smaller", .alloc = smaller },
	{ "over-the-end", .alloc = over_the_end },
	{ "across-a-hole", .alloc = across_a_hole },
	{ "nothing-left", .alloc = nothing_left },
	{ "nothing-at-first", .alloc = nothing_at_first },
	{ "not-smallest", .alloc = not_smallest },
	{ "upper-half", .alloc = upper_half },
	{ "lost-at-split", .after = lost_at_split },
	{ "lost-at-merge", .after = lost_at_merge },
	{ "not-unlinked", .after = not_unlinked },
	{ "list-loops", .after = list_loops },
	{ "free-pages-off", .after = free_pages_off },
	{ "blocks-off", .after = blocks_off },
	{ "mask-set", .after = mask_set },
	{ "mask-cleared", .after = mask_cleared },
	{ "order-off", .after = order_off },
	{ "flag-wrong", .after = flag_wrong },
	{ "not-marked", .after = not_marked },
	{ "refuses-good", .free = refuses_good },
	{ "accepts-unaligned", .free = accepts_unaligned },
	{ "accepts-order", .free = accepts_order },
	{ "accepts-outside", .free = accepts_outside },
	{ "accepts-free", .free = accepts_free },
	{ "accepts-inside", .free = accepts_inside },
	{ "accepts-wrong-order", .free = accepts_wrong_order },
	{ "accepts-referenced", .free = accepts_referenced },
	{ "frees-nothing", .free = frees_nothing },
	{ "frees-refused", .free = frees_refused },
	{ "wrong-reason", .free = wrong_reason },
	{ "get-stuck", .get = get_stuck },
	{ "put-stuck", .put = put_stuck },
	{ "put-late", .put = put_late },
	{ "last-put-stuck", .put = last_put_stuck },
	{ },
};
