// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges where only 64 bits show it: R1 (merged, any order), R2 (places),
 * R4 (rounding). All else is compared with the naive model, see model_kunit.c.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../ranges.h"
#include "suites.h"

#define TOP		(~0ULL)
#define PAGE(n)		((n) * SHADOW_PAGE_SIZE)
#define LAST_PAGE	(TOP - SHADOW_PAGE_SIZE + 1)
#define NOWHERE		0xdeadbeefULL

/* What is left of a set of one range and becomes of it. */
static void expect_one(struct kunit *test, const struct shadow_ranges *set,
		       u64 start, u64 last)
{
	KUNIT_ASSERT_EQ(test, set->nr, 1);
	KUNIT_EXPECT_EQ(test, set->range->start, start);
	KUNIT_EXPECT_EQ(test, set->range->last, last);
}

/* R1: the banks of the Pixel 6, as its bootloader lists them: downwards */
static void r1_descending_banks_become_two(struct kunit *test)
{
	static const u64 bank[] = { 0x980000000, 0x900000000, 0x880000000,
				    0x80000000 };
	struct shadow_range storage[2];
	struct shadow_ranges set;
	u32 i;

	shadow_ranges_init(&set, storage, 2);
	for (i = 0; i < ARRAY_SIZE(bank); i++)
		KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, bank[i],
							bank[i] + 0x7fffffff),
				0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set), 2097152);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 0x880000000, TOP), 0);
	expect_one(test, &set, 0x80000000, 0xffffffff);
}

/* R1: the same banks at once, to a set that has one of them */
static void r1_many_are_added_in_any_order(struct kunit *test)
{
	static const struct shadow_range bank[] = {
		{ 0x980000000, 0x9ffffffff }, { TOP, TOP }, { 0, 0 },
		{ 0x80000000, 0xffffffff }, { 0x900000000, 0x97fffffff },
		{ 0x900000000, 0x900000000 },
	};
	struct shadow_range storage[ARRAY_SIZE(bank) + 1];
	struct shadow_ranges set;
	u32 nr = ARRAY_SIZE(bank);

	shadow_ranges_init(&set, storage, nr);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 0x880000000, 0x8ffffffff),
			0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add_all(&set, bank, nr), -ENOSPC);
	expect_one(test, &set, 0x880000000, 0x8ffffffff);
	set.max++;
	KUNIT_EXPECT_EQ(test, shadow_ranges_add_all(&set, bank, nr), 0);
	KUNIT_EXPECT_EQ(test, set.nr, 4);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 0, 0), 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, TOP, TOP), 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set), 2097152);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 0, 0xffffffff), 0);
	expect_one(test, &set, 0x880000000, 0x9ffffffff);
}

/* R1: not even those that are right, and come first */
static void r1_one_that_is_wrong_leaves_all_out(struct kunit *test)
{
	static const struct shadow_range two[] = { { 1, 2 }, { 7, 6 } };
	struct shadow_range storage[3];
	struct shadow_ranges set;

	shadow_ranges_init(&set, storage, 3);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 4, 5), 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add_all(&set, two, 2), -EINVAL);
	expect_one(test, &set, 4, 5);
}

static void the_whole_space_is_one_range(struct kunit *test)
{
	struct shadow_range storage[2], everything = { 0, TOP };
	struct shadow_ranges set;
	u64 place;

	shadow_ranges_init(&set, storage, 2);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set), 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 1, TOP - 1), 0);
	shadow_ranges_round_in(&set);
	expect_one(test, &set, PAGE(1), LAST_PAGE - 1);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 1, TOP - 1), 0);
	shadow_ranges_round_out(&set);
	expect_one(test, &set, 0, TOP);
	shadow_ranges_round_in(&set);
	expect_one(test, &set, 0, TOP);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set), 1ULL << 52);
	KUNIT_EXPECT_EQ(test, shadow_ranges_first_fit(&set, TOP, &place), 0);
	KUNIT_EXPECT_EQ(test, place, 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_last_fit(&set, &everything, TOP, 1,
						     &place), 0);
	KUNIT_EXPECT_EQ(test, place, 1);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 1, TOP - 1), 0);
	KUNIT_EXPECT_EQ(test, set.nr, 2);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 0, 0), 0);
	expect_one(test, &set, TOP, TOP);
}

/* R2: with the largest alignment there are two places, and one range or none. */
static void r2_alignment_may_be_half_of_the_space(struct kunit *test)
{
	static const struct {
		u64 bytes, first, place;
	} rows[] = {
		{ 1ULL << 63, 0, 1ULL << 63 }, { (1ULL << 63) + 1, 0, 0 },
		{ TOP, 0, 0 }, { (1ULL << 63) + 1, 1, NOWHERE },
		{ 1ULL << 63, (1ULL << 63) + 1, NOWHERE },
	};
	struct shadow_range everything = { 0, TOP }, range = { 0, TOP };
	struct shadow_ranges set = { .range = &range, .nr = 1, .max = 1 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		u64 place = NOWHERE;
		int err;

		range.start = rows[i].first;
		err = shadow_ranges_last_fit(&set, &everything, rows[i].bytes,
					     1ULL << 63, &place);
		KUNIT_EXPECT_EQ_MSG(test, err, rows[i].place == NOWHERE ?
				    -ENOSPC : 0, "row %u", i);
		KUNIT_EXPECT_EQ_MSG(test, place, rows[i].place, "row %u", i);
	}
}

SHADOW_SUITE(shadow_ranges, NULL, NULL,
	     KUNIT_CASE(r1_descending_banks_become_two),
	     KUNIT_CASE(r1_many_are_added_in_any_order),
	     KUNIT_CASE(r1_one_that_is_wrong_leaves_all_out),
	     KUNIT_CASE(the_whole_space_is_one_range),
	     KUNIT_CASE(r2_alignment_may_be_half_of_the_space));
