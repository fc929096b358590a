// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a device tree to a layout and a verdict in one call.
 */
#include <kunit/test.h>
#include <linux/mm.h>
#include <linux/sizes.h>

#include "../dt/plan.h"
#include "dt_tree.h"
#include "suites.h"

#define MIB(n)	((u32)(n) * SZ_1M)

/*
 *	0x4000_0000                                    0x8000_0000
 *	| firmware, 2 MiB | mem_map, 6 MiB |     free      |
 */
static struct device_node *board(struct kunit *test)
{
	shadow_tree_add(test,
			TREE_MEMORY("memory@40000000", 0, 0x40000000, 0, SZ_1G),
			TREE_BUS("reserved-memory", 2, 2),
			TREE_CELLS("reserved-memory/firmware@40000000", "reg",
				   0, 0x40000000, 0, MIB(2)));
	return shadow_tree_at(test, "");
}

static const struct shadow_given not_given;

static struct shadow_plan *make(struct kunit *test, struct device_node *root)
{
	struct shadow_plan *plan = shadow_test_zeroed(test, sizeof(*plan));

	KUNIT_EXPECT_EQ(test, shadow_plan_make(plan, root, false, &not_given,
					       NULL), 0);
	return plan;
}

static void a_board_is_laid_out(struct kunit *test)
{
	struct shadow_plan *plan = make(test, board(test));
	const struct shadow_layout *layout = &plan->layout;

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->total_ram, SZ_1G);
	KUNIT_EXPECT_EQ(test, layout->reserved_pages, MIB(2) / 4096);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0x40000000 + MIB(2));
	KUNIT_EXPECT_EQ(test, layout->free_pages, MIB(1024 - 2 - 6) / 4096);
	KUNIT_EXPECT_EQ(test, layout->heap_base, 0x40000000 + MIB(16));
	shadow_plan_free(plan);
}

/* R3: what describes another board names no kernel image. */
static void only_the_live_machine_has_a_kernel_image(struct kunit *test)
{
	struct shadow_plan *plan, live;

	if (!shadow_tree_is_live(test))
		return;
	plan = make(test, board(test));
	KUNIT_EXPECT_EQ(test, plan->dt.nr_reserved, 1);
	shadow_plan_free(plan);
	KUNIT_EXPECT_EQ(test, shadow_plan_make(&live, shadow_tree_at(test, ""),
					       true, &not_given, NULL), 0);
	KUNIT_EXPECT_EQ(test, live.dt.nr_reserved, 2);
	shadow_plan_free(&live);
}

/* Places in RAM from 0x40000000 to 0x7fffffff, and what comes of each. */
static const struct given_case {
	u64 base, bytes;
	int err;
	u64 reserved;	/* bytes, 2 MiB are firmware */
} given_cases[] = {
	{ 0, 0, 0, MIB(2) },
	{ 0x41000000, MIB(24), 0, MIB(26) },
	{ 0x41000800, SZ_4K, 0, MIB(2) + SZ_8K },
	{ 0x40000000, SZ_1G, 0, SZ_1G },
	{ 0x7ffff000, SZ_4K, 0, MIB(2) + SZ_4K },
	{ 0x3fffffff, SZ_4K, -EINVAL },
	{ 0x7ffff001, SZ_4K, -EINVAL },
	{ 0x40000000, SZ_1G + 1, -EINVAL },
	{ 0x90000000, 1, -EINVAL },
	{ U64_MAX, 1, -EINVAL },
	{ 0, U64_MAX, -EINVAL },
};

static void expect_given(struct kunit *test, struct device_node *root,
			 enum shadow_placed what, const struct given_case *row)
{
	struct shadow_given given = {};
	struct shadow_plan plan;
	int err;

	given.place[what] = (struct shadow_place){ true, row->base, row->bytes };
	err = shadow_plan_make(&plan, root, false, &given, NULL);
	KUNIT_EXPECT_EQ_MSG(test, err, row->err, "%u at 0x%llx", what,
			    row->base);
	if (err)
		KUNIT_EXPECT_EQ(test, plan.misplaced, what);
	else
		KUNIT_EXPECT_EQ_MSG(test, plan.layout.reserved_pages * SZ_4K,
				    row->reserved, "%u at 0x%llx", what,
				    row->base);
	shadow_plan_free(&plan);
}

static void a_place_that_is_given_lies_in_ram(struct kunit *test)
{
	struct device_node *root = board(test);
	u32 what, i;

	for (what = 0; what < SHADOW_NR_PLACED; what++)
		for (i = 0; i < ARRAY_SIZE(given_cases); i++)
			expect_given(test, root, what, &given_cases[i]);
}

/* R3: the target has its initrd elsewhere; that of /chosen may be malformed. */
static void an_initrd_that_is_given_is_not_looked_for(struct kunit *test)
{
	static const struct given_case rows[] = {
		{ 0x50000000, SZ_4K, 0, MIB(2) + SZ_4K }, { 0, 0, 0, MIB(2) },
	};
	struct device_node *root = board(test);

	shadow_tree_add(test, TREE_CELLS("chosen", "linux,initrd-start", 0x1000),
			TREE_CELLS("chosen", "linux,initrd-end", 0x60000000));
	expect_given(test, root, SHADOW_INITRD, &rows[0]);
	expect_given(test, root, SHADOW_INITRD, &rows[1]);
}

/* R3, R6: /memreserve/ counts in RAM and out of it, but not past 2^64. */
static void r3_memreserve_is_reserved(struct kunit *test)
{
	static struct shadow_place place[] = {
		{ true, 0x50000800, SZ_4K }, { true, 0x50000000, 1 },
		{ true, 0x90000000, SZ_4K }, { true, U64_MAX, 2 },
		{ true, U64_MAX, 1 },
	};
	static const struct shadow_given given = {
		.memreserve = { true, ARRAY_SIZE(place), place },
	};
	static const char want[] =
		"/memreserve/: range 3, 0xffffffffffffffff + 0x2, goes past 2^64, entry skipped";
	const struct shadow_dt_warning *warning;
	struct shadow_plan plan;

	KUNIT_ASSERT_EQ(test, shadow_plan_make(&plan, board(test), false,
					       &given, NULL), 0);
	KUNIT_EXPECT_EQ(test, plan.layout.reserved_pages * SZ_4K,
			MIB(2) + SZ_8K);
	KUNIT_EXPECT_EQ(test, plan.dt.nr_reserved, 5);
	KUNIT_EXPECT_EQ(test, plan.dt.nr_warnings, 1);
	list_for_each_entry(warning, &plan.dt.warnings, node)
		KUNIT_EXPECT_EQ_MSG(test, strcmp(warning->text, want), 0, "%s",
				    warning->text);
	shadow_plan_free(&plan);
}

/* That there is no RAM is what has to be said then (E1). */
static void a_place_without_ram_is_no_error(struct kunit *test)
{
	static const struct shadow_given given = {
		.place[SHADOW_BLOB] = { true, 0x40000000, SZ_4K },
	};
	struct shadow_plan plan;

	KUNIT_EXPECT_EQ(test, shadow_plan_make(&plan, shadow_tree_at(test, ""),
					       false, &given, NULL), 0);
	KUNIT_EXPECT_EQ(test, plan.layout.verdict, SHADOW_NO_RAM);
	shadow_plan_free(&plan);
}

/* The node goes to the last MiB of RAM; so do the image and the initrd, in turn. */
static void a_node_that_linux_could_have_moved_has_a_hint(struct kunit *test)
{
	static const struct {
		u64 image;
		u32 initrd, hints;
	} rows[] = {
		{ 0x41000000, 0x42000000, 0 },
		{ 0x7feff000, 0x42000000, 0 },
		{ 0x7ff00000, 0x42000000, 1 },
		{ 0x41000000, 0x7ffff000, 1 },
		{ 0x7ff00000, 0x7ffff000, 2 },
	};
	struct device_node *root = board(test);
	struct shadow_plan plan;
	u32 i;

	shadow_tree_add(test, TREE_CELLS("reserved-memory/pool", "size", 0, SZ_1M),
			TREE_FLAG("reserved-memory", "ranges"));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct shadow_given given = {
			.place[SHADOW_IMAGE] = { true, rows[i].image, SZ_4K },
		};

		shadow_tree_add(test, TREE_CELLS("chosen", "linux,initrd-start",
						 rows[i].initrd),
				TREE_CELLS("chosen", "linux,initrd-end",
					   rows[i].initrd + SZ_4K));
		KUNIT_EXPECT_EQ(test, shadow_plan_make(&plan, root, false,
						       &given, NULL), 0);
		KUNIT_EXPECT_EQ_MSG(test, plan.dt.nr_hints, rows[i].hints,
				    "row %u", i);
		KUNIT_EXPECT_EQ(test, plan.dt.nr_warnings, 0);
		shadow_plan_free(&plan);
	}
}

#define MANY	140000	/* a blob of 2 MiB holds 260,000 */

/* Ranges by the ten thousand, and a node for which a place is looked for. */
static void more_ranges_than_kmalloc_can_hold_are_read(struct kunit *test)
{
	__be32 *reg = kvcalloc(2 * MANY, sizeof(*reg), GFP_KERNEL);
	struct shadow_plan *plan;
	u32 i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, reg);
	for (i = 0; i < MANY; i++) {
		reg[2 * i] = cpu_to_be32(i * SZ_4K);
		reg[2 * i + 1] = cpu_to_be32(SZ_4K);
	}
	shadow_tree_add(test, TREE_BUS("", 1, 1),
			TREE_TEXT("memory@0", "device_type", "memory"),
			TREE_BUS("reserved-memory", 1, 1),
			TREE_CELLS("reserved-memory/pool", "size", SZ_1M));
	shadow_tree_value(shadow_tree_at(test, "memory@0"), "reg", reg,
			  2 * MANY * sizeof(*reg));

	plan = make(test, shadow_tree_at(test, ""));
	KUNIT_EXPECT_EQ(test, plan->dt.nr_ram, MANY);
	KUNIT_EXPECT_EQ(test, plan->dt.nr_reserved, 1);
	KUNIT_EXPECT_EQ(test, plan->layout.total_ram, (u64)MANY * SZ_4K);
	KUNIT_EXPECT_EQ(test, plan->layout.verdict, SHADOW_OK);
	shadow_plan_free(plan);
	kvfree(reg);
}

SHADOW_SUITE(shadow_plan, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(a_board_is_laid_out),
	     KUNIT_CASE(only_the_live_machine_has_a_kernel_image),
	     KUNIT_CASE(a_place_that_is_given_lies_in_ram),
	     KUNIT_CASE(an_initrd_that_is_given_is_not_looked_for),
	     KUNIT_CASE(r3_memreserve_is_reserved),
	     KUNIT_CASE(a_place_without_ram_is_no_error),
	     KUNIT_CASE(a_node_that_linux_could_have_moved_has_a_hint),
	     KUNIT_CASE(more_ranges_than_kmalloc_can_hold_are_read));
