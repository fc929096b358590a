// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user writes: commands, numbers, sizes, the words of on_panic=.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../exercise/command.h"
#include "suites.h"

/* What a number must not touch when it is refused. */
#define KEPT	0x1234567890ULL

struct number {
	const char *text;
	u64 value;
};

/* The parser asks for names and defaults alone. */
static const struct shadow_exercise_ops torture = {
	.name = "torture", .ops = 20000,
};

static const struct shadow_exercise_ops whole = {
	.name = "whole-machine", .ops = 1000000,
};

static const struct shadow_exercise_ops smp = { .name = "smp", .ops = 7 };

static const struct shadow_exercise_ops * const table[] = {
	&torture, &whole, &smp, NULL,
};

static void expect_command(struct kunit *test, const char *text,
			   const struct shadow_exercise_ops *exercise, u64 seed,
			   u64 ops)
{
	struct shadow_command got = {};

	KUNIT_EXPECT_EQ_MSG(test, shadow_command_parse(&got, text, table), 0,
			    "\"%s\"", text);
	KUNIT_EXPECT_EQ_MSG(test, got.exercise == exercise, true, "\"%s\"",
			    text);
	KUNIT_EXPECT_EQ_MSG(test, got.seed, seed, "\"%s\"", text);
	KUNIT_EXPECT_EQ_MSG(test, got.ops, ops, "\"%s\"", text);
}

static void a_command_without_options_has_its_defaults(struct kunit *test)
{
	expect_command(test, "torture", &torture, 0, 20000);
	expect_command(test, "smp", &smp, 0, 7);
	expect_command(test, "whole-machine", &whole, 0, 1000000);
	expect_command(test, "stop", NULL, 0, 0);
}

static void options_come_in_any_order_and_number(struct kunit *test)
{
	expect_command(test, "torture seed=1 ops=2", &torture, 1, 2);
	expect_command(test, "torture ops=2 seed=1", &torture, 1, 2);
	expect_command(test, "torture ops=0", &torture, 0, 0);
	expect_command(test, "torture seed=1 seed=0x10 seed=010", &torture, 8,
		       20000);
	expect_command(test, "torture seed=18446744073709551615 ops=1000000000",
		       &torture, U64_MAX, 1000000000);
}

static void whether_a_number_of_operations_was_given_is_known(struct kunit *test)
{
	struct shadow_command got;

	KUNIT_EXPECT_EQ(test, shadow_command_parse(&got, "smp seed=1", table), 0);
	KUNIT_EXPECT_EQ(test, got.ops_given, false);
	KUNIT_EXPECT_EQ(test, shadow_command_parse(&got, "smp ops=7 seed=1",
						   table), 0);
	KUNIT_EXPECT_EQ(test, got.ops_given, true);
}

static void time_is_in_seconds(struct kunit *test)
{
	struct shadow_command got;

	KUNIT_EXPECT_EQ(test, shadow_command_parse(&got, "smp", table), 0);
	KUNIT_EXPECT_EQ(test, got.seconds, 0);
	KUNIT_EXPECT_EQ(test, shadow_command_parse(&got,
						   "smp time=3 ops=1 time=1000000",
						   table), 0);
	KUNIT_EXPECT_EQ(test, got.seconds, 1000000);
	KUNIT_EXPECT_EQ(test, got.ops, 1);
}

static void blanks_may_stand_around_words(struct kunit *test)
{
	expect_command(test, "torture\n", &torture, 0, 20000);
	expect_command(test, "  torture\tops=0  seed=0xffffffffffffffff\n",
		       &torture, U64_MAX, 0);
	expect_command(test, "\t\n\v\f\r torture\r\nseed=1\t\n ", &torture, 1,
		       20000);
}

static void other_commands_are_refused(struct kunit *test)
{
	static const char * const bad[] = {
		"", " ", "\n", "tortur", "torture1", "TORTURE", "torture,",
		"tortureseed=1", "torture seed", "torture seed=", "torture seed=x",
		"torture seed =1", "torture seed= 1", "torture seed=-1",
		"torture seed=+1", "torture seed=18446744073709551616",
		"torture ops=1000000001", "torture ops=1k", "torture xops=1",
		"torture seed=1ops=1", "torture seed=1,ops=1", "smp cpus=2",
		"selftest", "smp 3", "smp smp", "stop stop", "seed=1", "stop seed=1",
		"stop now", "sto", "smp time=", "smp time=1000001", "stop time=1",
		"smp time=1s", "torture seed=\x80",
	};
	struct shadow_command got = { &smp, 1, 2, false, 3 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_command_parse(&got, bad[i],
							       table),
				    -EINVAL, "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, got.exercise == &smp, true);
	KUNIT_EXPECT_EQ(test, got.seed, 1);
	KUNIT_EXPECT_EQ(test, got.ops, 2);
	KUNIT_EXPECT_EQ(test, got.seconds, 3);
}

/* Of the longest form not a letter is lost in the room that the log has. */
static void what_was_expected_is_the_form_of_that_command(struct kunit *test)
{
#define NAMES "one of torture, whole-machine, smp, stop, alloc, free, show, map, reset"
#define OPTIONS " [seed=NUMBER] [ops=NUMBER] [time=SECONDS], at most ops=1000000000 and time=1000000"
	static const struct { const char *text, *form; } of[] = {
		{ "alloc x", "alloc ORDER, the order from 0 to 20" },
		{ "alloc", "alloc ORDER, the order from 0 to 20" },
		{ " free\t7c000000 3",
		  "free ADDRESS ORDER, such as free 0x80000000 3" },
		{ "show 1", "show alone" }, { "map 0\n", "map alone" },
		{ "reset now", "reset alone" }, { "stop now", "stop alone" },
		{ "torture ops=x", "torture" OPTIONS },
		{ "whole-machine seed", "whole-machine" OPTIONS },
		{ "", NAMES }, { "alloc1", NAMES }, { "torture,", NAMES },
	};
	char form[128];
	u32 i;

	for (i = 0; i < ARRAY_SIZE(of); i++) {
		shadow_command_form(form, sizeof(form), of[i].text, table);
		KUNIT_EXPECT_EQ_MSG(test, strcmp(form, of[i].form), 0,
				    "\"%s\": %s", of[i].text, form);
	}
	shadow_command_form(form, 6, "alloc", table);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(form, "alloc"), 0, "%s", form);
	shadow_command_form(form, 6, "banana", table);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(form, "one o"), 0, "%s", form);
}

static void expect_values(struct kunit *test,
			  int (*parse)(const char *text, u64 *value),
			  const struct number *good, int nr)
{
	int i;

	for (i = 0; i < nr; i++) {
		u64 got = KEPT;

		KUNIT_EXPECT_EQ_MSG(test, parse(good[i].text, &got), 0,
				    "\"%s\"", good[i].text);
		KUNIT_EXPECT_EQ_MSG(test, got, good[i].value, "\"%s\"",
				    good[i].text);
	}
}

static void expect_refused(struct kunit *test,
			   int (*parse)(const char *text, u64 *value),
			   const char * const *bad, int nr)
{
	u64 got = KEPT;
	int i;

	for (i = 0; i < nr; i++)
		KUNIT_EXPECT_EQ_MSG(test, parse(bad[i], &got), -EINVAL,
				    "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, got, KEPT);
}

static void numbers_are_read_in_three_bases(struct kunit *test)
{
	static const struct number good[] = {
		{ "0", 0 }, { "00", 0 }, { "1", 1 }, { "010", 8 },
		{ "0x1f", 31 }, { "0X1F", 31 }, { "0x0", 0 },
		{ "18446744073709551615", U64_MAX },
		{ "0xffffffffffffffff", U64_MAX },
		{ "0x0000000000000000000001", 1 },
		{ "01777777777777777777777", U64_MAX },
	};

	expect_values(test, shadow_number_parse, good, ARRAY_SIZE(good));
}

static void numbers_that_64_bits_do_not_hold_are_refused(struct kunit *test)
{
	static const char * const bad[] = {
		"18446744073709551616", "18446744073709551620",
		"0x10000000000000000", "02000000000000000000000",
		"99999999999999999999", "184467440737095516150",
	};

	expect_refused(test, shadow_number_parse, bad, ARRAY_SIZE(bad));
	expect_refused(test, shadow_size_parse, bad, ARRAY_SIZE(bad));
}

static void text_that_is_no_number_is_refused(struct kunit *test)
{
	static const char * const bad[] = {
		"", " ", "-1", "+1", " 1", "1 ", "1\n", "x", "0x", "0xg", "08",
		"1a", "a", "banana", "1.5", "--1", "\xb1",
	};

	expect_refused(test, shadow_number_parse, bad, ARRAY_SIZE(bad));
	expect_refused(test, shadow_size_parse, bad, ARRAY_SIZE(bad));
}

static void sizes_take_a_letter(struct kunit *test)
{
	static const struct number good[] = {
		{ "0", 0 }, { "4096", 4096 }, { "16M", 16 << 20 },
		{ "1k", 1024 }, { "3K", 3072 }, { "0x10m", 16 << 20 },
		{ "2g", 2ULL << 30 }, { "1G", 1 << 30 }, { "0T", 0 },
		{ "1t", 1ULL << 40 }, { "1T", 1ULL << 40 },
		{ "1099511627776", 1ULL << 40 }, { "01024G", 532ULL << 30 },
		{ "1024G", 1ULL << 40 },
	};

	expect_values(test, shadow_size_parse, good, ARRAY_SIZE(good));
}

/* 2^24 TiB is 2^64 bytes: it was once taken for 0, which means "automatic". */
static void a_size_does_not_wrap(struct kunit *test)
{
	static const char * const bad[] = {
		"16777216T", "16777217T", "17592186044416M", "17179869184G",
		"18014398509481984K", "33554432T", "18446744073709551616",
		"18446744073709551615T", "2T", "1025G", "1099511627777",
		"1048577M",
	};

	expect_refused(test, shadow_size_parse, bad, ARRAY_SIZE(bad));
}

static void other_letters_are_no_size(struct kunit *test)
{
	static const char * const bad[] = {
		"M", "1Q", "1P", "1E", "1MB", "1MM", "1 M", "1M ", "-1M",
		"16M\n", "1.5G", "1\x0dM", "1+",
	};

	expect_refused(test, shadow_size_parse, bad, ARRAY_SIZE(bad));
}

static void an_image_is_none_or_a_place(struct kunit *test)
{
	static const struct {
		const char *text;
		u64 base, bytes;
	} good[] = {
		{ "none", 0, 0 }, { "0,1", 0, 1 },
		{ "0x40210000,24M", 0x40210000, 24 << 20 },
		{ "1073741824,0x1000", 1 << 30, 4096 },
		{ "2G,1k", 2ULL << 30, 1024 }, { "010,1T", 8, 1ULL << 40 },
		{ "0xffffffffffffffff,1", U64_MAX, 1 },
		{ "0,0xffffffffffffffff", 0, U64_MAX },
		{ "1,0xffffffffffffffff", 1, U64_MAX },
		{ "16777215T,1T", 16777215ULL << 40, 1ULL << 40 },
	};
	static const char * const bad[] = {
		"", "non", "nonee", "none,", "none,1", "None", ",", "1", "1,",
		",1", "1,0", "1,0x0", "0x0,0K", "1,1,", "1,1,1", "1 ,1", "1, 1",
		" 1,1", "1,1\n", "-1,1", "1,-1", "1;1", "x,1", "1,x", "1Q,1",
		"1,1Q", "1MB,1", "2,0xffffffffffffffff",
		"0xffffffffffffffff,2", "16777215T,0x10000000001",
		"16777216T,1", "1,16777216T", "18446744073709551616,1",
	};
	struct shadow_place got = { true, KEPT, KEPT };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_place_parse(bad[i], &got),
				    -EINVAL, "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, got.base, KEPT);
	KUNIT_EXPECT_EQ(test, got.bytes, KEPT);
	for (i = 0; i < ARRAY_SIZE(good); i++) {
		got.given = false;
		KUNIT_EXPECT_EQ_MSG(test, shadow_place_parse(good[i].text,
							     &got),
				    0, "\"%s\"", good[i].text);
		KUNIT_EXPECT_EQ(test, got.given, true);
		KUNIT_EXPECT_EQ_MSG(test, got.base, good[i].base, "\"%s\"",
				    good[i].text);
		KUNIT_EXPECT_EQ_MSG(test, got.bytes, good[i].bytes, "\"%s\"",
				    good[i].text);
	}
}

/* One place more than there is room for. */
static void too_many_places_are_refused(struct kunit *test,
					struct shadow_memreserve *got)
{
	static char text[4 * (SHADOW_MOST_MEMRESERVE + 1)];
	u32 i;

	for (i = 0; i < sizeof(text); i++)
		text[i] = "8,1,"[i % 4];
	text[sizeof(text) - 1] = 0;
	KUNIT_EXPECT_EQ(test, shadow_memreserve_parse(text, got), -EINVAL);
	text[sizeof(text) - 5] = 0;
	KUNIT_EXPECT_EQ(test, shadow_memreserve_parse(text, got), 0);
	KUNIT_EXPECT_EQ(test, got->nr, SHADOW_MOST_MEMRESERVE);
	KUNIT_EXPECT_EQ(test, got->place[SHADOW_MOST_MEMRESERVE - 1].base, 8);
}

static void memreserve_is_none_or_places(struct kunit *test)
{
	static const char * const bad[] = {
		"", ",", "none,1,1", "1,1,none", "1", "1,", "1,1,", "1,1,1",
		",1,1", "1,0", "1,1,1,0", "1,1;1,1", "1,1, 1,1", "1,1 ",
		"1,1,,1,1", "1,1,2,0xffffffffffffffff", "None",
	};
	static struct shadow_place place[SHADOW_MOST_MEMRESERVE];
	struct shadow_memreserve got = { false, 7, place };
	u32 i;

	place[0].base = KEPT;
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_memreserve_parse(bad[i], &got),
				    -EINVAL, "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, place[0].base, KEPT);
	KUNIT_EXPECT_EQ(test, got.nr, 7);
	KUNIT_EXPECT_EQ(test, got.given, false);
	KUNIT_EXPECT_EQ(test, shadow_memreserve_parse("none", &got), 0);
	KUNIT_EXPECT_EQ(test, got.given, true);
	KUNIT_EXPECT_EQ(test, got.nr, 0);
	KUNIT_EXPECT_EQ(test, shadow_memreserve_parse("0x10,1K,2M,3", &got), 0);
	KUNIT_EXPECT_EQ(test, got.nr, 2);
	KUNIT_EXPECT_EQ(test, place[0].base, 16);
	KUNIT_EXPECT_EQ(test, place[0].bytes, 1024);
	KUNIT_EXPECT_EQ(test, place[1].base, 2 << 20);
	KUNIT_EXPECT_EQ(test, place[1].bytes, 3);
	too_many_places_are_refused(test, &got);
}

static void on_panic_knows_three_words(struct kunit *test)
{
	static const char * const bad[] = {
		"", "repor", "reports", "Panic", " fail", "fail ", "fail\n",
		"0", "banana",
	};
	enum shadow_on_panic what;
	u32 i;

	for (i = SHADOW_ON_PANIC_REPORT; i <= SHADOW_ON_PANIC_PANIC; i++) {
		KUNIT_EXPECT_EQ(test, shadow_on_panic_parse(shadow_on_panic_name(i),
							    &what), 0);
		KUNIT_EXPECT_EQ(test, what, i);
	}
	KUNIT_EXPECT_EQ(test, shadow_on_panic_parse("fail", &what), 0);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_on_panic_parse(bad[i], &what),
				    -EINVAL, "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, what, SHADOW_ON_PANIC_FAIL);
}

SHADOW_SUITE(shadow_command, NULL, NULL,
	     KUNIT_CASE(a_command_without_options_has_its_defaults),
	     KUNIT_CASE(options_come_in_any_order_and_number),
	     KUNIT_CASE(whether_a_number_of_operations_was_given_is_known),
	     KUNIT_CASE(time_is_in_seconds),
	     KUNIT_CASE(blanks_may_stand_around_words),
	     KUNIT_CASE(other_commands_are_refused),
	     KUNIT_CASE(what_was_expected_is_the_form_of_that_command),
	     KUNIT_CASE(numbers_are_read_in_three_bases),
	     KUNIT_CASE(numbers_that_64_bits_do_not_hold_are_refused),
	     KUNIT_CASE(text_that_is_no_number_is_refused),
	     KUNIT_CASE(sizes_take_a_letter),
	     KUNIT_CASE(a_size_does_not_wrap),
	     KUNIT_CASE(other_letters_are_no_size),
	     KUNIT_CASE(an_image_is_none_or_a_place),
	     KUNIT_CASE(memreserve_is_none_or_places),
	     KUNIT_CASE(on_panic_knows_three_words));
