// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no test in a kernel can order: each allocation fails once, and a signal
 * comes at any time. The runner looks that nothing leaks.
 */
#include <stdlib.h>

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../report/report.h"
#include "../../kunit/suites.h"

#define POOL	0xfc000000ULL

/* Each way to come into the reader: ranges, containers, dynamic, malformed. */
static struct device_node *machine(struct kunit *test)
{
	shadow_tree_add(test,
			TREE_MEMORY("memory@40000000", 0, SZ_1G, 0, SZ_1G,
				    0, 0, 0, 0),
			TREE_CELLS("chosen", "linux,initrd-start", 0x48000000),
			TREE_CELLS("chosen", "linux,initrd-end", 0x48000801),
			TREE_BUS("reserved-memory", 2, 2),
			TREE_CELLS("reserved-memory/firmware", "reg",
				   0, SZ_1G, 0, SZ_1M),
			TREE_CELLS("reserved-memory/pool", "size", 0, SZ_1M),
			TREE_CELLS("reserved-memory/odd", "size", SZ_1M),
			TREE_CELLS("reserved-memory/box/inner", "reg",
				   0, SZ_1G + SZ_4M, 0, SZ_1M));
	return shadow_tree_at(test, "");
}

struct fixture {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_runner runner;
	struct shadow_report report;
};

static struct fixture *fixture(struct kunit *test)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_EQ(test,
			shadow_plan_make(&f->plan, machine(test), false), 0);
	f->region.kind = SHADOW_REGION_PAGES;
	f->region.pa = POOL;
	f->region.bytes = SZ_1M;
	f->region.va = vmalloc(SZ_1M);
	f->report = (struct shadow_report){ &f->plan, &f->region,
					    &f->runner, NULL };
	return f;
}

static void release(struct fixture *f)
{
	shadow_runner_end(&f->runner);
	vfree(f->region.va);
	shadow_plan_free(&f->plan);
}

static void expect_all_or_none(struct kunit *test, bool live)
{
	struct device_node *root = shadow_tree_at(test, "");
	unsigned long nth, left = 0;
	struct shadow_plan plan;
	int err;

	for (nth = 1; !left; nth++) {
		host_fail_allocation(nth);
		err = shadow_plan_make(&plan, root, live);
		left = host_fail_allocation(0);
		KUNIT_EXPECT_EQ_MSG(test, err, left ? 0 : -ENOMEM,
				    "allocation %lu", nth);
		shadow_plan_free(&plan);
	}
	KUNIT_EXPECT_GT(test, nth, 20);
}

static void a_plan_needs_all_its_memory(struct kunit *test)
{
	machine(test);
	expect_all_or_none(test, false);
	expect_all_or_none(test, true);
}

static void an_exercise_needs_all_its_memory(struct kunit *test)
{
	struct fixture *f = fixture(test);
	unsigned long nth, left = 0;
	int err;

	for (nth = 1; !left; nth++) {
		host_fail_allocation(nth);
		err = shadow_runner_begin(&f->runner, &f->plan,
					  &f->region);
		left = host_fail_allocation(0);
		KUNIT_EXPECT_EQ_MSG(test, err, left ? 0 : -ENOMEM,
				    "allocation %lu", nth);
		shadow_runner_end(&f->runner);
	}
	release(f);
}

/* A command runs as a whole, or says -ENOMEM; the next one is as good as ever. */
static void expect_run_or_error(struct kunit *test, const char *text)
{
	unsigned long nth, left = 0;
	ssize_t got;

	for (nth = 1; !left; nth++) {
		host_fail_allocation(nth);
		got = host_debugfs_write("run", text, strlen(text));
		left = host_fail_allocation(0);
		KUNIT_EXPECT_EQ_MSG(test, got, left ? strlen(text) : -ENOMEM,
				    "%s: allocation %lu", text, nth);
	}
	KUNIT_EXPECT_GT(test, nth, 4);
}

static void a_command_without_memory_does_no_harm(struct kunit *test)
{
	struct fixture *f = fixture(test);
	struct dentry *directory;

	shadow_runner_begin(&f->runner, &f->plan, &f->region);
	directory = shadow_report_create(&f->report);
	expect_run_or_error(test, "whole-machine ops=9");
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_PASSED);
	expect_run_or_error(test, "selftest ops=9");
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_PASSED);
	shadow_report_remove(directory);
	release(f);
}

static void expect_text_or_error(struct kunit *test, const char *name)
{
	unsigned long nth, left = 0;
	size_t length;
	char *whole = host_debugfs_read(name, &length), *text;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, whole);
	for (nth = 1; !left; nth++) {
		host_fail_allocation(nth);
		text = host_debugfs_read(name, &length);
		left = host_fail_allocation(0);
		if (IS_ERR(text)) {
			KUNIT_EXPECT_EQ(test, PTR_ERR(text), -ENOMEM);
			KUNIT_EXPECT_EQ(test, left, 0);
			continue;
		}
		KUNIT_EXPECT_EQ_MSG(test, strcmp(text, whole), 0, "%s", name);
		free(text);
	}
	free(whole);
}

static void a_file_without_memory_is_an_error(struct kunit *test)
{
	struct fixture *f = fixture(test);
	struct dentry *directory;
	const char *name;
	unsigned int i;

	shadow_runner_begin(&f->runner, &f->plan, &f->region);
	directory = shadow_report_create(&f->report);
	for (i = 0; (name = host_debugfs_name(i)); i++)
		expect_text_or_error(test, name);
	KUNIT_EXPECT_GT(test, i, 5);
	shadow_report_remove(directory);
	release(f);
}

static void debugfs_without_memory_is_no_error(struct kunit *test)
{
	struct fixture *f = fixture(test);
	unsigned long nth, left = 0;

	for (nth = 1; !left; nth++) {
		struct dentry *directory;

		host_fail_allocation(nth);
		directory = shadow_report_create(&f->report);
		left = host_fail_allocation(0);
		shadow_report_remove(directory);
		KUNIT_EXPECT_EQ(test, !host_debugfs_name(0), true);
	}
	release(f);
}

static void a_signal_ends_a_run_and_all_is_free_again(struct kunit *test)
{
	static const char * const commands[] = {
		"selftest seed=1 ops=100", "torture seed=1 ops=100",
		"whole-machine seed=1 ops=100",
	};
	struct fixture *f = fixture(test);
	unsigned long looks;
	int i;

	shadow_runner_begin(&f->runner, &f->plan, &f->region);
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		for (looks = 1; looks < 200; looks += looks / 2 + 1) {
			u64 nr_free = f->runner.lab.buddy.nr_free;

			host_signal_after(looks);
			KUNIT_EXPECT_EQ_MSG(test,
					    shadow_runner_command(&f->runner,
								  commands[i]),
					    -EINTR, "%s, look %lu",
					    commands[i], looks);
			host_signal_after(0);
			KUNIT_EXPECT_EQ(test, f->runner.outcome,
					SHADOW_INTERRUPTED);
			KUNIT_EXPECT_EQ(test, f->runner.lab.buddy.nr_free,
					nr_free);
		}
	KUNIT_EXPECT_EQ(test, shadow_runner_command(&f->runner, commands[0]),
			0);
	release(f);
}

static void a_run_that_failed_was_not_just_interrupted(struct kunit *test)
{
	struct fixture *f = fixture(test);

	shadow_runner_begin(&f->runner, &f->plan, &f->region);
	f->runner.lab.buddy.nr_free--;
	host_signal_after(1);
	KUNIT_EXPECT_EQ(test, shadow_runner_command(&f->runner, "selftest"),
			-EINTR);
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_FAILED);
	release(f);
}

static unsigned int looks, told;

static void read_and_stop(void)
{
	size_t length;
	char *text = host_debugfs_read("result", &length);

	told += !strncmp(text, "running: ", 9);
	free(text);
	if (++looks == 50)
		host_debugfs_write("run", "stop", 4);
}

static void while_it_runs_readers_are_told_and_stop_ends_it(struct kunit *test)
{
	struct fixture *f = fixture(test);
	struct dentry *directory;

	shadow_runner_begin(&f->runner, &f->plan, &f->region);
	directory = shadow_report_create(&f->report);
	looks = 0;
	told = 0;
	host_meanwhile = read_and_stop;
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", "torture", 7),
			-ECANCELED);
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_INTERRUPTED);
	KUNIT_EXPECT_GE(test, looks, 50);
	KUNIT_EXPECT_LT(test, looks, 60);
	KUNIT_EXPECT_EQ(test, told, looks);
	shadow_report_remove(directory);
	release(f);
}

SHADOW_SUITE(host_failure, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(a_plan_needs_all_its_memory),
	     KUNIT_CASE(an_exercise_needs_all_its_memory),
	     KUNIT_CASE(a_command_without_memory_does_no_harm),
	     KUNIT_CASE(a_file_without_memory_is_an_error),
	     KUNIT_CASE(debugfs_without_memory_is_no_error),
	     KUNIT_CASE(a_signal_ends_a_run_and_all_is_free_again),
	     KUNIT_CASE(while_it_runs_readers_are_told_and_stop_ends_it),
	     KUNIT_CASE(a_run_that_failed_was_not_just_interrupted));
