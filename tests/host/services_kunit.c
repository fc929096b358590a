// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel services of host/ do what a kernel's do, where a difference could
 * hide a fault of ours and no other suite would fail.
 */
#include <kunit/test.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "../../host/host.h"
#include "../../kunit/suites.h"

static void text_prints_as_in_6_1(struct kunit *test)
{
	static const char want[] =
		"0x0 0x12|   |ab   |    7|8000000000000000|ab|4%|4294967295";
	char text[80];

	scnprintf(text, sizeof(text), "%#x %#x|%*s|%-5s|%5llu|%016llx|%.2s|%zu%%|%u",
		  0, 18, 3, "", "ab", 7ULL, 1ULL << 63, "abc", sizeof(u32),
		  ~0U);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(text, want), 0, "%s", text);
	KUNIT_EXPECT_EQ(test, snprintf(text, 4, "%d", -12345), 6);
	KUNIT_EXPECT_EQ(test, strcmp(text, "-12"), 0);
	KUNIT_EXPECT_EQ(test, scnprintf(text, 4, "%d", 12345), 3);
	KUNIT_EXPECT_EQ(test, scnprintf(text, 0, "%d", 12345), 0);
}

static void a_product_past_the_end_is_no_memory(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, !kvcalloc(~0UL / 8 + 2, 8, GFP_KERNEL), true);
	KUNIT_EXPECT_EQ(test, !kvmalloc(1UL << 31, GFP_KERNEL | __GFP_NOWARN),
			true);
}

static void signals_come_when_they_are_due_and_stay(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, signal_pending(current), false);
	host_signal_after(2);
	KUNIT_EXPECT_EQ(test, signal_pending(current), false);
	KUNIT_EXPECT_EQ(test, signal_pending(current), true);
	KUNIT_EXPECT_EQ(test, signal_pending(current), true);
}

static int compare_tens(const void *a, const void *b)
{
	return *(const int *)a / 10 - *(const int *)b / 10;
}

static void a_sort_is_right_and_not_stable(struct kunit *test)
{
	static const int sorted[] = { 11, 23, 32, 30 };
	int number[] = { 30, 11, 32, 23 };

	sort(number, ARRAY_SIZE(number), sizeof(*number), compare_tens, NULL);
	KUNIT_EXPECT_EQ(test, memcmp(number, sorted, sizeof(sorted)), 0);
	sort(number, 0, sizeof(*number), compare_tens, NULL);
}

static int show_10000_bytes(struct seq_file *m, void *unused)
{
	unsigned int *shown = m->private;

	++*shown;
	seq_printf(m, "%10000s", "");
	return 0;
}

/* One page is not enough for it, nor are two. */
static void a_file_is_shown_again_until_it_fits(struct kunit *test)
{
	unsigned int shown = 0;
	struct file file = {};
	loff_t pos = 0;
	char c;

	KUNIT_ASSERT_EQ(test, single_open(&file, show_10000_bytes, &shown), 0);
	KUNIT_EXPECT_EQ(test, seq_read(&file, &c, 1, &pos), 1);
	KUNIT_EXPECT_EQ(test, shown, 3);
	single_release(NULL, &file);
}

SHADOW_SUITE(host_services, NULL, NULL,
	     KUNIT_CASE(text_prints_as_in_6_1),
	     KUNIT_CASE(a_product_past_the_end_is_no_memory),
	     KUNIT_CASE(signals_come_when_they_are_due_and_stay),
	     KUNIT_CASE(a_sort_is_right_and_not_stable),
	     KUNIT_CASE(a_file_is_shown_again_until_it_fits));
