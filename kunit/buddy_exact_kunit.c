// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs of any number of pages (H3), and adding ranges and memory to the buddy
 * allocator.
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "buddy_fixture.h"

static const struct shadow_test_run mib32[] = { { 0x8000, 0xa000 } };
static const struct shadow_test_run small[] = { { 128, 256 } };

/*
 *	|  16 MiB, allocated  |  8 MiB, too  | 8 MiB, free |
 */
static void h3_24_mib_of_32_leave_8_mib_free(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, mib32, 1);
	u64 blocks[SHADOW_NR_ORDERS];

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 6144), PA(0x8000));
	KUNIT_EXPECT_EQ(test, shadow_buddy_blocks(b, blocks), 2048);
	KUNIT_EXPECT_EQ(test, blocks[11], 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 11),
			PA(0x8000 + 6144));
	shadow_test_sound(test);
}

static void h3_what_was_allocated_is_freed_as_one_block(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, mib32, 1);

	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 6144), PA(0x8000));
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(0x8000), 6144),
			SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	shadow_test_sound(test);
}

/* The pages of a run are all there is that is not free. */
static void h3_every_size_takes_its_pages_and_no_more(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);
	u64 n;

	shadow_test_save(test);
	for (n = 1; n <= 64; n++) {
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, n), PA(128));
		KUNIT_EXPECT_EQ(test, b->nr_free, 128 - n);
		shadow_test_sound(test);
		KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128), n),
				SHADOW_ACCEPTED);
		KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	}
	shadow_test_sound(test);
}

/* The page after a run is free: it is the next single page. */
static void h3_the_page_after_a_run_is_free(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);
	u64 n;

	for (n = 3; n < 64; n += 2) {
		u64 next;

		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, n), PA(128));
		next = shadow_buddy_alloc(b, 0);
		KUNIT_EXPECT_EQ(test, next, PA(128 + n));
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, next, 0),
				SHADOW_ACCEPTED);
		KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128), n),
				SHADOW_ACCEPTED);
	}
}

static void b2_a_run_that_does_not_fit_changes_nothing(struct kunit *test)
{
	static const u64 sizes[] = {
		0, 129, 256, 1ULL << 20, (1ULL << 20) + 1, 1ULL << 32,
		(1ULL << 32) + 1, 1ULL << 63, ~0ULL,
	};
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);
	u32 i;

	shadow_test_save(test);
	for (i = 0; i < ARRAY_SIZE(sizes); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_buddy_alloc_exact(b, sizes[i]),
				    SHADOW_NO_PAGE, "%llu pages", sizes[i]);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* A run of 13 is 8 + 4 + 1 pages: what else it is called is refused. */
static void b5_a_run_is_freed_only_as_allocated(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);
	u64 n;

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 13), PA(128));
	shadow_test_save(test);
	for (n = 0; n <= 130; n++) {
		if (n == 8 || n == 12 || n == 13)
			continue;
		KUNIT_EXPECT_NE_MSG(test,
				    shadow_buddy_free_exact(b, PA(128), n),
				    SHADOW_ACCEPTED, "%llu pages", n);
	}
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b5_wrong_runs_are_named(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 12), PA(128));
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128) + 8, 12),
			SHADOW_UNALIGNED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(100), 12),
			SHADOW_OUTSIDE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(144), 12),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(130), 12),
			SHADOW_INSIDE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128), 7),
			SHADOW_WRONG_ORDER);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* The second part of the run is gone: the first must not be freed either. */
static void b5_a_run_that_is_partly_free_stays_as_it_is(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 13), PA(128));
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(128 + 12), 0),
			SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128), 13),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b9_a_run_that_others_hold_is_not_freed(struct kunit *test)
{
	struct shadow_buddy *b = shadow_test_free_ram(test, small, 1);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 13), PA(128));
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(b, PA(128 + 8)),
			SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(128), 13),
			SHADOW_REFERENCED);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* Two banks, 10..20 and 30..40, of which 12..16 are added. */
struct wrong_range {
	const char *name;
	u64 start, last;
	int err;
};

static const struct wrong_range wrong_ranges[] = {
	{ "a start inside a page", PA(17) + 1, PA(18) - 1, -EINVAL },
	{ "an end inside a page", PA(17), PA(18), -EINVAL },
	{ "an end that is a start", PA(17), PA(18) - 2, -EINVAL },
	{ "an end below the start", PA(18), PA(18) - 1, -EINVAL },
	{ "nothing of RAM", PA(22), PA(24) - 1, -EINVAL },
	{ "from the hole into RAM", PA(29), PA(31) - 1, -EINVAL },
	{ "from RAM into the hole", PA(18), PA(21) - 1, -EINVAL },
	{ "from bank to bank", PA(18), PA(32) - 1, -EINVAL },
	{ "past the end of RAM", PA(38), PA(41) - 1, -EINVAL },
	{ "the rest of the address space", PA(30), ~0ULL, -EINVAL },
	{ "the same again", PA(12), PA(16) - 1, -EEXIST },
	{ "the last page again", PA(15), PA(18) - 1, -EEXIST },
	{ "the pages below", PA(10), PA(12) - 1, -EEXIST },
	{ "around it", PA(10), PA(20) - 1, -EEXIST },
};

static void name_wrong_range(const struct wrong_range *wrong, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", wrong->name);
}

KUNIT_ARRAY_PARAM(wrong_ranges, wrong_ranges, name_wrong_range);

static void a_wrong_range_is_refused_and_changes_nothing(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 10, 20 }, { 30, 40 } };
	const struct wrong_range *wrong = test->param_value;
	struct shadow_buddy *b = shadow_test_ram(test, ram, 2);

	shadow_test_give(test, 12, 16);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_add_range(b, wrong->start,
						     wrong->last), wrong->err);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* Nothing lies behind the last page of the address space, page 0 neither. */
static void b5_a_run_does_not_go_on_at_address_0(struct kunit *test)
{
	static const struct shadow_test_run ends[] = {
		{ 0, 1 }, { BIT_ULL(52) - 2, BIT_ULL(52) },
	};
	struct shadow_buddy *b = shadow_test_free_ram(test, ends, 2);

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(ends[1].start));
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(ends[1].start), 3),
			SHADOW_OUTSIDE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void counters_tell_managed_and_free_pages(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 10, 20 }, { 30, 40 } };
	struct shadow_buddy *b = shadow_test_ram(test, ram, 2);

	KUNIT_EXPECT_EQ(test, b->nr_pages, 20);
	KUNIT_EXPECT_EQ(test, b->nr_managed, 0);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), SHADOW_NO_PAGE);
	shadow_test_give(test, 12, 16);
	shadow_test_give(test, 30, 33);
	KUNIT_EXPECT_EQ(test, b->nr_managed, 7);
	KUNIT_EXPECT_EQ(test, b->nr_free, 7);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(30));
	KUNIT_EXPECT_EQ(test, b->nr_free, 5);
	KUNIT_EXPECT_EQ(test, b->nr_managed, 7);
	shadow_test_sound(test);
}

static struct kunit_case buddy_exact_cases[] = {
	KUNIT_CASE(h3_24_mib_of_32_leave_8_mib_free),
	KUNIT_CASE(h3_what_was_allocated_is_freed_as_one_block),
	KUNIT_CASE(h3_every_size_takes_its_pages_and_no_more),
	KUNIT_CASE(h3_the_page_after_a_run_is_free),
	KUNIT_CASE(b2_a_run_that_does_not_fit_changes_nothing),
	KUNIT_CASE(b5_a_run_is_freed_only_as_allocated),
	KUNIT_CASE(b5_wrong_runs_are_named),
	KUNIT_CASE(b5_a_run_that_is_partly_free_stays_as_it_is),
	KUNIT_CASE(b9_a_run_that_others_hold_is_not_freed),
	KUNIT_CASE_PARAM(a_wrong_range_is_refused_and_changes_nothing,
			 wrong_ranges_gen_params),
	KUNIT_CASE(b5_a_run_does_not_go_on_at_address_0),
	KUNIT_CASE(counters_tell_managed_and_free_pages),
	{}
};

static struct kunit_suite shadow_buddy_exact_suite = {
	.name = "shadow_buddy_exact",
	.init = shadow_test_init,
	.exit = shadow_test_exit,
	.test_cases = buddy_exact_cases,
};

kunit_test_suite(shadow_buddy_exact_suite);
