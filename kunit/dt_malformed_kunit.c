// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed properties: R6. Each is named with its node, and the rest counts.
 */
#include <linux/string.h>

#include "dt_tree.h"
#include "suites.h"

#define MIB		0x100000u
#define GIB		0x40000000u

static struct device_node *root(struct kunit *test)
{
	return shadow_tree_root(test);
}

/* The rest: RAM at 4 GiB, and a node that reserves its second MiB. */
static struct device_node *good_machine(struct kunit *test)
{
	struct device_node *top;

	shadow_tree_memory(root(test), "memory@100000000", 1, 0, 0, GIB);
	top = shadow_tree_bus(root(test), "reserved-memory", 2, 2);
	shadow_tree_range(top, "good", 1, MIB, 0, MIB);
	return top;
}

static void expect_good_machine(struct kunit *test)
{
	EXPECT_RAM(test, { 0x100000000, 0x13fffffff });
	EXPECT_RESERVED(test, { 0x100100000, 0x1001fffff });
}

/* Read a good machine to which one bad thing was done. */
static void expect_one_problem(struct kunit *test, int line, const char *text)
{
	shadow_tree_read(test);
	expect_good_machine(test);
	shadow_tree_expect_problems(test, line, &text, 1);
}

#define EXPECT_ONE_PROBLEM(test, text) expect_one_problem(test, __LINE__, text)

static struct device_node *bad_memory(struct kunit *test)
{
	struct device_node *np = shadow_tree_node(root(test), "memory@0");

	good_machine(test);
	shadow_tree_string(np, "device_type", "memory");
	return np;
}

static struct device_node *bad_pool(struct kunit *test)
{
	struct device_node *np = shadow_tree_node(good_machine(test), "pool");

	shadow_tree_cells(np, "size", 0, MIB);
	return np;
}

static struct device_node *bad_initrd(struct kunit *test)
{
	good_machine(test);
	return shadow_tree_node(root(test), "chosen");
}

/* A case: a property of a node, and what is said of it. */
#define BAD_CELLS(name, node, property, text, ...)			\
	static void name(struct kunit *test)				\
	{								\
		shadow_tree_cells(node(test), property, __VA_ARGS__);	\
		EXPECT_ONE_PROBLEM(test, text);				\
	}
#define BAD_BYTES(name, node, property, text, value, length)		\
	static void name(struct kunit *test)				\
	{								\
		shadow_tree_bytes(node(test), property, value, length);	\
		EXPECT_ONE_PROBLEM(test, text);				\
	}

BAD_CELLS(r6_reg_that_is_no_multiple_of_the_cells, bad_memory, "reg",
	  "/memory@0: reg: 20 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  0, 0, 0, MIB, 0)
BAD_BYTES(r6_reg_of_no_bytes, bad_memory, "reg",
	  "/memory@0: reg: 0 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  NULL, 0)

static void r6_memory_without_reg(struct kunit *test)
{
	bad_memory(test);
	EXPECT_ONE_PROBLEM(test,
			   "/memory@0: reg: missing, entry skipped");
}

BAD_CELLS(r6_size_zero, bad_memory, "reg",
	  "/memory@0: reg: range 0, at 0x100000, has size 0, entry skipped",
	  0, MIB, 0, 0)
BAD_CELLS(r6_past_2_to_the_64, bad_memory, "reg",
	  "/memory@0: reg: range 0, 0xfffffffffffff000 + 0x1001, goes past 2^64, entry skipped",
	  ~0, 0xfffff000, 0, 0x1001)

static void r6_usable_memory_of_wrong_length(struct kunit *test)
{
	struct device_node *np = bad_memory(test);

	shadow_tree_cells(np, "reg", 0, 0, 0, MIB);
	shadow_tree_cells(np, "linux,usable-memory", 0, 0);
	EXPECT_ONE_PROBLEM(test,
			   "/memory@0: linux,usable-memory: 8 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped");
}

static void r6_one_bad_pair_leaves_the_others(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory", 0, 0, 0, MIB, 0, GIB, 0, 0,
			   0, 2 * GIB, 0, MIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0, 0xfffff }, { 0x80000000, 0x800fffff });
	EXPECT_PROBLEMS(test,
			"/memory: reg: range 1, at 0x40000000, has size 0, entry skipped");
}

BAD_BYTES(r6_device_type_without_nul, bad_memory, "device_type",
	  "/memory@0: device_type: no NUL ends its 6 bytes, entry skipped",
	  "memory", 6)

static void r6_status_without_nul(struct kunit *test)
{
	struct device_node *np = bad_memory(test);

	shadow_tree_cells(np, "reg", 0, 0, 0, MIB);
	shadow_tree_bytes(np, "status", "okay", 4);
	EXPECT_ONE_PROBLEM(test,
			   "/memory@0: status: no NUL ends its 4 bytes, entry skipped");
}

BAD_BYTES(r6_status_of_no_bytes, bad_pool, "status",
	  "/reserved-memory/pool: status: no NUL ends its 0 bytes, entry skipped",
	  NULL, 0)

/* The cells of /reserved-memory are its own, so that still counts. */
static void r6_root_cells_over_two(struct kunit *test)
{
	good_machine(test);
	shadow_tree_cells(root(test), "#address-cells", 3);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_ram, 0);
	EXPECT_RESERVED(test, { 0x100100000, 0x1001fffff });
	EXPECT_PROBLEMS(test,
			"/: #address-cells: 3, expected 1 or 2, what it measures is skipped");
}

static void r6_root_cells_of_zero(struct kunit *test)
{
	good_machine(test);
	shadow_tree_cells(root(test), "#size-cells", 0);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_ram, 0);
	EXPECT_PROBLEMS(test,
			"/: #size-cells: 0, expected 1 or 2, what it measures is skipped");
}

static void r6_cells_of_wrong_length(struct kunit *test)
{
	struct device_node *box = shadow_tree_node(good_machine(test), "box");

	shadow_tree_cells(box, "#address-cells", 0, 2);
	shadow_tree_range(box, "fw", 1, 0, 0, MIB);
	EXPECT_ONE_PROBLEM(test,
			   "/reserved-memory/box: #address-cells: 8 bytes, expected 4, what it measures is skipped");
}

static void r6_bad_cells_are_named_once(struct kunit *test)
{
	struct device_node *top = good_machine(test);
	struct device_node *box = shadow_tree_bus(top, "box", 2, 4);

	shadow_tree_range(box, "a", 1, 0, 0, MIB);
	shadow_tree_range(box, "b", 1, 0, 0, MIB);
	shadow_tree_cells(shadow_tree_node(box, "c"), "size", 0, MIB);
	EXPECT_ONE_PROBLEM(test,
			   "/reserved-memory/box: #size-cells: 4, expected 1 or 2, what it measures is skipped");
}

static void r6_reserved_reg_of_wrong_length(struct kunit *test)
{
	shadow_tree_range(good_machine(test), "fw", 0, 0, MIB);
	EXPECT_ONE_PROBLEM(test,
			   "/reserved-memory/fw: reg: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped");
}

static void r6_reserved_without_reg_and_size(struct kunit *test)
{
	shadow_tree_node(good_machine(test), "fw");
	EXPECT_ONE_PROBLEM(test,
			   "/reserved-memory/fw: reg: missing, and so is size, entry skipped");
}

BAD_CELLS(r6_size_of_wrong_length, bad_pool, "size",
	  "/reserved-memory/pool: size: 4 bytes, expected 8, entry skipped",
	  MIB)
BAD_CELLS(r6_dynamic_size_zero, bad_pool, "size",
	  "/reserved-memory/pool: size: 0, expected more, entry skipped",
	  0, 0)
BAD_CELLS(r6_alignment_of_wrong_length, bad_pool, "alignment",
	  "/reserved-memory/pool: alignment: 4 bytes, expected 8, entry skipped",
	  MIB)
BAD_CELLS(r6_alignment_that_is_no_power_of_two, bad_pool, "alignment",
	  "/reserved-memory/pool: alignment: 0x3000, expected a power of two, entry skipped",
	  0, 0x3000)
BAD_CELLS(r6_alignment_zero, bad_pool, "alignment",
	  "/reserved-memory/pool: alignment: 0x0, expected a power of two, entry skipped",
	  0, 0)
BAD_CELLS(r6_alloc_ranges_of_wrong_length, bad_pool, "alloc-ranges",
	  "/reserved-memory/pool: alloc-ranges: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  1, 0, GIB)

static void r6_a_bad_window_leaves_the_others(struct kunit *test)
{
	shadow_tree_cells(bad_pool(test), "alloc-ranges", ~0, ~0, 0, 2,
			  1, 0, 0, 3 * MIB, 1, 0, 0, 0);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x100100000, 0x1002fffff });
	EXPECT_PROBLEMS(test,
			"/reserved-memory/pool: alloc-ranges: range 0, 0xffffffffffffffff + 0x2, goes past 2^64, entry skipped",
			"/reserved-memory/pool: alloc-ranges: range 2, at 0x100000000, has size 0, entry skipped");
}

static void r6_compatible_without_nul(struct kunit *test)
{
	struct device_node *np = bad_pool(test);

	shadow_tree_bytes(np, "compatible", "shared-dma-pool", 15);
	EXPECT_ONE_PROBLEM(test,
			   "/reserved-memory/pool: compatible: no NUL ends its 15 bytes, entry skipped");
}

BAD_CELLS(r6_initrd_without_end, bad_initrd, "linux,initrd-start",
	  "/chosen: linux,initrd-end: missing, entry skipped",
	  MIB)
BAD_CELLS(r6_initrd_without_start, bad_initrd, "linux,initrd-end",
	  "/chosen: linux,initrd-start: missing, entry skipped",
	  MIB)

static void r6_initrd_too_short_and_too_long(struct kunit *test)
{
	struct device_node *np = bad_initrd(test);

	shadow_tree_bytes(np, "linux,initrd-start", "\0\0", 2);
	shadow_tree_cells(np, "linux,initrd-end", 0, 0, MIB);
	shadow_tree_read(test);
	expect_good_machine(test);
	EXPECT_PROBLEMS(test,
			"/chosen: linux,initrd-start: 2 bytes, expected 4 or 8, entry skipped",
			"/chosen: linux,initrd-end: 12 bytes, expected 4 or 8, entry skipped");
}

static void r6_initrd_that_ends_where_it_starts(struct kunit *test)
{
	struct device_node *np = bad_initrd(test);

	shadow_tree_cells(np, "linux,initrd-start", MIB);
	shadow_tree_cells(np, "linux,initrd-end", MIB);
	EXPECT_ONE_PROBLEM(test,
			   "/chosen: linux,initrd-end: 0x100000, expected more than the start, 0x100000, entry skipped");
}

SHADOW_SUITE(shadow_dt_malformed, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(r6_reg_that_is_no_multiple_of_the_cells),
	     KUNIT_CASE(r6_reg_of_no_bytes),
	     KUNIT_CASE(r6_memory_without_reg),
	     KUNIT_CASE(r6_size_zero),
	     KUNIT_CASE(r6_past_2_to_the_64),
	     KUNIT_CASE(r6_usable_memory_of_wrong_length),
	     KUNIT_CASE(r6_one_bad_pair_leaves_the_others),
	     KUNIT_CASE(r6_device_type_without_nul),
	     KUNIT_CASE(r6_status_without_nul),
	     KUNIT_CASE(r6_status_of_no_bytes),
	     KUNIT_CASE(r6_root_cells_over_two),
	     KUNIT_CASE(r6_root_cells_of_zero),
	     KUNIT_CASE(r6_cells_of_wrong_length),
	     KUNIT_CASE(r6_bad_cells_are_named_once),
	     KUNIT_CASE(r6_reserved_reg_of_wrong_length),
	     KUNIT_CASE(r6_reserved_without_reg_and_size),
	     KUNIT_CASE(r6_size_of_wrong_length),
	     KUNIT_CASE(r6_dynamic_size_zero),
	     KUNIT_CASE(r6_alignment_of_wrong_length),
	     KUNIT_CASE(r6_alignment_that_is_no_power_of_two),
	     KUNIT_CASE(r6_alignment_zero),
	     KUNIT_CASE(r6_alloc_ranges_of_wrong_length),
	     KUNIT_CASE(r6_a_bad_window_leaves_the_others),
	     KUNIT_CASE(r6_compatible_without_nul),
	     KUNIT_CASE(r6_initrd_without_end),
	     KUNIT_CASE(r6_initrd_without_start),
	     KUNIT_CASE(r6_initrd_too_short_and_too_long),
	     KUNIT_CASE(r6_initrd_that_ends_where_it_starts));
