// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user writes to do something by hand.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../exercise/hand.h"
#include "suites.h"

static void commands_by_hand_have_their_numbers(struct kunit *test)
{
	struct shadow_hand got;

	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, "alloc 3\n"), 0);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_ALLOC);
	KUNIT_EXPECT_EQ(test, got.order, 3);
	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, " free 0xfc000000 010 "), 0);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_FREE);
	KUNIT_EXPECT_EQ(test, got.pa, 0xfc000000);
	KUNIT_EXPECT_EQ(test, got.order, 8);
	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, "show"), 0);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_SHOW);
	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, "map"), 0);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_MAP);
	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, "reset"), 0);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_RESET);
}

/* An order that does not fit into 32 bits is not one that does. */
static void a_large_order_stays_too_large(struct kunit *test)
{
	struct shadow_hand got;

	KUNIT_EXPECT_EQ(test, shadow_hand_parse(&got, "alloc 0x100000003"), 0);
	KUNIT_EXPECT_EQ(test, got.order, U32_MAX);
}

static void other_commands_by_hand_are_refused(struct kunit *test)
{
	static const char * const bad[] = {
		"", "alloc", "alloc 1 2", "alloc x", "alloc -1", "allo 1",
		"alloc1", "free", "free 1", "free 1 2 3", "free 1,2", "show 1",
		"map 0", "reset now", "alloc 18446744073709551616", "torture",
	};
	struct shadow_hand got = { SHADOW_HAND_MAP, 1, 2 };
	u32 i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_EQ_MSG(test, shadow_hand_parse(&got, bad[i]),
				    -EINVAL, "\"%s\"", bad[i]);
	KUNIT_EXPECT_EQ(test, got.what, SHADOW_HAND_MAP);
	KUNIT_EXPECT_EQ(test, got.pa, 1);
	KUNIT_EXPECT_EQ(test, got.order, 2);
}

SHADOW_SUITE(shadow_hand, NULL, NULL,
	     KUNIT_CASE(commands_by_hand_have_their_numbers),
	     KUNIT_CASE(a_large_order_stays_too_large),
	     KUNIT_CASE(other_commands_by_hand_are_refused));
