// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole calls on a small machine, with no lemma to be believed: in any state
 * that is consistent, any order is asked for or any address is freed, and what
 * that leaves must be consistent. All pages are looked at. Either 16 pages in one
 * bank, with all orders from 0 to 4, or 8 in two banks with odd ends:
 *
 *	page	8       12  13        15  16  18
 *		| order 2 | 0 |  hole  | 0 | 1 |
 */
#ifndef PAGES
#define PAGES		8
#endif
#define ENDLESS		(21 + PAGES)
#include "buddy_state.h"
#include "../../buddy_map.c"

#if PAGES == 8
#define TOP		2	/* no larger block has room */
#define NR_BANKS	2
#define BANK0_START	8ULL
#define BANK0_END	13ULL
/* The most free blocks that fit, of each order. */
#define MOST(order)	((order) == 0 ? 5 : (order) == 1 ? 3 : 1)
#else
#define TOP		4
#define NR_BANKS	1
#define BANK0_START	16ULL
#define BANK0_END	32ULL
#define MOST(order)	((order) == TOP ? 1 : PAGES >> ((order) + 1))
#endif
#define FIRST		SHADOW_NR_ORDERS
#define STOP		(FIRST + PAGES)

static struct shadow_section sections[4];
static u32 any_k;

static void make_banks(void)
{
	static struct shadow_range range[2];
	struct shadow_ranges ram = { range, NR_BANKS, NR_BANKS };

	range[0].start = BANK0_START << SHADOW_PAGE_SHIFT;
	range[0].last = (BANK0_END << SHADOW_PAGE_SHIFT) - 1;
	range[1].start = 15ULL << SHADOW_PAGE_SHIFT;
	range[1].last = (18ULL << SHADOW_PAGE_SHIFT) - 1;
	b.map = map;
	b.bank = banks;
	b.nr_banks = NR_BANKS;
	b.nr_pages = PAGES;
	b.section = sections;
	b.lock.held = false;
	banks[1].first = STOP;
	ASSERT(1U << hash_bits(&ram) <= ARRAY_SIZE(sections), "table");
	init_banks(&b, &ram);
	init_sections(&b, &ram);
}

/* The flags of the block that a page lies in, 0 for none. */
static u8 state_of(u32 page)
{
	u8 state = 0;
	u32 i;

	for (i = FIRST; i < STOP; i++)
		if (ENTRY(i, flags) && covers(i, ENTRY(i, order), page))
			state = ENTRY(i, flags);
	return state;
}

/* Is the page any_k in the block? */
static bool in_block(u64 pa, unsigned int order)
{
	return pfn_of(any_k) - (pa >> SHADOW_PAGE_SHIFT) < 1ULL << order;
}

/* Are the entries @i and @other free blocks of one order, and buddies? */
static bool unmerged(struct view v, u32 i, unsigned int order)
{
	u32 other = i + (1U << order);
	struct view w;

	if (((u32)pfn_of(i) & ((2U << order) - 1)) || other >= bank_stop(i))
		return false;
	LOOK(w, other);
	return is_free(v, order) & is_free(w, order);
}

/* The heads, tails and buddies, page by page. */
static bool blocks_ok(void)
{
	bool ok = true;
	unsigned int n;
	u32 i, t;

	for (i = FIRST; i < STOP; i++) {
		struct view v;

		LOOK(v, i);
		ok &= head_ok(v);
		for (t = i + 1; t < STOP && t < i + (1U << TOP); t++)
			ok &= !(v.flags && t - i < size_of(v.order) &&
				ENTRY(t, flags));
		for (n = 0; n < TOP; n++)
			ok &= !unmerged(v, i, n);
	}
	return ok;
}

/* Walk a list: free blocks of its order, as many as its counter says. */
static bool list_ok(unsigned int n)
{
	bool ok = true;
	u32 at = n;
	u64 left;

	for (left = b.nr_blocks[n]; left; left--) {
		u32 next = ENTRY(at, next);

		if (next < FIRST || next >= STOP)
			return false;
		ok &= ENTRY(next, prev) == at & ENTRY(next, order) == n &
		      ENTRY(next, flags) == SHADOW_PAGE_FREE;
		at = next;
	}
	return ok & ENTRY(at, next) == n & ENTRY(n, prev) == at &
	       !!b.nr_blocks[n] == (b.nonempty >> n & 1);
}

static bool counters_ok(void)
{
	u64 nr[8] = {}, nr_free = 0, nr_taken = 0;
	unsigned int n;
	bool ok = true;
	u32 i;

	for (i = FIRST; i < STOP; i++) {
		u8 order = ENTRY(i, order) & 7;

		if (ENTRY(i, flags) == SHADOW_PAGE_FREE) {
			nr[order]++;
			nr_free += size_of(order);
		} else if (ENTRY(i, flags)) {
			nr_taken += size_of(order);
		}
	}
	for (n = 0; n <= TOP; n++)
		ok &= nr[n] == b.nr_blocks[n];
	return ok & nr_free == b.nr_free &
	       nr_free + nr_taken == b.nr_managed &
	       b.nonempty < 1U << (TOP + 1);
}

static bool lists_ok(void)
{
	unsigned int n;
	bool ok = true;

	for (n = 0; n <= TOP; n++)
		ok &= list_ok(n);
	return ok;
}

/* No counter is beyond what fits, which bounds the walk over a list. */
static bool few_blocks(void)
{
	unsigned int n;
	bool ok = true;

	for (n = 0; n <= TOP; n++)
		ok &= b.nr_blocks[n] <= MOST(n);
	return ok;
}

/* What shadow_buddy_check() checks, in a form that suits the solver. */
static bool consistent(void)
{
	return blocks_ok() && counters_ok() && lists_ok();
}

/* Any consistent state. */
static void any_state(void)
{
	unsigned int n;

	make_banks();
	for (n = TOP + 1; n < SHADOW_NR_ORDERS; n++) {
		ENTRY(n, next) = n;
		ENTRY(n, prev) = n;
		b.nr_blocks[n] = 0;
	}
	ASSUME(few_blocks());
	ASSUME(consistent());
	ASSUME(any_k >= FIRST & any_k < STOP);
}

static void assert_state(void)
{
	unsigned int n;

	ASSERT(!b.lock.held, "the lock is released");
	for (n = TOP + 1; n < SHADOW_NR_ORDERS; n++)
		ASSERT(ENTRY(n, next) == n & ENTRY(n, prev) == n &
		       !b.nr_blocks[n], "orders without room stay empty");
	ASSERT(few_blocks(), "no more than fit");
	ASSERT(blocks_ok(), "blocks do not overlap, free buddies are merged");
	ASSERT(counters_ok(), "counters agree, no page is lost");
	ASSERT(lists_ok(), "lists agree with blocks, counters and the mask");
}

void whole_alloc(void)
{
	unsigned int order = nondet_u32();
	u64 pa, free_was;
	u8 was, is;

	any_state();
	was = state_of(any_k);
	free_was = b.nr_free;
	pa = shadow_buddy_alloc(&b, order);
	is = state_of(any_k);
	if (pa == SHADOW_NO_PAGE) {
		ASSERT(is == was && b.nr_free == free_was, "nothing changed");
	} else if (in_block(pa, order)) {
		ASSERT(was == SHADOW_PAGE_FREE, "what is taken was free");
		ASSERT(is == SHADOW_PAGE_ALLOCATED, "and is taken");
	} else {
		ASSERT(is == was, "other pages keep their state");
	}
	assert_state();
	REACHABLE(pa != SHADOW_NO_PAGE && order == 0 && free_was == PAGES / 2,
		  "a block is split");
}

void whole_free(void)
{
	unsigned int order = nondet_u32();
	enum shadow_refusal refusal;
	u64 pa = nondet_u64();
	u64 free_was;
	u8 was, is;

	any_state();
	was = state_of(any_k);
	free_was = b.nr_free;
	refusal = shadow_buddy_free(&b, pa, order);
	is = state_of(any_k);
	if (refusal) {
		ASSERT(is == was && b.nr_free == free_was, "nothing changed");
	} else if (in_block(pa, order)) {
		ASSERT(was == SHADOW_PAGE_ALLOCATED, "what is freed was taken");
		ASSERT(is == SHADOW_PAGE_FREE, "and is free");
	} else {
		ASSERT(is == was, "other pages keep their state");
	}
	ASSERT(refusal || b.nr_free == free_was + (1ULL << order),
	       "free pages are counted");
	assert_state();
	REACHABLE(!refusal && b.nr_blocks[TOP] && order == 0,
		  "all merge with a page");
}
