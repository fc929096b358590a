// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables: what is mapped with which leaves, how it stands in
 * memory, what unmapping leaves, and how many tables a map of RAM takes: by
 * shadow_pt_count(), by hand, and in a map that was made (P5).
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "layout_fixture.h"
#include "pt_map_fixture.h"
#include "suites.h"

#define END		0x1000000000000ULL

static void map_range(struct kunit *test, struct shadow_pt_map *map, u64 va,
		      u64 pa, u64 bytes)
{
	KUNIT_ASSERT_EQ(test, shadow_pt_map_range(map, va, pa, bytes), 0);
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

/* The last leaf, and how many there were. */
struct seen {
	struct shadow_mapped leaf;
	u32 nr;
};

static int end_at_second(void *ctx, u64 va, u64 pa, u64 bytes)
{
	struct seen *seen = ctx;

	seen->leaf = (struct shadow_mapped){ va, pa, bytes };
	return ++seen->nr == 2 ? -7 : 0;
}

static void p5_an_empty_map_has_no_tables(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct seen seen = { .nr = 0 };

	expect_tables(test, 0, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_map_walk(&f->map, end_at_second, &seen),
			0);
	KUNIT_EXPECT_EQ(test, seen.nr, 0);
	shadow_pt_unmap_range(&f->map, 0x40000000, SHADOW_PT_1G);
	shadow_test_pt_all_back(test);
}

/* One range in a fresh map: tables by level, and leaves of each size. */
static const struct mapping {
	const char *name;
	struct shadow_mapped range;
	u32 tables[SHADOW_PT_LEVELS];
	u32 nr_4k, nr_2m, nr_1g;
} mappings[] = {
	{ "a page", { 0x123456789000, 0xfedcba987000, SHADOW_PT_4K },
	  { 1, 1, 1, 1 }, 1, 0, 0 },
	{ "2 MiB", { 0x40200000, 0x980600000, SHADOW_PT_2M },
	  { 1, 1, 1, 0 }, 0, 1, 0 },
	{ "1 GiB", { 0x8000000000, 0x40000000, SHADOW_PT_1G },
	  { 1, 1, 0, 0 }, 0, 0, 1 },
	/* A block needs both addresses aligned. */
	{ "va and pa a page apart", { 0x40000000, 0x40001000, MIB(4) },
	  { 1, 1, 1, 2 }, 1024, 0, 0 },
	{ "va and pa 2 MiB apart", { 0x40000000, 0x80200000, GIB(2) },
	  { 1, 1, 2, 0 }, 0, 1024, 0 },
	/* From an odd page to an odd page: every size, up and down again. */
	{ "stairs", { 0x3fdff000, 0x43fdff000, 0x100403000 - 0x3fdff000 },
	  { 1, 1, 2, 2 }, 4, 3, 3 },
	{ "long stairs", { 0x7fc0201000, 0xffc0201000, 0xffdfe000 },
	  { 1, 2, 2, 2 }, 1022, 1021, 2 },
	{ "the end of 48 bits", { END - GIB(1) - SHADOW_PT_4K, GIB(1) -
	  SHADOW_PT_4K, GIB(1) + SHADOW_PT_4K }, { 1, 1, 1, 1 }, 1, 0, 1 },
};

SHADOW_PARAMS(mappings);

static const struct shadow_mapped * const stairs = &mappings[5].range;

static int count_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	u32 *nr = ctx;

	nr[bytes == SHADOW_PT_4K ? 0 : bytes == SHADOW_PT_2M ? 1 : 2]++;
	return 0;
}

static void p5_a_range_has_the_largest_leaves_that_fit(struct kunit *test)
{
	const struct mapping *m = test->param_value;
	struct shadow_test_pt *f = test->priv;
	u32 nr[3] = {};

	map_range(test, &f->map, m->range.va, m->range.pa, m->range.bytes);
	shadow_test_pt_mapped(test, &f->map, &m->range, 1);
	expect_tables(test, m->tables[0], m->tables[1], m->tables[2],
		      m->tables[3]);
	shadow_pt_map_walk(&f->map, count_leaf, nr);
	KUNIT_EXPECT_EQ(test, nr[0], m->nr_4k);
	KUNIT_EXPECT_EQ(test, nr[1], m->nr_2m);
	KUNIT_EXPECT_EQ(test, nr[2], m->nr_1g);
	shadow_pt_unmap_range(&f->map, m->range.va, m->range.bytes);
	shadow_test_pt_all_back(test);
}

/* The Pixel 6. Two maps at the same time; the boot pool is enough for both. */
static void p5_ram_is_mapped_identity_and_higher_half(struct kunit *test)
{
	static const struct shadow_mapped ram[] = {
		{ 0x80000000, 0x80000000, GIB(2) },
		{ 0x880000000, 0x880000000, GIB(6) },
	};
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < 2; i++) {
		map_range(test, &f->map, ram[i].va, ram[i].pa, ram[i].bytes);
		map_range(test, &f->high, SHADOW_PT_HIGHER_HALF + ram[i].va,
			  ram[i].pa, ram[i].bytes);
	}
	shadow_test_pt_mapped(test, &f->map, ram, 2);
	shadow_test_pt_mapped(test, &f->high, ram, 2);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 4);
	for (i = 0; i < 2; i++) {
		shadow_pt_unmap_range(&f->high, SHADOW_PT_HIGHER_HALF +
				      ram[i].va, ram[i].bytes);
		shadow_test_pt_mapped(test, &f->map, ram + i, 2 - i);
		shadow_pt_unmap_range(&f->map, ram[i].va, ram[i].bytes);
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
		map_range(test, &f->map, stairs->va, stairs->pa, stairs->bytes);
		expect_tables(test, 1, 1, 2, 2);
		shadow_pt_unmap_range(&f->map, stairs->va, stairs->bytes);
		shadow_test_pt_all_back(test);
	}
}

/* Neighbours that share a table of level 3, 2, 1 or only the root. */
static const struct shadow_mapped neighbours[][2] = {
	{ { 0x1000, 0, SHADOW_PT_4K }, { 0x2000, 0, SHADOW_PT_4K } },
	{ { 0x0, 0, SHADOW_PT_4K }, { 0x1ff000, 0, SHADOW_PT_4K } },
	{ { 0x1ff000, 0, SHADOW_PT_4K }, { 0x200000, 0, SHADOW_PT_2M } },
	{ { 0x200000, 0, SHADOW_PT_2M }, { 0x400000, 0, SHADOW_PT_2M } },
	{ { 0x3ffff000, 0, SHADOW_PT_4K }, { 0x40000000, 0, SHADOW_PT_1G } },
	{ { 0x7fc0000000, 0, SHADOW_PT_1G }, { 0x8000000000, 0, SHADOW_PT_4K } },
};

static void p5_unmapping_a_range_keeps_its_neighbour(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < 2 * ARRAY_SIZE(neighbours); i++) {
		const struct shadow_mapped *pair = neighbours[i / 2];
		const struct shadow_mapped *kept = &pair[i % 2];
		const struct shadow_mapped *gone = &pair[!(i % 2)];

		map_range(test, &f->map, pair[0].va, 0, pair[0].bytes);
		map_range(test, &f->map, pair[1].va, 0, pair[1].bytes);
		shadow_pt_unmap_range(&f->map, gone->va, gone->bytes);
		shadow_test_pt_mapped(test, &f->map, kept, 1);
		shadow_pt_unmap_range(&f->map, kept->va, kept->bytes);
		shadow_test_pt_all_back(test);
	}
}

static void p5_a_visit_can_end_the_walk(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct seen seen = { .nr = 0 };

	map_range(test, &f->map, stairs->va, stairs->pa, stairs->bytes);
	KUNIT_EXPECT_EQ(test, shadow_pt_map_walk(&f->map, end_at_second, &seen),
			-7);
	KUNIT_EXPECT_EQ(test, seen.nr, 2);
	KUNIT_EXPECT_EQ(test, seen.leaf.va, 0x3fe00000);
	KUNIT_EXPECT_EQ(test, seen.leaf.pa, 0x43fe00000);
	KUNIT_EXPECT_EQ(test, seen.leaf.bytes, SHADOW_PT_2M);
}

#define MAX_PIECES	3
#define PAGE		SHADOW_PT_4K

/* Tables of levels 1 to 3 where no leaf exceeds 4 KiB, 2 MiB, 1 GiB. */
struct counted {
	const char *name;
	struct shadow_test_piece ram[MAX_PIECES];
	u32 want[3][3];
};

static const struct counted counted[] = {
	{ "no RAM", {}, {} },
	{ "one page", { { GIB(1) + MIB(3), PAGE } },
	  { { 1, 1, 1 }, { 1, 1, 1 }, { 1, 1, 1 } } },
	{ "2 MiB", { { GIB(1) + MIB(2), MIB(2) } },
	  { { 1, 1, 1 }, { 1, 1, 0 }, { 1, 1, 0 } } },
	{ "1 GiB", { { GIB(1), GIB(1) } },
	  { { 1, 1, 512 }, { 1, 1, 0 }, { 1, 0, 0 } } },
	{ "512 GiB", { { GIB(512), GIB(512) } },
	  { { 1, 512, 262144 }, { 1, 512, 0 }, { 1, 0, 0 } } },
	{ "2 MiB and a page at either end",
	  { { GIB(1) - PAGE, MIB(2) + 2 * PAGE } },
	  { { 1, 2, 3 }, { 1, 2, 2 }, { 1, 2, 2 } } },
	{ "1 GiB and a page at either end",
	  { { GIB(1) - PAGE, GIB(1) + 2 * PAGE } },
	  { { 1, 3, 514 }, { 1, 3, 2 }, { 1, 2, 2 } } },
	{ "1 GiB and a page after it", { { GIB(1), GIB(1) + PAGE } },
	  { { 1, 2, 513 }, { 1, 2, 1 }, { 1, 1, 1 } } },
	{ "1 GiB less its first page", { { GIB(1) + PAGE, GIB(1) - PAGE } },
	  { { 1, 1, 512 }, { 1, 1, 1 }, { 1, 1, 1 } } },
	{ "three in one 2 MiB",
	  { { PAGE, PAGE }, { 3 * PAGE, PAGE }, { 5 * PAGE, MIB(1) } },
	  { { 1, 1, 1 }, { 1, 1, 1 }, { 1, 1, 1 } } },
	{ "three in one 1 GiB", { { GIB(1), PAGE }, { GIB(1) + MIB(2), MIB(2) },
				  { GIB(1) + MIB(6), MIB(2) - PAGE } },
	  { { 1, 1, 3 }, { 1, 1, 2 }, { 1, 1, 2 } } },
	{ "an end and a beginning in one 2 MiB",
	  { { GIB(1), MIB(3) }, { GIB(1) + MIB(3) + PAGE, MIB(2) } },
	  { { 1, 1, 3 }, { 1, 1, 2 }, { 1, 1, 2 } } },
	{ "an end and a beginning in one 1 GiB",
	  { { GIB(1), GIB(1) - 2 * PAGE }, { GIB(2) - PAGE, GIB(1) + PAGE } },
	  { { 1, 2, 1024 }, { 1, 2, 1 }, { 1, 1, 1 } } },
	{ "two in one 512 GiB", { { GIB(2), GIB(1) }, { GIB(34), MIB(2) } },
	  { { 1, 2, 513 }, { 1, 2, 0 }, { 1, 1, 0 } } },
	{ "a page at either side of 512 GiB",
	  { { GIB(512) - PAGE, 2 * PAGE } },
	  { { 2, 2, 2 }, { 2, 2, 2 }, { 2, 2, 2 } } },
	{ "the end of 48 bits",
	  { { TIB(256) - MIB(2) - PAGE, MIB(2) + PAGE } },
	  { { 1, 1, 2 }, { 1, 1, 1 }, { 1, 1, 1 } } },
	{ "both ends of 48 bits", { { 0, GIB(1) }, { TIB(256) - PAGE, PAGE } },
	  { { 2, 2, 513 }, { 2, 2, 1 }, { 2, 1, 1 } } },
	{ "QEMU with 1 GiB and an odd end", { { GIB(1), GIB(1) - MIB(1) } },
	  { { 1, 1, 512 }, { 1, 1, 1 }, { 1, 1, 1 } } },
	{ "Pixel 6 with 8 GiB", { { GIB(2), GIB(2) }, { GIB(34), GIB(6) } },
	  { { 1, 8, 4096 }, { 1, 8, 0 }, { 1, 0, 0 } } },
};

SHADOW_PARAMS(counted);

/* Map all of it, look at each leaf, and unmap it, the first range last. */
static void expect_taken(struct kunit *test, const struct shadow_ranges *ram,
			 const u64 *nr_tables)
{
	struct shadow_mapped mapped[MAX_PIECES];
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		u64 start = ram->range[i].start;

		mapped[i] = (struct shadow_mapped){
			start, start, ram->range[i].last - start + 1,
		};
		map_range(test, &f->map, start, start, mapped[i].bytes);
	}
	shadow_test_pt_mapped(test, &f->map, mapped, ram->nr);
	expect_tables(test, nr_tables[0], nr_tables[1], nr_tables[2],
		      nr_tables[3]);
	while (i--)
		shadow_pt_unmap_range(&f->map, mapped[i].va, mapped[i].bytes);
	shadow_test_pt_all_back(test);
}

/* What takes more tables than the fixture has is only counted. */
static void p5_the_count_is_what_a_map_takes(struct kunit *test)
{
	static const u64 largest[] = { SHADOW_PT_4K, SHADOW_PT_2M,
				       SHADOW_PT_1G };
	const struct counted *c = test->param_value;
	struct shadow_test_pt *f = test->priv;
	struct shadow_ranges ram;
	u64 nr_tables[SHADOW_PT_LEVELS], all;
	u32 nr = 0, i, k;

	while (nr < MAX_PIECES && c->ram[nr].bytes)
		nr++;
	shadow_test_add(test, &ram, c->ram, nr);
	KUNIT_ASSERT_EQ(test, ram.nr, nr);
	shadow_test_pt_give(f, 0, SHADOW_TEST_NO_LIMIT);
	for (i = 0; i < ARRAY_SIZE(largest); i++) {
		all = shadow_pt_count(&ram, largest[i], nr_tables);
		KUNIT_EXPECT_EQ(test, nr_tables[0], nr > 0);
		for (k = 0; k < 3; k++)
			KUNIT_EXPECT_EQ_MSG(test, nr_tables[k + 1],
					    c->want[i][k],
					    "level %u, largest leaf %llu",
					    k + 1, largest[i]);
		KUNIT_EXPECT_EQ(test, all, nr_tables[0] + nr_tables[1] +
				nr_tables[2] + nr_tables[3]);
		f->map.largest = largest[i];
		if (all <= SHADOW_TEST_TABLES)
			expect_taken(test, &ram, nr_tables);
	}
}

SHADOW_SUITE(shadow_pt_map, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE(p5_an_empty_map_has_no_tables),
	     KUNIT_CASE_PARAM(p5_a_range_has_the_largest_leaves_that_fit,
			      all_mappings_gen_params),
	     KUNIT_CASE(p5_ram_is_mapped_identity_and_higher_half),
	     KUNIT_CASE(p5_entries_have_the_bits_of_the_architecture),
	     KUNIT_CASE(p5_unmapping_returns_every_table_and_the_root),
	     KUNIT_CASE(p5_unmapping_a_range_keeps_its_neighbour),
	     KUNIT_CASE(p5_a_visit_can_end_the_walk),
	     KUNIT_CASE_PARAM(p5_the_count_is_what_a_map_takes,
			      all_counted_gen_params));
