// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where each Linux places dynamic nodes: R2, by the rows of dt/rows.h.
 */
#include <linux/mm.h>

#include "dt_tree.h"
#include "suites.h"

#define MIB		0x100000u
#define GIB		0x40000000u
#define IN		"reserved-memory/"
#define REG(at, ...)	TREE_CELLS(IN at, "reg", 0, __VA_ARGS__)
#define SIZE(at, bytes)	TREE_CELLS(IN at, "size", 0, bytes)
#define IN_RANGE(at, ...)	TREE_CELLS(IN at, "alloc-ranges", 0, __VA_ARGS__)
#define TYPE_OF_A	TREE_TEXT(IN "a", "compatible", "shared-dma-pool")
#define REUSABLE_A	TREE_FLAG(IN "a", "reusable")

#define FIXED(name, start, last) \
	{ "/reserved-memory/" name, start, last, SHADOW_DT_RESERVED }
#define PLACED(name, start, last, ...) \
	{ "/reserved-memory/" name, start, last, \
	  SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE __VA_ARGS__ }

/* RAM at 1 to 2 GiB. */
static const struct shadow_tree_case base = {
	.props = { TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB),
		   TREE_BUS("reserved-memory", 2, 2),
		   TREE_FLAG("reserved-memory", "ranges") },
	.ram = { { 0x40000000, 0x7fffffff } },
};

/* Of four nodes and a fixed one, who comes first gets the highest place. */
#define EQUALS { SIZE("a", MIB), SIZE("b", 2 * MIB), \
		 REG("fw", 0x50000000, 0, 0x1000), \
		 SIZE("c", 4 * MIB), SIZE("d", 8 * MIB) }
#define EQUALS_FW FIXED("fw", 0x50000000, 0x50000fff)
#define BY_HEAP { EQUALS_FW, PLACED("a", 0x7fd00000, 0x7fdfffff), \
		  PLACED("b", 0x7fe00000, 0x7fffffff), \
		  PLACED("c", 0x7f900000, 0x7fcfffff), \
		  PLACED("d", 0x7f100000, 0x7f8fffff) }
#define BY_TREE { EQUALS_FW, PLACED("a", 0x7ff00000, 0x7fffffff), \
		  PLACED("b", 0x7fd00000, 0x7fefffff), \
		  PLACED("c", 0x7f900000, 0x7fcfffff), \
		  PLACED("d", 0x7f100000, 0x7f8fffff) }

/* Nodes in a container and in one that is disabled, and what they leave. */
#define NESTED { SIZE("a", MIB), SIZE("box/inner", 2 * MIB), \
		 REG("box/fw", 0x7ff00000, 0, MIB), \
		 TREE_TEXT(IN "off", "status", "disabled"), \
		 SIZE("off/hidden", 4 * MIB), \
		 REG("fw", 0x50000000, 0, MIB), SIZE("fw/part", 8 * MIB) }
#define NESTED_FW	FIXED("fw", 0x50000000, 0x500fffff)
#define NESTED_BOX	{ "/reserved-memory/box/fw", 0x7ff00000, 0x7fffffff, \
			  SHADOW_DT_RESERVED | SHADOW_DT_NESTED }

/* A window that begins where a fixed node ends, one that ends where it begins. */
#define BESIDE_FIXED { REG("fw", 0x50000000, 0, MIB), \
	SIZE("a", MIB), IN_RANGE("a", 0x50100000, 0, 16 * MIB), \
	SIZE("b", MIB), IN_RANGE("b", 0x4f000000, 0, 16 * MIB) }
#define BESIDE_FW	FIXED("fw", 0x50000000, 0x500fffff)

/* Beside a node that was placed; then at both ends, where the start has no say. */
#define BESIDE_PLACED { \
	SIZE("a", MIB), IN_RANGE("a", 0x50000000, 0, MIB), \
	SIZE("b", MIB), IN_RANGE("b", 0x50100000, 0, 16 * MIB), \
	SIZE("c", MIB), IN_RANGE("c", 0x50080000, 0, 0x80000, \
				 0, 0x50100000, 0, 16 * MIB) }

#define POOLS { TYPE_OF_A, REUSABLE_A, SIZE("a", 96 * MIB), SIZE("b", MIB) }
#define POOL_A(start, last)	PLACED("a", start, last, | SHADOW_DT_REUSABLE)
#define BAD_POOL { TYPE_OF_A, REUSABLE_A, SIZE("a", 6 * MIB), SIZE("b", MIB) }
#define NO_MAP_POOL { \
	SIZE("b", MIB), TYPE_OF_A, REUSABLE_A, TREE_FLAG(IN "a", "no-map"), \
	SIZE("a", 4 * MIB) }
#define NO_MAP_A(start, last) \
	PLACED("a", start, last, | SHADOW_DT_REUSABLE | SHADOW_DT_NOMAP)

static const struct shadow_tree_case places[] = {
	{ "5.10 sorts nodes with a heap", EQUALS, "5.10",
	  .entries = BY_HEAP },
	{ "6.1 does so too", EQUALS, "6.1-gki", .entries = BY_HEAP },
	{ "without a fixed node the heap is another one",
	  { SIZE("a", MIB), SIZE("b", 2 * MIB), SIZE("c", 4 * MIB),
	    SIZE("d", 8 * MIB) }, "6.1",
	  .entries = { PLACED("a", 0x7f100000, 0x7f1fffff),
		       PLACED("b", 0x7fe00000, 0x7fffffff),
		       PLACED("c", 0x7fa00000, 0x7fdfffff),
		       PLACED("d", 0x7f200000, 0x7f9fffff) } },
	{ "two fixed nodes of one range are equal, too",
	  { SIZE("a", MIB), SIZE("b", 2 * MIB), SIZE("c", 4 * MIB),
	    REG("fw", 0x50000000, 0, 0x1000), REG("tz", 0x50000000, 0, 0x1000) },
	  "6.1",
	  .entries = { EQUALS_FW, FIXED("tz", 0x50000000, 0x50000fff),
		       PLACED("a", 0x7ff00000, 0x7fffffff),
		       PLACED("b", 0x7f900000, 0x7fafffff),
		       PLACED("c", 0x7fb00000, 0x7fefffff) } },
	{ "what is disabled takes no room",
	  { REG("fw", 0x7ff00000, 0, MIB), TREE_TEXT(IN "fw", "status", "disabled"),
	    SIZE("b", MIB), TREE_TEXT(IN "b", "status", "disabled"),
	    SIZE("a", MIB) }, "6.1",
	  .entries = { PLACED("a", 0x7ff00000, 0x7fffffff) } },
	{ "6.6 takes nodes in the order of the tree", EQUALS, "6.6",
	  .entries = BY_TREE },
	{ "7.x does so too", EQUALS, "7.x", .entries = BY_TREE },
	{ "5.15 looks into containers, also disabled ones", NESTED, "5.15",
	  .entries = { NESTED_FW, NESTED_BOX, PLACED("a", 0x7f600000, 0x7f6fffff),
		       PLACED("box/inner", 0x7f000000, 0x7f1fffff,
			      | SHADOW_DT_NESTED) } },
	{ "6.1 does not", NESTED, "6.1", .warnings =
	  "/reserved-memory/box/inner: size: Linux 6.1 does not look into containers, entry skipped",
	  .entries = { NESTED_FW, NESTED_BOX, PLACED("a", 0x7ff00000, 0x7fffffff) } },
	{ "6.1 places as high as it can", BESIDE_FIXED, "6.1",
	  .entries = { BESIDE_FW, PLACED("a", 0x51000000, 0x510fffff),
		       PLACED("b", 0x4ff00000, 0x4fffffff) } },
	{ "6.6 places beside a fixed node", BESIDE_FIXED, "6.6",
	  .entries = { BESIDE_FW, PLACED("a", 0x50100000, 0x501fffff),
		       PLACED("b", 0x4ff00000, 0x4fffffff) } },
	{ "6.12 does not", BESIDE_FIXED, "6.12",
	  .entries = { BESIDE_FW, PLACED("a", 0x51000000, 0x510fffff),
		       PLACED("b", 0x4ff00000, 0x4fffffff) } },
	{ "6.6 places beside a node that it placed", BESIDE_PLACED, "6.6",
	  .entries = { PLACED("a", 0x50000000, 0x500fffff),
		       PLACED("b", 0x50100000, 0x501fffff),
		       PLACED("c", 0x50200000, 0x502fffff) } },
	{ "6.12 does so too", BESIDE_PLACED, "6.12",
	  .entries = { PLACED("a", 0x50000000, 0x500fffff),
		       PLACED("b", 0x50100000, 0x501fffff),
		       PLACED("c", 0x50200000, 0x502fffff) } },
	{ "a window beside something at both ends is filled from above",
	  { REG("fw", 0x50000000, 0, MIB), REG("tz", 0x52000000, 0, MIB),
	    SIZE("a", MIB), IN_RANGE("a", 0x50100000, 0, 0x1f00000) }, "6.6",
	  .entries = { BESIDE_FW, FIXED("tz", 0x52000000, 0x520fffff),
		       PLACED("a", 0x51f00000, 0x51ffffff) } },
	{ "low places are aligned too",
	  { REG("fw", 0x50000000, 0, 0x1000), SIZE("a", MIB),
	    TREE_CELLS(IN "a", "alignment", 0, MIB),
	    IN_RANGE("a", 0x50000800, 0, 0x200000) }, "6.6",
	  .entries = { FIXED("fw", 0x50000000, 0x50000fff),
		       PLACED("a", 0x50100000, 0x501fffff) } },
	{ "6.1 aligns a CMA pool to 2 MiB", POOLS, "6.1",
	  .entries = { POOL_A(0x79e00000, 0x7fdfffff),
		       PLACED("b", 0x7ff00000, 0x7fffffff) } },
	{ "Google's to 4 MiB", POOLS, "6.1-gki",
	  .entries = { POOL_A(0x79c00000, 0x7fbfffff),
		       PLACED("b", 0x7ff00000, 0x7fffffff) } },
	{ "what is reusable and no pool has no such alignment",
	  { REUSABLE_A, SIZE("a", MIB) }, "6.1",
	  .entries = { POOL_A(0x7ff00000, 0x7fffffff) } },
	{ "with pages of 16 KiB it is 32 MiB, and RAM is cut to such pages",
	  { TREE_CELLS("memory@40000000", "reg", 0, GIB, 0, GIB - 0x1000),
	    SIZE("b", MIB), TYPE_OF_A, REUSABLE_A, SIZE("a", 32 * MIB) }, "6.12-16k",
	  .ram = { { 0x40000000, 0x7fffefff } },
	  .entries = { PLACED("b", 0x7fefc000, 0x7fffbfff),
		       POOL_A(0x7c000000, 0x7dffffff) } },
	{ "the memory of a pool of no whole blocks goes to the next node",
	  { TYPE_OF_A, REUSABLE_A, SIZE("a", 6 * MIB), SIZE("b", MIB),
	    IN_RANGE("b", 0x7e000000, 0, 2 * MIB) }, "6.12-16k",
	  .entries = { POOL_A(0x7e000000, 0x7e5fffff),
		       PLACED("b", 0x7e100000, 0x7e1fffff) } },
	{ "5.10 frees the memory of a pool that is not to be mapped", NO_MAP_POOL,
	  "5.10",
	  .entries = { PLACED("b", 0x7ff00000, 0x7fffffff),
		       NO_MAP_A(0x7fc00000, 0x7fffffff) } },
	{ "5.15 does not", NO_MAP_POOL, "5.15",
	  .entries = { PLACED("b", 0x7fb00000, 0x7fbfffff),
		       NO_MAP_A(0x7fc00000, 0x7fffffff) } },
	{ "7.x forgets that pool", BAD_POOL, "7.x-16k", .warnings =
	  "/reserved-memory/a: size: 0x600000, Linux 7.x-16k drops a CMA pool of no multiple of 0x2000000, entry skipped",
	  .entries = { PLACED("b", 0x7ff00000, 0x7fffffff) } },
	{ "a pool of whole blocks keeps its memory", BAD_POOL, "7.x",
	  .entries = { POOL_A(0x7fa00000, 0x7fffffff),
		       PLACED("b", 0x7f900000, 0x7f9fffff) } },
	{ "what is not mapped stays free where part of it is reserved",
	  { REG("fw", 0x7fc00000, 0, MIB), REG("tz", 0x7fc80000, 0, 0x380000),
	    TREE_FLAG(IN "tz", "no-map"), SIZE("a", MIB) }, "6.1",
	  .entries = { FIXED("fw", 0x7fc00000, 0x7fcfffff),
		       { "/reserved-memory/tz", 0x7fc80000, 0x7fffffff,
			 SHADOW_DT_RESERVED | SHADOW_DT_NOMAP },
		       PLACED("a", 0x7ff00000, 0x7fffffff) } },
	{ "and is not free where nothing is",
	  { REG("tz", 0x7fc80000, 0, 0x380000), TREE_FLAG(IN "tz", "no-map"),
	    REG("fw", 0x7fc00000, 0, MIB), SIZE("a", MIB) }, "6.1",
	  .entries = { { "/reserved-memory/tz", 0x7fc80000, 0x7fffffff,
			 SHADOW_DT_RESERVED | SHADOW_DT_NOMAP },
		       FIXED("fw", 0x7fc00000, 0x7fcfffff),
		       PLACED("a", 0x7fb00000, 0x7fbfffff) } },
};

SHADOW_PARAMS(places);

static void r2_each_linux_places_in_its_own_way(struct kunit *test)
{
	shadow_tree_check(test, &base);
}

/* Which of 140 nodes get a place: numbers, and whether all others are fixed. */
static u32 count_placed(struct kunit *test, const char *row, u32 nr_fixed)
{
	static const char reg[] = "\0\0\0\0\x50\0\0\0\0\0\0\0\0\0\x10\0";
	static const char size[] = "\0\0\0\0\0\0\x10\0";
	struct device_node *top = shadow_tree_at(test, "reserved-memory");
	struct device_node *np;
	struct shadow_dt *dt;
	u32 i;

	shadow_tree_props(test, base.props);
	shadow_tree_row(test, row);
	for (i = 0; i < 140; i++) {
		np = shadow_tree_node(top, "x");
		if (i < nr_fixed)
			shadow_tree_value(np, "reg", reg, 16);
		else
			shadow_tree_value(np, "size", size, 8);
	}
	dt = shadow_tree_read(test);
	KUNIT_EXPECT_EQ(test, dt->nr_reserved + dt->nr_warnings, 140);
	return dt->nr_reserved - nr_fixed;
}

static void r2_5_10_has_room_for_64_nodes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, count_placed(test, "5.10", 10), 54);
}

static void r2_googles_6_1_has_room_for_128_nodes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, count_placed(test, "6.1-gki", 100), 28);
}

static void r2_6_6_has_room_for_64_nodes(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, count_placed(test, "6.6", 64), 0);
}

static void r2_6_12_counts_dynamic_nodes_alone(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, count_placed(test, "6.12", 70), 64);
}

static void r2_each_row_has_a_name_of_its_own(struct kunit *test)
{
	const struct shadow_row *row;
	u32 i;

	for (i = 0; (row = shadow_row_at(i)); i++) {
		KUNIT_EXPECT_EQ(test, shadow_row_find(row->name) == row, true);
		KUNIT_EXPECT_EQ(test, row->cma_bytes % row->page_bytes, 0);
	}
	KUNIT_EXPECT_EQ(test, i, 12);
	KUNIT_EXPECT_EQ(test, !shadow_row_find("6.1-"), true);
	KUNIT_EXPECT_EQ(test, !shadow_row_find(""), true);
}

static void r2_the_running_kernel_has_a_row(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, shadow_row_running()->page_bytes, PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, shadow_row_running()->cma_bytes % PAGE_SIZE, 0);
}

SHADOW_SUITE(shadow_dt_place, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(r2_each_linux_places_in_its_own_way,
			      all_places_gen_params),
	     KUNIT_CASE(r2_5_10_has_room_for_64_nodes),
	     KUNIT_CASE(r2_googles_6_1_has_room_for_128_nodes),
	     KUNIT_CASE(r2_6_6_has_room_for_64_nodes),
	     KUNIT_CASE(r2_6_12_counts_dynamic_nodes_alone),
	     KUNIT_CASE(r2_each_row_has_a_name_of_its_own),
	     KUNIT_CASE(r2_the_running_kernel_has_a_row));
