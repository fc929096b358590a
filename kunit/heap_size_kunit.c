// SPDX-License-Identifier: GPL-2.0-only
/*
 * The heap of a machine: H1, H2 and the trap of H3.
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "../heap_size.h"

#define KIB(n)	((n) * (1ULL << 10))
#define MIB(n)	((n) * (1ULL << 20))
#define GIB(n)	((n) * (1ULL << 30))
#define TIB(n)	((n) * (1ULL << 40))

struct heap {
	const char *name;
	u64 total_ram;
	u64 bytes;
	unsigned int order;
};

static const struct heap heaps[] = {
	{ "no RAM", 0, MIB(16), 12 },
	{ "a page", KIB(4), MIB(16), 12 },
	{ "32 MiB", MIB(32), MIB(16), 12 },
	{ "256 MiB", MIB(256), MIB(16), 12 },
	{ "1 GiB", GIB(1), MIB(16), 12 },
	{ "2 GiB", GIB(2), MIB(16), 12 },
	{ "2 GiB and a page", GIB(2) + KIB(4), MIB(16), 12 },
	{ "the last of 16 MiB", GIB(2) + KIB(508), MIB(16), 12 },
	{ "the first above 16 MiB", GIB(2) + KIB(512), MIB(16) + KIB(4), 13 },
	{ "3 GiB", GIB(3), MIB(24), 13 },
	{ "3 GiB and a page", GIB(3) + KIB(4), MIB(24), 13 },
	{ "a page below 4 GiB", GIB(4) - KIB(4), MIB(32) - KIB(4), 13 },
	{ "4 GiB", GIB(4), MIB(32), 13 },
	{ "4.5 GiB", MIB(4608), MIB(36), 14 },
	{ "6 GiB", GIB(6), MIB(48), 14 },
	{ "a page below 8 GiB", GIB(8) - KIB(4), MIB(64) - KIB(4), 14 },
	{ "8 GiB", GIB(8), MIB(64), 14 },
	{ "12 GiB", GIB(12), MIB(64), 14 },
	{ "16 GiB", GIB(16), MIB(64), 14 },
	{ "1 TiB", TIB(1), MIB(64), 14 },
	{ "16 TiB", TIB(16), MIB(64), 14 },
	{ "a page below 2^64", 0 - KIB(4), MIB(64), 14 },
};

static void name_heap(const struct heap *heap, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", heap->name);
}

KUNIT_ARRAY_PARAM(heaps, heaps, name_heap);

static void h2_heap_bytes_follow_the_table(struct kunit *test)
{
	const struct heap *heap = test->param_value;

	KUNIT_EXPECT_EQ(test, shadow_heap_bytes(heap->total_ram), heap->bytes);
}

static void h3_heap_order_follows_the_table(struct kunit *test)
{
	const struct heap *heap = test->param_value;
	u64 bytes = shadow_heap_bytes(heap->total_ram);

	KUNIT_EXPECT_EQ(test, shadow_heap_order(bytes), heap->order);
}

/* The trailing zero bits of 24 MiB say 8 MiB, which is order 11. */
static void h3_a_heap_of_24_mib_takes_order_13(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, shadow_heap_order(MIB(24)), 13);
	KUNIT_EXPECT_GE(test, KIB(4) << shadow_heap_order(MIB(24)), MIB(24));
}

static void h3_every_heap_gets_the_smallest_order(struct kunit *test)
{
	u64 bytes, wrong = 0;

	for (bytes = MIB(16); bytes <= MIB(64); bytes += KIB(4)) {
		unsigned int order = shadow_heap_order(bytes);

		if (KIB(4) << order < bytes || KIB(2) << order >= bytes)
			wrong = bytes;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static void h3_orders_are_right_from_a_page_to_2_63_bytes(struct kunit *test)
{
	unsigned int n;

	KUNIT_EXPECT_EQ(test, shadow_heap_order(KIB(4)), 0);
	for (n = 1; n <= 51; n++) {
		u64 bytes = KIB(4) << n;

		KUNIT_EXPECT_EQ(test, shadow_heap_order(bytes), n);
		KUNIT_EXPECT_EQ(test, shadow_heap_order(bytes / 2 + KIB(4)), n);
	}
}

/* H1: from 2 to 8 GiB the heap is a 128th, in whole pages, never more. */
static void h1_the_heap_is_a_128th_between_the_limits(struct kunit *test)
{
	u64 ram, wrong = 0;

	for (ram = GIB(2); ram <= GIB(8); ram += MIB(1) + KIB(4)) {
		u64 bytes = shadow_heap_bytes(ram);

		if (bytes * 128 > ram || (bytes + KIB(4)) * 128 <= ram ||
		    bytes % KIB(4))
			wrong = ram;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static struct kunit_case heap_size_cases[] = {
	KUNIT_CASE_PARAM(h2_heap_bytes_follow_the_table, heaps_gen_params),
	KUNIT_CASE_PARAM(h3_heap_order_follows_the_table, heaps_gen_params),
	KUNIT_CASE(h3_a_heap_of_24_mib_takes_order_13),
	KUNIT_CASE(h3_every_heap_gets_the_smallest_order),
	KUNIT_CASE(h3_orders_are_right_from_a_page_to_2_63_bytes),
	KUNIT_CASE(h1_the_heap_is_a_128th_between_the_limits),
	{}
};

static struct kunit_suite shadow_heap_size_suite = {
	.name = "shadow_heap_size",
	.test_cases = heap_size_cases,
};

kunit_test_suite(shadow_heap_size_suite);
