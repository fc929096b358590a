// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lab, its results and the steps of smp, used as no exercise uses them: with
 * pages that somebody holds, after a break, where nothing was meant to run.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../../exercise/pattern.h"
#include "../../exercise/smp_steps.h"
#include "../../host/host.h"
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
	struct fixture *f = shadow_test_zeroed(test, sizeof(*f));

	test->priv = f;
	f->run.ktap.text = f->text;
	f->run.ktap.size = sizeof(f->text);
	f->run.ops = 9;
	f->run.cover = U64_MAX;
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
		shadow_lab_end(&f->lab);
		KUNIT_ASSERT_EQ(test, shadow_lab_begin_memory(&f->lab, BASE,
							      SZ_1M, f->va), 0);
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
	shadow_lab_end(&f->lab);
	KUNIT_ASSERT_EQ(test, shadow_lab_begin_memory(&f->lab, BASE, SZ_1M,
						      f->va), 0);
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
	KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(&f->lab.buddy), SZ_1M / SZ_4K - 1);
}

static void x2_no_word_is_that_of_another_address(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 pa = shadow_lab_alloc(&f->lab, 1);
	u64 *word = shadow_lab_memory(&f->lab, pa, SZ_8K);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, word);
	shadow_pattern_write(&f->lab, pa, SZ_8K, 1);
	word[SZ_4K / 8] = word[0];
	KUNIT_EXPECT_EQ(test, shadow_pattern_check(&f->lab, pa, SZ_8K, 1),
			pa + SZ_4K);
	word[1] = word[0];
	KUNIT_EXPECT_EQ(test, shadow_pattern_check(&f->lab, pa, SZ_8K, 1),
			pa + 8);
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

static void a_lab_that_no_memory_suffices_for_is_refused(struct kunit *test)
{
	struct shadow_range range = { 0, (1ULL << 44) - 1 };
	struct shadow_ranges ram;
	struct shadow_lab lab;

	shadow_ranges_init(&ram, &range, 1);
	ram.nr = 1;
	KUNIT_EXPECT_EQ(test, shadow_lab_begin(&lab, &ram, &ram), -ENOMEM);
	shadow_lab_end(&lab);
}

/* Contexts of @nr_cpus CPUs do @ops each; the text of what is reported. */
static const char *contexts(struct kunit *test, unsigned int nr_cpus, u64 ops,
			    int not_meant, bool beside)
{
	struct shadow_context context[2 * SHADOW_NR_CONTEXTS];
	struct fixture *f = test->priv;
	int i;

	shadow_ktap_begin(&f->run.ktap);
	shadow_lab_remember(&f->lab);
	for (i = 0; i < nr_cpus * SHADOW_NR_CONTEXTS; i++) {
		shadow_context_init(&context[i], &f->run, &f->lab, i, ops);
		shadow_context_step(&context[i], 8, i != not_meant);
		while (shadow_context_step(&context[i], 8, true))
			;
		context[i].beside = beside ? context[i].allocated : 0;
	}
	shadow_contexts_report(&f->run, &f->lab, context, nr_cpus, nr_cpus);
	return f->text;
}

static void b7_operations_where_none_were_meant_fail(struct kunit *test)
{
	struct fixture *f = test->priv;
	const char *text = contexts(test, 2, 9, 4, true);

	KUNIT_EXPECT_EQ_MSG(test, f->run.ktap.failed, 1, "%s", text);
	HOLDS(test, strstr(text, "\nnot ok 2 B7 "));
	HOLDS(test, strstr(text, " in softirq context on 2 CPUs, "));
	HOLDS(test, strstr(text, "# lost patterns:0 unexpected operations:8\n"));
}

static void b7_no_context_has_the_pattern_of_another(struct kunit *test)
{
	struct shadow_context one, other;
	struct fixture *f = test->priv;

	shadow_context_init(&one, &f->run, &f->lab, 0, 9);
	shadow_context_init(&other, &f->run, &f->lab, 1, 9);
	HOLDS(test, one.pattern != other.pattern);
}

/* What is counted are blocks, and nothing is said of what no other CPU was in. */
static void b7_says_what_was_done(struct kunit *test)
{
	struct fixture *f = test->priv;
	const char *text = contexts(test, 2, 9, -1, false);

	HOLDS(test, strstr(text, "ok 1 B7 # SKIP no other CPU was at work\nok 2 B7 # SKIP"));
	HOLDS(test, !strstr(contexts(test, 1, 99, -1, false), "B7 99 blocks"));
	text = contexts(test, 1, 1, -1, false);
	HOLDS(test, strstr(text, "ok 1 B7 1 blocks handed out in process context on 1 CPU\n"));
	HOLDS(test, strstr(contexts(test, 2, 1, -1, true),
			   "ok 3 B7 2 blocks handed out in hardirq context on 2 CPUs, 2 of them"));
	KUNIT_EXPECT_EQ(test, f->run.ktap.failed, 0);
	f->run.late = true;
	HOLDS(test, strstr(contexts(test, 1, 0, -1, true),
			   "ok 1 B7 # SKIP time\n"));
	f->run.stop = SHADOW_STOP_COMMAND;
	HOLDS(test, strstr(contexts(test, 1, 0, -1, true),
			   "ok 1 B7 # SKIP stopped\n"));
	f->run.late = false;
	f->run.stop = SHADOW_GO_ON;
	HOLDS(test, strstr(contexts(test, 1, 0, -1, true), "\nnot ok 1 B7 0 "));
}

static void a_stop_ends_steps_and_frees_all(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_context context;

	HOLDS(test, !shadow_run_stop(&f->run));
	shadow_context_init(&context, &f->run, &f->lab, 0, 1000);
	HOLDS(test, shadow_context_step(&context, 50, true));
	f->run.stop = SHADOW_STOP_COMMAND;
	HOLDS(test, shadow_run_stop(&f->run));
	HOLDS(test, !shadow_context_step(&context, 1, true));
	KUNIT_EXPECT_EQ(test, context.done, 51);
	KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(&f->lab.buddy), SZ_1M / SZ_4K);
}

/* X6: after a second, and not before; what follows has a time of its own. */
static void time_ends_what_has_a_limit(struct kunit *test)
{
	struct fixture *f = test->priv;

	host_tick = NSEC_PER_SEC / 2;
	shadow_run_limit(&f->run, 1);
	shadow_run_progress(&f->run, "blocks", 5, 7);
	HOLDS(test, !shadow_run_stop(&f->run));
	HOLDS(test, shadow_run_stop(&f->run));
	HOLDS(test, shadow_run_stopped(&f->run));
	HOLDS(test, !shadow_run_interrupted(&f->run));
	KUNIT_EXPECT_EQ(test, shadow_run_end(&f->run), 0);
	shadow_run_progress(&f->run, "blocks", 6, 7);
	shadow_run_note_time(&f->run);
	HOLDS(test, strstr(f->text, "# time was up after 5 of 7 blocks\n"));
	shadow_run_limit(&f->run, 2);
	shadow_run_progress(&f->run, "pages", 3, 9);
	HOLDS(test, !shadow_run_stopped(&f->run));
	HOLDS(test, !shadow_run_stop(&f->run));
	HOLDS(test, !shadow_run_stop(&f->run));
	HOLDS(test, !shadow_run_stop(&f->run));
	HOLDS(test, shadow_run_stop(&f->run));
	shadow_run_note_time(&f->run);
	HOLDS(test, strstr(f->text, "# time was up after 3 of 9 pages\n"));
	host_tick = 0;
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

SHADOW_SUITE(host_lab, lab_init, lab_exit,
	     KUNIT_CASE(b2_a_block_that_is_held_in_part_is_no_block),
	     KUNIT_CASE(b4_a_block_that_was_freed_by_others_is_noticed),
	     KUNIT_CASE(x5_a_broken_lab_gives_nothing),
	     KUNIT_CASE(x2_no_word_is_that_of_another_address),
	     KUNIT_CASE(b4_each_page_is_compared),
	     KUNIT_CASE(a_lab_that_no_memory_suffices_for_is_refused),
	     KUNIT_CASE(b7_operations_where_none_were_meant_fail),
	     KUNIT_CASE(b7_no_context_has_the_pattern_of_another),
	     KUNIT_CASE(b7_says_what_was_done),
	     KUNIT_CASE(a_stop_ends_steps_and_frees_all),
	     KUNIT_CASE(time_ends_what_has_a_limit),
	     KUNIT_CASE(results_of_nothing_or_cut_off_do_not_pass));
