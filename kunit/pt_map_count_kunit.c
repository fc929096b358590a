// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many page tables a map of RAM takes (P5): counted by shadow_pt_count(),
 * counted by hand, and counted in a map that was made.
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "layout_fixture.h"
#include "pt_map_fixture.h"
#include "suites.h"

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

static u64 bytes_of(const struct shadow_range *range)
{
	return range->last - range->start + 1;
}

/* Map all of it, look, and unmap it, the first range last. */
static void expect_taken(struct kunit *test, const struct shadow_ranges *ram,
			 const u64 *nr_tables, u64 all)
{
	struct shadow_test_pt *f = test->priv;
	const struct shadow_range *range = ram->range;
	unsigned int level;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		int err = shadow_pt_map_range(&f->map, range[i].start,
					      range[i].start,
					      bytes_of(&range[i]));

		KUNIT_ASSERT_EQ(test, err, 0);
	}
	shadow_test_pt_sound(test, &f->map);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_out(f), all);
	for (level = 0; level < SHADOW_PT_LEVELS; level++)
		KUNIT_EXPECT_EQ_MSG(test, f->map.nr_tables[level],
				    nr_tables[level], "level %u", level);
	for (i = ram->nr; i--;)
		shadow_pt_unmap_range(&f->map, range[i].start,
				      bytes_of(&range[i]));
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
			expect_taken(test, &ram, nr_tables, all);
	}
}

SHADOW_SUITE(shadow_pt_map_count, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE_PARAM(p5_the_count_is_what_a_map_takes,
			      all_counted_gen_params));
