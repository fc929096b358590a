// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables: which leaves a range gets, and how many tables a map of
 * RAM takes, by hand (P5). The naive model judges the leaves, here and, with
 * random ranges, in model_kunit.c.
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

/* One range in a fresh map: tables by level. The model judges the leaves. */
static const struct mapping {
	const char *name;
	struct shadow_mapped range;
	u32 tables[SHADOW_PT_LEVELS];
	u64 largest;		/* no leaf exceeds it; 0 for 1 GiB */
} mappings[] = {
	{ "a page", { 0x123456789000, 0xfedcba987000, SHADOW_PT_4K },
	  { 1, 1, 1, 1 } },
	{ "2 MiB", { 0x40200000, 0x980600000, SHADOW_PT_2M },
	  { 1, 1, 1, 0 } },
	{ "1 GiB", { 0x8000000000, 0x40000000, SHADOW_PT_1G },
	  { 1, 1, 0, 0 } },
	/* A block needs both addresses aligned. */
	{ "va and pa a page apart", { 0x40000000, 0x40001000, MIB(4) },
	  { 1, 1, 1, 2 } },
	{ "va and pa 2 MiB apart", { 0x40000000, 0x80200000, GIB(2) },
	  { 1, 1, 2, 0 } },
	/* From an odd page to an odd page: every size, up and down again. */
	{ "stairs", { 0x3fdff000, 0x43fdff000, 0x100403000 - 0x3fdff000 },
	  { 1, 1, 2, 2 } },
	{ "long stairs", { 0x7fc0201000, 0xffc0201000, 0xffdfe000 },
	  { 1, 2, 2, 2 } },
	{ "pages only", { 0x40000000, 0x40000000, MIB(8) },
	  { 1, 1, 1, 4 }, SHADOW_PT_4K },
	{ "up to 2 MiB", { 0x3ffff000, 0x3ffff000, GIB(2) + 3 * SHADOW_PT_4K },
	  { 1, 1, 4, 2 }, SHADOW_PT_2M },
	{ "the end of 48 bits", { END - GIB(1) - SHADOW_PT_4K, GIB(1) -
	  SHADOW_PT_4K, GIB(1) + SHADOW_PT_4K }, { 1, 1, 1, 1 } },
};

SHADOW_PARAMS(mappings);

static void p5_a_range_has_the_largest_leaves_that_fit(struct kunit *test)
{
	const struct mapping *m = test->param_value;
	struct shadow_test_pt *f = test->priv;
	u32 i;

	f->map.largest = m->largest ?: SHADOW_PT_1G;
	map_range(test, &f->map, m->range.va, m->range.pa, m->range.bytes);
	shadow_test_pt_mapped(test, &f->map, &m->range, 1, 0);
	for (i = 0; i < SHADOW_PT_LEVELS; i++)
		KUNIT_EXPECT_EQ(test, f->map.nr_tables[i], m->tables[i]);
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
	shadow_test_pt_mapped(test, &f->map, ram, 2, 2);
	shadow_test_pt_mapped(test, &f->high, ram, 2, 2);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 4);
	for (i = 0; i < 2; i++) {
		shadow_pt_unmap_range(&f->high, SHADOW_PT_HIGHER_HALF +
				      ram[i].va, ram[i].bytes);
		shadow_test_pt_mapped(test, &f->map, ram + i, 2 - i,
				      i ? 0 : 2);
		shadow_pt_unmap_range(&f->map, ram[i].va, ram[i].bytes);
	}
	shadow_test_pt_all_back(test);
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

static void p5_tables_are_counted_as_by_hand(struct kunit *test)
{
	static const u64 largest[] = { SHADOW_PT_4K, SHADOW_PT_2M,
				       SHADOW_PT_1G };
	const struct counted *c = test->param_value;
	struct shadow_ranges ram;
	u64 nr_tables[SHADOW_PT_LEVELS], all;
	u32 nr = 0, i, k;

	while (nr < MAX_PIECES && c->ram[nr].bytes)
		nr++;
	shadow_test_add(test, &ram, c->ram, nr);
	KUNIT_ASSERT_EQ(test, ram.nr, nr);
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
	}
}

SHADOW_SUITE(shadow_pt_map, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE_PARAM(p5_a_range_has_the_largest_leaves_that_fit,
			      all_mappings_gen_params),
	     KUNIT_CASE(p5_ram_is_mapped_identity_and_higher_half),
	     KUNIT_CASE_PARAM(p5_tables_are_counted_as_by_hand,
			      all_counted_gen_params));
