// SPDX-License-Identifier: GPL-2.0-only
/*
 * A run as others see it (X6, X7): a signal or a stop at any time, time that is up,
 * a second writer, a reader, and what results and log say of all that.
 */
#include "files_fixture.h"

/* Free pages of the region, as they were when it was freed. */
static u64 free_pages(void)
{
	u64 sum = 0;
	int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		sum += runner.blocks[order] << order;
	return sum;
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

/* Of blocks that there were not nothing is said. */
static void a_signal_ends_a_run_before_it_has_a_block(struct kunit *test)
{
	host_signal_after(1);
	expect_command(test, "torture", -EINTR, SHADOW_INTERRUPTED);
	host_signal_after(0);
	expect_in(test, "result", "\nok 1 B4 the free blocks ");
}

static void gain_a_page(void)
{
	runner.lab.buddy.nr_managed++;
	host_meanwhile = NULL;
}

static void a_run_that_failed_was_not_just_interrupted(struct kunit *test)
{
	host_meanwhile = gain_a_page;
	host_signal_after(9);
	expect_command(test, "torture", -EINTR, SHADOW_FAILED);
	host_signal_after(0);
	expect_logged(test, "<3>buddy_shadow: torture failed, ");
	expect_in(test, "result", "ok 2 B4 every block was freed\n");
	expect_in(test, "result", "\nnot ok 4 B4 every invariant ");
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
	if (looks == 8)
		told += host_debugfs_write("run", "alloc 0", 7) == -EBUSY;
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
	KUNIT_EXPECT_EQ(test, told, looks + 2);
	expect_logged(test, "<3>buddy_shadow: run: selftest: torture runs; write stop to end it\n");
	expect_logged(test, "<3>buddy_shadow: run: by hand: torture runs; wait for its end, or write stop\n");
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

/* Or who stops it while its memory is allocated. */
static int alloc_and_stop(struct shadow_region *memory, struct shadow_run *run)
{
	stop_at_once();
	return 0;
}

/* A run leaves whoever allocates it. */
static int leave(struct shadow_region *memory, struct shadow_run *run)
{
	stop_at_once();
	return shadow_run_end(run);
}

static void keep(const struct shadow_region *region)
{
}

/* Time that was up for an earlier run is none of this one's. */
static int alloc_in_time(struct shadow_region *memory, struct shadow_run *run)
{
	return shadow_run_stopped(run) ? -EAGAIN : 0;
}

static const struct shadow_region_ops in_time = { alloc_in_time, keep };
static const struct shadow_region_ops stopping = { alloc_and_stop, keep };
static const struct shadow_region_ops leaving = { leave, keep };

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

/* X6, X7: it had no memory, and the figures of the last time stay. */
static void a_stop_ends_the_wait_for_memory(struct kunit *test)
{
	void *va = region.va;

	region.ops = &leaving;
	region.va = NULL;
	region.wanted = 2 * SZ_1M;
	scnprintf(region.note, sizeof(region.note), "the last time it was less");
	expect_command(test, "selftest", -ECANCELED, SHADOW_INTERRUPTED);
	expect_in(test, "result", "ops=");
	expect_in(test, "result", "\nnot ok 1 stopped by stop after 0 of 2097152 bytes of the region\n");
	KUNIT_EXPECT_EQ(test, !strstr(runner.run.ktap.text, "# region: "), true);
	KUNIT_EXPECT_EQ(test, !runner.setup.lab, true);
	KUNIT_EXPECT_EQ(test, region.bytes, SZ_1M);
	/* X3: this one needs no memory, and waits for none. */
	expect_command(test, "whole-machine ops=9", 0, SHADOW_PASSED);
	region.ops = NULL;
	region.va = va;
	expect_command(test, "selftest", 0, SHADOW_PASSED);
	expect_in(test, "result", "# region: the last time it was less\n");
}

/* X6: half a second for each look. */
static void what_time_does_not_reach_is_skipped(struct kunit *test)
{
	void *va = region.va;

	host_tick = NSEC_PER_SEC / 2;
	expect_command(test, "torture time=1", 0, SHADOW_PASSED);
	expect_in(test, "result", "\nok 1 X2 # SKIP time\nok 2 B2 # SKIP time\n");
	expect_in(test, "result", " pages allocated\n");
	expect_in(test, "result", "X2 # SKIP time\n");
	KUNIT_EXPECT_EQ(test, !strstr(runner.run.ktap.text, "pages kept"), true);
	expect_in(test, "result", " skip:3\n");
	expect_logged(test, "<6>buddy_shadow: torture passed, 4 ok, 3 skipped, seed=");
	region.ops = &in_time;
	host_tick = 0;
	expect_command(test, "torture", 0, SHADOW_PASSED);
	region.va = va;
	region.ops = NULL;
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

/* From the first random operation on. */
static void lose_later_writes(void)
{
	if (!strcmp(runner.run.progress.doing, "random operations"))
		lose_writes();
}

/* A page that is handed out again still has what its last owner wrote. */
static void a_write_that_is_lost_later_is_noticed(struct kunit *test)
{
	looks = 0;
	host_meanwhile = lose_later_writes;
	expect_command(test, "torture seed=1 ops=500", 0, SHADOW_FAILED);
	expect_in(test, "result", "not ok 4 X2 256 pages");
}

/* Patterns of the self-test at load cover a part of a large region. */
static void what_is_said_of_pages_is_what_was_covered(struct kunit *test)
{
	u64 *last;

	enum shadow_outcome outcome;

	vfree(region.va);
	region.bytes = SZ_16M;
	region.va = vmalloc(SZ_16M);
	last = region.va + SZ_16M - sizeof(*last);
	*last = 1;
	KUNIT_EXPECT_EQ(test, shadow_runner_selftest(&runner, 1, 0, &outcome),
			0);
	KUNIT_EXPECT_EQ(test, outcome, SHADOW_PASSED);
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
	expect_logged(test, "<3>buddy_shadow: torture failed, 1 of 1 not ok, ended by -ENOMEM at 0 of 256 descriptors of the region, ");
}

SHADOW_SUITE(host_runs, files_init, files_exit,
	     KUNIT_CASE(a_signal_ends_a_run_and_all_is_free_again),
	     KUNIT_CASE(while_it_runs_readers_are_told_and_stop_ends_it),
	     KUNIT_CASE(a_signal_ends_a_run_before_it_has_a_block),
	     KUNIT_CASE(a_run_that_failed_was_not_just_interrupted),
	     KUNIT_CASE(a_stop_is_not_lost),
	     KUNIT_CASE(a_stop_ends_the_wait_for_memory),
	     KUNIT_CASE(what_time_does_not_reach_is_skipped),
	     KUNIT_CASE(a_lost_write_is_noticed_with_the_same_seed),
	     KUNIT_CASE(a_write_that_is_lost_later_is_noticed),
	     KUNIT_CASE(what_is_said_of_pages_is_what_was_covered),
	     KUNIT_CASE(what_found_no_block_is_no_operation),
	     KUNIT_CASE(a_run_without_memory_says_so));
