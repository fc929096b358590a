// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no test in a kernel can order: each allocation fails once, and a signal
 * comes at any time. And what readers, writers and the log are told of a run.
 * Whoever runs the suite looks that nothing leaks.
 */
#include <stdlib.h>

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../kunit/suites.h"
#include "../../report/report.h"

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

static const struct shadow_image no_image;
static struct shadow_plan plan;
static struct shadow_region region;
static struct shadow_runner runner;
static struct shadow_report report = { &plan, &runner, NULL };
static struct dentry *directory;

/* A region that lies where that machine has no RAM, and the files. */
static int failure_init(struct kunit *test)
{
	shadow_tree_init(test);
	KUNIT_ASSERT_EQ(test, shadow_plan_make(&plan, machine(test), false,
					       &no_image), 0);
	region = (struct shadow_region){
		.kind = SHADOW_REGION_UNKNOWN, .pa = POOL, .bytes = SZ_1M,
		.va = vmalloc(SZ_1M),
	};
	directory = shadow_report_create(&report);
	return shadow_runner_begin(&runner, &plan, &region);
}

static void failure_exit(struct kunit *test)
{
	host_meanwhile = NULL;
	host_tick = 0;
	shadow_report_remove(directory);
	shadow_runner_end(&runner);
	vfree(region.va);
	shadow_plan_free(&plan);
	shadow_tree_exit(test);
}

/*
 * Each allocation of @act fails once, and @act, which has an argument, says so;
 * once none fails it does what it should. There are at least @some of them.
 */
static void expect_all_or_error(struct kunit *test,
				int (*act)(struct kunit *test, const void *on),
				const void *on, unsigned long some)
{
	unsigned long nth, left = 0;
	int err;

	for (nth = 1; !left; nth++) {
		host_fail_allocation(nth);
		err = act(test, on);
		left = host_fail_allocation(0);
		KUNIT_EXPECT_EQ_MSG(test, err, left ? 0 : -ENOMEM,
				    "allocation %lu", nth);
	}
	KUNIT_EXPECT_GE(test, nth - 2, some);
}

static int make_plan(struct kunit *test, const void *live)
{
	struct shadow_plan made;
	int err = shadow_plan_make(&made, shadow_tree_at(test, ""), !!live,
				   &no_image);

	shadow_plan_free(&made);
	return err;
}

static void a_plan_needs_all_its_memory(struct kunit *test)
{
	expect_all_or_error(test, make_plan, NULL, 20);
	expect_all_or_error(test, make_plan, &plan, 20);
}

static int begin(struct kunit *test, const void *unused)
{
	shadow_runner_end(&runner);
	return shadow_runner_begin(&runner, &plan, &region);
}

static void an_exercise_needs_all_its_memory(struct kunit *test)
{
	expect_all_or_error(test, begin, NULL, 1);
}

static int write_run(struct kunit *test, const void *command)
{
	ssize_t length = strlen(command);
	ssize_t got = host_debugfs_write("run", command, length);

	return got == length ? 0 : got;
}

/* A command runs as a whole, or not; the next one is as good as ever. */
static void a_command_without_memory_does_no_harm(struct kunit *test)
{
	expect_all_or_error(test, write_run, "whole-machine ops=9", 4);
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_PASSED);
	expect_all_or_error(test, write_run, "selftest ops=9", 4);
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_PASSED);
}

static char *whole;

static int read_whole(struct kunit *test, const void *name)
{
	size_t length;
	char *text = host_debugfs_read(name, &length);

	if (IS_ERR(text))
		return PTR_ERR(text);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(text, whole), 0, "%s", text);
	free(text);
	return 0;
}

static void a_file_without_memory_is_an_error(struct kunit *test)
{
	const char *name;
	unsigned int i;
	size_t length;

	for (i = 0; (name = host_debugfs_name(i)); i++) {
		whole = host_debugfs_read(name, &length);
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, whole);
		expect_all_or_error(test, read_whole, name, 1);
		free(whole);
	}
	KUNIT_EXPECT_GT(test, i, 5);
}

static unsigned int nr_files(void)
{
	unsigned int nr = 0;

	while (host_debugfs_name(nr))
		nr++;
	return nr;
}

/* Without memory some of @nr files is not there, and that is all. */
static int create(struct kunit *test, const void *nr)
{
	shadow_report_remove(directory);
	KUNIT_EXPECT_EQ(test, nr_files(), 0);
	directory = shadow_report_create(&report);
	return nr_files() == *(const unsigned int *)nr ? 0 : -ENOMEM;
}

static void debugfs_without_memory_is_no_error(struct kunit *test)
{
	unsigned int nr = nr_files();

	expect_all_or_error(test, create, &nr, 5);
}

/* Free pages of the region, as they were when it was given back. */
static u64 free_pages(void)
{
	u64 sum = 0;
	int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		sum += runner.blocks[order] << order;
	return sum;
}

static void expect_in(struct kunit *test, const char *name, const char *words)
{
	size_t length;
	char *text = host_debugfs_read(name, &length);

	KUNIT_EXPECT_EQ_MSG(test, !strstr(text, words), false, "%s", text);
	free(text);
}

static void expect_logged(struct kunit *test, const char *line)
{
	KUNIT_EXPECT_EQ_MSG(test, !strstr(host_log(), line), false, "%s",
			    host_log());
}

static void expect_command(struct kunit *test, const char *command, int err,
			   enum shadow_outcome outcome)
{
	KUNIT_EXPECT_EQ_MSG(test, shadow_runner_command(&runner, command), err,
			    "%s", command);
	KUNIT_EXPECT_EQ_MSG(test, runner.outcome, outcome, "%s: %s", command,
			    runner.run.ktap.text);
}

/* X6: by the last result, which the plan of the document counts. */
static void a_signal_ends_a_run_and_all_is_free_again(struct kunit *test)
{
	static const char * const commands[] = {
		"selftest seed=1 ops=100", "torture seed=1 ops=100",
		"whole-machine seed=1 ops=100",
	};
	unsigned long looks;
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		for (looks = 1; looks < 200; looks += looks / 2 + 1) {
			host_signal_after(looks);
			expect_command(test, commands[i], -EINTR,
				       SHADOW_INTERRUPTED);
			host_signal_after(0);
			expect_in(test, "result", " stopped by signal after ");
			expect_in(test, "result", " fail:1 ");
			KUNIT_EXPECT_EQ(test, free_pages(), SZ_1M / SZ_4K);
		}
	expect_command(test, commands[0], 0, SHADOW_PASSED);
}

static void lose_a_page(void)
{
	runner.lab.buddy.nr_free--;
	host_meanwhile = NULL;
}

static void a_run_that_failed_was_not_just_interrupted(struct kunit *test)
{
	host_meanwhile = lose_a_page;
	host_signal_after(9);
	expect_command(test, "torture", -EINTR, SHADOW_FAILED);
	host_signal_after(0);
	expect_logged(test, "<3>buddy_shadow: torture failed, ");
}

static unsigned int looks, told;

/* A reader, another writer, and one who ends it. */
static void read_and_stop(void)
{
	size_t length;
	char *text = host_debugfs_read("result", &length);

	told += !strncmp(text, "running: ", 9);
	free(text);
	if (looks == 7)
		told += host_debugfs_write("run", "selftest", 8) == -EBUSY;
	if (++looks == 500)
		host_debugfs_write("run", "stop", 4);
}

/* X6: of what was not done nothing is said. */
static void while_it_runs_readers_are_told_and_stop_ends_it(struct kunit *test)
{
	looks = 0;
	told = 0;
	host_meanwhile = read_and_stop;
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", "torture ops=1000000000",
						 22), -ECANCELED);
	host_meanwhile = NULL;
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_INTERRUPTED);
	KUNIT_EXPECT_GE(test, looks, 500);
	KUNIT_EXPECT_LT(test, looks, 510);
	KUNIT_EXPECT_EQ(test, told, looks + 1);
	expect_logged(test, "<3>buddy_shadow: run: selftest: torture runs; write stop to end it\n");
	expect_in(test, "result", " of 1000000000 random operations\n1..7\n");
	expect_in(test, "result", "\nnot ok 7 stopped by stop after ");
	KUNIT_EXPECT_EQ(test, !strstr(runner.run.ktap.text, "pattern"), true);
}

/* A "stop" of somebody who saw that it runs: there is no later moment for it. */
static void stop_at_once(void)
{
	host_debugfs_write("run", "stop", 4);
	host_meanwhile = NULL;
}

/* Or who stops it while it takes its memory. */
static void take_and_stop(struct shadow_region *region)
{
	stop_at_once();
}

static void keep(const struct shadow_region *region)
{
}

static const struct shadow_region_ops stopping = { take_and_stop, keep };

static void a_stop_is_not_lost(struct kunit *test)
{
	void *va = region.va;

	host_meanwhile = stop_at_once;
	expect_command(test, "torture", -ECANCELED, SHADOW_INTERRUPTED);
	expect_in(test, "result", "stopped by stop after 0 of 256 pages allocated\n");
	/* One that came when nothing ran is not kept for later. */
	expect_command(test, "stop", 0, SHADOW_INTERRUPTED);
	expect_command(test, "torture", 0, SHADOW_PASSED);
	region.ops = &stopping;
	expect_command(test, "torture", -ECANCELED, SHADOW_INTERRUPTED);
	region.ops = NULL;
	region.va = va;
}

/* X6: half a second for each look. */
static void what_time_does_not_reach_is_skipped(struct kunit *test)
{
	host_tick = NSEC_PER_SEC / 2;
	expect_command(test, "torture time=1", 0, SHADOW_PASSED);
	expect_in(test, "result", "\nok 1 X2 # SKIP time\nok 2 B2 # SKIP time\n");
	expect_in(test, "result", " pages allocated\n");
	expect_in(test, "result", "X2 256 pages kept their patterns through 0 random");
	expect_in(test, "result", " skip:2\n");
	expect_logged(test, "<6>buddy_shadow: torture passed, 5 ok, 2 skipped, seed=");
	/* Each part has a time of its own. */
	host_tick = NSEC_PER_SEC / 2000;
	expect_command(test, "selftest time=1", 0, SHADOW_PASSED);
	expect_in(test, "result", "# time was up after ");
}

/* What is written as a second run begins is lost: nothing keeps its pattern. */
static void lose_writes(void)
{
	static u64 kept[SZ_1M / 8];

	if (!looks++)
		memcpy(kept, region.va, SZ_1M);
	memcpy(region.va, kept, SZ_1M);
}

/* Memory that nobody zeroed still has what the first run wrote. */
static void a_lost_write_is_noticed_with_the_same_seed(struct kunit *test)
{
	expect_command(test, "torture seed=1 ops=0", 0, SHADOW_PASSED);
	looks = 0;
	host_meanwhile = lose_writes;
	expect_command(test, "torture seed=1 ops=0", 0, SHADOW_FAILED);
	expect_in(test, "result", "not ok 4 X2 256 pages");
}

/* Patterns of the self-test at load cover a part of a large region. */
static void what_is_said_of_pages_is_what_was_covered(struct kunit *test)
{
	u64 *last;

	vfree(region.va);
	region.bytes = SZ_16M;
	region.va = vmalloc(SZ_16M);
	last = region.va + SZ_16M - sizeof(*last);
	*last = 1;
	KUNIT_EXPECT_EQ(test, shadow_runner_selftest(&runner, 1, 0), 0);
	KUNIT_EXPECT_EQ(test, *last, 1);
	expect_in(test, "result", "B6 the buddy survives that 2048 free pages");
	expect_in(test, "result", "X2 all 4096 pages were handed out");
	expect_in(test, "result", "X2 2048 pages kept their patterns");
	KUNIT_EXPECT_EQ(test, shadow_runner_command(&runner, "selftest"), 0);
	expect_in(test, "result", "B6 the buddy survives that 4096 free pages");
	expect_in(test, "result", "X2 4096 pages kept their patterns");
}

/* All pages are held as the random operations begin. */
static void what_found_no_block_is_no_operation(struct kunit *test)
{
	expect_command(test, "torture seed=1 ops=100", 0, SHADOW_PASSED);
	KUNIT_EXPECT_EQ(test, !strstr(runner.run.ktap.text, "through 100 random"),
			true);
}

static void a_run_without_memory_says_so(struct kunit *test)
{
	host_fail_allocation(1);
	expect_command(test, "torture", -ENOMEM, SHADOW_FAILED);
	host_fail_allocation(0);
	expect_in(test, "result", "not ok 1 ended by -ENOMEM after ");
	expect_logged(test, "<3>buddy_shadow: torture failed, 1 of 1 not ok, ended by -ENOMEM at 0 of 1048576 bytes of the region, ");
}

/* Five tables of 2 MiB and those above them, twice; all RAM is free. */
static void a_pool_of_16_tables_suffices_for_16(struct kunit *test)
{
	const struct shadow_range ram = { 0, 10 * SZ_1M - 1 };

	plan.ram.range[0] = ram;
	plan.ram.nr = 1;
	plan.layout.free.range[0] = ram;
	plan.layout.free.nr = 1;
	plan.layout.verdict = SHADOW_NO_MEM_MAP;
	expect_in(test, "pagetables",
		  "tables_4k: 16\nboot_pool_suffices_4k: yes\n");
	expect_in(test, "report", "(2 + 2 + 2 + 10 by level), the boot pool of 16 suffices\n");
	expect_in(test, "layout", "000000000000-0000009fffff : RAM\n"
		  "  000000000000-0000009fffff : free\n");
	plan.ram.range[0].last += 2 * SZ_1M;
	expect_in(test, "pagetables",
		  "tables_4k: 18\nboot_pool_suffices_4k: no\n");
}

static void readers_are_told_of_a_run(struct kunit *test)
{
	runner.exercise = &shadow_selftest_ops;
	shadow_run_progress(&runner.run, "blocks freed", 3, 7);
	expect_in(test, "result", "running: blocks freed, 3 of 7\n");
	expect_in(test, "summary", "\nexercise: running: blocks freed, 3 of 7\n");
	expect_in(test, "report", "outcome     running: blocks freed, 3 of 7\n");
}

static void run_lists_what_can_be_written(struct kunit *test)
{
	expect_in(test, "run", "selftest       every clause");
	expect_in(test, "run", "stop           end what runs\n");
}

/* With the level of an error, and with what there is instead. */
static void expect_refused(struct kunit *test, const char *command, int err,
			   const char *line)
{
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", command,
						 strlen(command)), err);
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_NOT_RUN);
	expect_logged(test, line);
}

#define EXPECTED "expected one of selftest, torture, smp, whole-machine, then seed=NUMBER, ops=NUMBER (at most 1000000000) and time=SECONDS (at most 1000000), or stop\n"

static void refused_commands_are_logged(struct kunit *test)
{
	char command[130] = "stop";

	memset(command + 4, '\n', 125);
	expect_refused(test, command, -EINVAL,
		       "<3>buddy_shadow: run: got 129 bytes, expected a command of at most 128\n");
	command[128] = 0;
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", command, 128), 128);
	/* What echo writes, and worse, is one line. */
	expect_refused(test, "banana\n", -EINVAL,
		       "<3>buddy_shadow: run: got \"banana\", " EXPECTED);
	expect_refused(test, "\033[2J\nx", -EINVAL,
		       "<3>buddy_shadow: run: got \" [2J x\", " EXPECTED);
	memset(command, 'x', 128);
	expect_refused(test, command, -EINVAL, "xxxx\", " EXPECTED);
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", "selftest\0junk", 13),
			-EINVAL);
	expect_refused(test, " ", -EINVAL,
		       "<3>buddy_shadow: run: got a NUL at byte 8, expected text\n");
	region.bytes = 0;
	expect_refused(test, "torture", -ENODEV,
		       "<3>buddy_shadow: run: torture: it needs a region, and there is none; see the report\n");
	plan.layout.verdict = SHADOW_NO_RAM;
	expect_refused(test, "selftest", -ENODEV,
		       "<3>buddy_shadow: run: selftest: the target would have panicked, so nothing is exercised; see the report\n");
}

SHADOW_SUITE(host_failure, failure_init, failure_exit,
	     KUNIT_CASE(a_plan_needs_all_its_memory),
	     KUNIT_CASE(an_exercise_needs_all_its_memory),
	     KUNIT_CASE(a_command_without_memory_does_no_harm),
	     KUNIT_CASE(a_file_without_memory_is_an_error),
	     KUNIT_CASE(debugfs_without_memory_is_no_error),
	     KUNIT_CASE(a_signal_ends_a_run_and_all_is_free_again),
	     KUNIT_CASE(while_it_runs_readers_are_told_and_stop_ends_it),
	     KUNIT_CASE(a_run_that_failed_was_not_just_interrupted),
	     KUNIT_CASE(a_stop_is_not_lost),
	     KUNIT_CASE(what_time_does_not_reach_is_skipped),
	     KUNIT_CASE(a_lost_write_is_noticed_with_the_same_seed),
	     KUNIT_CASE(what_is_said_of_pages_is_what_was_covered),
	     KUNIT_CASE(what_found_no_block_is_no_operation),
	     KUNIT_CASE(a_run_without_memory_says_so),
	     KUNIT_CASE(a_pool_of_16_tables_suffices_for_16),
	     KUNIT_CASE(readers_are_told_of_a_run),
	     KUNIT_CASE(run_lists_what_can_be_written),
	     KUNIT_CASE(refused_commands_are_logged));
