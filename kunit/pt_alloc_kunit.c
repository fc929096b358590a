// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where page tables come from: P1 to P4.
 *
 *	alloc: the injected allocator, else the boot pool of 16, else -ENOMEM
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "pt_map_fixture.h"
#include "suites.h"

#define DIRT		0x5a
#define ALL		SHADOW_TEST_NO_LIMIT
#define MAX_TABLES	32

static void take(struct kunit *test, struct shadow_pt_table *table, u32 nr,
		 int want)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, table, nr), want);
}

static void give_back(struct kunit *test, struct shadow_pt_table *table)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, table), 0);
	KUNIT_EXPECT_EQ(test, !table->entries, true);
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

static void expect_zero(struct kunit *test, const struct shadow_pt_table *table)
{
	u32 i;

	for (i = 0; i < SHADOW_PAGE_SIZE / sizeof(u64); i++)
		KUNIT_ASSERT_EQ(test, table->entries[i], 0);
}

static void p2_the_pool_has_16_tables(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table;
	u32 i, at, seen = 0;

	for (i = 0; i < 16; i++) {
		expect_out(test, 0, 0, i);
		take(test, &table, 1, 0);
		at = (struct shadow_pt_page *)table.entries - f->table;
		KUNIT_EXPECT_EQ(test, !table.from, true);
		KUNIT_ASSERT_LT(test, at, 16);
		seen |= 1U << at;
	}
	KUNIT_EXPECT_EQ(test, seen, 0xffff);
	take(test, &table, 1, -ENOMEM);
}

/* The pool's, and those of the allocator, which come dirty. */
static void p2_tables_are_zeroed_each_time(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table[4];
	u32 round, i;

	for (round = 0; round < 4; round++) {
		if (round == 2)
			shadow_test_pt_give(f, 0, ALL);
		take(test, table, 4, 0);
		expect_out(test, round < 2 ? 0 : 4, 0, round < 2 ? 4 : 0);
		for (i = 0; i < 4; i++) {
			KUNIT_EXPECT_EQ(test, table[i].from ==
					(round < 2 ? NULL : &f->giver[0].ops),
					true);
			expect_zero(test, &table[i]);
			memset(table[i].entries, DIRT, SHADOW_PAGE_SIZE);
			give_back(test, &table[i]);
		}
		expect_out(test, 0, 0, 0);
	}
}

/* Freed in another order, each returns to its own source. */
static void p2_the_pool_helps_when_the_allocator_runs_dry(struct kunit *test)
{
	struct shadow_pt_table table[7];
	u32 i;

	shadow_test_pt_give(test->priv, 0, 3);
	take(test, table, 7, 0);
	expect_out(test, 3, 0, 4);
	for (i = 0; i < 7; i++) {
		KUNIT_EXPECT_EQ(test, !table[i].from, i >= 3);
		expect_zero(test, &table[i]);
	}
	for (i = 0; i < 7; i++)
		give_back(test, &table[i * 3 % 7]);
	expect_out(test, 0, 0, 0);
}

static void p3_setting_returns_the_previous_allocator(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	const struct shadow_pt_ops *order[] = { NULL, &f->giver[0].ops,
						&f->giver[1].ops, NULL };
	u32 i;

	for (i = 1; i < 4; i++)
		KUNIT_EXPECT_EQ(test, shadow_pt_set_allocator(&f->pt, order[i])
				== order[i - 1], true);
}

/* After a replacement the new one alone serves, after a withdrawal the pool. */
static void p3_tables_of_the_previous_return_to_it(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table[6];

	shadow_test_pt_give(f, 0, ALL);
	take(test, table, 2, 0);
	shadow_test_pt_give(f, 1, ALL);
	take(test, table + 2, 3, 0);
	expect_out(test, 2, 3, 0);
	give_back(test, &table[0]);
	expect_out(test, 1, 3, 0);
	shadow_pt_set_allocator(&f->pt, NULL);
	take(test, table + 5, 1, 0);
	expect_out(test, 1, 3, 1);
	give_back(test, &table[1]);
	give_back(test, &table[3]);
	expect_out(test, 0, 2, 1);
}

/* With n tables to be had in all, n + 1 are refused and n are allocated. */
static void p4_all_or_none_wherever_it_fails(struct kunit *test)
{
	struct shadow_pt_table table[MAX_TABLES];
	u32 n, i;

	for (n = 0; n <= 8; n++) {
		shadow_test_pt_give(test->priv, 0, n);
		take(test, table, n + 17, -ENOMEM);
		expect_out(test, 0, 0, 0);
		shadow_test_pt_give(test->priv, 0, n);
		take(test, table, n + 16, 0);
		expect_out(test, n, 0, 16);
		for (i = 0; i < n + 16; i++)
			give_back(test, &table[i]);
		expect_out(test, 0, 0, 0);
	}
}

/* Tables that are out stay out when a later request fails. */
static void p4_a_failure_leaves_what_was_out(struct kunit *test)
{
	struct shadow_pt_table table[MAX_TABLES];

	take(test, table, 0, 0);
	take(test, table, 10, 0);
	memset(table[9].entries, DIRT, SHADOW_PAGE_SIZE);
	take(test, table + 10, 7, -ENOMEM);
	expect_out(test, 0, 0, 10);
	KUNIT_EXPECT_EQ(test, table[9].entries[511], 0x5a5a5a5a5a5a5a5aULL);
	take(test, table + 10, 6, 0);
	take(test, table + 16, 0, 0);
	expect_out(test, 0, 0, 16);
}

static void p2_a_table_is_freed_once(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_table table[2], copy;

	take(test, table, 2, 0);
	copy = table[0];
	give_back(test, &table[0]);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &table[0]), -EINVAL);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &copy), -EINVAL);
	expect_out(test, 0, 0, 1);
}

/* Of an allocator, inside of a table, behind the pool, one that is not out. */
static void p2_a_foreign_table_is_refused(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;
	u64 *foreign[] = {
		f->table[20].entry, f->table[0].entry + 1, f->table[16].entry,
		f->table[1].entry,
	};
	struct shadow_pt_table table;
	u32 i;

	take(test, &table, 1, 0);
	for (i = 0; i < ARRAY_SIZE(foreign); i++) {
		table = (struct shadow_pt_table){ .entries = foreign[i] };
		KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &table),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, table.entries == foreign[i], true);
	}
	expect_out(test, 0, 0, 1);
}

SHADOW_SUITE(shadow_pt_alloc, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE(p2_the_pool_has_16_tables),
	     KUNIT_CASE(p2_tables_are_zeroed_each_time),
	     KUNIT_CASE(p2_the_pool_helps_when_the_allocator_runs_dry),
	     KUNIT_CASE(p2_a_table_is_freed_once),
	     KUNIT_CASE(p2_a_foreign_table_is_refused),
	     KUNIT_CASE(p3_setting_returns_the_previous_allocator),
	     KUNIT_CASE(p3_tables_of_the_previous_return_to_it),
	     KUNIT_CASE(p4_all_or_none_wherever_it_fails),
	     KUNIT_CASE(p4_a_failure_leaves_what_was_out));
