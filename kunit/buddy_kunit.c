// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buddy allocator: B1 (blocks), B2 and B3 (which one is used), B4
 * (merging), B6 (no access to the pages) and B8 (cost).
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "buddy_fixture.h"

struct head {
	u64 pfn;
	unsigned int order;
};

/* These are free blocks, and there are no others. */
static void expect_free_blocks(struct kunit *test, const struct head *heads,
			       u32 nr)
{
	struct shadow_test *t = test->priv;
	u64 blocks[SHADOW_NR_ORDERS];
	unsigned int order;
	u64 all = 0;
	u32 i;

	shadow_buddy_blocks(&t->b, blocks);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		all += blocks[order];
	KUNIT_EXPECT_EQ(test, all, nr);
	for (i = 0; i < nr; i++) {
		const struct shadow_page *page =
			shadow_buddy_page(&t->b, PA(heads[i].pfn));

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, page);
		KUNIT_EXPECT_EQ_MSG(test, page->flags, SHADOW_PAGE_FREE,
				    "page %llu", heads[i].pfn);
		KUNIT_EXPECT_EQ_MSG(test, page->order, heads[i].order,
				    "page %llu", heads[i].pfn);
	}
	shadow_test_sound(test);
}

/*
 *	page	3 4   6   8              16      20
 *	order	|0|   2   |       3       |   2   |0|
 */
static void b1_odd_ends_make_small_blocks(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 3, 21 } };
	static const struct head heads[] = {
		{ 3, 0 }, { 4, 2 }, { 8, 3 }, { 16, 2 }, { 20, 0 },
	};

	shadow_test_free_ram(test, ram, 1);
	expect_free_blocks(test, heads, ARRAY_SIZE(heads));
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
	static const struct shadow_test_run ram[] = { { 0, 5 }, { 7, 16 } };
	static const struct head heads[] = {
		{ 0, 2 }, { 4, 0 }, { 7, 0 }, { 8, 3 },
	};
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, 2);
	u64 pa[14];
	u32 i;

	for (i = 0; i < 14; i++)
		pa[i] = shadow_buddy_alloc(b, 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), SHADOW_NO_PAGE);
	while (i--)
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa[i], 0),
				SHADOW_ACCEPTED);
	expect_free_blocks(test, heads, ARRAY_SIZE(heads));
}

/* Runs added one by one are one run where they touch. */
static void b1_touching_runs_merge(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 0, 64 } };
	static const struct head heads[] = { { 0, 4 }, { 17, 0 }, { 18, 1 },
					     { 20, 2 }, { 24, 3 }, { 32, 5 } };

	shadow_test_ram(test, ram, 1);
	shadow_test_give(test, 0, 3);
	shadow_test_give(test, 3, 8);
	shadow_test_give(test, 8, 16);
	shadow_test_give(test, 17, 63);
	shadow_test_give(test, 63, 64);
	expect_free_blocks(test, heads, ARRAY_SIZE(heads));
}

/* 8 GiB to 16 GiB: two buddies of the top order stay two. */
static void b1_order_20_is_the_top(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 2 << 20, 4 << 20 } };
	static const struct head heads[] = { { 2 << 20, 20 }, { 3 << 20, 20 } };
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, 1);

	expect_free_blocks(test, heads, 2);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(2 << 20));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 20), PA(3 << 20));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 20), SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(3 << 20), 20),
			SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(2 << 20), 0),
			SHADOW_ACCEPTED);
	expect_free_blocks(test, heads, 2);
}

/*
 *	page	1 2   4       8              16                             32
 *	order	|0| 1 |   2   |       3       |              4              |
 */
static const struct shadow_test_run stairs[] = { { 1, 32 } };

static void b2_the_smallest_block_that_suffices_is_used(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, stairs, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 2), PA(4));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(1));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 3), PA(8));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(2));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 4), PA(16));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), SHADOW_NO_PAGE);
}

static void b2_the_lowest_part_of_a_split_block_is_used(struct kunit *test)
{
	static const struct head rest[] = {
		{ 17, 0 }, { 18, 1 }, { 20, 2 }, { 24, 3 },
	};
	struct shadow_buddy *b = shadow_test_free_ram(test, stairs, 1);
	unsigned int order;

	for (order = 0; order < 4; order++)
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, order),
				PA(1 << order));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(16));
	expect_free_blocks(test, rest, ARRAY_SIZE(rest));
}

static void b2_out_of_memory_changes_nothing(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, stairs, 1);
	unsigned int order;

	while (shadow_buddy_alloc(b, 0) != SHADOW_NO_PAGE)
		;
	KUNIT_EXPECT_EQ(test, b->nr_free, 0);
	shadow_test_save(test);
	for (order = 0; order <= SHADOW_MAX_ORDER; order++)
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, order),
				SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* 31 pages are free, but no 32 together: that is out of memory, too. */
static void b2_scattered_pages_do_not_suffice(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, stairs, 1);

	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 5), SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 20), SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b1_an_order_over_20_is_refused(struct kunit *test)
{
	static const unsigned int orders[] = { 21, 31, 32, 33, 63, 64, ~0U };
	struct shadow_buddy *b = shadow_test_free_ram(test, stairs, 1);
	u32 i;

	shadow_test_save(test);
	for (i = 0; i < ARRAY_SIZE(orders); i++)
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, orders[i]),
				SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static const struct shadow_test_run mib64[] = { { 0x40000, 0x44000 } };

static void b3_single_pages_ascend_in_a_fresh_block(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, mib64, 1);
	u64 pfn, wrong = 0;

	for (pfn = 0x40000; pfn < 0x44000; pfn++)
		if (shadow_buddy_alloc(b, 0) != PA(pfn) && !wrong)
			wrong = pfn;
	KUNIT_EXPECT_EQ(test, wrong, 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), SHADOW_NO_PAGE);
}

/* In which order 64 pages are freed. */
struct sequence {
	const char *name;
	u32 first, step;
};

static const struct sequence sequences[] = {
	{ "ascending", 0, 1 }, { "descending", 63, 63 },
	{ "every second, then the rest", 0, 2 }, { "far apart", 5, 32 },
	{ "by 27", 3, 27 },
};

static void name_sequence(const struct sequence *sequence, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", sequence->name);
}

KUNIT_ARRAY_PARAM(sequences, sequences, name_sequence);

/* The i-th page of a sequence: even steps move on by one after each round. */
static u32 nth(const struct sequence *sequence, u32 i)
{
	u32 step = sequence->step;

	return (sequence->first + i * step + (step % 2 ? 0 : i * step / 64)) %
	       64;
}

static void b4_all_freed_is_one_block_again(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 0x1000, 0x1040 } };
	static const struct head whole[] = { { 0x1000, 6 } };
	const struct sequence *sequence = test->param_value;
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, 1);
	u32 i;

	for (i = 0; i < 64; i++)
		shadow_buddy_alloc(b, 0);
	for (i = 0; i < 64; i++) {
		u64 pa = PA(0x1000 + nth(sequence, i));

		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 0),
				SHADOW_ACCEPTED);
		shadow_test_sound(test);
	}
	expect_free_blocks(test, whole, 1);
}

/* A half that is still allocated stops the merge exactly below it. */
static void b4_merging_stops_at_what_is_allocated(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 0, 16 } };
	static const struct head heads[] = { { 0, 2 }, { 6, 1 }, { 8, 3 } };
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 2), PA(0));
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(4));
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(0), 2), SHADOW_ACCEPTED);
	expect_free_blocks(test, heads, ARRAY_SIZE(heads));
}

/*
 * The last pages of the address space: 64-bit frame numbers, and memory that
 * no machine has, so the pages are surely not touched.
 */
static void b6_pages_need_not_exist(struct kunit *test)
{
	static const struct shadow_test_run ram[] = {
		{ (1ULL << 52) - 64, 1ULL << 52 },
	};
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, 1);
	u64 last = PA((1ULL << 52) - 1);
	u32 i;

	shadow_test_save(test);
	for (i = 0; i < 63; i++)
		shadow_buddy_alloc(b, 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), last);
	for (i = 0; i < 64; i++)
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, last - PA(i), 0),
				SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	shadow_test_sound(test);
}

/* 64 MiB are one block of order 14: 15 levels, 3 descriptors each at most. */
static void b8_a_page_costs_descriptors_by_level(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, mib64, 1);
	u64 pa;

	shadow_test_save(test);
	pa = shadow_buddy_alloc(b, 0);
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 15);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 0), SHADOW_ACCEPTED);
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 15);
}

static void b8_a_large_block_costs_no_more_than_a_page(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, mib64, 1);
	u64 pa;

	shadow_test_save(test);
	pa = shadow_buddy_alloc(b, 13);
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 2);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, pa, 13), SHADOW_ACCEPTED);
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 2);
}

/* Pages 1 to 16382 are 13 + 13 blocks: a head, a neighbour, the list's head each. */
static void b8_add_range_costs_blocks_not_pages(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 1, 16383 } };

	shadow_test_ram(test, ram, 1);
	shadow_test_save(test);
	shadow_test_give(test, 1, 16383);
	KUNIT_EXPECT_LE(test, shadow_test_changes(test), 3 * 26);
	shadow_test_sound(test);
}

static struct kunit_case buddy_cases[] = {
	KUNIT_CASE(b1_odd_ends_make_small_blocks),
	KUNIT_CASE(b1_banks_never_merge),
	KUNIT_CASE(b1_touching_runs_merge),
	KUNIT_CASE(b1_order_20_is_the_top),
	KUNIT_CASE(b1_an_order_over_20_is_refused),
	KUNIT_CASE(b2_the_smallest_block_that_suffices_is_used),
	KUNIT_CASE(b2_the_lowest_part_of_a_split_block_is_used),
	KUNIT_CASE(b2_out_of_memory_changes_nothing),
	KUNIT_CASE(b2_scattered_pages_do_not_suffice),
	KUNIT_CASE(b3_single_pages_ascend_in_a_fresh_block),
	KUNIT_CASE_PARAM(b4_all_freed_is_one_block_again, sequences_gen_params),
	KUNIT_CASE(b4_merging_stops_at_what_is_allocated),
	KUNIT_CASE(b6_pages_need_not_exist),
	KUNIT_CASE(b8_a_page_costs_descriptors_by_level),
	KUNIT_CASE(b8_a_large_block_costs_no_more_than_a_page),
	KUNIT_CASE(b8_add_range_costs_blocks_not_pages),
	{}
};

static struct kunit_suite shadow_buddy_suite = {
	.name = "shadow_buddy",
	.init = shadow_test_init,
	.exit = shadow_test_exit,
	.test_cases = buddy_cases,
};

kunit_test_suite(shadow_buddy_suite);
