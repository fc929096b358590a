// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab, its results and the steps of smp, used as no exercise uses them: with
 * pages that somebody holds, after a break, where nothing was meant to run.
 */
#include <stdlib.h>

#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../../exercise/pattern.h"
#include "../../exercise/runner.h"
#include "../../exercise/smp_steps.h"
#include "../../host/host.h"
#include "../../report/report.h"
#include "../../kunit/suites.h"

#define BASE	0x7c000000ULL
#define HOLDS(test, what)	KUNIT_EXPECT_EQ(test, !!(what), true)

struct fixture {
	struct shadow_lab lab;
	struct shadow_run run;
	char text[SZ_4K];
	void *va;
};

static int lab_init(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	test->priv = f;
	f->run.ktap.text = f->text;
	f->run.ktap.size = sizeof(f->text);
	f->run.ops = 9;
	shadow_ktap_begin(&f->run.ktap);
	f->va = vmalloc(SZ_1M);
	return shadow_lab_begin_memory(&f->lab, BASE, SZ_1M, f->va);
}

static void lab_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_lab_end(&f->lab);
	vfree(f->va);
}

static void b2_a_block_that_is_held_in_part_is_no_block(struct kunit *test)
{
	struct fixture *f = test->priv;
	unsigned int order;
	u64 pa;

	for (order = 3; order <= 7; order++) {
		pa = shadow_lab_alloc(&f->lab, order);
		HOLDS(test, shadow_lab_free(&f->lab, pa, order));
		test_and_set_bit(SHADOW_NR_ORDERS + (1 << order) / 2,
				 f->lab.held);
		HOLDS(test, shadow_lab_alloc(&f->lab, order) == SHADOW_NO_PAGE);
		HOLDS(test, shadow_lab_broken(&f->lab));
		KUNIT_ASSERT_EQ(test, shadow_lab_rebuild(&f->lab), 0);
	}
}

static void b4_a_block_that_was_freed_by_others_is_noticed(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 pa = shadow_lab_alloc(&f->lab, 0);

	shadow_buddy_free(&f->lab.buddy, pa, 0);
	HOLDS(test, !shadow_lab_free(&f->lab, pa, 0));
	HOLDS(test, shadow_lab_broken(&f->lab));
	shadow_lab_result(&f->lab, &f->run, true, "a");
	shadow_lab_result(&f->lab, &f->run, true, "b");
	KUNIT_EXPECT_EQ_MSG(test, strcmp(f->text, "KTAP version 1\n"
		"not ok 1 B4 a block that is held is not freed: 0x7c000000\n"
		"not ok 2 a # not run\nnot ok 3 b # not run\n"), 0, "%s",
		f->text);
	KUNIT_EXPECT_EQ(test, f->run.ktap.failed, 3);
	KUNIT_ASSERT_EQ(test, shadow_lab_rebuild(&f->lab), 0);
	shadow_lab_break(&f->lab, "B2 another", 2);
	shadow_lab_result(&f->lab, &f->run, true, "c");
	HOLDS(test, strstr(f->text, "\nnot ok 4 B2 another: 0x2\nnot ok 5 c "));
}

static void x5_a_broken_lab_gives_nothing(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 blocks[SHADOW_NR_ORDERS];
	u64 pa = shadow_lab_alloc(&f->lab, 0);

	KUNIT_EXPECT_EQ(test, shadow_pattern_check(&f->lab, pa + SZ_4K, 8, 0),
			pa + SZ_4K);
	shadow_lab_break(&f->lab, "the first", 1);
	shadow_lab_break(&f->lab, "the second", 2);
	KUNIT_EXPECT_EQ(test, f->lab.where, 1);
	HOLDS(test, shadow_lab_alloc(&f->lab, 0) == SHADOW_NO_PAGE);
	HOLDS(test, shadow_lab_alloc_exact(&f->lab, 3) == SHADOW_NO_PAGE);
	HOLDS(test, !shadow_lab_free(&f->lab, pa, 0));
	HOLDS(test, shadow_lab_put(&f->lab, pa, 0, true) == SHADOW_OUTSIDE);
	HOLDS(test, !shadow_lab_memory(&f->lab, pa, 1));
	KUNIT_EXPECT_EQ(test, shadow_lab_blocks(&f->lab, blocks), 0);
	KUNIT_EXPECT_EQ(test, f->lab.buddy.nr_free, SZ_1M / SZ_4K - 1);
}

static void b4_each_page_is_compared(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_lab_end(&f->lab);
	KUNIT_ASSERT_EQ(test, shadow_lab_begin_memory(&f->lab, BASE, SZ_4K,
						      f->va), 0);
	shadow_lab_remember(&f->lab);
	shadow_lab_compare(&f->lab, &f->run, "nothing");
	KUNIT_EXPECT_EQ(test, f->run.ktap.failed, 0);
	shadow_lab_alloc(&f->lab, 0);
	shadow_lab_compare(&f->lab, &f->run, "an alloc");
	/* And the check after it is not run. */
	KUNIT_EXPECT_EQ(test, f->run.ktap.failed, 2);
	HOLDS(test, shadow_lab_broken(&f->lab));
}

static void a_lab_for_16_tib_is_too_large(struct kunit *test)
{
	struct shadow_range range = { 0, (1ULL << 44) - 1 };
	struct shadow_ranges ram;
	struct shadow_lab lab;

	shadow_ranges_init(&ram, &range, 1);
	ram.nr = 1;
	KUNIT_EXPECT_EQ(test, shadow_lab_begin(&lab, &ram, &ram), -E2BIG);
	shadow_lab_end(&lab);
}

static void b7_operations_where_none_were_meant_fail(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_context context[2 * SHADOW_NR_CONTEXTS];
	int i;

	shadow_lab_remember(&f->lab);
	for (i = 0; i < 2 * SHADOW_NR_CONTEXTS; i++) {
		shadow_context_init(&context[i], &f->run, &f->lab, i);
		HOLDS(test, shadow_context_step(&context[i], 8, i != 4));
		HOLDS(test, !shadow_context_step(&context[i], 8, true));
	}
	shadow_contexts_report(&f->run, &f->lab, context, 2);
	KUNIT_EXPECT_EQ_MSG(test, f->run.ktap.failed, 1, "%s", f->text);
	HOLDS(test, strstr(f->text, "not ok 2 B7 18 operations in softirq"));
	HOLDS(test, strstr(f->text, "# lost patterns:0 unexpected operations:8\n"));
}

static void a_stop_ends_steps_and_frees_all(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_context context;

	HOLDS(test, !shadow_run_stop(&f->run));
	f->run.ops = 1000;
	shadow_context_init(&context, &f->run, &f->lab, 0);
	HOLDS(test, shadow_context_step(&context, 50, true));
	f->run.stop = true;
	HOLDS(test, shadow_run_stop(&f->run));
	HOLDS(test, !shadow_context_step(&context, 1, true));
	KUNIT_EXPECT_EQ(test, context.done, 51);
	KUNIT_EXPECT_EQ(test, f->lab.buddy.nr_free, SZ_1M / SZ_4K);
}

static void results_of_nothing_or_cut_off_do_not_pass(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_ktap *ktap = &f->run.ktap;

	HOLDS(test, !shadow_ktap_end(ktap));
	shadow_ktap_begin(ktap);
	shadow_ktap_skip(ktap, "A1", "there is none");
	HOLDS(test, !shadow_ktap_end(ktap));
	shadow_ktap_begin(ktap);
	shadow_ktap_skip(ktap, "A1", "there is none");
	shadow_ktap_result(ktap, true, "A%d", 2);
	HOLDS(test, shadow_ktap_end(ktap));
	KUNIT_EXPECT_EQ_MSG(test, strcmp(f->text, "KTAP version 1\n"
		"ok 1 A1 # SKIP there is none\nok 2 A2\n1..2\n"
		"# pass:1 fail:0 skip:1\n"), 0, "%s", f->text);
	ktap->size = ktap->len;
	shadow_ktap_begin(ktap);
	shadow_ktap_skip(ktap, "A1", "there is none");
	shadow_ktap_result(ktap, true, "A%d", 2);
	HOLDS(test, !shadow_ktap_end(ktap));
}

/* A machine without a region, and the files that show it. */
struct shown {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_runner runner;
	struct shadow_report report;
	struct shadow_range ram, free;
	struct dentry *directory;
};

static struct shown *show(struct kunit *test)
{
	struct shown *s = kunit_kzalloc(test, sizeof(*s), GFP_KERNEL);

	INIT_LIST_HEAD(&s->plan.dt.entries);
	INIT_LIST_HEAD(&s->plan.dt.problems);
	s->report = (struct shadow_report){ &s->plan, &s->region, &s->runner };
	KUNIT_EXPECT_EQ(test, shadow_runner_begin(&s->runner, &s->plan,
						  &s->region), 0);
	s->directory = shadow_report_create(&s->report);
	return s;
}

static void hide(struct shown *s)
{
	shadow_report_remove(s->directory);
	shadow_runner_end(&s->runner);
}

static void expect_in(struct kunit *test, const char *name, const char *words)
{
	size_t length;
	char *text = host_debugfs_read(name, &length);

	KUNIT_EXPECT_EQ_MSG(test, !strstr(text, words), false, "%s", text);
	free(text);
}

/* Five tables of 2 MiB and those above them, twice; all RAM is free. */
static void a_pool_of_16_tables_suffices_for_16(struct kunit *test)
{
	struct shown *s = show(test);

	shadow_ranges_init(&s->plan.ram, &s->ram, 1);
	shadow_ranges_init(&s->plan.layout.free, &s->free, 1);
	shadow_ranges_add(&s->plan.ram, 0, 10 * SZ_1M - 1);
	shadow_ranges_add(&s->plan.layout.free, 0, 10 * SZ_1M - 1);
	s->plan.layout.verdict = SHADOW_NO_MEM_MAP;
	expect_in(test, "pagetables",
		  "tables_4k: 16\nboot_pool_suffices_4k: yes\n");
	expect_in(test, "report", "(2 + 2 + 2 + 10 by level), the boot pool of 16 suffices\n");
	expect_in(test, "layout", "000000000000-0000009fffff : RAM\n"
		  "  000000000000-0000009fffff : free\n");
	s->ram.last += 2 * SZ_1M;
	expect_in(test, "pagetables",
		  "tables_4k: 18\nboot_pool_suffices_4k: no\n");
	hide(s);
}

static void readers_are_told_of_a_run(struct kunit *test)
{
	struct shown *s = show(test);

	s->runner.running = true;
	shadow_run_progress(&s->runner.run, "blocks freed", 3, 7);
	expect_in(test, "result", "running: blocks freed, 3 of 7\n");
	expect_in(test, "summary", "\nexercise: running: blocks freed, 3 of 7\n");
	expect_in(test, "report", "outcome     running: blocks freed, 3 of 7\n");
	hide(s);
}

static void expect_logged(struct kunit *test, const char *line)
{
	HOLDS(test, strstr(host_log(), line));
}

static void run_lists_what_can_be_written(struct kunit *test)
{
	struct shown *s = show(test);
	char command[130] = "stop";

	expect_in(test, "run", "selftest       every clause");
	expect_in(test, "run", "stop           end what runs\n");
	memset(command + 4, '\n', 125);
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", command, 128), 128);
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", command, 129),
			-EINVAL);
	expect_logged(test,
		      "<3>buddy_shadow: run: got 129 bytes, expected a command of at most 128\n");
	hide(s);
}

/* Each with the level of an error, and with what there is instead. */
static void refused_commands_are_logged(struct kunit *test)
{
	struct shown *s = show(test);

	shadow_runner_command(&s->runner, "banana");
	expect_logged(test,
		      "<3>buddy_shadow: run: got \"banana\", expected one of selftest, torture, smp, whole-machine, then seed=NUMBER and ops=NUMBER (at most 1000000000), or stop\n");
	shadow_runner_command(&s->runner, "torture");
	expect_logged(test,
		      "<3>buddy_shadow: run: torture: it needs a region, and there is none; see the report\n");
	s->plan.layout.verdict = SHADOW_NO_RAM;
	shadow_runner_command(&s->runner, "selftest");
	expect_logged(test,
		      "<3>buddy_shadow: run: selftest: the target would have panicked, so nothing is exercised; see the report\n");
	hide(s);
}

SHADOW_SUITE(host_lab, lab_init, lab_exit,
	     KUNIT_CASE(b2_a_block_that_is_held_in_part_is_no_block),
	     KUNIT_CASE(b4_a_block_that_was_freed_by_others_is_noticed),
	     KUNIT_CASE(x5_a_broken_lab_gives_nothing),
	     KUNIT_CASE(b4_each_page_is_compared),
	     KUNIT_CASE(a_lab_for_16_tib_is_too_large),
	     KUNIT_CASE(b7_operations_where_none_were_meant_fail),
	     KUNIT_CASE(a_stop_ends_steps_and_frees_all),
	     KUNIT_CASE(results_of_nothing_or_cut_off_do_not_pass),
	     KUNIT_CASE(a_pool_of_16_tables_suffices_for_16),
	     KUNIT_CASE(readers_are_told_of_a_run),
	     KUNIT_CASE(run_lists_what_can_be_written),
	     KUNIT_CASE(refused_commands_are_logged));
