/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The small machine of buddy_whole.c: its banks, any consistent state, and what
 * must be true of a state afterwards.
 */
#ifndef PROVE_BUDDY_WHOLE_H
#define PROVE_BUDDY_WHOLE_H

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

/* The free blocks of each order, from the first of the list to the last. */
static field_index listed[TOP + 1][MOST(0) + 1];
/* Is there one, at the beginning? The counters do not know what is remembered. */
static bool had[TOP + 1];

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
	b.nr_entries = STOP;
	b.lock.held = false;
	b.recent = SHADOW_RECENT_NONE;
	banks[1].first = STOP;
	init_banks(&b, &ram);
	b.nearest = banks[NR_BANKS > 1 & nondet_bool()];
}

/* What the block is that each page lies in, 0 for none. */
struct states {
	u16 of[PAGES];
};

static u16 kind(u32 i)
{
	return ENTRY(i, state) & 0xff00;
}

static u8 order_of(u32 i)
{
	return ENTRY(i, state) & 0xff;
}

static struct states states(void)
{
	struct states is = {};
	unsigned int n;
	u32 i, t;

	for (i = 0; i < PAGES; i++)
		for (n = 0; n <= TOP; n++)
			for (t = i; t < PAGES && t < i + size_of(n); t++)
				if (kind(FIRST + i) && order_of(FIRST + i) == n)
					is.of[t] = kind(FIRST + i);
	return is;
}

/* All pages of a block went from one state to the other, no other page did. */
static bool only_block(struct states was, struct states is, u64 pa,
		       unsigned int order, u16 from, u16 to)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	bool ok = true;
	u32 i;

	for (i = 0; i < PAGES; i++)
		ok &= pfn_of(FIRST + i) - pfn < 1ULL << order ?
		      was.of[i] == from & is.of[i] == to :
		      was.of[i] == is.of[i];
	return ok;
}

static bool is_free_block(u32 i, unsigned int order)
{
	return i != 0 & ENTRY(i, state) == (SHADOW_PAGE_FREE | order);
}

/* An allocated or free block of that order begins at entry @i: is it whole? */
static bool block_ok(u32 i, unsigned int order)
{
	u32 other = i + size_of(order);
	bool ok = block_fits(i, order);
	u32 t;

	for (t = i + 1; t < other && t < STOP; t++)
		ok &= !ENTRY(t, state);
	if (order < TOP && block_fits(i, order + 1))
		ok &= !(is_free_block(i, order) & is_free_block(other, order));
	return ok;
}

/* The heads, tails and buddies, page by page. */
static bool blocks_ok(void)
{
	bool ok = true;
	unsigned int n;
	u32 i;

	for (i = FIRST; i < STOP; i++) {
		u16 flags = kind(i);
		bool is_block = false;

		for (n = 0; n <= TOP; n++)
			is_block |= order_of(i) == n & block_ok(i, n);
		ok &= flags == SHADOW_PAGE_FREE ?
		      is_block & !ENTRY(i, refcount) :
		      flags == SHADOW_PAGE_ALLOCATED ?
		      is_block & !!ENTRY(i, refcount) :
		      !ENTRY(i, state) & !ENTRY(i, refcount);
	}
	return ok;
}

/*
 * A list is the sequence that it should be, forwards and backwards, as long as its
 * counter says, and has each free block of its order once.
 */
static bool list_ok(unsigned int n)
{
	u64 nr = b.nr_blocks[n];
	bool ok = nr <= MOST(n) & !!nr == (b.nonempty >> n & 1);
	field_index before = n;
	bool met[PAGES] = {};
	u32 i, k;

	ok &= ENTRY(n, next) == (nr ? listed[n][0] : n);
	for (k = 0; k < MOST(n); k++) {
		field_index after = k + 1 < nr ? listed[n][k + 1] : n;
		bool found = false;

		for (i = 0; i < PAGES; i++) {
			bool is = k < nr & listed[n][k] == FIRST + i;

			ok &= !is | !met[i] & ENTRY(FIRST + i, next) == after &
				    ENTRY(FIRST + i, prev) == before;
			met[i] |= is;
			found |= is;
		}
		ok &= found | k >= nr;
		if (k < nr)
			before = listed[n][k];
	}
	ok &= ENTRY(n, prev) == before;
	for (i = 0; i < PAGES; i++)
		ok &= met[i] == (ENTRY(FIRST + i, state) ==
				 (SHADOW_PAGE_FREE | n));
	return ok;
}

/* From now on list @n should be without an entry. */
static void took(unsigned int n, u32 gone)
{
	bool passed = false;
	u32 k;

	for (k = 0; k < MOST(n); k++) {
		passed |= listed[n][k] == gone;
		if (passed)
			listed[n][k] = listed[n][k + 1];
	}
}

/* From now on list @n should have an entry in front. */
static void came(unsigned int n, u32 fresh)
{
	u32 k;

	for (k = MOST(n) - 1; k; k--)
		listed[n][k] = listed[n][k - 1];
	listed[n][0] = fresh;
}

static bool counters_ok(void)
{
	unsigned int n;
	u16 nr = 0;
	u32 i;

	for (i = FIRST; i < STOP; i++)
		for (n = 0; n <= TOP; n++)
			if (kind(i) && order_of(i) == n)
				nr += size_of(n);
	return nr == b.nr_managed & b.nonempty < 1U << (TOP + 1);
}

static bool lists_ok(void)
{
	unsigned int n;
	bool ok = true;

	for (n = 0; n <= TOP; n++)
		ok &= list_ok(n);
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

	for (n = TOP + 1; n < SHADOW_NR_ORDERS; n++) {
		ENTRY(n, next) = n;
		ENTRY(n, prev) = n;
		b.nr_blocks[n] = 0;
	}
	ASSUME(consistent());
	for (n = 0; n <= TOP; n++)
		had[n] = b.nr_blocks[n];
}

static void assert_state(void)
{
	unsigned int n;

	ASSERT(!b.lock.held, "the lock is released");
	__shadow_buddy_settle(&b);
	for (n = TOP + 1; n < SHADOW_NR_ORDERS; n++)
		ASSERT(ENTRY(n, next) == n & ENTRY(n, prev) == n &
		       !b.nr_blocks[n], "orders without room stay empty");
	ASSERT(blocks_ok(), "blocks do not overlap, free buddies are merged");
	ASSERT(counters_ok(), "counters agree, no page is lost");
	ASSERT(lists_ok(), "lists agree with blocks, counters and the mask");
}

#endif
