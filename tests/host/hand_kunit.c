// SPDX-License-Identifier: GPL-2.0-only
/*
 * The region by hand: what each command says, who holds the region meanwhile, and
 * who gives it back.
 */
#include "files_fixture.h"

#include <linux/jiffies.h>

#include "../../exercise/by_hand.h"

static unsigned int allocs, frees;

static int count_alloc(struct shadow_region *memory, struct shadow_run *run)
{
	allocs++;
	memory->kind = SHADOW_REGION_CMA;
	memory->va = vmalloc(SZ_1M);
	return 0;
}

static void count_free(const struct shadow_region *memory)
{
	frees++;
	vfree(memory->va);
}

static const struct shadow_region_ops counting = {
	.alloc = count_alloc,
	.free = count_free,
};

static int hand_init(struct kunit *test)
{
	int err = files_init(test);

	allocs = 0;
	frees = 0;
	vfree(region.va);
	region.va = NULL;
	region.ops = &counting;
	return err;
}

/* Nothing is held when the runner is gone, whatever came before. */
static void hand_exit(struct kunit *test)
{
	files_exit(test);
	KUNIT_EXPECT_EQ(test, frees, allocs);
}

/* The command, what writing it returns, and all that result says then. */
static void expect_hand(struct kunit *test, const char *command, long err,
			const char *result)
{
	long got = host_debugfs_write("run", command, strlen(command));
	size_t length;
	char *text;

	KUNIT_EXPECT_EQ_MSG(test, got, err ?: (long)strlen(command), "%s",
			    command);
	if (!result)
		return;
	text = host_debugfs_read("result", &length);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(text, result), 0, "%s", text);
	free(text);
}

/* Result ends with these words. */
static void expect_last(struct kunit *test, const char *words)
{
	size_t length;
	char *text = host_debugfs_read("result", &length);
	const char *last = text + length - min(length, strlen(words));

	KUNIT_EXPECT_EQ_MSG(test, strcmp(last, words), 0, "%s", text);
	free(text);
}

/* B2, B3, B4: the region has one block of order 8. */
static void one_sees_a_split_and_a_merge(struct kunit *test)
{
	expect_hand(test, "alloc 6", 0,
		    "alloc 6: 0xfc000000\n"
		    "  split: order 8 at 0xfc000000\n"
		    "  free now: order 7 at 0xfc080000\n"
		    "  free now: order 6 at 0xfc040000\n");
	expect_hand(test, "alloc 6\n", 0, "alloc 6: 0xfc040000\n");
	expect_hand(test, "free 0xfc000000 6", 0,
		    "free 0xfc000000 6: accepted\n"
		    "  free now: order 6 at 0xfc000000\n");
	expect_hand(test, " free  0xfc040000\t6 ", 0,
		    "free 0xfc040000 6: accepted\n"
		    "  merged with: order 6 at 0xfc000000\n"
		    "  merged with: order 7 at 0xfc080000\n"
		    "  free now: order 8 at 0xfc000000\n");
}

/* B5: nothing has changed, and the allocator goes on. */
static void a_refused_free_says_why(struct kunit *test)
{
	static const struct { const char *command, *why; } wrong[] = {
		{ "free 0xfc000008 3", "not page aligned" },
		{ "free 0xfc000000 21", "order over 20" },
		{ "free 0xfc000000 0xffffffffffffffff", "order over 20" },
		{ "free 0 0", "outside RAM" },
		{ "free 0xfc100000 0", "outside RAM" },
		{ "free 0xfc001000 0", "inside a block" },
		{ "free 0xfc000000 2", "wrong order" },
		{ "free 0xfc008000 3", "already free" },
	};
	char words[80];
	u32 i;

	expect_hand(test, "alloc 3", 0, NULL);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		snprintf(words, sizeof(words), ": refused (B5): %s\n",
			 wrong[i].why);
		expect_hand(test, wrong[i].command, 0, NULL);
		expect_last(test, words);
	}
	expect_hand(test, "free 0xfc000000 3", 0, NULL);
	expect_in(test, "result", "free now: order 8 at 0xfc000000\n");
}

static void an_alloc_of_what_there_is_not_says_so(struct kunit *test)
{
	expect_hand(test, "alloc 9", 0,
		    "alloc 9: no free block is that large (B2)\n");
	expect_hand(test, "alloc 21", 0, "alloc 21: order over 20\n");
	expect_hand(test, "alloc 8", 0, "alloc 8: 0xfc000000\n");
	expect_hand(test, "alloc 0", 0,
		    "alloc 0: no free block is that large (B2)\n");
}

static void show_says_where_there_is_none(struct kunit *test)
{
	expect_hand(test, "alloc 8", 0, NULL);
	expect_hand(test, "show", 0,
		    "  allocated: order 8 at 0xfc000000\n"
		    "allocated  1 of order 8\n"
		    "free       none\n");
	expect_hand(test, "free 0xfc000000 8", 0, NULL);
	expect_hand(test, "show", 0,
		    "allocated  none\n"
		    "free       1 of order 8\n");
}

static void show_and_map_are_of_the_region(struct kunit *test)
{
	expect_hand(test, "alloc 1", 0, NULL);
	expect_hand(test, "alloc 0", 0, NULL);
	expect_hand(test, "show", 0,
		    "  allocated: order 1 at 0xfc000000\n"
		    "  allocated: order 0 at 0xfc002000\n"
		    "allocated  1 of order 0  1 of order 1\n"
		    "free       1 of order 0  1 of order 2  1 of order 3  1 of order 4  1 of order 5\n"
		    "           1 of order 6  1 of order 7\n");
	expect_hand(test, "map", 0,
		    "0000fc000000 |###0222233333333444444444444444455555555555555555555555555555555|\n"
		    "0000fc040000 |6666666666666666666666666666666666666666666666666666666666666666|\n"
		    "0000fc080000 |7777777777777777777777777777777777777777777777777777777777777777|\n"
		    "0000fc0c0000 |7777777777777777777777777777777777777777777777777777777777777777|\n"
		    "\n"
		    "A cell is 4 KiB: # is allocated, 0 to 9 and a to k the largest free order.\n");
}

/* X7: from the first alloc to the reset, and nobody else meanwhile. */
static void the_region_is_held_until_reset(struct kunit *test)
{
	expect_in(test, "summary", "\nregion_held: no\n");
	expect_hand(test, "alloc 0", 0, NULL);
	expect_in(test, "summary", "\nregion_held: by hand\n");
	expect_hand(test, "torture", -EBUSY, NULL);
	expect_logged(test, "<3>buddy_shadow: run: torture: the region is held by hand; write reset to give it back\n");
	expect_hand(test, "whole-machine", -EBUSY, NULL);
	expect_hand(test, "selftest", -EBUSY, NULL);
	expect_hand(test, "alloc 0", 0, "alloc 0: 0xfc001000\n");
	KUNIT_EXPECT_EQ(test, allocs, 1);
	expect_in(test, "buddyinfo", "\nregion        0      1 ");
	expect_hand(test, "reset", 0, "reset: the region was given back\n");
	KUNIT_EXPECT_EQ(test, frees, 1);
	expect_in(test, "summary", "\nregion_held: no\n");
	KUNIT_EXPECT_EQ(test, delayed_work_pending(&runner.hand.expiry), false);
	expect_hand(test, "torture ops=10", 0, NULL);
	expect_in(test, "result", "KTAP version 1\n");
}

static void without_a_region_in_hand_there_is_nothing_to_do(struct kunit *test)
{
	static const char * const commands[] = {
		"free 0xfc000000 0", "show", "map", "reset",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		expect_hand(test, commands[i], -ENODEV, NULL);
	expect_logged(test, "<3>buddy_shadow: run: by hand: no region is held; write alloc ORDER first\n");
	KUNIT_EXPECT_EQ(test, allocs, 0);
}

/* Somebody else's command by hand, while the pool is given back. */
static void free_beside_others(const struct shadow_region *memory)
{
	allocs += host_debugfs_write("run", "show", 4) != -EBUSY;
	count_free(memory);
}

static void ten_minutes_without_a_command_give_it_back(struct kunit *test)
{
	static const struct shadow_region_ops crowded = {
		.alloc = count_alloc,
		.free = free_beside_others,
	};

	region.ops = &crowded;
	expect_hand(test, "alloc 0", 0, NULL);
	KUNIT_EXPECT_EQ(test, runner.hand.expiry.delay, 600 * HZ);
	host_delayed_work(&runner.hand.expiry);
	KUNIT_EXPECT_EQ(test, frees, 1);
	expect_logged(test, "<6>buddy_shadow: by hand: 10 minutes without a command\n");
	expect_in(test, "summary", "\nregion_held: no\n");
	expect_in(test, "result", "reset: the region was given back\n");
}

/* The time is up, but before that is looked at, another command comes and goes. */
static void a_command_at_the_last_moment_keeps_it(struct kunit *test)
{
	struct delayed_work *expiry = &runner.hand.expiry;

	expect_hand(test, "alloc 0", 0, NULL);
	expiry->work.function(&expiry->work);
	KUNIT_EXPECT_EQ(test, frees, 0);
	expect_hand(test, "show", 0, NULL);
	KUNIT_EXPECT_EQ(test, !strstr(host_log(), "minutes"), true);
}

/* X5: no index comes of what is broken; the next buddy is built anew. */
static void a_broken_buddy_is_named_and_left_alone(struct kunit *test)
{
	static const char broken[] =
		"BROKEN (B4): order over 20 at 0xfc001000\n"
		"From now on only reset does anything (X5).\n";
	static const char * const commands[] = {
		"show", "map", "alloc 0", "free 0xfc000000 0", "show",
	};
	int i;

	expect_hand(test, "alloc 0", 0, NULL);
	runner.lab.buddy.map[SHADOW_NR_ORDERS + 1].state =
		SHADOW_PAGE_ALLOCATED | SHADOW_PAGE_ORDER;
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		expect_hand(test, commands[i], 0, broken);
	expect_hand(test, "reset", 0, "reset: the region was given back\n");
	expect_hand(test, "alloc 8", 0, "alloc 8: 0xfc000000\n");
}

/* Somebody else's command by hand, while the pool is allocated for the first. */
static int alloc_beside_others(struct shadow_region *memory,
			       struct shadow_run *run)
{
	frees += host_debugfs_write("run", "show", 4) != -EBUSY;
	frees += host_debugfs_write("run", "torture", 7) != -EBUSY;
	return count_alloc(memory, run);
}

static void two_commands_by_hand_do_not_meet(struct kunit *test)
{
	static const struct shadow_region_ops crowded = {
		.alloc = alloc_beside_others,
		.free = count_free,
	};

	region.ops = &crowded;
	expect_hand(test, "alloc 0", 0, NULL);
	KUNIT_EXPECT_EQ(test, frees, 0);
	expect_logged(test, "<3>buddy_shadow: run: by hand: another command by hand runs; wait for its end, or write stop\n");
}

static void no_region_is_said(struct kunit *test)
{
	region.ops = NULL;
	region.bytes = 0;
	expect_hand(test, "whole-machine ops=10", 0, NULL);
	expect_hand(test, "alloc 0", -ENODEV, NULL);
	expect_in(test, "result", "# whole-machine ");
	expect_logged(test, "<3>buddy_shadow: run: by hand: it needs a region, and there is none; see the report\n");
	expect_in(test, "summary", "\nregion_held: no\n");
	expect_hand(test, "whole-machine ops=10", 0, NULL);
}

static void what_is_no_command_is_refused(struct kunit *test)
{
	static const char * const wrong[] = {
		"alloc", "alloc 1 2", "alloc x", "alloc -1", "allo 1",
		"free", "free 1", "free 1 2 3", "show 1", "map 0", "reset now",
		"alloc 18446744073709551616", "alloc1",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(wrong); i++)
		expect_hand(test, wrong[i], -EINVAL, NULL);
	expect_logged(test, "expected one of selftest, torture, smp, whole-machine, stop, alloc, free, show, map, reset\n");
	expect_hand(test, "alloc x", -EINVAL, NULL);
	expect_logged(test, "got \"alloc x\", expected alloc ORDER, the order from 0 to 20\n");
	KUNIT_EXPECT_EQ(test, allocs, 0);
}

SHADOW_SUITE(host_by_hand, hand_init, hand_exit,
	     KUNIT_CASE(one_sees_a_split_and_a_merge),
	     KUNIT_CASE(a_refused_free_says_why),
	     KUNIT_CASE(an_alloc_of_what_there_is_not_says_so),
	     KUNIT_CASE(show_says_where_there_is_none),
	     KUNIT_CASE(show_and_map_are_of_the_region),
	     KUNIT_CASE(the_region_is_held_until_reset),
	     KUNIT_CASE(without_a_region_in_hand_there_is_nothing_to_do),
	     KUNIT_CASE(ten_minutes_without_a_command_give_it_back),
	     KUNIT_CASE(a_command_at_the_last_moment_keeps_it),
	     KUNIT_CASE(a_broken_buddy_is_named_and_left_alone),
	     KUNIT_CASE(two_commands_by_hand_do_not_meet),
	     KUNIT_CASE(no_region_is_said),
	     KUNIT_CASE(what_is_no_command_is_refused));
