// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of the Pixel 6 with 8 GiB, from its memory map: M2, M3, M4, H2.
 *
 *	bank 0	0x0_8000_0000 .. 0x0_ffff_ffff	2 GiB, most reserved ranges
 *	hole	0x1_0000_0000 .. 0x8_7fff_ffff	30 GiB
 *	bank 1	0x8_8000_0000 .. 0x9_ffff_ffff	6 GiB, in three nodes
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "../mem_map.h"
#include "layout_fixture.h"

/* In the order in which its bootloader lists them. */
static const struct shadow_test_piece banks[] = {
	{ 0x980000000, GIB(2) }, { 0x900000000, GIB(2) },
	{ 0x880000000, GIB(2) }, { 0x080000000, GIB(2) },
};

/* Nodes with an address that are not disabled, in its 6.1 kernel's tree. */
static const struct shadow_test_piece reserved[] = {
	{ 0x90000000, 0x3a000 },	/* ect_binary */
	{ 0x90200000, 0x400000 },	/* gsa */
	{ 0x93000000, 0x1000000 },	/* tpu_fw */
	{ 0x94000000, 0x3000000 },	/* aoc */
	{ 0x97000000, 0x400000 },	/* xhci_dma */
	{ 0xc3000000, 0x80000 },	/* seclog_mem */
	{ 0xd8100000, 0x10000 },	/* header */
	{ 0xd8110000, 0x700000 },	/* log_kevents */
	{ 0xd8810000, 0x1800000 },	/* log_s2d */
	{ 0xda010000, 0xa00000 },	/* log_array_reset */
	{ 0xdd610000, 0x400000 },	/* log_bcm */
	{ 0xdda10000, 0x10000 },	/* log_itmon */
	{ 0xe8000000, 0x1c00000 },	/* cp_rmem_1 */
	{ 0xee000000, 0x400000 },	/* cp_rmem_2 */
	{ 0xf0000000, 0x800000 },	/* cp_rmem */
	{ 0xf6200000, 0x1000 },		/* cp_msi_rmem */
	{ 0xf8800000, 0x2000000 },	/* abl */
	{ 0xfd3f0000, 0xe000 },		/* dss_log_reserved */
	{ 0xfd3fe000, 0x1000 },		/* debug_kinfo_reserved */
	{ 0xfd3ff000, 0x400000 },	/* ramoops_mem */
	{ 0xfd800000, 0x100000 },	/* bldr_log_reserved */
};

/* All of them together: 204382208 bytes. */
#define RESERVED_PAGES	49898

static const struct shadow_layout *lay_out(struct kunit *test)
{
	return shadow_test_layout(test, banks, ARRAY_SIZE(banks),
				  reserved, ARRAY_SIZE(reserved));
}

static void m2_its_mem_map_has_48_mib(struct kunit *test)
{
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->total_ram, 8589934592ULL);
	KUNIT_EXPECT_EQ(test, layout->pages, 2097152);
	KUNIT_EXPECT_EQ(test, layout->mem_map_bytes, 50331648);
}

/* The trap: from 0x8000_0000 to 0xa_0000_0000 there are 38 GiB. */
static void m2_a_flat_map_would_take_228_mib(struct kunit *test)
{
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->span_bytes, 40802189312ULL);
	KUNIT_EXPECT_EQ(test, layout->flat_bytes, 239075328);
}

/*
 *	0x8000_0000	  0x8300_0000	0x8400_0000	     0x8800_0000
 *	| mem_map, 48 MiB | 16 MiB	| heap, 64 MiB	     |
 */
static void m3_mem_map_and_heap_lie_below_the_first_reserved(struct kunit *test)
{
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0x80000000);
	KUNIT_EXPECT_EQ(test, layout->heap_bytes, 67108864);
	KUNIT_EXPECT_EQ(test, layout->heap_order, 14);
	KUNIT_EXPECT_EQ(test, layout->heap_base, 0x84000000);
}

static void m4_what_is_left_is_free(struct kunit *test)
{
	const struct shadow_layout *layout = lay_out(test);
	unsigned int order;
	u64 pages = 0;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		pages += layout->free_blocks[order] << order;
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, RESERVED_PAGES);
	KUNIT_EXPECT_EQ(test, layout->free_pages,
			2097152 - RESERVED_PAGES - 12288);
	KUNIT_EXPECT_EQ(test, pages, layout->free_pages);
}

/* 0x8_8000_0000 is a multiple of 2 GiB: half a block, one block, half one. */
static void b1_the_6_gib_begin_as_one_block_of_4_gib(struct kunit *test)
{
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->free_blocks[20], 1);
	KUNIT_EXPECT_EQ(test, layout->free_blocks[19], 1);
}

static struct kunit_case pixel6_cases[] = {
	KUNIT_CASE(m2_its_mem_map_has_48_mib),
	KUNIT_CASE(m2_a_flat_map_would_take_228_mib),
	KUNIT_CASE(m3_mem_map_and_heap_lie_below_the_first_reserved),
	KUNIT_CASE(m4_what_is_left_is_free),
	KUNIT_CASE(b1_the_6_gib_begin_as_one_block_of_4_gib),
	{}
};

static struct kunit_suite shadow_pixel6_suite = {
	.name = "shadow_pixel6",
	.test_cases = pixel6_cases,
};

kunit_test_suite(shadow_pixel6_suite);
