// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM, initrd and kernel image: R1, R3, R4.
 */
#include <linux/err.h>
#include <linux/string.h>

#include "dt_tree.h"
#include "suites.h"

#define GIB		0x40000000u

static struct device_node *root(struct kunit *test)
{
	return shadow_tree_root(test);
}

static void r1_one_node_is_one_range(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory@40000000", 0, GIB, 0, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x40000000, 0x7fffffff });
	EXPECT_ENTRY(test, "/memory@40000000", 0x40000000, 0x7fffffff, 0);
	EXPECT_NO_PROBLEM(test);
}

static void r1_descending_nodes_come_out_ascending(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory@200000000", 2, 0, 0, GIB);
	shadow_tree_memory(root(test), "memory@100000000", 1, 0, 0, GIB);
	shadow_tree_memory(root(test), "memory@40000000", 0, GIB, 0, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x40000000, 0x7fffffff },
		   { 0x100000000, 0x13fffffff }, { 0x200000000, 0x23fffffff });
}

static void r1_one_node_has_many_ranges(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory", 1, 0, 1, 0, 0, GIB, 0, GIB);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_ram, 2);
	EXPECT_RAM(test, { 0x40000000, 0x7fffffff },
		   { 0x100000000, 0x1ffffffff });
}

static void r1_many_nodes_all_count(struct kunit *test)
{
	u32 i;

	for (i = 0; i < 1000; i++)
		shadow_tree_memory(root(test), "memory", i, 0, 0, 0x1000);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_ram, 1000);
}

static void r1_touching_nodes_become_one(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory@80000000", 0, 2 * GIB, 0, GIB);
	shadow_tree_memory(root(test), "memory@40000000", 0, GIB, 0, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x40000000, 0xbfffffff });
}

static void r1_overlapping_nodes_become_one(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory@0", 0, 0, 0, 2 * GIB);
	shadow_tree_memory(root(test), "memory@40000000", 0, GIB, 0, 2 * GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0, 0xbfffffff });
}

static void r1_a_size_may_have_one_cell(struct kunit *test)
{
	shadow_tree_cells(root(test), "#size-cells", 1);
	shadow_tree_memory(root(test), "memory@880000000", 8, 0x80000000, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x880000000, 0x8bfffffff });
}

static void r1_an_address_may_have_one_cell(struct kunit *test)
{
	shadow_tree_cells(root(test), "#address-cells", 1);
	shadow_tree_cells(root(test), "#size-cells", 1);
	shadow_tree_memory(root(test), "memory", 0xc0000000, GIB, GIB, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x40000000, 0x7fffffff },
		   { 0xc0000000, 0xffffffff });
}

static void r1_a_range_may_end_at_2_to_the_64(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory", ~0, 0xfffff000, 0, 0x1000);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0xfffffffffffff000, ~0ULL });
	EXPECT_NO_PROBLEM(test);
}

static void r1_a_disabled_node_is_no_ram(struct kunit *test)
{
	struct device_node *off, *on;

	off = shadow_tree_range(root(test), "memory@0", 0, 0, 0, GIB);
	shadow_tree_string(off, "device_type", "memory");
	shadow_tree_string(off, "status", "disabled");
	on = shadow_tree_range(root(test), "memory@1", 1, 0, 0, GIB);
	shadow_tree_string(on, "device_type", "memory");
	shadow_tree_string(on, "status", "okay");
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x100000000, 0x13fffffff });
	EXPECT_NO_PROBLEM(test);
}

static void r1_usable_memory_replaces_reg(struct kunit *test)
{
	struct device_node *np;

	np = shadow_tree_range(root(test), "memory@0", 0, 0, 0, GIB);
	shadow_tree_string(np, "device_type", "memory");
	shadow_tree_cells(np, "linux,usable-memory", 0, 0x1000, 0, 0x2000);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x1000, 0x2fff });
}

/* And of another type nothing is looked at: its status has no NUL. */
static void r1_only_the_device_type_makes_ram(struct kunit *test)
{
	struct device_node *np;

	shadow_tree_range(root(test), "memory@0", 0, 0, 0, GIB);
	np = shadow_tree_range(root(test), "bus@1000", 0, 0x1000, 0, GIB);
	shadow_tree_string(np, "device_type", "memory-bus");
	shadow_tree_bytes(np, "status", "okay", 4);
	shadow_tree_memory(root(test), "dram", 1, 0, 0, GIB);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x100000000, 0x13fffffff });
	EXPECT_NO_PROBLEM(test);
}

static void r1_a_tree_without_memory_is_no_problem(struct kunit *test)
{
	struct shadow_dt *dt = shadow_tree_read(test);

	KUNIT_EXPECT_EQ(test, dt->nr_ram, 0);
	KUNIT_EXPECT_EQ(test, dt->nr_reserved, 0);
	EXPECT_NO_PROBLEM(test);
}

static void r1_a_machine_is_read_below_any_node(struct kunit *test)
{
	struct device_node *machine;

	shadow_tree_memory(root(test), "memory@0", 0, 0, 0, GIB);
	machine = shadow_tree_bus(root(test), "machine", 2, 1);
	shadow_tree_memory(machine, "memory@0", 8, 0, GIB);
	shadow_tree_read_at(test, machine, false);
	EXPECT_RAM(test, { 0x800000000, 0x83fffffff });
	EXPECT_ENTRY(test, "/machine/memory@0", 0x800000000, 0x83fffffff, 0);
}

static void r1_a_machine_without_cells_has_one_and_one(struct kunit *test)
{
	struct device_node *machine = shadow_tree_node(root(test), "machine");

	shadow_tree_memory(machine, "memory@0", 0x1000, 0x2000);
	shadow_tree_read_at(test, machine, false);
	EXPECT_RAM(test, { 0x1000, 0x2fff });
	EXPECT_NO_PROBLEM(test);
}

static void r3_the_initrd_is_reserved(struct kunit *test)
{
	struct device_node *chosen = shadow_tree_node(root(test), "chosen");

	shadow_tree_cells(chosen, "linux,initrd-start", 0x48000000);
	shadow_tree_cells(chosen, "linux,initrd-end", 0x48000801);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "initrd", 0x48000000, 0x48000800,
		     SHADOW_DT_RESERVED | SHADOW_DT_INITRD);
	EXPECT_RESERVED(test, { 0x48000000, 0x48000fff });
	EXPECT_NO_PROBLEM(test);
}

static void r3_the_initrd_may_have_64_bits(struct kunit *test)
{
	struct device_node *chosen = shadow_tree_node(root(test), "chosen@0");

	shadow_tree_cells(chosen, "linux,initrd-start", 8, 0x88000000);
	shadow_tree_cells(chosen, "linux,initrd-end", 8, 0x88100000);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x888000000, 0x8880fffff });
}

static void r3_a_machine_without_initrd_has_none(struct kunit *test)
{
	shadow_tree_node(root(test), "chosen");
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_reserved, 0);
	EXPECT_NO_PROBLEM(test);
}

/* Not smaller than 1 MiB, not larger than 1 GiB, and not at the very top. */
static void r3_the_running_kernel_is_reserved(struct kunit *test)
{
	struct shadow_dt *dt = shadow_tree_read(test);
	struct shadow_dt_entry *entry;

	KUNIT_ASSERT_EQ(test, shadow_dt_add_kernel(dt), 0);
	EXPECT_NO_PROBLEM(test);
	KUNIT_ASSERT_EQ(test, dt->nr_reserved, 1);
	entry = list_first_entry(&dt->entries, struct shadow_dt_entry, node);
	KUNIT_EXPECT_EQ(test, strcmp(entry->name, "kernel"), 0);
	KUNIT_EXPECT_EQ(test, entry->flags, SHADOW_DT_RESERVED);
	KUNIT_ASSERT_LT(test, entry->range.start, entry->range.last);
	KUNIT_EXPECT_GE(test, entry->range.last - entry->range.start, 1 << 20);
	KUNIT_EXPECT_LE(test, entry->range.last - entry->range.start, GIB);
}

static void r3_the_live_tree_can_be_read(struct kunit *test)
{
	struct device_node *live = of_find_node_by_path("/");

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, live);
	KUNIT_EXPECT_EQ(test, shadow_tree_read_at(test, live, true)->live, 1);
	of_node_put(live);
}

/*
 *	page	|      0      |      1      |      2      |
 *	RAM	|    #########|######
 *				    #####|    ##
 */
static void r4_ram_loses_part_pages_but_not_where_it_touches(struct kunit *test)
{
	shadow_tree_memory(root(test), "memory", 0, 0x400, 0, 0x1200,
			   0, 0x1600, 0, 0x0c00);
	shadow_tree_read(test);
	EXPECT_RAM(test, { 0x1000, 0x1fff });
}

static void r4_reserved_takes_the_pages_that_it_touches(struct kunit *test)
{
	struct device_node *top;

	top = shadow_tree_bus(root(test), "reserved-memory", 2, 2);
	shadow_tree_range(top, "log@1fff", 0, 0x1fff, 0, 2);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x1000, 0x2fff });
	EXPECT_ENTRY(test, "/reserved-memory/log@1fff", 0x1fff, 0x2000,
		     SHADOW_DT_RESERVED);
}

SHADOW_SUITE(shadow_dt_memory, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(r1_one_node_is_one_range),
	     KUNIT_CASE(r1_descending_nodes_come_out_ascending),
	     KUNIT_CASE(r1_one_node_has_many_ranges),
	     KUNIT_CASE(r1_many_nodes_all_count),
	     KUNIT_CASE(r1_touching_nodes_become_one),
	     KUNIT_CASE(r1_overlapping_nodes_become_one),
	     KUNIT_CASE(r1_a_size_may_have_one_cell),
	     KUNIT_CASE(r1_an_address_may_have_one_cell),
	     KUNIT_CASE(r1_a_range_may_end_at_2_to_the_64),
	     KUNIT_CASE(r1_a_disabled_node_is_no_ram),
	     KUNIT_CASE(r1_usable_memory_replaces_reg),
	     KUNIT_CASE(r1_only_the_device_type_makes_ram),
	     KUNIT_CASE(r1_a_tree_without_memory_is_no_problem),
	     KUNIT_CASE(r1_a_machine_is_read_below_any_node),
	     KUNIT_CASE(r1_a_machine_without_cells_has_one_and_one),
	     KUNIT_CASE(r3_the_initrd_is_reserved),
	     KUNIT_CASE(r3_the_initrd_may_have_64_bits),
	     KUNIT_CASE(r3_a_machine_without_initrd_has_none),
	     KUNIT_CASE(r3_the_running_kernel_is_reserved),
	     KUNIT_CASE(r3_the_live_tree_can_be_read),
	     KUNIT_CASE(r4_ram_loses_part_pages_but_not_where_it_touches),
	     KUNIT_CASE(r4_reserved_takes_the_pages_that_it_touches));
