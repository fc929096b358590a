// SPDX-License-Identifier: GPL-2.0-only
/*
 * With which line the target panics: E1 to E5, in that order, byte for byte.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../mem_map.h"
#include "layout_fixture.h"

#define BASE	GIB(1)

static const struct shadow_test_piece gib[] = { { BASE, GIB(1) } };

static void e1_without_ram_the_target_panics_first(struct kunit *test)
{
	const struct shadow_layout *layout =
		shadow_test_layout(test, NULL, 0, NULL, 0);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_RAM);
	KUNIT_EXPECT_EQ(test, layout->total_ram, 0);
	KUNIT_EXPECT_EQ(test, layout->pages, 0);
	KUNIT_EXPECT_EQ(test, layout->heap_bytes, 0);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 0);
}

static void e1_comes_before_e2(struct kunit *test)
{
	const struct shadow_layout *layout =
		shadow_test_layout(test, NULL, 0, gib, 1);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_RAM);
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 0);
}

/* All reserved leaves no hole for mem_map either: E2 comes before E3. */
static void e2_all_of_ram_reserved_is_e2(struct kunit *test)
{
	const struct shadow_layout *layout =
		shadow_test_layout(test, gib, 1,
				   gib, 1);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_ALL_RESERVED);
	KUNIT_EXPECT_EQ(test, layout->total_ram, GIB(1));
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 262144);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 0);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0);
}

/* One free page is not "all reserved", but no place for 6 MiB. */
static void e3_one_free_page_is_e3(struct kunit *test)
{
	static const struct shadow_test_piece reserved[] = {
		{ BASE + KIB(4), GIB(1) - KIB(4) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, gib, 1,
				   reserved, ARRAY_SIZE(reserved));

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_MEM_MAP);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0);
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 262143);
}

/*
 * Free memory in plenty, but chopped: a page is reserved every 6 MiB, so that
 * each hole is a page too small for the 6 MiB of descriptors.
 *
 *	|------- 6 MiB - 4 KiB -------|#|------- 6 MiB - 4 KiB -------|#|
 */
static void e3_chopped_up_ram_is_e3(struct kunit *test)
{
	const struct shadow_layout *layout;
	struct shadow_test_piece *reserved;
	const u32 nr = 171;
	u32 i;

	reserved = kunit_kzalloc(test, nr * sizeof(*reserved), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reserved);
	for (i = 0; i < nr; i++) {
		reserved[i].start = BASE + i * MIB(6);
		reserved[i].bytes = KIB(4);
	}
	layout = shadow_test_layout(test, gib, 1, reserved, nr);
	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_MEM_MAP);
	KUNIT_EXPECT_EQ(test, layout->mem_map_bytes, MIB(6));
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0);
	KUNIT_EXPECT_EQ(test, layout->heap_base, 0);
}

/* 32 MiB less a page hold the map, but no aligned block of 16 MiB then. */
static void e5_a_heap_that_fits_nowhere_is_e5(struct kunit *test)
{
	static const struct shadow_test_piece bank[] = {
		{ BASE, MIB(32) - KIB(4) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, bank, 1, NULL, 0);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_HEAP);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, BASE);
	KUNIT_EXPECT_EQ(test, layout->heap_bytes, MIB(16));
	KUNIT_EXPECT_EQ(test, layout->heap_base, 0);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 8191 - 48);
}

/* The same with a page more: the upper 16 MiB are just enough. */
static void e5_a_heap_that_just_fits_is_ok(struct kunit *test)
{
	static const struct shadow_test_piece bank[] = { { BASE, MIB(32) } };
	const struct shadow_layout *layout =
		shadow_test_layout(test, bank, 1, NULL, 0);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->heap_base, BASE + MIB(16));
}

/* A machine of one page: its descriptors take the page, the heap is E5. */
static void e5_a_machine_of_one_page_is_e5(struct kunit *test)
{
	static const struct shadow_test_piece bank[] = { { BASE, KIB(4) } };
	const struct shadow_layout *layout =
		shadow_test_layout(test, bank, 1, NULL, 0);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_NO_HEAP);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, BASE);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 0);
}

/* E4: the lines, with U+2014 as its three bytes, and what insmod says. */
struct death {
	enum shadow_verdict verdict;
	const char *line;
	int err;
};

static const struct death deaths[] = {
	{ SHADOW_OK, "OK", 0 },
	{ SHADOW_NO_RAM, "PANIC: No RAM regions found in DTB", -ENODEV },
	{ SHADOW_ALL_RESERVED,
	  "PANIC: All RAM is reserved \xe2\x80\x94 no free memory", -ENOMEM },
	{ SHADOW_NO_MEM_MAP,
	  "PANIC: Cannot allocate mem_map \xe2\x80\x94 insufficient contiguous memory",
	  -ENOSPC },
};

static void e4_lines_and_errors_are_exact(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(deaths); i++) {
		const struct death *death = &deaths[i];
		const char *line = shadow_verdict_line(death->verdict);

		KUNIT_EXPECT_EQ_MSG(test, strcmp(line, death->line), 0,
				    "%s", line);
		KUNIT_EXPECT_EQ(test, shadow_verdict_errno(death->verdict),
				death->err);
	}
}

static void e5_has_a_line_of_its_own(struct kunit *test)
{
	const char *line = shadow_verdict_line(SHADOW_NO_HEAP);
	u32 i;

	KUNIT_EXPECT_EQ(test, shadow_verdict_errno(SHADOW_NO_HEAP), -ENOBUFS);
	KUNIT_EXPECT_GT(test, strlen(line), 10);
	for (i = 0; i < ARRAY_SIZE(deaths); i++)
		KUNIT_EXPECT_NE(test, strcmp(line, deaths[i].line), 0);
}

static struct kunit_case verdict_cases[] = {
	KUNIT_CASE(e1_without_ram_the_target_panics_first),
	KUNIT_CASE(e1_comes_before_e2),
	KUNIT_CASE(e2_all_of_ram_reserved_is_e2),
	KUNIT_CASE(e3_one_free_page_is_e3),
	KUNIT_CASE(e3_chopped_up_ram_is_e3),
	KUNIT_CASE(e5_a_heap_that_fits_nowhere_is_e5),
	KUNIT_CASE(e5_a_heap_that_just_fits_is_ok),
	KUNIT_CASE(e5_a_machine_of_one_page_is_e5),
	KUNIT_CASE(e4_lines_and_errors_are_exact),
	KUNIT_CASE(e5_has_a_line_of_its_own),
	{}
};

static struct kunit_suite shadow_verdict_suite = {
	.name = "shadow_verdict",
	.test_cases = verdict_cases,
};

kunit_test_suite(shadow_verdict_suite);
