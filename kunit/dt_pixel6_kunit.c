// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree of the 8 GB Pixel 6, as kernels 5.10 and 6.1 get it: R1 and R2 on a
 * real machine's table. What its bootloader adds is not public and not here.
 */
#include <linux/kernel.h>

#include "dt_tree.h"

#define GIB		0x40000000u
#define BY_RULE		(SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE)

#define DISABLED	0x1	/* status */
#define NO_MAP		0x2
#define SNAPSHOT	0x4	/* in the container debug_snapshot on 5.10 */
#define IN_5_10		0x8	/* in this kernel's tree alone */
#define IN_6_1		0x10

struct fixed {
	const char *name;
	u32 base;
	u32 size;
	u32 flags;
};

static const struct fixed fixed[] = {
	{ "ect_binary", 0x90000000, 0x3a000 },
	{ "gsa@90200000", 0x90200000, 0x400000, NO_MAP },
	{ "tpu_fw@0x93000000", 0x93000000, 0x1000000, NO_MAP },
	{ "aoc@94000000", 0x94000000, 0x3000000, NO_MAP },
	{ "xhci_dma@97000000", 0x97000000, 0x400000, NO_MAP },
	{ "seclog_mem", 0xc3000000, 0x80000 },
	{ "header", 0xd8100000, 0x10000, SNAPSHOT },
	{ "log_kevents", 0xd8110000, 0x700000, SNAPSHOT },
	{ "log_s2d", 0xd8810000, 0x1500000, SNAPSHOT | NO_MAP | IN_5_10 },
	{ "log_s2d", 0xd8810000, 0x1800000, NO_MAP | IN_6_1 },
	{ "log_array_reset", 0xd9d10000, 0xa00000, SNAPSHOT | IN_5_10 },
	{ "log_array_reset", 0xda010000, 0xa00000, IN_6_1 },
	{ "log_array_panic", 0xda710000, 0xa00000,
	  SNAPSHOT | DISABLED | IN_5_10 },
	{ "log_array_panic", 0xdaa10000, 0xa00000, DISABLED | IN_6_1 },
	{ "log_slcdump", 0xdb110000, 0x880000, SNAPSHOT | DISABLED | IN_5_10 },
	{ "log_slcdump", 0xdb410000, 0x1100000, DISABLED | IN_6_1 },
	{ "log_preslcdump", 0xdb990000, 0x880000,
	  SNAPSHOT | DISABLED | IN_5_10 },
	{ "log_preslcdump", 0xdc510000, 0x1100000, DISABLED | IN_6_1 },
	{ "log_bcm", 0xdc210000, 0x400000, SNAPSHOT | IN_5_10 },
	{ "log_bcm", 0xdd610000, 0x400000, IN_6_1 },
	{ "log_itmon", 0xdc610000, 0x10000, SNAPSHOT | IN_5_10 },
	{ "log_itmon", 0xdda10000, 0x10000, IN_6_1 },
	{ "cp_rmem_1", 0xe8000000, 0x1c00000 },
	{ "cp_rmem_2", 0xee000000, 0x400000 },
	{ "cp_rmem", 0xf0000000, 0x800000 },
	{ "cp_msi_rmem", 0xf6200000, 0x1000 },
	{ "abl@f8800000", 0xf8800000, 0x2000000, NO_MAP },
	{ "dss_log_reserved@fd3f0000", 0xfd3f0000, 0xe000, NO_MAP },
	{ "debug_kinfo_reserved@fd3fe000", 0xfd3fe000, 0x1000, NO_MAP },
	{ "ramoops_mem@fd3ff000", 0xfd3ff000, 0x400000 },
	{ "bldr_log_reserved@fd800000", 0xfd800000, 0x100000, NO_MAP },
	{ "suspend_diag_log_reserved@fd90c000", 0xfd90c000, 0x1000,
	  NO_MAP | IN_5_10 },
};

static void add_banks(struct device_node *root)
{
	shadow_tree_cells(root, "#address-cells", 2);
	shadow_tree_cells(root, "#size-cells", 1);
	shadow_tree_memory(root, "memory@980000000", 9, 2 * GIB, 2 * GIB);
	shadow_tree_memory(root, "memory@900000000", 9, 0, 2 * GIB);
	shadow_tree_memory(root, "memory@880000000", 8, 2 * GIB, 2 * GIB);
	shadow_tree_memory(root, "memory@80000000", 0, 2 * GIB, 2 * GIB);
}

static void add_fixed(struct device_node *parent, const struct fixed *from)
{
	struct device_node *np;

	np = shadow_tree_range(parent, from->name, 0, from->base, from->size);
	if (from->flags & DISABLED)
		shadow_tree_string(np, "status", "disabled");
	if (from->flags & NO_MAP)
		shadow_tree_bytes(np, "no-map", NULL, 0);
}

static struct device_node *add_dynamic(struct device_node *top,
				       const char *name, u32 size)
{
	struct device_node *np = shadow_tree_node(top, name);

	shadow_tree_cells(np, "size", size);
	shadow_tree_cells(np, "alignment", 0, 0x10000);
	return np;
}

/* A heap for video: from the highest bank that has room. */
static struct device_node *add_heap(struct device_node *top, const char *name,
				    u32 size)
{
	struct device_node *np = add_dynamic(top, name, size);

	shadow_tree_string(np, "compatible", "shared-dma-pool");
	shadow_tree_bytes(np, "reusable", NULL, 0);
	shadow_tree_cells(np, "alloc-ranges", 9, 2 * GIB, 2 * GIB,
			  9, 0, 2 * GIB, 8, 2 * GIB, 2 * GIB,
			  0, 2 * GIB, 2 * GIB);
	return np;
}

static void add_firmware(struct device_node *top, const char *name, u32 size)
{
	shadow_tree_cells(add_dynamic(top, name, size), "alloc-ranges",
			  0, 2 * GIB, 2 * GIB);
}

static void read_pixel6(struct kunit *test, u32 kernel)
{
	const u32 kernels = IN_5_10 | IN_6_1;
	struct device_node *top, *snapshot;
	u32 i;

	add_banks(shadow_tree_root(test));
	top = shadow_tree_bus(shadow_tree_root(test), "reserved-memory", 2, 1);
	snapshot = top;
	if (kernel == IN_5_10)
		snapshot = shadow_tree_node(top, "debug_snapshot");

	add_heap(top, "vframe", 0x20000000);
	add_heap(top, "vstream", 0x4800000);
	add_heap(top, "vscaler", 0x3400000);
	add_firmware(top, "tui", 0x3000000);
	add_firmware(top, "mfc_fw", 0x210000);
	shadow_tree_string(add_heap(top, "faimg", 60 << 20), "status",
			   "disabled");
	for (i = 0; i < ARRAY_SIZE(fixed); i++)
		if (!(fixed[i].flags & kernels) || (fixed[i].flags & kernel))
			add_fixed(fixed[i].flags & SNAPSHOT ? snapshot : top,
				  &fixed[i]);
	shadow_tree_read(test);
}

static void r1_pixel6_has_8_gib_in_two_ranges(struct kunit *test)
{
	read_pixel6(test, IN_6_1);
	EXPECT_RAM(test, { 0x80000000, 0xffffffff },
		   { 0x880000000, 0x9ffffffff });
	EXPECT_NO_PROBLEM(test);
}

static void r2_pixel6_video_heaps_lie_at_the_top(struct kunit *test)
{
	u32 flags = BY_RULE | SHADOW_DT_REUSABLE;

	read_pixel6(test, IN_6_1);
	EXPECT_ENTRY(test, "/reserved-memory/vframe", 0x9e0000000, 0x9ffffffff,
		     flags);
	EXPECT_ENTRY(test, "/reserved-memory/vstream", 0x9db800000,
		     0x9dfffffff, flags);
	EXPECT_ENTRY(test, "/reserved-memory/vscaler", 0x9d8400000,
		     0x9db7fffff, flags);
}

/* The gaps above 0xf6201000 are all smaller than the 48 MiB of tui. */
static void r2_pixel6_firmware_lies_where_it_fits_below_4_gib(struct kunit *test)
{
	read_pixel6(test, IN_6_1);
	EXPECT_ENTRY(test, "/reserved-memory/mfc_fw", 0xffdf0000, 0xffffffff,
		     BY_RULE);
	EXPECT_ENTRY(test, "/reserved-memory/tui", 0xf3200000, 0xf61fffff,
		     BY_RULE);
}

static void r2_pixel6_reserves_what_its_6_1_tree_says(struct kunit *test)
{
	read_pixel6(test, IN_6_1);
	EXPECT_RESERVED(test, { 0x90000000, 0x90039fff },
			{ 0x90200000, 0x905fffff }, { 0x93000000, 0x973fffff },
			{ 0xc3000000, 0xc307ffff }, { 0xd8100000, 0xdaa0ffff },
			{ 0xdd610000, 0xdda1ffff }, { 0xe8000000, 0xe9bfffff },
			{ 0xee000000, 0xee3fffff }, { 0xf0000000, 0xf07fffff },
			{ 0xf3200000, 0xf6200fff }, { 0xf8800000, 0xfa7fffff },
			{ 0xfd3f0000, 0xfd7fefff }, { 0xfd800000, 0xfd8fffff },
			{ 0xffdf0000, 0xffffffff },
			{ 0x9d8400000, 0x9ffffffff });
	EXPECT_NO_PROBLEM(test);
}

static void r2_pixel6_reserves_what_its_5_10_tree_says(struct kunit *test)
{
	read_pixel6(test, IN_5_10);
	EXPECT_RESERVED(test, { 0x90000000, 0x90039fff },
			{ 0x90200000, 0x905fffff }, { 0x93000000, 0x973fffff },
			{ 0xc3000000, 0xc307ffff }, { 0xd8100000, 0xda70ffff },
			{ 0xdc210000, 0xdc61ffff }, { 0xe8000000, 0xe9bfffff },
			{ 0xee000000, 0xee3fffff }, { 0xf0000000, 0xf07fffff },
			{ 0xf3200000, 0xf6200fff }, { 0xf8800000, 0xfa7fffff },
			{ 0xfd3f0000, 0xfd7fefff }, { 0xfd800000, 0xfd8fffff },
			{ 0xfd90c000, 0xfd90cfff }, { 0xffdf0000, 0xffffffff },
			{ 0x9d8400000, 0x9ffffffff });
	EXPECT_ENTRY(test, "/reserved-memory/debug_snapshot/log_s2d",
		     0xd8810000, 0xd9d0ffff, SHADOW_DT_RESERVED |
		     SHADOW_DT_NESTED | SHADOW_DT_NOMAP);
	EXPECT_NO_PROBLEM(test);
}

static struct kunit_case dt_pixel6_cases[] = {
	KUNIT_CASE(r1_pixel6_has_8_gib_in_two_ranges),
	KUNIT_CASE(r2_pixel6_video_heaps_lie_at_the_top),
	KUNIT_CASE(r2_pixel6_firmware_lies_where_it_fits_below_4_gib),
	KUNIT_CASE(r2_pixel6_reserves_what_its_6_1_tree_says),
	KUNIT_CASE(r2_pixel6_reserves_what_its_5_10_tree_says),
	{}
};

static struct kunit_suite shadow_dt_pixel6_suite = {
	.name = "shadow_dt_pixel6",
	.init = shadow_tree_init,
	.exit = shadow_tree_exit,
	.test_cases = dt_pixel6_cases,
};

kunit_test_suite(shadow_dt_pixel6_suite);
