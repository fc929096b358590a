// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buddy allocator by example: B1 (blocks), B2 and B3 (which one is used), B4
 * (merging), B6 (no access to the pages), B8 (cost), B9 (references) and H3 (runs of
 * any number of pages). Random operations are compared in model_kunit.c.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy_fixture.h"

#define END	BIT_ULL(52)	/* pages in the address space */

/*
 *	page	3 4   6   8              16      20
 *	order	|0|   2   |       3       |   2   |0|
 */
static void b1_odd_ends_make_small_blocks(struct kunit *test)
{
	TEST_FREE_RAM(test, { 3, 21 });
	EXPECT_FREE(test, { 3, 0 }, { 4, 2 }, { 8, 3 }, { 16, 2 }, { 20, 0 });
}

/*
 * Holes of one page: what is a pair by its numbers lies in two banks, or in a
 * bank and a hole. In the array of descriptors 4 and 7 are neighbours.
 *
 *	page	0       4 5   7 8              16
 *	order	|   2   |0|   |0|       3       |
 */
static void b1_banks_never_merge(struct kunit *test)
{
	struct shadow_buddy *b =
		TEST_FREE_RAM(test, { 0, 5 }, { 7, 16 });
	u64 pa[14];
	u32 i;

	for (i = 0; i < 14; i++)
		pa[i] = shadow_buddy_alloc(b, 0);
	DO(test, ALLOC(0, SHADOW_NO_PAGE));
	while (i--)
		DO(test, FREE(pa[i], 0, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 0, 2 }, { 4, 0 }, { 7, 0 }, { 8, 3 });
}

/* 8 GiB to 16 GiB: two buddies of the top order stay two. */
static void b1_order_20_is_the_top(struct kunit *test)
{
	struct shadow_buddy *b =
		TEST_FREE_RAM(test, { 2 << 20, 4 << 20 });

	EXPECT_FREE(test, { 2 << 20, 20 }, { 3 << 20, 20 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(2 << 20));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 20), PA(3 << 20));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 20), SHADOW_NO_PAGE);
	shadow_buddy_free(b, PA(3 << 20), 20);
	shadow_buddy_free(b, PA(2 << 20), 0);
	EXPECT_FREE(test, { 2 << 20, 20 }, { 3 << 20, 20 });
}

/*
 *	page	1 2   4       8              16                             32
 *	order	|0| 1 |   2   |       3       |              4              |
 */
#define STAIRS	{ 1, 32 }

static void b2_the_smallest_block_that_suffices_is_used(struct kunit *test)
{
	TEST_FREE_RAM(test, STAIRS);
	DO(test, ALLOC(2, PA(4)), ALLOC(0, PA(1)), ALLOC(3, PA(8)),
	   ALLOC(1, PA(2)), ALLOC(4, PA(16)), ALLOC(0, SHADOW_NO_PAGE));
}

static void b2_the_lowest_part_of_a_split_block_is_used(struct kunit *test)
{
	TEST_FREE_RAM(test, STAIRS);
	DO(test, ALLOC(0, PA(1)), ALLOC(1, PA(2)), ALLOC(2, PA(4)),
	   ALLOC(3, PA(8)), ALLOC(0, PA(16)));
	EXPECT_FREE(test, { 17, 0 }, { 18, 1 }, { 20, 2 }, { 24, 3 });
}

static void b2_out_of_memory_changes_nothing(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, STAIRS);
	unsigned int order;

	while (shadow_buddy_alloc(b, 0) != SHADOW_NO_PAGE)
		;
	KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(b), 0);
	for (order = 0; order <= SHADOW_MAX_ORDER; order++)
		DO(test, ALLOC(order, SHADOW_NO_PAGE));
}

static void b1_an_order_over_20_is_refused(struct kunit *test)
{
	TEST_FREE_RAM(test, STAIRS);
	DO(test, ALLOC(21, SHADOW_NO_PAGE), ALLOC(31, SHADOW_NO_PAGE),
	   ALLOC(32, SHADOW_NO_PAGE), ALLOC(33, SHADOW_NO_PAGE),
	   ALLOC(63, SHADOW_NO_PAGE), ALLOC(64, SHADOW_NO_PAGE),
	   ALLOC(~0U, SHADOW_NO_PAGE));
}

#define MIB64	{ 0x40000, 0x44000 }

static void b3_single_pages_ascend_in_a_fresh_block(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, MIB64);
	u64 pfn, wrong = 0;

	for (pfn = 0x40000; pfn < 0x44000; pfn++)
		if (shadow_buddy_alloc(b, 0) != PA(pfn) && !wrong)
			wrong = pfn;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	DO(test, ALLOC(0, SHADOW_NO_PAGE));
}

/* A half that is still allocated stops the merge exactly below it. */
static void b4_merging_stops_at_what_is_allocated(struct kunit *test)
{
	TEST_FREE_RAM(test, { 0, 16 });
	DO(test, ALLOC(2, 0), ALLOC(1, PA(4)), FREE(0, 2, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 0, 2 }, { 6, 1 }, { 8, 3 });
	DO(test, FREE(PA(4), 1, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 0, 4 });
}

static void b9_the_last_put_frees(struct kunit *test)
{
	TEST_FREE_RAM(test, { 0, 16 });
	DO(test, ALLOC(3, 0), GET(0, SHADOW_ACCEPTED), PUT(0, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 8, 3 });
	DO(test, PUT(0, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 0, 4 });
}

/*
 * The last pages of the address space: 64-bit frame numbers, and memory that
 * no machine has, so the pages are surely not touched.
 */
static void b6_pages_need_not_exist(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { END - 64, END });
	u32 i;

	for (i = 0; i < 63; i++)
		shadow_buddy_alloc(b, 0);
	DO(test, ALLOC(0, PA(END - 1)));
	for (i = 1; i <= 64; i++)
		DO(test, FREE(PA(END - i), 0, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { END - 64, 6 });
}

/* 64 MiB are one block of order 14; a level costs 3 descriptors at most. */
static void b8_a_block_costs_descriptors_by_level(struct kunit *test)
{
	unsigned int order;

	TEST_FREE_RAM(test, MIB64);
	for (order = 0; order <= 14; order++) {
		DO(test, ALLOC(order, PA(0x40000)));
		KUNIT_EXPECT_LE(test, shadow_test_changes(test),
				3 * (15 - order));
		DO(test, FREE(PA(0x40000), order, SHADOW_ACCEPTED));
		KUNIT_EXPECT_LE(test, shadow_test_changes(test),
				3 * (15 - order));
	}
}

/* Pages 1 to 16382 are 13 + 13 blocks: a head, a neighbour, the list's head each. */
static void b8_add_range_costs_blocks_not_pages(struct kunit *test)
{
	TEST_RAM(test, { 1, 16383 });
	DO(test, ADD(PA(1), PA(16383) - 1, 0));
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 26);
	shadow_test_sound(test);
}

/*
 *	|  16 MiB, allocated  |  8 MiB, too  | 8 MiB, free |
 */
static void h3_24_mib_of_32_leave_8_mib_free(struct kunit *test)
{
	TEST_FREE_RAM(test, { 0x8000, 0xa000 });
	DO(test, ALLOC_EXACT(6144, PA(0x8000)));
	EXPECT_FREE(test, { 0x8000 + 6144, 11 });
	DO(test, FREE_EXACT(PA(0x8000), 6144, SHADOW_ACCEPTED));
	EXPECT_FREE(test, { 0x8000, 13 });
}

#define SMALL	{ 128, 256 }

/* The page after a run is free: it is the next single page. */
static void h3_every_size_takes_its_pages_and_no_more(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, SMALL);
	u64 n;

	for (n = 1; n <= 64; n++) {
		DO(test, ALLOC_EXACT(n, PA(128)));
		KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(b), 128 - n);
		shadow_test_sound(test);
		if (n % 2 && n > 1)
			DO(test, ALLOC(0, PA(128 + n)),
			   FREE(PA(128 + n), 0, SHADOW_ACCEPTED));
		DO(test, FREE_EXACT(PA(128), n, SHADOW_ACCEPTED));
		EXPECT_FREE(test, { 128, 7 });
	}
}

static void b2_a_run_that_does_not_fit_changes_nothing(struct kunit *test)
{
	TEST_FREE_RAM(test, SMALL);
	DO(test, ALLOC_EXACT(0, SHADOW_NO_PAGE),
	   ALLOC_EXACT(129, SHADOW_NO_PAGE), ALLOC_EXACT(256, SHADOW_NO_PAGE),
	   ALLOC_EXACT(1ULL << 20, SHADOW_NO_PAGE),
	   ALLOC_EXACT((1ULL << 20) + 1, SHADOW_NO_PAGE),
	   ALLOC_EXACT(1ULL << 32, SHADOW_NO_PAGE),
	   ALLOC_EXACT((1ULL << 32) + 1, SHADOW_NO_PAGE),
	   ALLOC_EXACT(1ULL << 63, SHADOW_NO_PAGE),
	   ALLOC_EXACT(~0ULL, SHADOW_NO_PAGE));
}

/* Addresses of all pages one by one; before that, maybe a pair of calls. */
static void take_all(struct kunit *test, int pair, u64 pa[31])
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, STAIRS);
	u64 block;
	u32 i;

	if (pair >= 0) {
		block = shadow_buddy_alloc(b, pair);
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, block, pair), 0);
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, pair), block);
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, block, pair), 0);
	}
	for (i = 0; i < 31; i++)
		pa[i] = shadow_buddy_alloc(b, 0);
	shadow_test_sound(test);
}

/* The free of what was just allocated is only remembered. Who could tell? */
static void b2_b4_a_remembered_free_changes_no_address(struct kunit *test)
{
	u64 want[31], got[31];
	int order;

	take_all(test, -1, want);
	for (order = 0; order <= 4; order++) {
		take_all(test, order, got);
		KUNIT_EXPECT_EQ_MSG(test, !memcmp(want, got, sizeof(want)),
				    true, "order %d", order);
	}
}

static u64 remembered(struct kunit *test, unsigned int order)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, STAIRS);
	u64 pa = shadow_buddy_alloc(b, order);

	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, order), SHADOW_ACCEPTED);
	return pa;
}

/* Each call is the first one after a free that is remembered. */
static void b5_a_remembered_free_is_seen_by_all(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	struct shadow_buddy *b = &t->b;
	u64 blocks[SHADOW_NR_ORDERS];
	u64 pa = remembered(test, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 1), SHADOW_ALREADY_FREE);
	pa = remembered(test, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(b, pa), SHADOW_ALREADY_FREE);
	pa = remembered(test, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(b, pa), SHADOW_ALREADY_FREE);
	pa = remembered(test, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, pa, 2),
			SHADOW_ALREADY_FREE);
	pa = remembered(test, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_page(b, pa)->state,
			SHADOW_PAGE_FREE | 1);
	remembered(test, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_blocks(b, blocks), 31);
	KUNIT_EXPECT_EQ(test, blocks[1], 1);
	remembered(test, 4);
	KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(b), 31);
	remembered(test, 4);
	EXPECT_FREE(test, { 1, 0 }, { 2, 1 }, { 4, 2 }, { 8, 3 }, { 16, 4 });
	pa = remembered(test, 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 1), pa);
	remembered(test, 4);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(1));
	shadow_test_sound(test);
}

/* A reference more or less, and the block is not as it was allocated. */
static void b9_a_free_is_not_remembered_of_what_was_held(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, STAIRS);
	u64 pa = shadow_buddy_alloc(b, 2);

	DO(test, GET(pa, SHADOW_ACCEPTED), FREE(pa, 2, SHADOW_REFERENCED),
	   PUT(pa, SHADOW_ACCEPTED), PUT(pa, SHADOW_ACCEPTED),
	   FREE(pa, 2, SHADOW_ALREADY_FREE));
	pa = shadow_buddy_alloc(b, 2);
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(b, pa), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 2), SHADOW_REFERENCED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 1), SHADOW_WRONG_ORDER);
	shadow_test_sound(test);
}

SHADOW_SUITE(shadow_buddy, shadow_test_init, shadow_test_exit,
	     KUNIT_CASE(b1_odd_ends_make_small_blocks),
	     KUNIT_CASE(b1_banks_never_merge),
	     KUNIT_CASE(b1_order_20_is_the_top),
	     KUNIT_CASE(b1_an_order_over_20_is_refused),
	     KUNIT_CASE(b2_the_smallest_block_that_suffices_is_used),
	     KUNIT_CASE(b2_the_lowest_part_of_a_split_block_is_used),
	     KUNIT_CASE(b2_out_of_memory_changes_nothing),
	     KUNIT_CASE(b2_a_run_that_does_not_fit_changes_nothing),
	     KUNIT_CASE(b3_single_pages_ascend_in_a_fresh_block),
	     KUNIT_CASE(b2_b4_a_remembered_free_changes_no_address),
	     KUNIT_CASE(b5_a_remembered_free_is_seen_by_all),
	     KUNIT_CASE(b9_a_free_is_not_remembered_of_what_was_held),
	     KUNIT_CASE(b4_merging_stops_at_what_is_allocated),
	     KUNIT_CASE(b6_pages_need_not_exist),
	     KUNIT_CASE(b8_a_block_costs_descriptors_by_level),
	     KUNIT_CASE(b8_add_range_costs_blocks_not_pages),
	     KUNIT_CASE(b9_the_last_put_frees),
	     KUNIT_CASE(h3_24_mib_of_32_leave_8_mib_free),
	     KUNIT_CASE(h3_every_size_takes_its_pages_and_no_more));
