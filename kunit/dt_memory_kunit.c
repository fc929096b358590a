// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM, initrd and kernel image: R1, R3, R4.
 */
#include <linux/err.h>
#include <linux/string.h>

#include "dt_tree.h"
#include "suites.h"

#define GIB		0x40000000u
#define INITRD		(SHADOW_DT_RESERVED | SHADOW_DT_INITRD)

static const struct shadow_tree_case none;

static const struct shadow_tree_case memory[] = {
	{ "one node is one range",
	  { TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB) },
	  .ram = { { 0x40000000, 0x7fffffff } } },
	{ "descending nodes come out ascending",
	  { TREE_MEMORY("memory@200000000", 2, 0, 0, GIB),
	    TREE_MEMORY("memory@100000000", 1, 0, 0, GIB),
	    TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB) },
	  .ram = { { 0x40000000, 0x7fffffff }, { 0x100000000, 0x13fffffff },
		   { 0x200000000, 0x23fffffff } } },
	{ "one node has many ranges",
	  { TREE_MEMORY("memory", 1, 0, 1, 0, 0, GIB, 0, GIB) },
	  .ram = { { 0x40000000, 0x7fffffff }, { 0x100000000, 0x1ffffffff } } },
	{ "touching nodes become one",
	  { TREE_MEMORY("memory@80000000", 0, 2 * GIB, 0, GIB),
	    TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB) },
	  .ram = { { 0x40000000, 0xbfffffff } } },
	{ "overlapping nodes become one",
	  { TREE_MEMORY("memory@0", 0, 0, 0, 2 * GIB),
	    TREE_MEMORY("memory@40000000", 0, GIB, 0, 2 * GIB) },
	  .ram = { { 0, 0xbfffffff } } },
	{ "a size may have one cell",
	  { TREE_CELLS("", "#size-cells", 1),
	    TREE_MEMORY("memory@880000000", 8, 0x80000000, GIB) },
	  .ram = { { 0x880000000, 0x8bfffffff } } },
	{ "an address may have one cell",
	  { TREE_BUS("", 1, 1),
	    TREE_MEMORY("memory", 0xc0000000, GIB, GIB, GIB) },
	  .ram = { { 0x40000000, 0x7fffffff }, { 0xc0000000, 0xffffffff } } },
	{ "a range may end at 2 to the 64",
	  { TREE_MEMORY("memory", ~0, 0xfffff000, 0, 0x1000) },
	  .ram = { { 0xfffffffffffff000, ~0ULL } } },
	{ "a disabled node is no RAM",
	  { TREE_MEMORY("memory@0", 0, 0, 0, GIB),
	    TREE_TEXT("memory@0", "status", "disabled"),
	    TREE_MEMORY("memory@1", 1, 0, 0, GIB),
	    TREE_TEXT("memory@1", "status", "okay") },
	  .ram = { { 0x100000000, 0x13fffffff } } },
	{ "usable memory replaces reg",
	  { TREE_MEMORY("memory@0", 0, 0, 0, GIB),
	    TREE_CELLS("memory@0", "linux,usable-memory", 0, 0x1000,
		       0, 0x2000) },
	  .ram = { { 0x1000, 0x2fff } } },
	/* And of another type nothing is looked at: its status has no NUL. */
	{ "only the device type makes RAM",
	  { TREE_CELLS("memory@0", "reg", 0, 0, 0, GIB),
	    TREE_CELLS("bus@1000", "reg", 0, 0x1000, 0, GIB),
	    TREE_TEXT("bus@1000", "device_type", "memory-bus"),
	    TREE_BYTES("bus@1000", "status", "okay"),
	    TREE_MEMORY("dram", 1, 0, 0, GIB) },
	  .ram = { { 0x100000000, 0x13fffffff } } },
	{ "a tree without memory is no warning" },
};

static const struct shadow_tree_case initrd[] = {
	{ "it takes the pages that it touches",
	  { TREE_CELLS("chosen", "linux,initrd-start", 0x48000000),
	    TREE_CELLS("chosen", "linux,initrd-end", 0x48000801) },
	  .entries = { { "initrd", 0x48000000, 0x48000800, INITRD } },
	  .reserved = { { 0x48000000, 0x48000fff } } },
	{ "it may have 64 bits",
	  { TREE_CELLS("chosen@0", "linux,initrd-start", 8, 0x88000000),
	    TREE_CELLS("chosen@0", "linux,initrd-end", 8, 0x88100000) },
	  .entries = { { "initrd", 0x888000000, 0x8880fffff, INITRD } } },
	{ "a machine without one has none", { TREE_NODE("chosen") } },
};

/*
 *	page	|      0      |      1      |      2      |
 *	RAM	|    #########|######
 *				    #####|    ##
 */
static const struct shadow_tree_case part_pages[] = {
	{ "RAM loses part pages but not where it touches",
	  { TREE_MEMORY("memory", 0, 0x400, 0, 0x1200, 0, 0x1600, 0, 0x0c00) },
	  .ram = { { 0x1000, 0x1fff } } },
	{ "reserved takes the pages that it touches",
	  { TREE_BUS("reserved-memory", 2, 2),
	    TREE_CELLS("reserved-memory/log@1fff", "reg", 0, 0x1fff, 0, 2) },
	  .entries = { { "/reserved-memory/log@1fff", 0x1fff, 0x2000,
			 SHADOW_DT_RESERVED } },
	  .reserved = { { 0x1000, 0x2fff } } },
};

SHADOW_PARAMS(memory);
SHADOW_PARAMS(initrd);
SHADOW_PARAMS(part_pages);

static void r1_ram_is_what_available_memory_nodes_give(struct kunit *test)
{
	shadow_tree_check(test, &none);
}

static void r3_the_initrd_is_reserved(struct kunit *test)
{
	shadow_tree_check(test, &none);
}

static void r4_whole_pages_are_ram_and_touched_ones_reserved(struct kunit *test)
{
	shadow_tree_check(test, &none);
}

static void r1_many_nodes_all_count(struct kunit *test)
{
	static const char page[] = "\0\0\0\1\0\0\0\0\0\0\0\0\0\0\x10";
	struct device_node *np;
	u32 i;

	for (i = 0; i < 1000; i++) {
		np = shadow_tree_node(shadow_tree_at(test, ""), "memory");
		shadow_tree_value(np, "device_type", "memory", 7);
		shadow_tree_value(np, "reg", page, sizeof(page));
	}
	KUNIT_EXPECT_EQ(test, shadow_tree_read(test)->nr_ram, 1000);
}

/* Its cells are its own; one that gives none has one and one. */
static void r1_a_machine_is_read_below_any_node(struct kunit *test)
{
	static const struct shadow_tree_case wide = {
		.ram = { { 0x800000000, 0x83fffffff } },
	}, narrow = {
		.ram = { { 0x1000, 0x2fff } },
	};
	struct shadow_dt_entry *entry;
	struct shadow_dt *dt;

	shadow_tree_add(test, TREE_MEMORY("memory@0", 0, 0, 0, GIB),
			TREE_BUS("wide", 2, 1),
			TREE_MEMORY("wide/memory@0", 8, 0, GIB),
			TREE_MEMORY("narrow/memory@0", 0x1000, 0x2000));
	dt = shadow_tree_read_at(test, shadow_tree_at(test, "wide"), false);
	shadow_tree_expect(test, &none, &wide);
	entry = list_first_entry(&dt->entries, struct shadow_dt_entry, node);
	KUNIT_EXPECT_EQ(test, strcmp(entry->name, "/wide/memory@0"), 0);
	KUNIT_EXPECT_EQ(test, entry->flags, 0);
	shadow_tree_read_at(test, shadow_tree_at(test, "narrow"), false);
	shadow_tree_expect(test, &none, &narrow);
}

/* Not smaller than 1 MiB, not larger than 1 GiB, and not at the very top. */
static void r3_the_running_kernel_is_reserved(struct kunit *test)
{
	static const struct shadow_place not_given;
	struct shadow_dt *dt = shadow_tree_read(test);
	struct shadow_dt_entry *entry;

	if (!shadow_tree_is_live(test))
		return;
	dt->live = true;
	KUNIT_ASSERT_EQ(test, shadow_dt_add_image(dt, &not_given), 0);
	KUNIT_EXPECT_EQ(test, dt->nr_warnings, 0);
	KUNIT_ASSERT_EQ(test, dt->nr_reserved, 1);
	entry = list_first_entry(&dt->entries, struct shadow_dt_entry, node);
	KUNIT_EXPECT_EQ(test, strcmp(entry->name, "kernel"), 0);
	KUNIT_EXPECT_EQ(test, entry->flags,
			SHADOW_DT_RESERVED | SHADOW_DT_IMAGE);
	KUNIT_ASSERT_LT(test, entry->range.start, entry->range.last);
	KUNIT_EXPECT_GE(test, entry->range.last - entry->range.start, 1 << 20);
	KUNIT_EXPECT_LE(test, entry->range.last - entry->range.start, GIB);
}

static void r3_the_live_tree_can_be_read(struct kunit *test)
{
	struct device_node *live;

	if (!shadow_tree_is_live(test))
		return;
	live = of_find_node_by_path("/");
	KUNIT_EXPECT_EQ(test, shadow_tree_read_at(test, live, true)->live, 1);
	of_node_put(live);
}

SHADOW_SUITE(shadow_dt_memory, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(r1_ram_is_what_available_memory_nodes_give,
			      all_memory_gen_params),
	     KUNIT_CASE(r1_many_nodes_all_count),
	     KUNIT_CASE(r1_a_machine_is_read_below_any_node),
	     KUNIT_CASE_PARAM(r3_the_initrd_is_reserved, all_initrd_gen_params),
	     KUNIT_CASE(r3_the_running_kernel_is_reserved),
	     KUNIT_CASE(r3_the_live_tree_can_be_read),
	     KUNIT_CASE_PARAM(r4_whole_pages_are_ram_and_touched_ones_reserved,
			      all_part_pages_gen_params));
