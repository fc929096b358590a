// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges: R1 (merged, any order), R4 (rounding), M3 and R2 (places).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../ranges.h"

#define ROOM		8
#define TOP		(~0ULL)
#define PAGE(n)		((n) * SHADOW_PAGE_SIZE)

struct set {
	struct shadow_ranges ranges;
	struct shadow_range storage[ROOM];
};

static void fill(struct set *set, const struct shadow_range *from, u32 nr,
		 u32 room)
{
	shadow_ranges_init(&set->ranges, set->storage, room);
	memcpy(set->storage, from, nr * sizeof(*from));
	set->ranges.nr = nr;
}

static void expect_ranges(struct kunit *test, const struct set *set,
			  const struct shadow_range *want, u32 nr)
{
	const struct shadow_range *got = set->ranges.range;
	u32 i;

	KUNIT_ASSERT_EQ(test, set->ranges.nr, nr);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, got[i].start, want[i].start,
				    "start of range %u", i);
		KUNIT_EXPECT_EQ_MSG(test, got[i].last, want[i].last,
				    "last byte of range %u", i);
	}
}

/* A change of one set and what it must become. Unused ranges are {0, 0}. */
struct change {
	const char *name;
	u64 start, last;
	u32 nr;
	struct shadow_range want[4];
};

static void name_change(const struct change *change, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", change->name);
}

/*
 *	  0         10   19    30   39    50   59           2^64 - 1
 *	  |         |#####|    |#####|    |#####|             |
 */
static const struct shadow_range three[] = {
	{ 10, 19 }, { 30, 39 }, { 50, 59 },
};

static const struct change adds[] = {
	{ "before all", 1, 5, 4, { { 1, 5 }, { 10, 19 }, { 30, 39 },
				   { 50, 59 } } },
	{ "between two", 22, 25, 4, { { 10, 19 }, { 22, 25 }, { 30, 39 },
				      { 50, 59 } } },
	{ "after all", 70, 70, 4, { { 10, 19 }, { 30, 39 }, { 50, 59 },
				    { 70, 70 } } },
	{ "touching the one below", 20, 28, 3, { { 10, 28 }, { 30, 39 },
						 { 50, 59 } } },
	{ "touching the one above", 21, 29, 3, { { 10, 19 }, { 21, 39 },
						 { 50, 59 } } },
	{ "closing a hole", 20, 29, 2, { { 10, 39 }, { 50, 59 } } },
	{ "a byte short of both", 21, 28, 4, { { 10, 19 }, { 21, 28 },
					       { 30, 39 }, { 50, 59 } } },
	{ "overlapping the start", 5, 12, 3, { { 5, 19 }, { 30, 39 },
					       { 50, 59 } } },
	{ "overlapping the end", 58, 62, 3, { { 10, 19 }, { 30, 39 },
					      { 50, 62 } } },
	{ "inside one", 33, 35, 3, { { 10, 19 }, { 30, 39 }, { 50, 59 } } },
	{ "the same again", 30, 39, 3, { { 10, 19 }, { 30, 39 },
					 { 50, 59 } } },
	{ "around one", 25, 45, 3, { { 10, 19 }, { 25, 45 }, { 50, 59 } } },
	{ "across two", 15, 33, 2, { { 10, 39 }, { 50, 59 } } },
	{ "across all", 19, 50, 1, { { 10, 59 } } },
	{ "everything", 0, TOP, 1, { { 0, TOP } } },
	{ "the first byte", 0, 0, 4, { { 0, 0 }, { 10, 19 }, { 30, 39 },
				       { 50, 59 } } },
	{ "the last byte", TOP, TOP, 4, { { 10, 19 }, { 30, 39 }, { 50, 59 },
					  { TOP, TOP } } },
	{ "to the top", 60, TOP, 3, { { 10, 19 }, { 30, 39 }, { 50, TOP } } },
	{ "from the bottom", 0, 9, 3, { { 0, 19 }, { 30, 39 }, { 50, 59 } } },
};

KUNIT_ARRAY_PARAM(adds, adds, name_change);

static void r1_add_merges_what_touches(struct kunit *test)
{
	const struct change *change = test->param_value;
	struct set set;

	fill(&set, three, 3, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, change->start,
						change->last), 0);
	expect_ranges(test, &set, change->want, change->nr);
}

static const struct change removes[] = {
	{ "nothing there", 20, 29, 3, { { 10, 19 }, { 30, 39 }, { 50, 59 } } },
	{ "the left part", 5, 12, 3, { { 13, 19 }, { 30, 39 }, { 50, 59 } } },
	{ "the right part", 18, 25, 3, { { 10, 17 }, { 30, 39 }, { 50, 59 } } },
	{ "the middle", 33, 35, 4, { { 10, 19 }, { 30, 32 }, { 36, 39 },
				     { 50, 59 } } },
	{ "one whole", 30, 39, 2, { { 10, 19 }, { 50, 59 } } },
	{ "one and more", 29, 40, 2, { { 10, 19 }, { 50, 59 } } },
	{ "all but the ends", 11, 58, 2, { { 10, 10 }, { 59, 59 } } },
	{ "parts of two", 15, 33, 3, { { 10, 14 }, { 34, 39 }, { 50, 59 } } },
	{ "the lower two", 0, 49, 1, { { 50, 59 } } },
	{ "the upper two", 20, TOP, 1, { { 10, 19 } } },
	{ "everything", 0, TOP, 0, { { 0, 0 } } },
	{ "the first byte of one", 30, 30, 3, { { 10, 19 }, { 31, 39 },
						{ 50, 59 } } },
	{ "the last byte of one", 39, 39, 3, { { 10, 19 }, { 30, 38 },
					       { 50, 59 } } },
	{ "below all", 0, 9, 3, { { 10, 19 }, { 30, 39 }, { 50, 59 } } },
	{ "above all", 60, TOP, 3, { { 10, 19 }, { 30, 39 }, { 50, 59 } } },
};

KUNIT_ARRAY_PARAM(removes, removes, name_change);

static void m4_remove_takes_only_the_overlap(struct kunit *test)
{
	const struct change *change = test->param_value;
	struct set set;

	fill(&set, three, 3, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, change->start,
						   change->last), 0);
	expect_ranges(test, &set, change->want, change->nr);
}

static void remove_splits_the_whole_space(struct kunit *test)
{
	static const struct shadow_range all = { 0, TOP };
	static const struct shadow_range ends[] = { { 0, 0 }, { TOP, TOP } };
	struct set set;

	fill(&set, &all, 1, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, 1, TOP - 1), 0);
	expect_ranges(test, &set, ends, 2);
}

/* R1: the banks of the Pixel 6, as its bootloader lists them: downwards */
static void r1_descending_banks_become_two(struct kunit *test)
{
	static const u64 bank[] = { 0x980000000, 0x900000000, 0x880000000,
				    0x80000000 };
	static const struct shadow_range want[] = {
		{ 0x80000000, 0xffffffff }, { 0x880000000, 0x9ffffffff },
	};
	struct set set;
	u32 i;

	shadow_ranges_init(&set.ranges, set.storage, 4);
	for (i = 0; i < ARRAY_SIZE(bank); i++)
		KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, bank[i],
							bank[i] + 0x7fffffff),
				0);
	expect_ranges(test, &set, want, 2);
}

static void a_range_that_ends_before_it_starts_is_refused(struct kunit *test)
{
	struct set set;

	fill(&set, three, 3, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, 25, 24), -EINVAL);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, TOP, 0),
			-EINVAL);
	expect_ranges(test, &set, three, 3);
}

static void a_full_set_is_unchanged_by_what_does_not_fit(struct kunit *test)
{
	struct set set;

	fill(&set, three, 3, 3);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, 0, 1), -ENOSPC);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, 22, 27), -ENOSPC);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, 33, 35),
			-ENOSPC);
	expect_ranges(test, &set, three, 3);
}

static void a_full_set_still_takes_what_merges(struct kunit *test)
{
	static const struct shadow_range want[] = { { 10, 39 }, { 55, 59 } };
	struct set set;

	fill(&set, three, 3, 3);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, 20, 29), 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, 50, 54), 0);
	expect_ranges(test, &set, want, 2);
}

static void a_set_without_room_takes_nothing(struct kunit *test)
{
	struct set set;

	shadow_ranges_init(&set.ranges, NULL, 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set.ranges, 0, TOP), -ENOSPC);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set.ranges, 0, TOP), 0);
	KUNIT_EXPECT_EQ(test, set.ranges.nr, 0);
}

/*
 *	from	  10#####19    30#####39    50#####59
 *	what	5##12        25##31 35##50
 *	out	     13##19        32#34    51####59
 */
static void m4_subtract_takes_out_every_range(struct kunit *test)
{
	static const struct shadow_range what[] = {
		{ 5, 12 }, { 25, 31 }, { 35, 50 },
	};
	static const struct shadow_range want[] = {
		{ 13, 19 }, { 32, 34 }, { 51, 59 },
	};
	struct set from, minus, out;

	fill(&from, three, 3, 3);
	fill(&minus, what, 3, 3);
	shadow_ranges_init(&out.ranges, out.storage, 6);
	KUNIT_EXPECT_EQ(test, shadow_ranges_subtract(&out.ranges, &from.ranges,
						     &minus.ranges), 0);
	expect_ranges(test, &out, want, 3);
	expect_ranges(test, &from, three, 3);
	expect_ranges(test, &minus, what, 3);
}

static void m4_subtract_says_when_the_result_has_no_room(struct kunit *test)
{
	static const struct shadow_range what[] = { { 12, 13 }, { 15, 16 } };
	struct set from, minus, out;
	u32 room;

	fill(&from, three, 3, 3);
	fill(&minus, what, 2, 2);
	for (room = 0; room <= 5; room++) {
		shadow_ranges_init(&out.ranges, out.storage, room);
		KUNIT_EXPECT_EQ_MSG(test,
				    shadow_ranges_subtract(&out.ranges,
							   &from.ranges,
							   &minus.ranges),
				    room < 5 ? -ENOSPC : 0, "room %u", room);
	}
}

/* R4: what begins and ends anywhere in a page, and what it becomes */
struct rounding {
	const char *name;
	struct shadow_range bytes;
	u32 nr_in;
	struct shadow_range in, out;
};

#define LAST_PAGE	(TOP - SHADOW_PAGE_SIZE + 1)

static const struct rounding roundings[] = {
	{ "whole pages", { PAGE(1), PAGE(3) - 1 },
	  1, { PAGE(1), PAGE(3) - 1 }, { PAGE(1), PAGE(3) - 1 } },
	{ "a byte more at both ends", { PAGE(1) - 1, PAGE(3) },
	  1, { PAGE(1), PAGE(3) - 1 }, { PAGE(0), PAGE(4) - 1 } },
	{ "a byte less at both ends", { PAGE(1) + 1, PAGE(3) - 2 },
	  0, { 0, 0 }, { PAGE(1), PAGE(3) - 1 } },
	{ "a page that is shifted", { PAGE(1) + 1, PAGE(2) },
	  0, { 0, 0 }, { PAGE(1), PAGE(3) - 1 } },
	{ "one byte", { PAGE(7) + 5, PAGE(7) + 5 },
	  0, { 0, 0 }, { PAGE(7), PAGE(8) - 1 } },
	{ "the first byte", { 0, 0 }, 0, { 0, 0 }, { 0, PAGE(1) - 1 } },
	{ "the first page", { 0, PAGE(1) - 1 },
	  1, { 0, PAGE(1) - 1 }, { 0, PAGE(1) - 1 } },
	{ "the last byte", { TOP, TOP }, 0, { 0, 0 }, { LAST_PAGE, TOP } },
	{ "the last page", { LAST_PAGE, TOP },
	  1, { LAST_PAGE, TOP }, { LAST_PAGE, TOP } },
	{ "the last page but a byte", { LAST_PAGE + 1, TOP },
	  0, { 0, 0 }, { LAST_PAGE, TOP } },
	{ "all but the ends", { 1, TOP - 1 },
	  1, { PAGE(1), LAST_PAGE - 1 }, { 0, TOP } },
	{ "everything", { 0, TOP }, 1, { 0, TOP }, { 0, TOP } },
};

static void name_rounding(const struct rounding *rounding, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", rounding->name);
}

KUNIT_ARRAY_PARAM(roundings, roundings, name_rounding);

static void r4_ram_keeps_only_whole_pages(struct kunit *test)
{
	const struct rounding *rounding = test->param_value;
	struct set set;

	fill(&set, &rounding->bytes, 1, 1);
	shadow_ranges_round_in(&set.ranges);
	expect_ranges(test, &set, &rounding->in, rounding->nr_in);
}

static void r4_reserved_grows_to_whole_pages(struct kunit *test)
{
	const struct rounding *rounding = test->param_value;
	struct set set;

	fill(&set, &rounding->bytes, 1, 1);
	shadow_ranges_round_out(&set.ranges);
	expect_ranges(test, &set, &rounding->out, 1);
}

/* Three in one page, one that then touches, one a page away. */
static void r4_reserved_that_meets_in_a_page_is_merged(struct kunit *test)
{
	static const struct shadow_range bytes[] = {
		{ PAGE(1) + 1, PAGE(1) + 2 }, { PAGE(1) + 8, PAGE(1) + 9 },
		{ PAGE(1) + 80, PAGE(1) + 90 }, { PAGE(2) + 7, PAGE(2) + 7 },
		{ PAGE(4) + 7, PAGE(4) + 7 },
	};
	static const struct shadow_range want[] = {
		{ PAGE(1), PAGE(3) - 1 }, { PAGE(4), PAGE(5) - 1 },
	};
	struct set set;

	fill(&set, bytes, 5, 5);
	shadow_ranges_round_out(&set.ranges);
	expect_ranges(test, &set, want, 2);
}

static void r4_ram_without_a_whole_page_leaves_the_set(struct kunit *test)
{
	static const struct shadow_range bytes[] = {
		{ 1, PAGE(1) + 9 }, { PAGE(2) + 1, PAGE(4) + 1 },
		{ PAGE(5) + 1, PAGE(6) }, { PAGE(7), PAGE(8) - 1 },
	};
	static const struct shadow_range want[] = {
		{ PAGE(3), PAGE(4) - 1 }, { PAGE(7), PAGE(8) - 1 },
	};
	struct set set;

	fill(&set, bytes, 4, 4);
	shadow_ranges_round_in(&set.ranges);
	expect_ranges(test, &set, want, 2);
}

static void pages_counts_up_to_the_whole_space(struct kunit *test)
{
	static const struct shadow_range all = { 0, TOP };
	static const struct shadow_range some[] = {
		{ PAGE(1), PAGE(2) - 1 }, { PAGE(4), PAGE(9) - 1 },
		{ LAST_PAGE, TOP },
	};
	struct set set;

	fill(&set, some, 0, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set.ranges), 0);
	fill(&set, some, 3, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set.ranges), 7);
	fill(&set, &all, 1, ROOM);
	KUNIT_EXPECT_EQ(test, shadow_ranges_pages(&set.ranges), 1ULL << 52);
}

static struct kunit_case ranges_cases[] = {
	KUNIT_CASE_PARAM(r1_add_merges_what_touches, adds_gen_params),
	KUNIT_CASE_PARAM(m4_remove_takes_only_the_overlap, removes_gen_params),
	KUNIT_CASE(remove_splits_the_whole_space),
	KUNIT_CASE(r1_descending_banks_become_two),
	KUNIT_CASE(a_range_that_ends_before_it_starts_is_refused),
	KUNIT_CASE(a_full_set_is_unchanged_by_what_does_not_fit),
	KUNIT_CASE(a_full_set_still_takes_what_merges),
	KUNIT_CASE(a_set_without_room_takes_nothing),
	KUNIT_CASE(m4_subtract_takes_out_every_range),
	KUNIT_CASE(m4_subtract_says_when_the_result_has_no_room),
	KUNIT_CASE_PARAM(r4_ram_keeps_only_whole_pages, roundings_gen_params),
	KUNIT_CASE_PARAM(r4_reserved_grows_to_whole_pages,
			 roundings_gen_params),
	KUNIT_CASE(r4_reserved_that_meets_in_a_page_is_merged),
	KUNIT_CASE(r4_ram_without_a_whole_page_leaves_the_set),
	KUNIT_CASE(pages_counts_up_to_the_whole_space),
	{}
};

static struct kunit_suite shadow_ranges_suite = {
	.name = "shadow_ranges",
	.test_cases = ranges_cases,
};

kunit_test_suite(shadow_ranges_suite);
