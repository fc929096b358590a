// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole allocation on a small machine, with no lemma to be believed: in any
 * state that is consistent, any order is asked for, and what that leaves must be
 * consistent. All pages are looked at. Two banks with odd ends:
 *
 *	page	8       12  13        15  16  18
 *		| order 2 | 0 |  hole  | 0 | 1 |
 */
#define ENDLESS		(21 + 8)
#include "buddy_state.h"
#include "../../buddy_map.c"

#define PAGES		8
#define TOP		2	/* no larger block has room */
#define FIRST		SHADOW_NR_ORDERS
#define STOP		(FIRST + PAGES)

static struct shadow_section sections[4];
static u32 any_k;

static void make_banks(void)
{
	static struct shadow_range range[2];
	struct shadow_ranges ram = { range, 2, 2 };

	range[0].start = 8ULL << SHADOW_PAGE_SHIFT;
	range[0].last = (13ULL << SHADOW_PAGE_SHIFT) - 1;
	range[1].start = 15ULL << SHADOW_PAGE_SHIFT;
	range[1].last = (18ULL << SHADOW_PAGE_SHIFT) - 1;
	b.map = map;
	b.bank = banks;
	b.nr_banks = 2;
	b.nr_pages = PAGES;
	b.section = sections;
	b.lock.held = false;
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

/* The heads, tails and buddies, page by page. */
static bool blocks_ok(void)
{
	bool ok = true;
	u32 i, t;

	for (i = FIRST; i < STOP; i++) {
		struct view v, w;

		LOOK(v, i);
		ok &= head_ok(v);
		for (t = i + 1; t < STOP && t < i + (1U << TOP); t++) {
			LOOK(w, t);
			ok &= apart(v, w) & merged(v, w);
		}
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
	u64 nr[4] = {}, nr_free = 0, nr_taken = 0;
	u32 i;

	for (i = FIRST; i < STOP; i++) {
		u8 order = ENTRY(i, order) & 3;

		if (ENTRY(i, flags) == SHADOW_PAGE_FREE) {
			nr[order]++;
			nr_free += size_of(order);
		} else if (ENTRY(i, flags)) {
			nr_taken += size_of(order);
		}
	}
	return nr[0] == b.nr_blocks[0] & nr[1] == b.nr_blocks[1] &
	       nr[2] == b.nr_blocks[2] &
	       nr_free == b.nr_free & nr_free + nr_taken == b.nr_managed &
	       b.nonempty < 1U << (TOP + 1);
}

/* What shadow_buddy_check() checks, in a form that suits the solver. */
static bool consistent(void)
{
	return blocks_ok() && counters_ok() &&
	       list_ok(0) && list_ok(1) && list_ok(2);
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
	ASSUME(b.nr_blocks[0] <= 5 & b.nr_blocks[1] <= 3 &
	       b.nr_blocks[2] <= 1);
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
	ASSERT(b.nr_blocks[0] <= 5 & b.nr_blocks[1] <= 3 &
	       b.nr_blocks[2] <= 1, "no more than fit");
	ASSERT(blocks_ok(), "blocks do not overlap, free buddies are merged");
	ASSERT(counters_ok(), "counters agree, no page is lost");
	ASSERT(list_ok(0) && list_ok(1) && list_ok(2),
	       "lists agree with blocks, counters and the mask");
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
	REACHABLE(pa != SHADOW_NO_PAGE && order == 0 && free_was == 4,
		  "a block is split");
}
