// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no test in a kernel can order: each allocation fails once. And what the log
 * says of what is refused. Whoever runs the suite looks that nothing leaks.
 */
#include "files_fixture.h"

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
				   &nothing_given, NULL);

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

/* The region is held as a whole, or not at all. */
static int take_by_hand(struct kunit *test, const void *command)
{
	int err = write_run(test, command);

	KUNIT_EXPECT_EQ(test, !runner.setup.lab, !!err);
	KUNIT_EXPECT_EQ(test, !runner.exercise, !!err);
	return err;
}

static void a_region_without_memory_is_not_in_hand(struct kunit *test)
{
	expect_all_or_error(test, take_by_hand, "alloc 0", 6);
	KUNIT_EXPECT_EQ(test, write_run(test, "reset"), 0);
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
	expect_in(test, "report", ", 2 + 2 + 2 + 10; boot pool: enough\n");
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
	expect_in(test, "frag", "running: blocks freed, 3 of 7\n");
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

#define EXPECTED "expected one of selftest, torture, smp, whole-machine, stop, alloc, free, show, map, reset\n"

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
	expect_refused(test, "torture ops=x\n", -EINVAL,
		       "<3>buddy_shadow: run: got \"torture ops=x\", expected torture [seed=NUMBER] [ops=NUMBER] [time=SECONDS], at most ops=1000000000 and time=1000000\n");
	expect_refused(test, "free 7c000000 3\n", -EINVAL,
		       "<3>buddy_shadow: run: got \"free 7c000000 3\", expected free ADDRESS ORDER, such as free 0x80000000 3\n");
	expect_refused(test, "\033[2J\nx", -EINVAL,
		       "<3>buddy_shadow: run: got \" [2J x\", " EXPECTED);
	memset(command, 'x', 128);
	expect_refused(test, command, -EINVAL, "xxxx\", " EXPECTED);
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", "selftest\0junk", 13),
			-EINVAL);
	expect_refused(test, " ", -EINVAL,
		       "<3>buddy_shadow: run: got a NUL at byte 8, expected text\n");
	plan.layout.verdict = SHADOW_NO_RAM;
	expect_refused(test, "selftest", -ENODEV,
		       "<3>buddy_shadow: run: selftest: the target would have panicked, so nothing is exercised; see the report\n");
	/* This one ran, and has a result. */
	plan.layout.verdict = SHADOW_OK;
	region.bytes = 0;
	KUNIT_EXPECT_EQ(test, host_debugfs_write("run", "torture", 7), -ENODEV);
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_FAILED);
	expect_logged(test, "<3>buddy_shadow: run: torture: it needs a region, and there is none; see the report\n");
	expect_in(test, "result", "not ok 1 ended by ");
}

SHADOW_SUITE(host_failure, files_init, files_exit,
	     KUNIT_CASE(a_plan_needs_all_its_memory),
	     KUNIT_CASE(an_exercise_needs_all_its_memory),
	     KUNIT_CASE(a_command_without_memory_does_no_harm),
	     KUNIT_CASE(a_region_without_memory_is_not_in_hand),
	     KUNIT_CASE(a_file_without_memory_is_an_error),
	     KUNIT_CASE(debugfs_without_memory_is_no_error),
	     KUNIT_CASE(a_pool_of_16_tables_suffices_for_16),
	     KUNIT_CASE(readers_are_told_of_a_run),
	     KUNIT_CASE(run_lists_what_can_be_written),
	     KUNIT_CASE(refused_commands_are_logged));
