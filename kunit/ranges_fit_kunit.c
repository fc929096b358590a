// SPDX-License-Identifier: GPL-2.0-only
/*
 * Places in a set of ranges: the lowest for mem_map (M3), the highest within a
 * window for reserved memory without an address (R2).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../ranges.h"

#define TOP		(~0ULL)
#define NOWHERE		0xdeadbeefULL

/*
 *	0x1000    0x1fff      0x4000          0x7fff      0x9000    0x9fff
 *	|############|        |##################|        |############|
 */
static struct shadow_range holes[] = {
	{ 0x1000, 0x1fff }, { 0x4000, 0x7fff }, { 0x9000, 0x9fff },
};

static const struct shadow_ranges set = {
	.range = holes, .nr = ARRAY_SIZE(holes), .max = ARRAY_SIZE(holes),
};

static struct shadow_range everything[] = { { 0, TOP } };

static const struct shadow_ranges whole = {
	.range = everything, .nr = 1, .max = 1,
};

static const struct shadow_ranges empty;

/* A search and what it must find; NOWHERE stands for -ENOSPC. */
struct search {
	const char *name;
	const struct shadow_ranges *set;
	struct shadow_range window;
	u64 bytes, align, place;
};

static void name_search(const struct search *search, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", search->name);
}

#define ANYWHERE { 0, TOP }

static const struct search lowest[] = {
	{ "a byte", &set, ANYWHERE, 1, 1, 0x1000 },
	{ "the first hole in full", &set, ANYWHERE, 0x1000, 1, 0x1000 },
	{ "a byte too much for it", &set, ANYWHERE, 0x1001, 1, 0x4000 },
	{ "the largest hole in full", &set, ANYWHERE, 0x4000, 1, 0x4000 },
	{ "a byte too much for all", &set, ANYWHERE, 0x4001, 1, NOWHERE },
	{ "all holes together", &set, ANYWHERE, 0x6000, 1, NOWHERE },
	{ "the most there is", &set, ANYWHERE, TOP, 1, NOWHERE },
	{ "the most of everything", &whole, ANYWHERE, TOP, 1, 0 },
	{ "a byte of an empty set", &empty, ANYWHERE, 1, 1, NOWHERE },
};

KUNIT_ARRAY_PARAM(lowest, lowest, name_search);

static void m3_first_fit_is_the_lowest_place(struct kunit *test)
{
	const struct search *search = test->param_value;
	u64 place = NOWHERE;
	int err;

	err = shadow_ranges_first_fit(search->set, search->bytes, &place);
	KUNIT_EXPECT_EQ(test, err, search->place == NOWHERE ? -ENOSPC : 0);
	KUNIT_EXPECT_EQ(test, place, search->place);
}

static const struct search highest[] = {
	{ "a byte", &set, ANYWHERE, 1, 1, 0x9fff },
	{ "the last hole in full", &set, ANYWHERE, 0x1000, 1, 0x9000 },
	{ "a byte too much for it", &set, ANYWHERE, 0x1001, 1, 0x6fff },
	{ "the largest hole in full", &set, ANYWHERE, 0x4000, 1, 0x4000 },
	{ "a byte too much for all", &set, ANYWHERE, 0x4001, 1, NOWHERE },
	{ "aligned to a page", &set, ANYWHERE, 0x800, 0x1000, 0x9000 },
	{ "aligned out of the last", &set, ANYWHERE, 0x1000, 0x2000, 0x6000 },
	{ "aligned out of all", &set, ANYWHERE, 0x1000, 0x10000, NOWHERE },
	{ "aligned, full size", &set, ANYWHERE, 0x4000, 0x4000, 0x4000 },
	{ "aligned, a byte over", &set, ANYWHERE, 0x3001, 0x1000, 0x4000 },
	{ "a window inside a hole", &set, { 0x5000, 0x5fff }, 0x1000, 0x1000,
	  0x5000 },
	{ "a window too small", &set, { 0x5000, 0x5ffe }, 0x1000, 1, NOWHERE },
	{ "a window that cuts the end", &set, { 0, 0x6fff }, 0x1000, 0x1000,
	  0x6000 },
	{ "a window that cuts the start", &set, { 0x7000, 0x8fff }, 0x1000, 1,
	  0x7000 },
	{ "a window over no hole", &set, { 0x8000, 0x8fff }, 1, 1, NOWHERE },
	{ "a window of two parts", &set, { 0x7800, 0x97ff }, 0x800, 1,
	  0x9000 },
	{ "a window of one byte", &set, { 0x4000, 0x4000 }, 1, 1, 0x4000 },
	{ "aligned below the window", &set, { 0x4800, 0x5fff }, 0x1000, 0x4000,
	  NOWHERE },
	{ "the last page", &whole, ANYWHERE, 0x1000, 0x1000, TOP - 0xfff },
	{ "the most there is", &whole, ANYWHERE, TOP, 1, 1 },
	{ "the upper half", &whole, ANYWHERE, 1ULL << 63, 1ULL << 63,
	  1ULL << 63 },
	{ "more than the upper half", &whole, ANYWHERE, (1ULL << 63) + 1,
	  1ULL << 63, 0 },
	{ "more than is set", &set, ANYWHERE, TOP, 1ULL << 63, NOWHERE },
	{ "a byte of an empty set", &empty, ANYWHERE, 1, 1, NOWHERE },
};

KUNIT_ARRAY_PARAM(highest, highest, name_search);

static void r2_last_fit_is_the_highest_aligned_place(struct kunit *test)
{
	const struct search *search = test->param_value;
	u64 place = NOWHERE;
	int err;

	err = shadow_ranges_last_fit(search->set, &search->window,
				     search->bytes, search->align, &place);
	KUNIT_EXPECT_EQ(test, err, search->place == NOWHERE ? -ENOSPC : 0);
	KUNIT_EXPECT_EQ(test, place, search->place);
}

static struct kunit_case ranges_fit_cases[] = {
	KUNIT_CASE_PARAM(m3_first_fit_is_the_lowest_place, lowest_gen_params),
	KUNIT_CASE_PARAM(r2_last_fit_is_the_highest_aligned_place,
			 highest_gen_params),
	{}
};

static struct kunit_suite shadow_ranges_fit_suite = {
	.name = "shadow_ranges_fit",
	.test_cases = ranges_fit_cases,
};

kunit_test_suite(shadow_ranges_fit_suite);
