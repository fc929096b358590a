// SPDX-License-Identifier: GPL-2.0-only
/*
 * /reserved-memory: R2.
 */
#include "dt_tree.h"
#include "suites.h"

#define MIB		0x100000u
#define GIB		0x40000000u
#define RESERVED	SHADOW_DT_RESERVED
#define BY_RULE		(SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE)

/* /reserved-memory with these cells, on a machine with RAM at 1 to 2 GiB. */
static struct device_node *top_with(struct kunit *test, u32 addr, u32 size)
{
	struct device_node *root = shadow_tree_root(test);

	shadow_tree_memory(root, "memory@40000000", 0, GIB, 0, GIB);
	return shadow_tree_bus(root, "reserved-memory", addr, size);
}

static struct device_node *top(struct kunit *test)
{
	return top_with(test, 2, 2);
}

/* A node without an address. */
static struct device_node *dynamic(struct device_node *parent, const char *name,
				   u32 size)
{
	struct device_node *np = shadow_tree_node(parent, name);

	shadow_tree_cells(np, "size", 0, size);
	return np;
}

static struct device_node *cma_pool(struct device_node *parent, u32 size)
{
	struct device_node *np = dynamic(parent, "pool", size);

	shadow_tree_string(np, "compatible", "shared-dma-pool");
	shadow_tree_bytes(np, "reusable", NULL, 0);
	return np;
}

static void r2_own_cells_count_not_the_roots(struct kunit *test)
{
	struct device_node *np = top_with(test, 1, 1);

	shadow_tree_range(np, "fw@50000000", 0x50000000, MIB, 0x60000000, MIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff },
			{ 0x60000000, 0x600fffff });
	EXPECT_NO_PROBLEM(test);
}

static void r2_without_cells_the_roots_count_and_are_noted(struct kunit *test)
{
	struct device_node *root = shadow_tree_root(test);

	shadow_tree_range(shadow_tree_node(root, "reserved-memory"), "fw",
			  0, 0x50000000, 0, MIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff });
	EXPECT_PROBLEMS(test,
			"/reserved-memory: #address-cells: missing, the root's is used, but Linux ignores the whole node",
			"/reserved-memory: #size-cells: missing, the root's is used, but Linux ignores the whole node");
}

static void r2_only_the_whole_name_counts(struct kunit *test)
{
	struct device_node *root = shadow_tree_root(test), *np;

	np = shadow_tree_node(root, "chosen2");
	shadow_tree_cells(np, "linux,initrd-start", GIB);
	shadow_tree_cells(np, "linux,initrd-end", GIB + MIB);
	np = shadow_tree_bus(root, "reserved-memory-2", 2, 2);
	shadow_tree_range(np, "fw", 0, GIB, 0, MIB);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_reserved, 0);
	EXPECT_NO_PROBLEM(test);
}

static void r2_an_address_comes_before_a_size(struct kunit *test)
{
	shadow_tree_cells(shadow_tree_range(top(test), "fw", 0, 0x50000000,
					    0, MIB), "size", 0, GIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff });
}

/* It is no property of a container: its children do not have its no-map. */
static void r2_a_container_is_nested_and_keeps_the_cells(struct kunit *test)
{
	struct device_node *snapshot;

	snapshot = shadow_tree_node(top_with(test, 2, 1), "debug_snapshot");
	shadow_tree_bytes(snapshot, "no-map", NULL, 0);
	shadow_tree_range(snapshot, "header", 0, 0x58100000, 0x10000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/debug_snapshot/header",
		     0x58100000, 0x5810ffff, RESERVED | SHADOW_DT_NESTED);
	EXPECT_NO_PROBLEM(test);
}

static void r2_a_container_may_have_cells_of_its_own(struct kunit *test)
{
	struct device_node *box = shadow_tree_node(top(test), "box");
	struct device_node *inner = shadow_tree_bus(box, "inner", 1, 1);

	shadow_tree_range(inner, "a", 0x58100000, 0x10000);
	shadow_tree_range(box, "b", 0, 0x59000000, 0, 0x10000);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x58100000, 0x5810ffff },
			{ 0x59000000, 0x5900ffff });
}

static void r2_containers_nest_as_deep_as_they_like(struct kunit *test)
{
	struct device_node *np = top(test);
	int depth;

	for (depth = 0; depth < 200; depth++)
		np = shadow_tree_node(np, "x");
	shadow_tree_range(np, "fw", 0, 0x50000000, 0, MIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff });
}

static void r2_a_disabled_child_is_not_reserved(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_string(shadow_tree_range(np, "off", 0, GIB, 0, MIB),
			   "status", "disabled");
	shadow_tree_string(shadow_tree_range(np, "on", 0, 0x50000000, 0, MIB),
			   "status", "ok");
	shadow_tree_string(dynamic(np, "pool", MIB), "status", "disabled");
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff });
	EXPECT_NO_PROBLEM(test);
}

static void r2_nothing_counts_in_a_disabled_container(struct kunit *test)
{
	struct device_node *box = shadow_tree_node(top(test), "box");

	shadow_tree_string(box, "status", "disabled");
	shadow_tree_range(box, "fw", 0, 0x50000000, 0, MIB);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_reserved, 0);
	EXPECT_NO_PROBLEM(test);
}

static void r2_nothing_counts_when_all_is_disabled(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_string(np, "status", "disabled");
	shadow_tree_range(np, "fw", 0, 0x50000000, 0, MIB);
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_reserved, 0);
	EXPECT_NO_PROBLEM(test);
}

static void r2_flags_are_told(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_bytes(shadow_tree_range(np, "a", 0, GIB, 0, MIB),
			  "no-map", NULL, 0);
	shadow_tree_bytes(shadow_tree_range(np, "b", 0, 0x50000000, 0, MIB),
			  "reusable", NULL, 0);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/a", 0x40000000, 0x400fffff,
		     RESERVED | SHADOW_DT_NOMAP);
	EXPECT_ENTRY(test, "/reserved-memory/b", 0x50000000, 0x500fffff,
		     RESERVED | SHADOW_DT_REUSABLE);
}

static void r2_the_highest_place_is_taken(struct kunit *test)
{
	dynamic(top(test), "pool", MIB);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7ff00000, 0x7fffffff,
		     BY_RULE);
	EXPECT_NO_PROBLEM(test);
}

static void r2_a_size_has_as_many_cells_as_the_parent_says(struct kunit *test)
{
	struct device_node *np = shadow_tree_node(top_with(test, 2, 1), "pool");

	shadow_tree_cells(np, "size", MIB);
	shadow_tree_cells(np, "alignment", 0, 0x2000000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7e000000, 0x7e0fffff,
		     BY_RULE);
}

static void r2_the_first_window_is_taken(struct kunit *test)
{
	shadow_tree_cells(dynamic(top(test), "pool", MIB), "alloc-ranges",
			  0, 0x50000000, 0, 0x10000000, 0, 0x70000000,
			  0, 0x10000000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x5ff00000, 0x5fffffff,
		     BY_RULE);
}

static void r2_a_full_window_leads_to_the_next(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_cells(dynamic(np, "pool", 2 * MIB), "alloc-ranges",
			  0, 0x50000000, 0, 0x300000, 0, 0x70000000,
			  0, 0x10000000);
	shadow_tree_range(np, "fw", 0, 0x50180000, 0, 0x1000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7fe00000, 0x7fffffff,
		     BY_RULE);
	EXPECT_NO_PROBLEM(test);
}

static void r2_two_dynamic_nodes_share_no_page(struct kunit *test)
{
	struct device_node *np = top(test);

	dynamic(np, "first", 0x1001);
	dynamic(np, "second", 0x10);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/first", 0x7fffe000, 0x7ffff000,
		     BY_RULE);
	EXPECT_ENTRY(test, "/reserved-memory/second", 0x7fffd000, 0x7fffd00f,
		     BY_RULE);
}

static void r2_fixed_nodes_come_before_dynamic_ones(struct kunit *test)
{
	struct device_node *np = top(test);

	dynamic(np, "pool", MIB);
	shadow_tree_range(np, "fw", 0, 0x7ff00000, 0, MIB);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7fe00000, 0x7fefffff,
		     BY_RULE);
}

/* The target has its initrd elsewhere. */
static void r2_the_initrd_moves_no_dynamic_node(struct kunit *test)
{
	struct device_node *chosen;

	dynamic(top(test), "pool", MIB);
	chosen = shadow_tree_node(shadow_tree_root(test), "chosen");
	shadow_tree_cells(chosen, "linux,initrd-start", 0x7fe80000);
	shadow_tree_cells(chosen, "linux,initrd-end", 0x80000000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7ff00000, 0x7fffffff,
		     BY_RULE);
	EXPECT_RESERVED(test, { 0x7fe80000, 0x7fffffff });
}

static void r2_iommu_addresses_alone_reserve_nothing(struct kunit *test)
{
	struct device_node *np = shadow_tree_node(top(test), "pool");

	shadow_tree_cells(np, "iommu-addresses", 1, 0, 0, 0, MIB);
	shadow_tree_read(test);
	EXPECT_NO_PROBLEM(test);
	EXPECT_RESERVED(test);
}

/* In whichever of two nodes of that name it lies. */
static void r2_a_second_nodes_fixed_ranges_come_first_too(struct kunit *test)
{
	struct device_node *second;

	dynamic(top(test), "pool", MIB);
	second = shadow_tree_bus(shadow_tree_root(test), "reserved-memory@1",
				 2, 2);
	shadow_tree_range(second, "fw", 0, 0x7ff00000, 0, MIB);
	dynamic(second, "other", MIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x7fd00000, 0x7fffffff });
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7fe00000, 0x7fefffff,
		     BY_RULE);
}

static void r2_a_cma_pool_is_aligned_to_4_mib(struct kunit *test)
{
	shadow_tree_cells(cma_pool(top(test), MIB), "alignment", 0, 0x10000);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7fc00000, 0x7fcfffff,
		     BY_RULE | SHADOW_DT_REUSABLE);
}

static void r2_only_a_reusable_pool_is_aligned_so(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_string(dynamic(np, "coherent", MIB), "compatible",
			   "shared-dma-pool");
	shadow_tree_bytes(dynamic(np, "log", MIB), "reusable", NULL, 0);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x7fe00000, 0x7fffffff });
}

static void r2_what_is_not_mapped_is_no_cma_pool(struct kunit *test)
{
	shadow_tree_bytes(cma_pool(top(test), MIB), "no-map", NULL, 0);
	shadow_tree_read(test);
	EXPECT_ENTRY(test, "/reserved-memory/pool", 0x7ff00000, 0x7fffffff,
		     BY_RULE | SHADOW_DT_REUSABLE | SHADOW_DT_NOMAP);
}

static void r2_the_first_page_is_never_taken(struct kunit *test)
{
	struct device_node *root = shadow_tree_root(test);
	struct device_node *np;

	shadow_tree_memory(root, "memory@0", 0, 0, 0, 0x3000);
	np = shadow_tree_bus(root, "reserved-memory", 2, 2);
	dynamic(np, "fits", 0x2000);
	dynamic(np, "pool", 0x1000);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x1000, 0x2fff });
	EXPECT_PROBLEMS(test,
			"/reserved-memory/pool: size: no room for 0x1000 bytes aligned to 0x1000, entry skipped");
}

static void r2_no_room_is_a_problem(struct kunit *test)
{
	struct device_node *np = top(test);

	shadow_tree_cells(dynamic(np, "outside", MIB), "alloc-ranges",
			  8, 0, 0, GIB);
	dynamic(np, "huge", GIB + 1);
	dynamic(np, "pool", MIB);
	shadow_tree_read(test);
	EXPECT_RESERVED(test, { 0x7ff00000, 0x7fffffff });
	EXPECT_PROBLEMS(test,
			"/reserved-memory/outside: size: no room for 0x100000 bytes aligned to 0x1000, entry skipped",
			"/reserved-memory/huge: size: no room for 0x40000001 bytes aligned to 0x1000, entry skipped");
}

/* The names are those of no real machine, so the kernel knows none of them. */
static void r2_the_running_kernel_is_asked_on_its_own_tree(struct kunit *test)
{
	struct device_node *np = top(test);
	struct device_node *box = shadow_tree_node(np, "box");

	dynamic(np, "shadow-test-a", MIB);
	dynamic(np, "shadow-test-b", MIB);
	dynamic(box, "shadow-test-b", MIB);
	shadow_tree_range(np, "fw", 0, 0x50000000, 0, MIB);
	shadow_tree_read_at(test, shadow_tree_root(test), true);
	EXPECT_RESERVED(test, { 0x50000000, 0x500fffff });
	EXPECT_PROBLEMS(test,
			"/reserved-memory/shadow-test-a: size: the running kernel gave it no memory, entry skipped",
			"/reserved-memory/shadow-test-b: size: another node has this name, the running kernel cannot tell them apart, entry skipped",
			"/reserved-memory/box/shadow-test-b: size: another node has this name, the running kernel cannot tell them apart, entry skipped");
}

SHADOW_SUITE(shadow_dt_reserved, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(r2_own_cells_count_not_the_roots),
	     KUNIT_CASE(r2_without_cells_the_roots_count_and_are_noted),
	     KUNIT_CASE(r2_only_the_whole_name_counts),
	     KUNIT_CASE(r2_an_address_comes_before_a_size),
	     KUNIT_CASE(r2_a_container_is_nested_and_keeps_the_cells),
	     KUNIT_CASE(r2_a_container_may_have_cells_of_its_own),
	     KUNIT_CASE(r2_containers_nest_as_deep_as_they_like),
	     KUNIT_CASE(r2_a_disabled_child_is_not_reserved),
	     KUNIT_CASE(r2_nothing_counts_in_a_disabled_container),
	     KUNIT_CASE(r2_nothing_counts_when_all_is_disabled),
	     KUNIT_CASE(r2_flags_are_told),
	     KUNIT_CASE(r2_the_highest_place_is_taken),
	     KUNIT_CASE(r2_a_size_has_as_many_cells_as_the_parent_says),
	     KUNIT_CASE(r2_the_first_window_is_taken),
	     KUNIT_CASE(r2_a_full_window_leads_to_the_next),
	     KUNIT_CASE(r2_two_dynamic_nodes_share_no_page),
	     KUNIT_CASE(r2_fixed_nodes_come_before_dynamic_ones),
	     KUNIT_CASE(r2_the_initrd_moves_no_dynamic_node),
	     KUNIT_CASE(r2_iommu_addresses_alone_reserve_nothing),
	     KUNIT_CASE(r2_a_second_nodes_fixed_ranges_come_first_too),
	     KUNIT_CASE(r2_a_cma_pool_is_aligned_to_4_mib),
	     KUNIT_CASE(r2_only_a_reusable_pool_is_aligned_so),
	     KUNIT_CASE(r2_what_is_not_mapped_is_no_cma_pool),
	     KUNIT_CASE(r2_the_first_page_is_never_taken),
	     KUNIT_CASE(r2_no_room_is_a_problem),
	     KUNIT_CASE(r2_the_running_kernel_is_asked_on_its_own_tree));
