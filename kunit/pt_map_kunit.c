// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables: what is mapped with which leaves, how it stands in
 * memory, and what unmapping leaves (P5).
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "pt_map_fixture.h"

#define END		0x1000000000000ULL

static void map_range(struct kunit *test, struct shadow_pt_map *map, u64 va,
		      u64 pa, u64 bytes)
{
	KUNIT_ASSERT_EQ(test, shadow_pt_map_range(map, va, pa, bytes), 0);
}

/* Map one range into a fresh map and compare every leaf. */
static void expect_leaves(struct kunit *test, u64 largest,
			  const struct shadow_test_leaves *leaves, u32 nr)
{
	struct shadow_test_pt *f = test->priv;
	u64 bytes = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		bytes += leaves[i].bytes * leaves[i].nr;
	shadow_test_pt_give(f, 0, SHADOW_TEST_NO_LIMIT);
	f->map.largest = largest;
	map_range(test, &f->map, leaves->va, leaves->pa, bytes);
	shadow_test_pt_leaves(test, &f->map, leaves, nr);
	shadow_pt_unmap_range(&f->map, leaves->va, bytes);
	shadow_test_pt_all_back(test);
}

static void expect_tables(struct kunit *test, u64 l0, u64 l1, u64 l2, u64 l3)
{
	struct shadow_test_pt *f = test->priv;

	shadow_test_pt_sound(test, &f->map);
	KUNIT_EXPECT_EQ(test, f->map.nr_tables[0], l0);
	KUNIT_EXPECT_EQ(test, f->map.nr_tables[1], l1);
	KUNIT_EXPECT_EQ(test, f->map.nr_tables[2], l2);
	KUNIT_EXPECT_EQ(test, f->map.nr_tables[3], l3);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_out(f), l0 + l1 + l2 + l3);
}

/* Keeps the last leaf and counts them. */
static int end_at_second(void *ctx, u64 va, u64 pa, u64 bytes)
{
	struct shadow_test_leaves *seen = ctx;

	seen->va = va;
	seen->pa = pa;
	seen->bytes = bytes;
	return ++seen->nr == 2 ? -7 : 0;
}

static void p5_an_empty_map_has_no_tables(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_test_leaves seen = { .nr = 0 };

	expect_tables(test, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_map_walk(&f->map, end_at_second, &seen),
			0);
	KUNIT_EXPECT_EQ(test, seen.nr, 0);
	shadow_pt_unmap_range(&f->map, 0x40000000, SHADOW_PT_1G);
	shadow_test_pt_all_back(test);
}

static void p5_a_page_takes_four_tables(struct kunit *test)
{
	static const struct shadow_test_leaves page = {
		0x123456789000, 0xfedcba987000, SHADOW_PT_4K, 1,
	};
	struct shadow_test_pt *f = test->priv;

	map_range(test, &f->map, page.va, page.pa, page.bytes);
	expect_tables(test, 1, 1, 1, 1);
	shadow_test_pt_leaves(test, &f->map, &page, 1);
}

static void p5_2_mib_are_one_block(struct kunit *test)
{
	static const struct shadow_test_leaves block = {
		0x40200000, 0x980600000, SHADOW_PT_2M, 1,
	};
	struct shadow_test_pt *f = test->priv;

	map_range(test, &f->map, block.va, block.pa, block.bytes);
	expect_tables(test, 1, 1, 1, 0);
	shadow_test_pt_leaves(test, &f->map, &block, 1);
}

static void p5_1_gib_is_one_block(struct kunit *test)
{
	static const struct shadow_test_leaves block = {
		0x8000000000, 0x40000000, SHADOW_PT_1G, 1,
	};
	struct shadow_test_pt *f = test->priv;

	map_range(test, &f->map, block.va, block.pa, block.bytes);
	expect_tables(test, 1, 1, 0, 0);
	shadow_test_pt_leaves(test, &f->map, &block, 1);
}

/* A block needs both addresses aligned: their distance may forbid it. */
static void p5_the_distance_of_va_and_pa_limits_the_leaves(struct kunit *test)
{
	static const struct shadow_test_leaves odd = {
		0x40000000, 0x40001000, SHADOW_PT_4K, 1024,
	};
	static const struct shadow_test_leaves two_mib = {
		0x40000000, 0x80200000, SHADOW_PT_2M, 1024,
	};

	expect_leaves(test, SHADOW_PT_1G, &odd, 1);
	expect_leaves(test, SHADOW_PT_1G, &two_mib, 1);
}

/* From an odd page to an odd page: every size, up and down again. */
static const struct shadow_test_leaves stairs[] = {
	{ 0x3fdff000, 0x43fdff000, SHADOW_PT_4K, 1 },
	{ 0x3fe00000, 0x43fe00000, SHADOW_PT_2M, 1 },
	{ 0x40000000, 0x440000000, SHADOW_PT_1G, 3 },
	{ 0x100000000, 0x500000000, SHADOW_PT_2M, 2 },
	{ 0x100400000, 0x500400000, SHADOW_PT_4K, 3 },
};

#define STAIRS_BYTES	(0x100403000 - 0x3fdff000)

static void p5_odd_ends_use_small_leaves_and_no_more(struct kunit *test)
{
	static const struct shadow_test_leaves long_stairs[] = {
		{ 0x7fc0201000, 0x7fc0201000, SHADOW_PT_4K, 511 },
		{ 0x7fc0400000, 0x7fc0400000, SHADOW_PT_2M, 510 },
		{ 0x8000000000, 0x8000000000, SHADOW_PT_1G, 2 },
		{ 0x8080000000, 0x8080000000, SHADOW_PT_2M, 511 },
		{ 0x80bfe00000, 0x80bfe00000, SHADOW_PT_4K, 511 },
	};

	expect_leaves(test, SHADOW_PT_1G, stairs, ARRAY_SIZE(stairs));
	expect_leaves(test, SHADOW_PT_1G, long_stairs,
		      ARRAY_SIZE(long_stairs));
}

static void p5_no_leaf_exceeds_the_largest_allowed(struct kunit *test)
{
	static const struct shadow_test_leaves pages = {
		0x40000000, 0x40000000, SHADOW_PT_4K, 262144,
	};
	static const struct shadow_test_leaves blocks[] = {
		{ 0x3ffff000, 0x3ffff000, SHADOW_PT_4K, 1 },
		{ 0x40000000, 0x40000000, SHADOW_PT_2M, 1024 },
		{ 0xc0000000, 0xc0000000, SHADOW_PT_4K, 2 },
	};

	expect_leaves(test, SHADOW_PT_4K, &pages, 1);
	expect_leaves(test, SHADOW_PT_2M, blocks, ARRAY_SIZE(blocks));
}

static void p5_the_last_gib_of_48_bits_can_be_mapped(struct kunit *test)
{
	static const struct shadow_test_leaves last[] = {
		{ END - SHADOW_PT_1G - SHADOW_PT_4K, END - SHADOW_PT_1G -
		  SHADOW_PT_4K, SHADOW_PT_4K, 1 },
		{ END - SHADOW_PT_1G, END - SHADOW_PT_1G, SHADOW_PT_1G, 1 },
	};

	expect_leaves(test, SHADOW_PT_1G, last, 2);
	expect_leaves(test, SHADOW_PT_1G, &last[1], 1);
}

struct machine {
	const char *name;
	u32 nr;
	struct shadow_test_leaves leaves[2];
};

static const struct machine machines[] = {
	{ "QEMU with 1 GiB", 1, {
		{ 0x40000000, 0x40000000, SHADOW_PT_1G, 1 } } },
	{ "Pixel 6 with 8 GiB", 2, {
		{ 0x80000000, 0x80000000, SHADOW_PT_1G, 2 },
		{ 0x880000000, 0x880000000, SHADOW_PT_1G, 6 } } },
};

static void name_machine(const struct machine *machine, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", machine->name);
}

KUNIT_ARRAY_PARAM(machines, machines, name_machine);

/* Two maps at the same time; the boot pool is enough for both. */
static void p5_ram_is_mapped_identity_and_higher_half(struct kunit *test)
{
	const struct machine *m = test->param_value;
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < m->nr; i++) {
		u64 pa = m->leaves[i].pa;
		u64 bytes = m->leaves[i].bytes * m->leaves[i].nr;

		map_range(test, &f->map, pa, pa, bytes);
		map_range(test, &f->high, SHADOW_PT_HIGHER_HALF + pa, pa,
			  bytes);
	}
	shadow_test_pt_leaves(test, &f->map, m->leaves, m->nr);
	shadow_test_pt_leaves(test, &f->high, m->leaves, m->nr);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_out(f), 4);
	for (i = 0; i < m->nr; i++) {
		u64 pa = m->leaves[i].pa;
		u64 bytes = m->leaves[i].bytes * m->leaves[i].nr;

		shadow_pt_unmap_range(&f->high, SHADOW_PT_HIGHER_HALF + pa,
				      bytes);
		shadow_test_pt_leaves(test, &f->map, m->leaves + i, m->nr - i);
		shadow_pt_unmap_range(&f->map, pa, bytes);
	}
	shadow_test_pt_all_back(test);
}

/*
 * Bits 0 and 1: 1 is a block, 3 a table or, at level 3, a page. Bits 8 and 9:
 * inner shareable. Bit 10: accessed. Without that, each first access faults.
 */
static void p5_entries_have_the_bits_of_the_architecture(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	unsigned int level;
	u64 entry;

	map_range(test, &f->map, 0x40201000, 0xfedcba987000, SHADOW_PT_4K);
	map_range(test, &f->map, 0x40400000, 0xfedcba800000, SHADOW_PT_2M);
	map_range(test, &f->map, 0x80000000, 0xfedc80000000, SHADOW_PT_1G);
	for (level = 0; level < 3; level++) {
		entry = shadow_test_pt_entry(f, &f->map, 0x40201000, level);
		KUNIT_EXPECT_EQ(test, entry & 0xf87f000000000fff, 3);
	}
	KUNIT_EXPECT_EQ(test, shadow_test_pt_entry(f, &f->map, 0x40201000, 3),
			0xfedcba987703);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_entry(f, &f->map, 0x40400000, 2),
			0xfedcba800701);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_entry(f, &f->map, 0x80000000, 1),
			0xfedc80000701);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_entry(f, &f->map, 0x40202000, 3),
			0);
	KUNIT_EXPECT_EQ(test, f->wrong, 0);
}

static void p5_unmapping_returns_every_table_and_the_root(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	u32 round;

	for (round = 0; round < 3; round++) {
		map_range(test, &f->map, stairs[0].va, stairs[0].pa,
			  STAIRS_BYTES);
		expect_tables(test, 1, 1, 2, 2);
		shadow_pt_unmap_range(&f->map, stairs[0].va, STAIRS_BYTES);
		shadow_test_pt_all_back(test);
	}
}

/* Neighbours that share a table of level 3, 2, 1 or only the root. */
static const struct shadow_test_leaves neighbours[][2] = {
	{ { 0x1000, 0, SHADOW_PT_4K, 1 }, { 0x2000, 0, SHADOW_PT_4K, 1 } },
	{ { 0x0, 0, SHADOW_PT_4K, 1 }, { 0x1ff000, 0, SHADOW_PT_4K, 1 } },
	{ { 0x1ff000, 0, SHADOW_PT_4K, 1 }, { 0x200000, 0, SHADOW_PT_2M, 1 } },
	{ { 0x200000, 0, SHADOW_PT_2M, 1 }, { 0x400000, 0, SHADOW_PT_2M, 1 } },
	{ { 0x3ffff000, 0, SHADOW_PT_4K, 1 },
	  { 0x40000000, 0, SHADOW_PT_1G, 1 } },
	{ { 0x7fc0000000, 0, SHADOW_PT_1G, 1 },
	  { 0x8000000000, 0, SHADOW_PT_4K, 1 } },
};

static void p5_unmapping_a_range_keeps_its_neighbour(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < 2 * ARRAY_SIZE(neighbours); i++) {
		const struct shadow_test_leaves *pair = neighbours[i / 2];
		const struct shadow_test_leaves *kept = &pair[i % 2];
		const struct shadow_test_leaves *gone = &pair[!(i % 2)];

		map_range(test, &f->map, pair[0].va, 0, pair[0].bytes);
		map_range(test, &f->map, pair[1].va, 0, pair[1].bytes);
		shadow_pt_unmap_range(&f->map, gone->va, gone->bytes);
		shadow_test_pt_leaves(test, &f->map, kept, 1);
		shadow_pt_unmap_range(&f->map, kept->va, kept->bytes);
		shadow_test_pt_all_back(test);
	}
}

static void p5_a_visit_can_end_the_walk(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_test_leaves seen = { .nr = 0 };

	map_range(test, &f->map, stairs[0].va, stairs[0].pa, STAIRS_BYTES);
	KUNIT_EXPECT_EQ(test, shadow_pt_map_walk(&f->map, end_at_second, &seen),
			-7);
	KUNIT_EXPECT_EQ(test, seen.nr, 2);
	KUNIT_EXPECT_EQ(test, seen.va, stairs[1].va);
	KUNIT_EXPECT_EQ(test, seen.pa, stairs[1].pa);
	KUNIT_EXPECT_EQ(test, seen.bytes, stairs[1].bytes);
}

static struct kunit_case pt_map_cases[] = {
	KUNIT_CASE(p5_an_empty_map_has_no_tables),
	KUNIT_CASE(p5_a_page_takes_four_tables),
	KUNIT_CASE(p5_2_mib_are_one_block),
	KUNIT_CASE(p5_1_gib_is_one_block),
	KUNIT_CASE(p5_the_distance_of_va_and_pa_limits_the_leaves),
	KUNIT_CASE(p5_odd_ends_use_small_leaves_and_no_more),
	KUNIT_CASE(p5_no_leaf_exceeds_the_largest_allowed),
	KUNIT_CASE(p5_the_last_gib_of_48_bits_can_be_mapped),
	KUNIT_CASE_PARAM(p5_ram_is_mapped_identity_and_higher_half,
			 machines_gen_params),
	KUNIT_CASE(p5_entries_have_the_bits_of_the_architecture),
	KUNIT_CASE(p5_unmapping_returns_every_table_and_the_root),
	KUNIT_CASE(p5_unmapping_a_range_keeps_its_neighbour),
	KUNIT_CASE(p5_a_visit_can_end_the_walk),
	{}
};

static struct kunit_suite shadow_pt_map_suite = {
	.name = "shadow_pt_map",
	.init = shadow_test_pt_init,
	.exit = shadow_test_pt_exit,
	.test_cases = pt_map_cases,
};

kunit_test_suite(shadow_pt_map_suite);
