// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree that a kernel runs with: R2 and R3 where the kernel is asked, with a
 * kernel that gave what the test says.
 */
#include <linux/ioport.h>

#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../kunit/suites.h"

#define BY_KERNEL	(SHADOW_DT_RESERVED | SHADOW_DT_BY_KERNEL)

/* Nodes of 1 MiB without an address, in this order. */
static void read_live(struct kunit *test, const char * const *name, u32 nr)
{
	struct device_node *root = shadow_tree_root(test), *top;

	top = shadow_tree_bus(root, "reserved-memory", 2, 2);
	while (nr--)
		shadow_tree_cells(shadow_tree_node(top, *name++), "size",
				  0, 0x100000);
	shadow_tree_read_at(test, root, true);
}

static void r2_a_dynamic_node_lies_where_the_kernel_put_it(struct kunit *test)
{
	static const char * const names[] = { "pool", "pool@1", "lost", "none" };
	struct device_node *root = shadow_tree_root(test), *other;

	other = shadow_tree_bus(root, "reserved-memory@1", 2, 2);
	shadow_tree_range(other, "pool", 0, 0x60000000, 0, 0x1000);
	host_reserve("pool", 0x47e00000, 0x200000);
	host_reserve("pool@1", 0x880001000, 0x1000);
	host_reserve("none", 0x50000000, 0);
	read_live(test, names, ARRAY_SIZE(names));
	EXPECT_RESERVED(test, { 0x47e00000, 0x47ffffff },
			{ 0x60000000, 0x60000fff },
			{ 0x880001000, 0x880001fff });
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x47e00000, 0x47ffffff,
		     BY_KERNEL);
	EXPECT_PROBLEMS(test,
			"/reserved-memory/lost: size: the running kernel gave it no memory, entry skipped",
			"/reserved-memory/none: size: the running kernel gave it no memory, entry skipped");
}

static void r2_a_place_that_may_be_a_twins_does_not_count(struct kunit *test)
{
	static const char * const names[] = { "pool", "pool", "fixed" };
	struct device_node *root = shadow_tree_root(test), *other;

	other = shadow_tree_bus(root, "reserved-memory@1", 2, 2);
	shadow_tree_range(other, "fixed", 0, 0x60000000, 0, 0x100000);
	host_reserve("pool", 0x47e00000, 0x100000);
	host_reserve("fixed", 0x60000000, 0x100000);
	read_live(test, names, ARRAY_SIZE(names));
	EXPECT_RESERVED(test, { 0x60000000, 0x600fffff });
	KUNIT_EXPECT_EQ(test, shadow_tree_read_at(test, root, true)->nr_problems,
			3);
}

static void expect_no_kernel(struct kunit *test)
{
	struct shadow_dt *dt = shadow_tree_read(test);

	KUNIT_ASSERT_EQ(test, shadow_dt_add_kernel(dt), 0);
	KUNIT_EXPECT_EQ(test, dt->nr_reserved, 0);
	EXPECT_PROBLEMS(test,
			"/proc/iomem: Kernel code, Kernel data: not found, entry skipped");
}

static void r3_an_image_that_is_not_shown_is_a_problem(struct kunit *test)
{
	struct resource *ram = iomem_resource.child, *code = ram->child;
	struct resource *data = code->sibling;

	ram->flags = 0;
	expect_no_kernel(test);
	ram->flags = IORESOURCE_SYSRAM;
	code->sibling = NULL;
	expect_no_kernel(test);
	ram->child = data;
	expect_no_kernel(test);
	code->sibling = data;
	ram->child = code;
	KUNIT_EXPECT_EQ(test, shadow_dt_add_kernel(shadow_tree_read(test)), 0);
	EXPECT_ENTRY(test, "kernel", code->start, data->end,
		     SHADOW_DT_RESERVED);
}

SHADOW_SUITE(host_live, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(r2_a_dynamic_node_lies_where_the_kernel_put_it),
	     KUNIT_CASE(r2_a_place_that_may_be_a_twins_does_not_count),
	     KUNIT_CASE(r3_an_image_that_is_not_shown_is_a_problem));
