// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file frag: free blocks of each order in the course of a run, from the fresh
 * memory on, whatever becomes of the run.
 */
#include "files_fixture.h"

#define HEADER	"# step used n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20\n"
#define NOTHING	HEADER "# nothing ran yet, no torture and no whole-machine\n"
#define FREED	"# after all was freed: "
#define MOST	200
#define REGION_PAGES	(SZ_1M / SZ_4K)

struct line {
	u64 step, used;
	u64 blocks[SHADOW_NR_ORDERS];
};

/* The file, read. */
static struct line lines[MOST], freed;
static unsigned int nr_lines;
static bool all_freed;

/* Numbers with single blanks between them, and nothing else. */
static void parse_line(struct kunit *test, struct line *line, char *text)
{
	u64 *to[2 + SHADOW_NR_ORDERS] = { &line->step, &line->used };
	char again[600];
	int length = 0;
	unsigned int i;
	char *at = text;

	for (i = 0; i < SHADOW_NR_ORDERS; i++)
		to[2 + i] = &line->blocks[i];
	for (i = 0; i < ARRAY_SIZE(to); i++) {
		*to[i] = strtoull(at, &at, 10);
		length += snprintf(again + length, sizeof(again) - length,
				   "%s%llu", i ? " " : "",
				   (unsigned long long)*to[i]);
	}
	KUNIT_EXPECT_EQ_MSG(test, strcmp(again, text), 0, "%s", text);
}

/* @run: how the second line begins; the heap of 16 MiB is of order 12 (H3). */
static void read_frag(struct kunit *test, const char *run)
{
	size_t length;
	char *text = host_debugfs_read("frag", &length), *line = text, *end;
	char second[80];
	unsigned int nr;

	snprintf(second, sizeof(second), "%s heap_order=12", run);
	nr_lines = 0;
	all_freed = false;
	for (nr = 0; (end = strchr(line, '\n')); nr++, line = end + 1) {
		*end = 0;
		if (nr == 0)
			KUNIT_EXPECT_EQ_MSG(test, strncmp(line, HEADER,
							  strlen(HEADER) - 1),
					    0, "%s", line);
		else if (nr == 1)
			KUNIT_EXPECT_EQ_MSG(test, strcmp(line, second), 0,
					    "%s", line);
		else if (!strncmp(line, FREED, strlen(FREED)))
			parse_line(test, &freed, line + strlen(FREED));
		else
			parse_line(test, &lines[nr_lines++ % MOST], line);
		/* Nothing comes behind it. */
		KUNIT_EXPECT_EQ(test, all_freed, false);
		all_freed = !strncmp(line, FREED, strlen(FREED));
	}
	KUNIT_EXPECT_LE(test, nr_lines, MOST);
	free(text);
}

static u64 nr_free(const struct line *line)
{
	u64 sum = 0;
	int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		sum += line->blocks[order] << order;
	return sum;
}

/* @pages are managed, and the run did @ops operations. */
static void expect_lines(struct kunit *test, u64 pages, u64 ops)
{
	unsigned int i;

	KUNIT_ASSERT_GT(test, nr_lines, 1);
	KUNIT_EXPECT_EQ(test, lines[0].step, 0);
	KUNIT_EXPECT_EQ(test, lines[0].used, 0);
	KUNIT_EXPECT_EQ(test, nr_free(&lines[0]), pages);
	KUNIT_EXPECT_EQ(test, lines[1].step, 0);
	KUNIT_EXPECT_EQ(test, lines[nr_lines - 1].step, ops);
	for (i = 0; i < nr_lines; i++)
		KUNIT_EXPECT_EQ_MSG(test, lines[i].used,
				    (pages - nr_free(&lines[i])) * 1000 / pages,
				    "line %u", i);
	/* All gaps but the last are alike: the run is shown evenly. */
	for (i = 2; i < nr_lines; i++)
		KUNIT_EXPECT_GT(test, lines[i].step, lines[i - 1].step);
	for (i = 3; i + 1 < nr_lines; i++)
		KUNIT_EXPECT_EQ(test, lines[i].step - lines[i - 1].step,
				lines[2].step);
	if (ops >= MOST / 2)
		KUNIT_EXPECT_GE(test, nr_lines, MOST / 2);
	KUNIT_EXPECT_EQ(test, all_freed, true);
	KUNIT_EXPECT_EQ(test, freed.step, ops);
	KUNIT_EXPECT_EQ(test, freed.used, 0);
	KUNIT_EXPECT_EQ(test, memcmp(freed.blocks, lines[0].blocks,
				     sizeof(freed.blocks)), 0);
}

static void expect_run(struct kunit *test, const char *command, int err)
{
	KUNIT_EXPECT_EQ_MSG(test, shadow_runner_command(&runner, command), err,
			    "%s", command);
}

static void expect_frag(struct kunit *test, const char *wanted)
{
	size_t length;
	char *text = host_debugfs_read("frag", &length);

	KUNIT_EXPECT_EQ_MSG(test, strcmp(text, wanted), 0, "%s", text);
	free(text);
}

/* Nor does the self-test have room for lines, at load or later. */
static void what_writes_no_lines_needs_no_room(struct kunit *test)
{
	enum shadow_outcome outcome;

	expect_frag(test, NOTHING);
	KUNIT_EXPECT_EQ(test, shadow_runner_selftest(&runner, 1, 0, &outcome),
			0);
	expect_run(test, "selftest", 0);
	expect_run(test, "smp ops=100", 0);
	expect_run(test, "alloc 0", 0);
	expect_run(test, "reset", 0);
	expect_frag(test, NOTHING);
	KUNIT_EXPECT_EQ(test, !runner.run.frag.line, true);
}

static void a_run_of_any_length_has_at_most_200_lines(struct kunit *test)
{
	static const u64 ops[] = { 0, 1, 2, 99, 197, 198, 199, 200, 395, 396,
				   397, 1000, 16384, 20000 };
	char command[60], run[60];
	int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		snprintf(run, sizeof(run), "# torture seed=3 ops=%llu",
			 (unsigned long long)ops[i]);
		snprintf(command, sizeof(command), "%s", run + 2);
		expect_run(test, command, 0);
		read_frag(test, run);
		expect_lines(test, REGION_PAGES, ops[i]);
		KUNIT_EXPECT_EQ(test, lines[0].blocks[8], 1);
		KUNIT_EXPECT_EQ(test, lines[1].used, 1000);
		if (ops[i] < MOST - 2)
			KUNIT_EXPECT_EQ(test, nr_lines, ops[i] + 2);
	}
}

static void the_whole_machine_begins_as_planned(struct kunit *test)
{
	expect_run(test, "whole-machine seed=7 ops=5000", 0);
	read_frag(test, "# whole-machine seed=7 ops=5000");
	expect_lines(test, plan.layout.free_pages, 5000);
	KUNIT_EXPECT_EQ(test, memcmp(lines[0].blocks, plan.layout.free_blocks,
				     sizeof(lines[0].blocks)), 0);
	KUNIT_EXPECT_EQ(test, lines[1].used, 1000);
	KUNIT_EXPECT_EQ(test, nr_free(&lines[1]), 0);
	/* Another's run on other memory leaves the lines as they are. */
	expect_run(test, "selftest", 0);
	read_frag(test, "# whole-machine seed=7 ops=5000");
	expect_lines(test, plan.layout.free_pages, 5000);
}

/* What the buddy had when so many operations were done. */
static struct line had[MOST];

static void count_meanwhile(void)
{
	u64 step = READ_ONCE(runner.run.progress.done);

	if (strcmp(runner.run.progress.doing, "random operations") ||
	    step >= MOST || had[step].used)
		return;
	had[step].used = 1;
	shadow_buddy_blocks(&runner.lab.buddy, had[step].blocks);
}

static void lines_are_what_the_buddy_had(struct kunit *test)
{
	unsigned int i;

	memset(had, 0, sizeof(had));
	host_meanwhile = count_meanwhile;
	expect_run(test, "torture seed=9 ops=197", 0);
	host_meanwhile = NULL;
	read_frag(test, "# torture seed=9 ops=197");
	KUNIT_ASSERT_EQ(test, nr_lines, 199);
	for (i = 0; i < 197; i++)
		KUNIT_EXPECT_EQ_MSG(test, had[i].used && lines[1 + i].step == i &&
				    !memcmp(lines[1 + i].blocks, had[i].blocks,
					    sizeof(had[i].blocks)), true,
				    "after %u operations", i);
}

static unsigned int told;

static void read_meanwhile(void)
{
	size_t length;
	char *text = host_debugfs_read("frag", &length);

	told += !strncmp(text, "running: ", 9) && strchr(text, '\n')[1] == 0;
	told += host_debugfs_write("run", "torture", 7) == -EBUSY;
	free(text);
	host_meanwhile = NULL;
}

static void while_something_runs_readers_are_told_so(struct kunit *test)
{
	static const char * const commands[] = {
		"torture seed=1 ops=10", "selftest ops=10",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		told = 0;
		host_meanwhile = read_meanwhile;
		expect_run(test, commands[i], 0);
		KUNIT_EXPECT_EQ(test, told, 2);
		expect_logged(test, " runs; write stop to end it\n");
		read_frag(test, "# torture seed=1 ops=10");
		expect_lines(test, REGION_PAGES, 10);
	}
	/* By hand nothing runs between two commands. */
	expect_run(test, "alloc 0", 0);
	read_frag(test, "# torture seed=1 ops=10");
	expect_run(test, "reset", 0);
}

static u64 stop_at;

static void stop_later(void)
{
	if (!strcmp(runner.run.progress.doing, "random operations") &&
	    runner.run.progress.done == stop_at)
		host_debugfs_write("run", "stop", 4);
}

/* The last line is where it was stopped, whether it was due there or not. */
static void a_stopped_run_keeps_its_lines(struct kunit *test)
{
	static const u64 at[] = { 0, 50, 1000, 1001 };
	int i;

	host_meanwhile = stop_later;
	for (i = 0; i < ARRAY_SIZE(at); i++) {
		stop_at = at[i];
		expect_run(test, "torture seed=2 ops=1000000000", -ECANCELED);
		read_frag(test, "# torture seed=2 ops=1000000000");
		expect_lines(test, REGION_PAGES, at[i]);
	}
	host_meanwhile = NULL;
	expect_in(test, "result", " stopped by stop after 1001 of ");
}

static void a_run_that_is_stopped_as_it_fills_has_two_lines(struct kunit *test)
{
	host_signal_after(9);
	expect_run(test, "torture seed=2", -EINTR);
	host_signal_after(0);
	read_frag(test, "# torture seed=2 ops=20000");
	expect_lines(test, REGION_PAGES, 0);
	KUNIT_EXPECT_EQ(test, nr_lines, 2);
	KUNIT_EXPECT_GT(test, lines[1].used, 0);
	KUNIT_EXPECT_LT(test, lines[1].used, 1000);
}

static void break_later(void)
{
	if (strcmp(runner.run.progress.doing, "random operations") ||
	    runner.run.progress.done < 50)
		return;
	shadow_lab_break(&runner.lab, "B1 to order", SHADOW_NO_PAGE);
	host_meanwhile = NULL;
}

/* X5: nothing is said of what a broken buddy counts. */
static void a_run_that_finds_a_fault_ends_there(struct kunit *test)
{
	host_meanwhile = break_later;
	expect_run(test, "torture seed=4 ops=1000", 0);
	host_meanwhile = NULL;
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_FAILED);
	read_frag(test, "# torture seed=4 ops=1000");
	KUNIT_ASSERT_EQ(test, nr_lines, 52);
	KUNIT_EXPECT_EQ(test, lines[51].step, 50);
	KUNIT_EXPECT_EQ(test, all_freed, false);
}

static void gain_blocks(void)
{
	runner.lab.buddy.nr_blocks[20]++;
	host_meanwhile = NULL;
}

static void more_free_than_there_is_is_none_used(struct kunit *test)
{
	host_meanwhile = gain_blocks;
	expect_run(test, "torture seed=4 ops=0", 0);
	KUNIT_EXPECT_EQ(test, runner.outcome, SHADOW_FAILED);
	read_frag(test, "# torture seed=4 ops=0");
	KUNIT_EXPECT_EQ(test, lines[1].used, 0);
	KUNIT_EXPECT_EQ(test, lines[1].blocks[20], 1);
}

/* A run that could not begin is none; one without descriptors has no lines. */
static void without_memory_there_are_no_lines(struct kunit *test)
{
	host_fail_allocation(1);
	expect_run(test, "whole-machine", -ENOMEM);
	expect_frag(test, NOTHING);
	expect_run(test, "torture seed=1 ops=9", 0);
	region.bytes = 0;
	expect_run(test, "torture", -ENODEV);
	read_frag(test, "# torture seed=1 ops=9");
	KUNIT_EXPECT_EQ(test, nr_lines, 11);
	/* There is room for lines, and none for the lab. */
	host_fail_allocation(1);
	expect_run(test, "whole-machine seed=5", -ENOMEM);
	host_fail_allocation(0);
	expect_frag(test, HEADER "# whole-machine seed=5 ops=1000000 heap_order=12\n");
}

SHADOW_SUITE(host_frag, files_init, files_exit,
	     KUNIT_CASE(what_writes_no_lines_needs_no_room),
	     KUNIT_CASE(a_run_of_any_length_has_at_most_200_lines),
	     KUNIT_CASE(the_whole_machine_begins_as_planned),
	     KUNIT_CASE(lines_are_what_the_buddy_had),
	     KUNIT_CASE(while_something_runs_readers_are_told_so),
	     KUNIT_CASE(a_stopped_run_keeps_its_lines),
	     KUNIT_CASE(a_run_that_is_stopped_as_it_fills_has_two_lines),
	     KUNIT_CASE(a_run_that_finds_a_fault_ends_there),
	     KUNIT_CASE(more_free_than_there_is_is_none_used),
	     KUNIT_CASE(without_memory_there_are_no_lines));
