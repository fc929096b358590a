// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables: what is refused changes nothing (P4, P5), and tables
 * return to their source (P2, P3).
 *
 *	a table: from the injected allocator, else the boot pool of 16, else -ENOMEM
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "pt_map_fixture.h"
#include "suites.h"

#define PAGE	SHADOW_PT_4K
#define MIB2	SHADOW_PT_2M
#define GIB	SHADOW_PT_1G
#define END	0x1000000000000ULL
#define HIGH	SHADOW_PT_HIGHER_HALF

/* What is mapped: two pages, a block of 2 MiB, a block of 1 GiB. */
static const struct shadow_mapped there[] = {
	{ 0x40001000, 0x40001000, 2 * PAGE },
	{ 0x40400000, 0x40400000, MIB2 },
	{ 0x80000000, 0x80000000, GIB },
};

struct refused {
	const char *name;
	u64 va;
	u64 pa;
	u64 bytes;
	int err;
};

static const struct refused refused[] = {
	{ "no bytes", GIB, GIB, 0, -EINVAL },
	{ "odd va", 0x1001, PAGE, PAGE, -EINVAL },
	{ "odd pa", PAGE, 0x1800, PAGE, -EINVAL },
	{ "odd size", PAGE, PAGE, PAGE + 1, -EINVAL },
	{ "size below a page", PAGE, PAGE, PAGE - 1, -EINVAL },
	{ "pa of 49 bits", PAGE, END, PAGE, -ERANGE },
	{ "pa with all bits", PAGE, ~0ULL << 12, PAGE, -ERANGE },
	{ "pa grows to 49 bits", PAGE, END - PAGE, 2 * PAGE, -ERANGE },
	{ "va of 49 bits", END, PAGE, PAGE, -ERANGE },
	{ "va between the halves", 1ULL << 63, PAGE, PAGE, -ERANGE },
	{ "va just below the higher half", HIGH - PAGE, 0, PAGE, -ERANGE },
	{ "va grows to 49 bits", END - PAGE, PAGE, 2 * PAGE, -ERANGE },
	{ "va grows over 64 bits", 0 - PAGE, PAGE, 2 * PAGE, -ERANGE },
	{ "more than all", 0, 0, END + PAGE, -ERANGE },
	{ "the most bytes", PAGE, PAGE, ~0ULL << 12, -ERANGE },
	{ "the same page", 0x40001000, 0x40001000, PAGE, -EEXIST },
	{ "the other page", 0x40002000, 0, PAGE, -EEXIST },
	{ "the end of a run", 0x40000000, 0x40000000, 2 * PAGE, -EEXIST },
	{ "the beginning of a run", 0x40002000, 0, 2 * PAGE, -EEXIST },
	{ "a run around the pages", 0x40000000, 0, 4 * PAGE, -EEXIST },
	{ "the last of many pages", 0x3fe01000, 0, 513 * PAGE, -EEXIST },
	{ "a page in the higher half", HIGH + 0x40001000, 0, PAGE, -EEXIST },
	{ "a block over pages", 0x40000000, 0x40000000, MIB2, -EEXIST },
	{ "the same block", 0x40400000, 0x40400000, MIB2, -EEXIST },
	{ "the first page of a block", 0x40400000, 0, PAGE, -EEXIST },
	{ "a page inside a block", 0x40555000, 0, PAGE, -EEXIST },
	{ "the last page of a block", 0x405ff000, 0, PAGE, -EEXIST },
	{ "blocks, the last used", 0x40200000, 0x40200000, 2 * MIB2, -EEXIST },
	{ "pages up to a block", 0x403fe000, 0, 3 * PAGE, -EEXIST },
	{ "pages from a block on", 0x405ff000, 0, 3 * PAGE, -EEXIST },
	{ "1 GiB over pages and a block", GIB, GIB, GIB, -EEXIST },
	{ "2 GiB, the second used", 0, 0, 2 * GIB, -EEXIST },
	{ "the same 1 GiB", 2 * GIB, 2 * GIB, GIB, -EEXIST },
	{ "the first page of 1 GiB", 2 * GIB, 0, PAGE, -EEXIST },
	{ "a page inside 1 GiB", 2 * GIB + MIB2 + PAGE, 0, PAGE, -EEXIST },
	{ "the last page of 1 GiB", 3 * GIB - PAGE, 0, PAGE, -EEXIST },
	{ "2 MiB inside 1 GiB", 2 * GIB + MIB2, MIB2, MIB2, -EEXIST },
	{ "after 2 MiB, into 1 GiB", 0x40600000, 0x40600000, GIB, -EEXIST },
	{ "all 48 bits", 0, 0, END, -EEXIST },
};

SHADOW_PARAMS(refused);

static void map_what_is_there(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(there); i++) {
		int err = shadow_pt_map_range(&f->map, there[i].va, there[i].pa,
					      there[i].bytes);

		KUNIT_ASSERT_EQ(test, err, 0);
	}
}

static void p5_what_is_refused_changes_nothing(struct kunit *test)
{
	const struct refused *r = test->param_value;
	struct shadow_test_pt *f = test->priv;
	int err;

	shadow_test_pt_give(f, 0, SHADOW_TEST_NO_LIMIT);
	if (r->err != -EEXIST) {
		err = shadow_pt_map_range(&f->map, r->va, r->pa, r->bytes);
		KUNIT_EXPECT_EQ(test, err, r->err);
		shadow_test_pt_all_back(test);
	}
	map_what_is_there(test);
	err = shadow_pt_map_range(&f->map, r->va, r->pa, r->bytes);
	KUNIT_EXPECT_EQ(test, err, r->err);
	shadow_test_pt_mapped(test, &f->map, there, ARRAY_SIZE(there), 0);
}

static void alloc_tables(struct kunit *test, struct shadow_pt_table *table,
			 u32 nr, int want)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_alloc_tables(&f->pt, table, nr), want);
}

/* Tables that are out: of two allocators and of the pool. */
static void expect_out(struct kunit *test, u32 first, u32 second, u32 pool)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, f->giver[0].nr_out, first);
	KUNIT_EXPECT_EQ(test, f->giver[1].nr_out, second);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), pool);
	KUNIT_EXPECT_EQ(test, f->wrong, 0);
}

static void p2_the_pool_has_16_tables(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table;
	u32 i, at, seen = 0;

	for (i = 0; i < 16; i++) {
		expect_out(test, 0, 0, i);
		alloc_tables(test, &table, 1, 0);
		at = (struct shadow_pt_page *)table.entries - f->table;
		KUNIT_EXPECT_EQ(test, !table.from, true);
		KUNIT_ASSERT_LT(test, at, 16);
		seen |= 1U << at;
	}
	KUNIT_EXPECT_EQ(test, seen, 0xffff);
	alloc_tables(test, &table, 1, -ENOMEM);
}

/* After a replacement the new one alone serves, after a withdrawal the pool. */
static void p3_tables_of_the_previous_return_to_it(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table[6];

	shadow_test_pt_give(f, 0, SHADOW_TEST_NO_LIMIT);
	alloc_tables(test, table, 2, 0);
	shadow_test_pt_give(f, 1, SHADOW_TEST_NO_LIMIT);
	alloc_tables(test, table + 2, 3, 0);
	expect_out(test, 2, 3, 0);
	shadow_pt_free_table(&f->pt, &table[0]);
	expect_out(test, 1, 3, 0);
	shadow_pt_set_allocator(&f->pt, NULL);
	alloc_tables(test, table + 5, 1, 0);
	expect_out(test, 1, 3, 1);
	shadow_pt_free_table(&f->pt, &table[1]);
	shadow_pt_free_table(&f->pt, &table[3]);
	expect_out(test, 0, 2, 1);
}

/* With n tables to be had in all, n + 1 are refused and n are allocated. */
static void p4_all_or_none_wherever_it_fails(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table[32];
	u32 n, i;

	for (n = 0; n <= 8; n++) {
		shadow_test_pt_give(f, 0, n);
		alloc_tables(test, table, n + 17, -ENOMEM);
		expect_out(test, 0, 0, 0);
		shadow_test_pt_give(f, 0, n);
		alloc_tables(test, table, n + 16, 0);
		expect_out(test, n, 0, 16);
		for (i = 0; i < n + 16; i++)
			shadow_pt_free_table(&f->pt, &table[i]);
		expect_out(test, 0, 0, 0);
	}
}

/* Odd ends around a bit more than 20 GiB, with leaves up to 2 MiB. */
static const struct shadow_mapped many = {
	0x4fffff000, 0x4fffff000, 20 * GIB + 3 * MIB2 + 2 * PAGE
};

#define MANY_TABLES	26	/* 1, 1, 22 and 2 by level */

struct shortage {
	const char *name;
	unsigned int held;	/* tables of the pool that others hold */
	bool beside;		/* with mappings in place */
};

static const struct shortage shortages[] = {
	{ "no pool", 16, false },
	{ "the whole pool", 0, false },
	{ "three of the pool", 13, false },
	{ "no pool, beside others", 16, true },
	{ "the whole pool, beside others", 0, true },
};

SHADOW_PARAMS(shortages);

/* With n tables from the allocator, for every n up to what suffices. */
static void p4_out_of_tables_leaves_nothing_behind(struct kunit *test)
{
	const struct shortage *s = test->param_value;
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table held[SHADOW_PT_POOL_TABLES];
	unsigned int needed = MANY_TABLES - 16 + s->held;
	unsigned int n;
	int err;

	if (s->beside) {
		shadow_test_pt_give(f, 1, SHADOW_TEST_NO_LIMIT);
		map_what_is_there(test);
		needed -= 2;
	}
	shadow_pt_set_allocator(&f->pt, NULL);
	KUNIT_ASSERT_EQ(test, shadow_pt_alloc_tables(&f->pt, held, s->held), 0);
	for (n = 0; n <= needed; n++) {
		shadow_test_pt_give(f, 0, n);
		f->map.largest = MIB2;
		err = shadow_pt_map_range(&f->map, many.va, many.pa,
					  many.bytes);
		KUNIT_EXPECT_EQ_MSG(test, err, n < needed ? -ENOMEM : 0,
				    "%u tables", n);
		/* Others have a leaf of 1 GiB, which the model does not expect. */
		if (n == needed && !s->beside)
			shadow_test_pt_mapped(test, &f->map, &many, 1, s->held);
		if (n == needed)
			shadow_pt_unmap_range(&f->map, many.va, many.bytes);
		f->map.largest = GIB;
		shadow_test_pt_mapped(test, &f->map, there, s->beside ?
				      ARRAY_SIZE(there) : 0, s->held);
	}
}

static void map_page(struct kunit *test, u64 va, int want)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_map_range(&f->map, va, va, PAGE), want);
}

/* Fifteen allocators have tables in one map; the sixteenth has none there. */
static void p3_a_sixteenth_allocator_is_refused(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_mapped all[15];
	int err;
	u32 i;

	for (i = 0; i < 15; i++) {
		all[i] = (struct shadow_mapped){ i * MIB2, i * MIB2, PAGE };
		shadow_test_pt_give(f, i, SHADOW_TEST_NO_LIMIT);
		map_page(test, i * MIB2, 0);
	}
	shadow_test_pt_give(f, 15, SHADOW_TEST_NO_LIMIT);
	map_page(test, 16 * MIB2, -ENOSPC);
	/* A page and a block in tables that exist, then a page in none. */
	err = shadow_pt_map_range(&f->map, 15 * MIB2 - PAGE, 15 * MIB2 - PAGE,
				  MIB2 + 2 * PAGE);
	KUNIT_EXPECT_EQ(test, err, -ENOSPC);
	shadow_test_pt_mapped(test, &f->map, all, 15, 0);

	/* The others go on; the first of these pages takes no table. */
	map_page(test, PAGE, 0);
	shadow_test_pt_give(f, 14, SHADOW_TEST_NO_LIMIT);
	map_page(test, GIB, 0);
	shadow_pt_set_allocator(&f->pt, NULL);
	map_page(test, 2 * GIB, 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 2);
	shadow_pt_unmap_range(&f->map, 0, 3 * GIB);
	shadow_test_pt_all_back(test);
}

SHADOW_SUITE(shadow_pt_map_refuse, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE_PARAM(p5_what_is_refused_changes_nothing,
			      all_refused_gen_params),
	     KUNIT_CASE_PARAM(p4_out_of_tables_leaves_nothing_behind,
			      all_shortages_gen_params),
	     KUNIT_CASE(p2_the_pool_has_16_tables),
	     KUNIT_CASE(p3_tables_of_the_previous_return_to_it),
	     KUNIT_CASE(p3_a_sixteenth_allocator_is_refused),
	     KUNIT_CASE(p4_all_or_none_wherever_it_fails));
