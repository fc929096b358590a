// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the sets of a machine to its layout: the heap (H1 to H3), mem_map (M1 to
 * M4), the verdict (E1 to E6), and what the allocator makes of it. The naive
 * model judges each figure of each layout; those here are worked out by hand.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../exercise/rng.h"
#include "../heap_size.h"
#include "../mem_map.h"
#include "buddy_fixture.h"
#include "layout_fixture.h"
#include "suites.h"

#define BASE		GIB(1)
#define MAX_PIECES	5
#define MAX_RANGES	16

/* One bank at 1 GiB with nothing reserved, as QEMU's virt has it. */
static const struct size {
	const char *name;
	u64 ram;
	u64 heap_bytes;
	unsigned int heap_order;
	u64 mem_map_bytes;	/* 0: only the heap is looked at */
} sizes[] = {
	{ "no RAM", 0, MIB(16), 12 },
	{ "a page", KIB(4), MIB(16), 12 },
	{ "32 MiB", MIB(32), MIB(16), 12, 196608 },
	{ "256 MiB", MIB(256), MIB(16), 12, 1572864 },
	{ "1 GiB", GIB(1), MIB(16), 12, 6291456 },
	{ "2 GiB", GIB(2), MIB(16), 12, 12582912 },
	{ "2 GiB and a page", GIB(2) + KIB(4), MIB(16), 12, 12582936 },
	{ "the last of 16 MiB", GIB(2) + KIB(508), MIB(16), 12 },
	{ "the first above 16 MiB", GIB(2) + KIB(512), MIB(16) + KIB(4), 13 },
	{ "3 GiB", GIB(3), MIB(24), 13, 18874368 },
	{ "3 GiB and a page", GIB(3) + KIB(4), MIB(24), 13, 18874392 },
	{ "a page below 4 GiB", GIB(4) - KIB(4), MIB(32) - KIB(4), 13 },
	{ "4 GiB", GIB(4), MIB(32), 13, 25165824 },
	{ "4.5 GiB", MIB(4608), MIB(36), 14 },
	{ "6 GiB", GIB(6), MIB(48), 14, 37748736 },
	{ "a page below 8 GiB", GIB(8) - KIB(4), MIB(64) - KIB(4), 14 },
	{ "8 GiB", GIB(8), MIB(64), 14, 50331648 },
	{ "16 GiB", GIB(16), MIB(64), 14, 100663296 },
	{ "1 TiB", TIB(1), MIB(64), 14, 6442450944 },
	{ "16 TiB", TIB(16), MIB(64), 14, 103079215104 },
	{ "a page below 2^64", 0 - KIB(4), MIB(64), 14 },
};

SHADOW_PARAMS(sizes);

static void h2_m2_sizes_follow_the_table(struct kunit *test)
{
	const struct size *size = test->param_value;
	const struct shadow_test_piece bank[] = { { BASE, size->ram } };
	u64 after = BASE + ((size->mem_map_bytes + 4095) & SHADOW_PAGE_MASK);
	const struct shadow_layout *layout;

	KUNIT_EXPECT_EQ(test, shadow_heap_bytes(size->ram), size->heap_bytes);
	KUNIT_EXPECT_EQ(test, shadow_heap_order(size->heap_bytes),
			size->heap_order);
	if (!size->mem_map_bytes)
		return;
	layout = shadow_test_layout(test, bank, 1, NULL, 0);
	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->mem_map_bytes, size->mem_map_bytes);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, BASE);
	KUNIT_EXPECT_EQ(test, layout->heap_bytes, size->heap_bytes);
	KUNIT_EXPECT_EQ(test, layout->heap_order, size->heap_order);
	KUNIT_ASSERT_EQ(test, layout->free.nr, 1);
	KUNIT_EXPECT_EQ(test, layout->free.range[0].start, after);
	KUNIT_EXPECT_EQ(test, layout->free.range[0].last,
			BASE + size->ram - 1);
}

static void h3_orders_are_right_from_a_page_to_2_63_bytes(struct kunit *test)
{
	unsigned int n;

	KUNIT_EXPECT_EQ(test, shadow_heap_order(KIB(4)), 0);
	for (n = 1; n <= 51; n++) {
		u64 bytes = KIB(4) << n;

		KUNIT_EXPECT_EQ(test, shadow_heap_order(bytes), n);
		KUNIT_EXPECT_EQ(test, shadow_heap_order(bytes / 2 + KIB(4)), n);
	}
}

/* The allocator is given the free ranges, which are those of the layout. */
static void expect_same_in_buddy(struct kunit *test,
				 const struct shadow_ranges *ram_set,
				 const struct shadow_layout *layout)
{
	struct shadow_test_run ram[MAX_RANGES];
	u64 blocks[SHADOW_NR_ORDERS], heap;
	struct shadow_buddy *b;
	u32 i;

	for (i = 0; i < ram_set->nr; i++) {
		ram[i].start = ram_set->range[i].start >> SHADOW_PAGE_SHIFT;
		ram[i].end = (ram_set->range[i].last >> SHADOW_PAGE_SHIFT) + 1;
	}
	b = shadow_test_ram(test, ram, ram_set->nr);
	for (i = 0; i < layout->free.nr; i++)
		shadow_test_give(test, layout->free.range[i].start >>
				       SHADOW_PAGE_SHIFT,
				 (layout->free.range[i].last >>
				  SHADOW_PAGE_SHIFT) + 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_blocks(b, blocks),
			layout->free_pages);
	for (i = 0; i < SHADOW_NR_ORDERS; i++)
		KUNIT_EXPECT_EQ_MSG(test, blocks[i], layout->free_blocks[i],
				    "order %u", i);
	heap = shadow_buddy_alloc_exact(b, layout->heap_bytes / KIB(4));
	KUNIT_EXPECT_EQ(test, heap, layout->has_heap ? layout->heap_base :
						       SHADOW_NO_PAGE);
	shadow_test_sound(test);
}

/*
 * The heap is 16 MiB but for the last machine. 1 GiB needs 6 MiB for its
 * descriptors, 128 MiB 768 KiB, which are 192 pages.
 */
static const struct machine {
	const char *name;
	struct shadow_test_piece ram[MAX_PIECES], reserved[MAX_PIECES];
	enum shadow_verdict verdict;
	u64 mem_map_base, heap_base, reserved_pages, free_pages;
} machines[] = {
	{ "M4 1 GiB", { { BASE, GIB(1) } }, {}, SHADOW_OK,
	  BASE, BASE + MIB(16), 0, 262144 - 1536 },
	{ "M3 a hole that mem_map just fits", { { BASE, GIB(1) } },
	  { { BASE + MIB(6), MIB(32) } }, SHADOW_OK,
	  BASE, BASE + MIB(48), 8192, 262144 - 8192 - 1536 },
	{ "M3 a hole that is a page too small", { { BASE, GIB(1) } },
	  { { BASE + MIB(6) - KIB(4), MIB(32) } }, SHADOW_OK,
	  BASE + MIB(38) - KIB(4), BASE + MIB(48), 8192, 262144 - 8192 - 1536 },
	{ "M4 reserved memory that is not RAM, or partly",
	  { { GIB(1), MIB(64) }, { GIB(2), MIB(64) } },
	  { { MIB(1), MIB(1) }, { GIB(1) - MIB(1), MIB(2) },
	    { GIB(2) + MIB(63), MIB(8) }, { GIB(4), GIB(4) } }, SHADOW_OK,
	  GIB(1) + MIB(1), GIB(1) + MIB(16), 512, 32768 - 512 - 192 },
	{ "M4 reserved memory over several banks",
	  { { GIB(1), MIB(64) }, { GIB(2), MIB(64) }, { GIB(3), MIB(64) },
	    { GIB(4), MIB(64) } },
	  { { GIB(1) + MIB(32), GIB(2) + MIB(16) } }, SHADOW_OK,
	  GIB(1), GIB(1) + MIB(16), 36864, 65536 - 36864 - 384 },
	{ "M2 holes", { { 0, MIB(1) }, { MIB(16), MIB(17) },
			{ GIB(36), MIB(16) } }, {}, SHADOW_OK,
	  0, MIB(16), 0, 8704 - 51 },
	{ "H3 the lowest block of its order",
	  { { GIB(1), MIB(128) }, { GIB(3), MIB(16) } },
	  { { GIB(1) + MIB(16), MIB(32) } }, SHADOW_OK,
	  GIB(1), GIB(1) + MIB(48), 8192, 36864 - 8192 - 216 },
	{ "B2 the smallest order before the lowest address",
	  { { GIB(1), MIB(1) }, { GIB(2), MIB(64) }, { GIB(3), MIB(16) } }, {},
	  SHADOW_OK, GIB(1), GIB(3), 0, 20736 - 122 },
	{ "E1 no RAM", {}, {}, SHADOW_NO_RAM },
	{ "E1 before E2", {}, { { BASE, GIB(1) } }, SHADOW_NO_RAM },
	{ "E2 before E3", { { BASE, GIB(1) } }, { { BASE, GIB(1) } },
	  SHADOW_ALL_RESERVED, 0, 0, 262144, 0 },
	{ "E3 one free page", { { BASE, GIB(1) } },
	  { { BASE + KIB(4), GIB(1) - KIB(4) } }, SHADOW_NO_MEM_MAP,
	  0, 0, 262143, 1 },
	{ "E5 a page too small for the heap", { { BASE, MIB(32) - KIB(4) } }, {},
	  SHADOW_NO_HEAP, BASE, 0, 0, 8191 - 48 },
	{ "E5 just large enough", { { BASE, MIB(32) } }, {}, SHADOW_OK,
	  BASE, BASE + MIB(16), 0, 8192 - 48 },
	{ "E5 one page, which mem_map takes", { { BASE, KIB(4) } }, {},
	  SHADOW_NO_HEAP, BASE, 0, 0, 0 },
	{ "E6 the first page that 48 bits do not reach",
	  { { BASE, MIB(64) }, { TIB(256), KIB(4) } }, {}, SHADOW_TOO_HIGH,
	  BASE, BASE + MIB(16), 0, 16385 - 97 },
	{ "E6 the last page that they reach",
	  { { BASE, MIB(64) }, { TIB(256) - KIB(4), KIB(4) } }, {}, SHADOW_OK,
	  BASE, BASE + MIB(16), 0, 16385 - 97 },
	{ "E6 up to the last byte there is",
	  { { BASE, GIB(1) }, { 0 - GIB(1), GIB(1) } }, {}, SHADOW_TOO_HIGH,
	  BASE, BASE + MIB(16), 0, 524288 - 3072 },
	{ "E6 is not what is above 48 bits and no RAM", { { BASE, GIB(1) } },
	  { { TIB(256), GIB(1) } }, SHADOW_OK,
	  BASE, BASE + MIB(16), 0, 262144 - 1536 },
	{ "E2 before E6", { { TIB(256), MIB(64) } }, { { TIB(256), MIB(64) } },
	  SHADOW_ALL_RESERVED, 0, 0, 16384, 0 },
	{ "E6 before E3", { { TIB(256), GIB(1) } },
	  { { TIB(256) + KIB(8), GIB(1) - KIB(8) } }, SHADOW_TOO_HIGH,
	  0, 0, 262142, 2 },
	{ "E6 before E5", { { TIB(256), MIB(32) - KIB(4) } }, {},
	  SHADOW_TOO_HIGH, TIB(256), 0, 0, 8191 - 48 },
	{ "H3 3 GiB, a heap of 24 MiB", { { GIB(1), GIB(3) } },
	  { { GIB(1) + MIB(2), MIB(38) } }, SHADOW_OK,
	  GIB(1) + MIB(40), GIB(1) + MIB(64), 9728, 786432 - 9728 - 4608 },
};

SHADOW_PARAMS(machines);

static void m3_m4_e_layouts_follow_the_table(struct kunit *test)
{
	const struct machine *m = test->param_value;
	const struct shadow_layout *layout;
	struct shadow_ranges ram, reserved;
	u32 nr_ram = 0, nr_reserved = 0;

	while (m->ram[nr_ram].bytes)
		nr_ram++;
	while (m->reserved[nr_reserved].bytes)
		nr_reserved++;
	shadow_test_add(test, &ram, m->ram, nr_ram);
	shadow_test_add(test, &reserved, m->reserved, nr_reserved);
	layout = shadow_test_layout_of(test, &ram, &reserved);
	KUNIT_EXPECT_EQ(test, layout->verdict, m->verdict);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, m->mem_map_base);
	KUNIT_EXPECT_EQ(test, layout->heap_base, m->heap_base);
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, m->reserved_pages);
	KUNIT_EXPECT_EQ(test, layout->free_pages, m->free_pages);
	KUNIT_EXPECT_EQ(test, layout->has_heap, m->heap_base != 0);
	if (layout->has_mem_map)
		expect_same_in_buddy(test, &ram, layout);
}

/* E7: of runs that are as long the lowest, also the last one and a single one. */
static void e7_the_largest_run_is_found(struct kunit *test)
{
	static const struct {
		struct shadow_test_piece free[4];
		u64 start;
	} rows[] = {
		{ { { GIB(1), MIB(1) } }, GIB(1) },
		{ { { 0, MIB(2) }, { MIB(3), MIB(2) } }, 0 },
		{ { { 0, KIB(4) }, { MIB(1), KIB(12) }, { MIB(2), KIB(8) } },
		  MIB(1) },
		{ { { 0, MIB(1) }, { MIB(2), MIB(1) }, { GIB(9), GIB(1) } },
		  GIB(9) },
		{ { { GIB(1), GIB(1) }, { 0 - KIB(4), KIB(4) } }, GIB(1) },
	};
	struct shadow_layout layout = {};
	struct shadow_range run;
	u32 i, nr;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		for (nr = 0; rows[i].free[nr].bytes; nr++)
			;
		shadow_test_add(test, &layout.free, rows[i].free, nr);
		KUNIT_EXPECT_EQ(test,
				shadow_layout_largest_run(&layout, &run), true);
		KUNIT_EXPECT_EQ_MSG(test, run.start, rows[i].start, "row %u", i);
	}
	layout.free.nr = 0;
	KUNIT_EXPECT_EQ(test, shadow_layout_largest_run(&layout, &run), false);
}

/* One to six banks of up to 32 MiB, ten reserved ranges, all at odd pages. */
static void h3_m4_predictions_hold_for_random_machines(struct kunit *test)
{
	struct shadow_ranges ram, reserved;
	struct shadow_rng rng;
	u32 round, i, nr;

	shadow_test_set(test, &ram, MAX_RANGES);
	shadow_test_set(test, &reserved, MAX_RANGES);
	shadow_rng_seed(&rng, shadow_test_seed());
	for (round = 0; round < 60; round++) {
		u64 pfn = 40000 + shadow_rng_below(&rng, 0x100000), start;

		ram.nr = 0;
		reserved.nr = 0;
		nr = 1 + shadow_rng_below(&rng, 6);
		for (i = 0; i < nr; i++) {
			start = pfn + shadow_rng_below(&rng, 5000);
			pfn = start + 1 + shadow_rng_below(&rng, 8192);
			shadow_ranges_add(&ram, PA(start), PA(pfn) - 1);
		}
		for (i = 0; i < 10; i++) {
			start = pfn - shadow_rng_below(&rng, 40000);
			nr = 1 + shadow_rng_below(&rng, 100);
			shadow_ranges_add(&reserved, PA(start),
					  PA(start + nr) - 1);
		}
		expect_same_in_buddy(test, &ram,
				     shadow_test_layout_of(test, &ram,
							   &reserved));
	}
}

/* E4: the lines, with U+2014 as its three bytes, and what insmod says. */
static void e4_to_e6_lines_and_errors_are_exact(struct kunit *test)
{
	static const struct {
		enum shadow_verdict verdict;
		const char *line;
		int err;
	} rows[] = {
		{ SHADOW_OK, "OK", 0 },
		{ SHADOW_NO_RAM, "PANIC: No RAM regions found in DTB", -ENODEV },
		{ SHADOW_ALL_RESERVED,
		  "PANIC: All RAM is reserved \xe2\x80\x94 no free memory",
		  -ENOMEM },
		{ SHADOW_NO_MEM_MAP,
		  "PANIC: Cannot allocate mem_map \xe2\x80\x94 insufficient contiguous memory",
		  -ENOSPC },
		{ SHADOW_NO_HEAP,
		  "PANIC: Cannot allocate heap \xe2\x80\x94 no free block is large enough",
		  -ENOBUFS },
		{ SHADOW_TOO_HIGH,
		  "PANIC: Cannot map all RAM \xe2\x80\x94 it lies above 48 bits",
		  -ERANGE },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *line = shadow_verdict_line(rows[i].verdict);

		KUNIT_EXPECT_EQ_MSG(test, strcmp(line, rows[i].line), 0, "%s",
				    line);
		KUNIT_EXPECT_EQ(test, shadow_verdict_errno(rows[i].verdict),
				rows[i].err);
	}
}

SHADOW_SUITE(shadow_layout, shadow_test_init, shadow_test_exit,
	     KUNIT_CASE_PARAM(h2_m2_sizes_follow_the_table,
			      all_sizes_gen_params),
	     KUNIT_CASE(h3_orders_are_right_from_a_page_to_2_63_bytes),
	     KUNIT_CASE_PARAM(m3_m4_e_layouts_follow_the_table,
			      all_machines_gen_params),
	     KUNIT_CASE(h3_m4_predictions_hold_for_random_machines),
	     KUNIT_CASE(e7_the_largest_run_is_found),
	     KUNIT_CASE(e4_to_e6_lines_and_errors_are_exact));
