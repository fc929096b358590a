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
#include <linux/vmalloc.h>

#include "../pt_alloc.h"

#define PAGE_BYTES	SHADOW_PAGE_SIZE
#define NR_PAGES	8
#define DIRT		0x5a
#define MAX_TABLES	32

/* An allocator of a few pages, each of them dirty whenever it is handed out. */
struct giver {
	struct shadow_pt_ops ops;
	struct shadow_pt_page *page;
	bool out[NR_PAGES];
	unsigned int left;	/* how many more it may allocate */
	unsigned int nr_out;
	unsigned int wrong;	/* pages freed to it that are not its own */
};

struct pages {
	struct shadow_pt_page pool[SHADOW_PT_POOL_TABLES];
	struct shadow_pt_page a[NR_PAGES];
	struct shadow_pt_page b[NR_PAGES];
};

struct fixture {
	struct shadow_pt_alloc pt;
	struct giver a, b;
	struct pages *pages;
	struct shadow_pt_table table[MAX_TABLES];
};

static void *give_page(void *ctx)
{
	struct giver *giver = ctx;
	unsigned int i;

	if (!giver->left)
		return NULL;
	for (i = 0; i < NR_PAGES; i++) {
		if (giver->out[i])
			continue;
		giver->left--;
		giver->nr_out++;
		giver->out[i] = true;
		return memset(&giver->page[i], DIRT, PAGE_BYTES);
	}
	return NULL;
}

static void take_page_back(void *ctx, void *page)
{
	struct giver *giver = ctx;
	unsigned int i;

	for (i = 0; i < NR_PAGES; i++) {
		if (page != &giver->page[i] || !giver->out[i])
			continue;
		giver->out[i] = false;
		giver->nr_out--;
		return;
	}
	giver->wrong++;
}

static void init_giver(struct giver *giver, struct shadow_pt_page *page)
{
	giver->ops.alloc_page = give_page;
	giver->ops.free_page = take_page_back;
	giver->ops.ctx = giver;
	giver->page = page;
	giver->left = NR_PAGES;
}

static int pt_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	if (!f)
		return -ENOMEM;
	test->priv = f;
	f->pages = vmalloc(sizeof(*f->pages));
	if (!f->pages)
		return -ENOMEM;
	memset(f->pages, DIRT, sizeof(*f->pages));
	init_giver(&f->a, f->pages->a);
	init_giver(&f->b, f->pages->b);
	shadow_pt_init(&f->pt, f->pages->pool);
	return 0;
}

static void pt_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	if (f)
		vfree(f->pages);
}

static bool is_zero(const struct shadow_pt_table *table)
{
	unsigned int i;

	for (i = 0; i < PAGE_BYTES / sizeof(u64); i++)
		if (table->entries[i])
			return false;
	return true;
}

static bool from_pool(const struct fixture *f, const struct shadow_pt_table *t)
{
	const void *first = f->pages->pool;
	const void *entries = t->entries;

	return !t->from && entries >= first &&
	       entries < first + sizeof(f->pages->pool);
}

static void p2_tables_come_from_the_pool_first(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 3), 0);
	KUNIT_EXPECT_EQ(test, from_pool(f, &f->table[0]), true);
	KUNIT_EXPECT_EQ(test, from_pool(f, &f->table[2]), true);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 3);
}

static void p2_the_pool_has_16_tables(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i, k;

	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, &f->table[i], 1),
				0);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, &f->table[16], 1),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 16);
	for (i = 0; i < 16; i++)
		for (k = 0; k < i; k++)
			KUNIT_EXPECT_EQ(test, f->table[i].entries ==
					f->table[k].entries, false);
}

static void p2_pool_tables_are_zeroed_each_time(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int round;

	for (round = 0; round < 2; round++) {
		KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 1), 0);
		KUNIT_ASSERT_EQ(test, is_zero(&f->table[0]), true);
		memset(f->table[0].entries, DIRT, PAGE_BYTES);
		KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, f->table), 0);
		KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);
	}
}

static void p2_tables_of_the_allocator_are_zeroed(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 4), 0);
	for (i = 0; i < 4; i++) {
		KUNIT_EXPECT_EQ(test, f->table[i].from == &f->a.ops, true);
		KUNIT_EXPECT_EQ(test, is_zero(&f->table[i]), true);
	}
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 4);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);
}

static void p2_the_pool_helps_when_the_allocator_runs_dry(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->a.left = 2;
	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 5), 0);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 2);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 3);
	KUNIT_EXPECT_EQ(test, from_pool(f, &f->table[1]), false);
	KUNIT_EXPECT_EQ(test, from_pool(f, &f->table[2]), true);
	KUNIT_EXPECT_EQ(test, is_zero(&f->table[4]), true);
}

/* Allocated in one mixture, freed in another order: each to its own source. */
static void p2_tables_go_back_where_they_came_from(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int i;

	f->a.left = 3;
	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 7), 0);
	for (i = 0; i < 7; i++)
		KUNIT_EXPECT_EQ(test,
				shadow_pt_give_back(&f->pt,
						    &f->table[i * 3 % 7]), 0);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 0);
	KUNIT_EXPECT_EQ(test, f->a.wrong, 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);
}

static void p3_setting_returns_the_previous_allocator(struct kunit *test)
{
	struct fixture *f = test->priv;
	const struct shadow_pt_ops *former;

	former = shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, !former, true);
	former = shadow_pt_set_allocator(&f->pt, &f->b.ops);
	KUNIT_EXPECT_EQ(test, former == &f->a.ops, true);
	former = shadow_pt_set_allocator(&f->pt, NULL);
	KUNIT_EXPECT_EQ(test, former == &f->b.ops, true);
}

static void p3_after_a_replacement_only_the_new_one_serves(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 2), 0);
	shadow_pt_set_allocator(&f->pt, &f->b.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table + 2, 3), 0);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 2);
	KUNIT_EXPECT_EQ(test, f->b.nr_out, 3);
}

static void p3_tables_of_the_previous_return_to_it(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 2), 0);
	shadow_pt_set_allocator(&f->pt, &f->b.ops);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &f->table[0]), 0);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 1);
	shadow_pt_set_allocator(&f->pt, NULL);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &f->table[1]), 0);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 0);
	KUNIT_EXPECT_EQ(test, f->a.wrong + f->b.wrong, 0);
}

static void p3_after_a_withdrawal_the_pool_serves(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	shadow_pt_set_allocator(&f->pt, NULL);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 1), 0);
	KUNIT_EXPECT_EQ(test, from_pool(f, &f->table[0]), true);
	KUNIT_EXPECT_EQ(test, f->a.nr_out, 0);
}

/* With n tables to be had in all, n + 1 are refused and n are allocated. */
static void p4_all_or_none_wherever_it_fails(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int n, i;

	shadow_pt_set_allocator(&f->pt, &f->a.ops);
	for (n = 0; n <= NR_PAGES; n++) {
		f->a.left = n;
		KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, n + 17),
				-ENOMEM);
		KUNIT_EXPECT_EQ(test, f->a.nr_out, 0);
		KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);

		f->a.left = n;
		KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, n + 16),
				0);
		for (i = 0; i < n + 16; i++)
			shadow_pt_give_back(&f->pt, &f->table[i]);
		KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 0);
	}
	KUNIT_EXPECT_EQ(test, f->a.wrong, 0);
}

/* Tables that are out stay out when a later request fails. */
static void p4_a_failure_leaves_what_was_out(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 10), 0);
	memset(f->table[9].entries, DIRT, PAGE_BYTES);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table + 10, 7),
			-ENOMEM);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 10);
	KUNIT_EXPECT_EQ(test, f->table[9].entries[511], 0x5a5a5a5a5a5a5a5aULL);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table + 10, 6), 0);
}

static void p4_none_can_always_be_had(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 0), 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 16), 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table + 16, 0), 0);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 16);
}

static void p2_a_table_is_freed_once(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_pt_table copy;

	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 2), 0);
	copy = f->table[0];
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &f->table[0]), 0);
	KUNIT_EXPECT_EQ(test, !f->table[0].entries, true);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &f->table[0]),
			-EINVAL);
	KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &copy), -EINVAL);
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 1);
}

static void p2_a_foreign_table_is_refused(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 *foreign[] = {
		f->pages->a[0].entry, f->pages->pool[0].entry + 1,
		f->pages->pool[SHADOW_PT_POOL_TABLES - 1].entry + 512,
		f->pages->pool[1].entry,
	};
	unsigned int i;

	KUNIT_EXPECT_EQ(test, shadow_pt_take(&f->pt, f->table, 1), 0);
	for (i = 0; i < ARRAY_SIZE(foreign); i++) {
		struct shadow_pt_table table = { .entries = foreign[i] };

		KUNIT_EXPECT_EQ(test, shadow_pt_give_back(&f->pt, &table),
				-EINVAL);
		KUNIT_EXPECT_EQ(test, table.entries == foreign[i], true);
	}
	KUNIT_EXPECT_EQ(test, shadow_pt_pool_used(&f->pt), 1);
}

static struct kunit_case pt_alloc_cases[] = {
	KUNIT_CASE(p2_tables_come_from_the_pool_first),
	KUNIT_CASE(p2_the_pool_has_16_tables),
	KUNIT_CASE(p2_pool_tables_are_zeroed_each_time),
	KUNIT_CASE(p2_tables_of_the_allocator_are_zeroed),
	KUNIT_CASE(p2_the_pool_helps_when_the_allocator_runs_dry),
	KUNIT_CASE(p2_tables_go_back_where_they_came_from),
	KUNIT_CASE(p2_a_table_is_freed_once),
	KUNIT_CASE(p2_a_foreign_table_is_refused),
	KUNIT_CASE(p3_setting_returns_the_previous_allocator),
	KUNIT_CASE(p3_after_a_replacement_only_the_new_one_serves),
	KUNIT_CASE(p3_tables_of_the_previous_return_to_it),
	KUNIT_CASE(p3_after_a_withdrawal_the_pool_serves),
	KUNIT_CASE(p4_all_or_none_wherever_it_fails),
	KUNIT_CASE(p4_a_failure_leaves_what_was_out),
	KUNIT_CASE(p4_none_can_always_be_had),
	{}
};

static struct kunit_suite shadow_pt_alloc_suite = {
	.name = "shadow_pt_alloc",
	.init = pt_init,
	.exit = pt_exit,
	.test_cases = pt_alloc_cases,
};

kunit_test_suite(shadow_pt_alloc_suite);
