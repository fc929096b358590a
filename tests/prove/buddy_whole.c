// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whole calls on a small machine, without a lemma that one has to believe: in
 * any state that is consistent, any order is asked for or any address is freed,
 * and what that leaves must be consistent. All pages are looked at. Either 16
 * pages in one bank, with all orders from 0 to 4, or 8 in two banks with odd
 * ends:
 *
 *	page	8       12  13        15  16  18
 *		| order 2 | 0 |  hole  | 0 | 1 |
 *
 * On 16 pages the runner goes through all inputs case by case: an alloc of
 * ORDER; a free of a block of ORDER that merges as far as FINAL; NO_ORDER and
 * NOT_HELD for whatever is none of these.
 */
#include "buddy_whole.h"

/* The entry of a page, 0 where there is none. */
static u32 at_pfn(u64 pfn)
{
	u32 at = 0;
	u32 i;

	for (i = FIRST; i < STOP; i++)
		if (pfn_of(i) == pfn)
			at = i;
	return at;
}

/* What an alloc should do to the lists (B2). */
static void expect_alloc(unsigned int order)
{
	unsigned int from, n;
	bool found = false;

	for (from = 0; from <= TOP; from++) {
		u32 block = listed[from][0];

		if (from < order || found || !had[from])
			continue;
		found = true;
		took(from, block);
		for (n = 0; n < from; n++)
			if (n >= order)
				came(n, block + size_of(n));
	}
}

/* What the free of a block should do to them (B4). */
static void expect_free(u32 block, unsigned int order)
{
	u64 pfn = pfn_of(block);
	bool merges = true;
	unsigned int n;

	for (n = 0; n <= TOP; n++) {
		u32 other = at_pfn(pfn ^ 1ULL << n);

		if (n < order || !merges)
			continue;
		merges = n < TOP && is_free_block(other, n);
		if (merges) {
			took(n, other);
			pfn &= ~(1ULL << n);
		} else {
			came(n, at_pfn(pfn));
		}
	}
}

void whole_alloc(void)
{
	unsigned int order = nondet_u32();
	struct states was, is;
	u64 pa;

	make_banks();
#ifdef ORDER
	order = ORDER;
#elif defined(NO_ORDER)
	ASSUME(order > TOP);
#endif
	any_state();
	was = states();
	expect_alloc(order);
	pa = shadow_buddy_alloc(&b, order);
	is = states();
	if (pa == SHADOW_NO_PAGE)
		order = 0;
	ASSERT(only_block(was, is, pa, order, SHADOW_PAGE_FREE,
			  SHADOW_PAGE_ALLOCATED), "just its pages changed");
	assert_state();
#ifdef NO_ORDER
	REACHABLE(b.nr_blocks[0] == 1, "nothing is that large");
#else
	REACHABLE(pa != SHADOW_NO_PAGE && b.nr_managed == PAGES,
		  "a block is allocated");
#endif
}

#ifdef FINAL
/* In this case a block merges as far as order FINAL, and no further. */
static void assume_merges(u64 pfn, unsigned int order)
{
	unsigned int n;

	for (n = order; n < FINAL; n++) {
		ASSUME(is_free_block(at_pfn(pfn ^ 1ULL << n), n));
		pfn &= ~(1ULL << n);
	}
	ASSUME(n == TOP || !is_free_block(at_pfn(pfn ^ 1ULL << n), n));
}
#endif

void whole_free(void)
{
	unsigned int order = nondet_u32();
	enum shadow_refusal refusal;
	u64 pa = nondet_u64();
	struct states was, is;
	bool held;
	u32 at;

	make_banks();
#ifdef FINAL
	pa = (BANK0_START + pa % PAGES) * SHADOW_PAGE_SIZE;
	order = ORDER;
#endif
	any_state();
	at = pa & ~SHADOW_PAGE_MASK ? 0 : at_pfn(pa >> SHADOW_PAGE_SHIFT);
	held = at && order <= TOP &&
	       ENTRY(at, state) == (SHADOW_PAGE_ALLOCATED | order) &&
	       ENTRY(at, refcount) == 1;
#ifdef FINAL
	ASSUME(held);
	assume_merges(pa >> SHADOW_PAGE_SHIFT, order);
#elif defined(NOT_HELD)
	ASSUME(!held);
#endif
	was = states();
	if (held)
		expect_free(at, order);
	refusal = shadow_buddy_free(&b, pa, order);
	is = states();
	ASSERT(held == !refusal, "a block that is held once is freed, else none");
	if (refusal)
		pa = SHADOW_NO_PAGE, order = 0;
	ASSERT(only_block(was, is, pa, order, SHADOW_PAGE_ALLOCATED,
			  SHADOW_PAGE_FREE), "just the block is free now");
	assert_state();
#ifdef NOT_HELD
	REACHABLE(at && refusal == SHADOW_WRONG_ORDER, "a free is refused");
#elif defined(FINAL)
	REACHABLE(b.nr_blocks[FINAL], "it merges that far");
#else
	REACHABLE(!refusal && b.nr_blocks[TOP] && order == 0,
		  "all merge with a page");
#endif
}

/*
 * The free of what was just allocated is remembered, and an alloc of that order
 * takes it back. Were it done at once, all would be as before: so it is, list by
 * list, after settling, or for a LAST alloc of any order. The runner goes through
 * each ORDER.
 */
void whole_pair(void)
{
	unsigned int order = nondet_u32();
	struct states was, is;
	u64 pa;

	make_banks();
#ifdef ORDER
	order = ORDER;
#endif
	any_state();
	was = states();
	pa = shadow_buddy_alloc(&b, order);
	ASSUME(pa != SHADOW_NO_PAGE);
	ASSERT(!shadow_buddy_free(&b, pa, order), "the block is freed");
#ifdef LAST
	order = nondet_u32();
	expect_alloc(order);
	pa = shadow_buddy_alloc(&b, order);
#else
	ASSERT(shadow_buddy_alloc(&b, order) == pa,
	       "the alloc after it gets the block");
	ASSERT(!shadow_buddy_free(&b, pa, order), "which is freed again");
	if (nondet_bool())
		ASSERT(shadow_buddy_free(&b, pa, order) == SHADOW_ALREADY_FREE,
		       "but not twice");
	pa = SHADOW_NO_PAGE;
#endif
	__shadow_buddy_settle(&b);
	is = states();
	if (pa == SHADOW_NO_PAGE)
		order = 0;
	ASSERT(only_block(was, is, pa, order, SHADOW_PAGE_FREE,
			  SHADOW_PAGE_ALLOCATED), "all else is as before");
	assert_state();
#ifdef LAST
	REACHABLE(pa != SHADOW_NO_PAGE && b.nr_managed == PAGES,
		  "a block is allocated");
#else
	REACHABLE(b.nr_managed == PAGES, "all of it is free or allocated");
#endif
}
