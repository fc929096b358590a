// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges: R1 (merged, any order), R4 (rounding), M3 and R2 (places), M4.
 *
 * Every set that a few units can make goes through every operation, beside the
 * naive model; that takes in each way to touch, overlap, split and not fit. What
 * only shows with 64 bits is worked out by hand.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../exercise/rng.h"
#include "../tests/model/ranges_model.h"
#include "suites.h"

#define TOP		(~0ULL)
#define PAGE(n)		((n) * SHADOW_PAGE_SIZE)
#define LAST_PAGE	(TOP - SHADOW_PAGE_SIZE + 1)
#define ROOM		20
#define NOWHERE		0xdeadbeefULL

struct pair {
	struct shadow_ranges_model m;
	struct shadow_ranges set;
	struct shadow_range storage[2 * ROOM];
};

struct world {
	struct pair a, b;
	struct shadow_ranges out;
	struct shadow_range storage[ROOM];
};

/* Where the units lie; @base is their end where @at_top. */
static const struct universe {
	const char *name;
	u64 base;
	bool at_top;
} universes[] = {
	{ "at the bottom", 0 },
	{ "in the middle", 0x880000400 },
	{ "at the top", 0, true },
};

SHADOW_PARAMS(universes);

static struct pair *start(struct kunit *test, struct pair *pair, u32 nr,
			  u32 unit, u32 room)
{
	const struct universe *universe = test->param_value;

	pair->m.base = universe->base - universe->at_top * nr * unit;
	pair->m.unit = unit;
	pair->m.nr = nr;
	shadow_ranges_init(&pair->set, pair->storage, room);
	return pair;
}

/* Bit i says whether unit i is in the set. */
static void fill(struct pair *pair, u32 bits)
{
	struct shadow_range *range = pair->storage;
	u32 i;

	for (i = 0; i < pair->m.nr; i++) {
		pair->m.in[i] = bits >> i & 1;
		if (!pair->m.in[i])
			continue;
		if (!i || !pair->m.in[i - 1])
			range++->start = shadow_ranges_model_start(&pair->m, i);
		range[-1].last = shadow_ranges_model_last(&pair->m, i);
	}
	pair->set.nr = range - pair->storage;
}

static bool change(struct pair *pair, u32 first, u32 nr, bool add)
{
	return shadow_ranges_model_change(&pair->m, &pair->set, first, nr, add);
}

/* With room for the set alone and for one more; a set that is full stays. */
static void r1_m4_any_set_takes_any_change(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 8, 1, 0);
	u32 i, first, nr;

	for (i = 0; i < 4 << 11; i++)
		for (first = i & 7, nr = 1; first + nr <= 8; nr++) {
			fill(a, i >> 3 & 255);
			a->set.max = a->set.nr + (i >> 12);
			KUNIT_ASSERT_EQ_MSG(test, change(a, first, nr,
							 i >> 11 & 1),
					    true, "set 0x%x, %u from %u",
					    i >> 3 & 255, nr, first);
		}
}

/* The same with many ranges, which come and go by chance. */
static void r1_add_and_remove_agree_with_a_bitmap(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 128, 1024, ROOM);
	struct shadow_rng rng;
	u32 step;

	shadow_rng_seed(&rng, shadow_test_seed());
	for (step = 0; step < 2000; step++) {
		u32 first = shadow_rng_below(&rng, 128);
		u32 most = shadow_rng_below(&rng, 4) ? 8 : 128;
		u32 nr = 1 + shadow_rng_below(&rng, min(most, 128 - first));

		KUNIT_ASSERT_EQ_MSG(test, change(a, first, nr, step % 2), true,
				    "step %u", step);
	}
}

/* Units of 1 KiB, in three pages or, in the middle, in four. */
static void r4_any_set_is_rounded(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 12, 1024, ROOM);
	u32 i;

	for (i = 0; i < 2 << 12; i++) {
		fill(a, i / 2);
		KUNIT_ASSERT_EQ_MSG(test,
				    shadow_ranges_model_round(&a->m, &a->set,
							      i % 2),
				    true, "set 0x%x, %s", i / 2,
				    i % 2 ? "out" : "in");
	}
}

static void m4_any_set_is_subtracted_from_any(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 6, 1, 3);
	struct pair *b = start(test, &w->b, 6, 1, 3);
	u32 i;

	for (i = 0; i < 6 << 12; i++) {
		fill(a, i & 63);
		fill(b, i >> 6 & 63);
		shadow_ranges_init(&w->out, w->storage, i >> 12);
		KUNIT_ASSERT_EQ_MSG(test,
				    shadow_ranges_model_subtract(&a->m, &a->set,
								 &b->m, &b->set,
								 &w->out),
				    true, "step 0x%x", i);
	}
}

static void m3_first_fit_is_the_lowest_place(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 8, 2, ROOM);
	u32 i;

	for (i = 0; i < 16 << 8; i++) {
		fill(a, i & 255);
		KUNIT_ASSERT_EQ_MSG(test,
				    shadow_ranges_model_first_fit(&a->m,
								  &a->set,
								  1 + (i >> 9),
								  i >> 8 & 1),
				    true, "step 0x%x", i);
	}
}

static bool last_fit(const struct pair *pair, u32 low, u32 high, u32 nr,
		     u64 align)
{
	return shadow_ranges_model_last_fit(&pair->m, &pair->set, low, high, nr,
					    align);
}

static void r2_last_fit_is_the_highest_aligned_place(struct kunit *test)
{
	struct world *w = shadow_test_zeroed(test, sizeof(*w));
	struct pair *a = start(test, &w->a, 8, 1, ROOM);
	u32 i, low, high;

	for (i = 0; i < 4 << 14; i++) {
		low = i >> 11 & 7;
		fill(a, i & 255);
		for (high = low; high < 8; high++)
			KUNIT_ASSERT_EQ_MSG(test,
					    last_fit(a, low, high,
						     1 + (i >> 8 & 7),
						     1 << (i >> 14)),
					    true, "step 0x%x, to %u", i, high);
	}
}

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

static void a_range_that_ends_before_it_starts_is_refused(struct kunit *test)
{
	struct shadow_range storage[2] = { { 10, 19 } };
	struct shadow_ranges set = { .range = storage, .nr = 1, .max = 2 };

	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 25, 24), -EINVAL);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, TOP, 0), -EINVAL);
	expect_one(test, &set, 10, 19);
}

static void a_set_without_room_takes_nothing(struct kunit *test)
{
	struct shadow_ranges set;

	shadow_ranges_init(&set, NULL, 0);
	KUNIT_EXPECT_EQ(test, shadow_ranges_add(&set, 0, TOP), -ENOSPC);
	KUNIT_EXPECT_EQ(test, shadow_ranges_remove(&set, 0, TOP), 0);
	KUNIT_EXPECT_EQ(test, set.nr, 0);
}

SHADOW_SUITE(shadow_ranges, NULL, NULL,
	     KUNIT_CASE_PARAM(r1_m4_any_set_takes_any_change,
			      all_universes_gen_params),
	     KUNIT_CASE_PARAM(r1_add_and_remove_agree_with_a_bitmap,
			      all_universes_gen_params),
	     KUNIT_CASE_PARAM(r4_any_set_is_rounded, all_universes_gen_params),
	     KUNIT_CASE_PARAM(m4_any_set_is_subtracted_from_any,
			      all_universes_gen_params),
	     KUNIT_CASE_PARAM(m3_first_fit_is_the_lowest_place,
			      all_universes_gen_params),
	     KUNIT_CASE_PARAM(r2_last_fit_is_the_highest_aligned_place,
			      all_universes_gen_params),
	     KUNIT_CASE(r1_descending_banks_become_two),
	     KUNIT_CASE(the_whole_space_is_one_range),
	     KUNIT_CASE(r2_alignment_may_be_half_of_the_space),
	     KUNIT_CASE(a_range_that_ends_before_it_starts_is_refused),
	     KUNIT_CASE(a_set_without_room_takes_nothing));
