// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout against the allocator: what M4 predicts is what the buddy holds
 * when it is given the free ranges, and where the heap is said to lie is where
 * it comes to lie.
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "../mem_map.h"
#include "../exercise/rng.h"
#include "buddy_fixture.h"
#include "layout_fixture.h"
#include "suites.h"

#define MAX_RANGES	16

struct machine {
	struct shadow_ranges ram;
	struct shadow_ranges reserved;
	struct shadow_range storage[2][MAX_RANGES];
};

static struct machine *new_machine(struct kunit *test)
{
	struct machine *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, m);
	shadow_ranges_init(&m->ram, m->storage[0], MAX_RANGES);
	shadow_ranges_init(&m->reserved, m->storage[1], MAX_RANGES);
	return m;
}

/* Add the free ranges to a new allocator over all of RAM. */
static struct shadow_buddy *start_buddy(struct kunit *test,
					const struct machine *m,
					const struct shadow_layout *layout)
{
	struct shadow_test_run ram[MAX_RANGES];
	struct shadow_buddy *b;
	u32 i;

	for (i = 0; i < m->ram.nr; i++) {
		ram[i].start = m->ram.range[i].start >> SHADOW_PAGE_SHIFT;
		ram[i].end = (m->ram.range[i].last >> SHADOW_PAGE_SHIFT) + 1;
	}
	b = shadow_test_ram(test, ram, m->ram.nr);
	for (i = 0; i < layout->free.nr; i++) {
		const struct shadow_range *free = &layout->free.range[i];

		KUNIT_ASSERT_EQ(test, shadow_buddy_add_range(b, free->start,
							     free->last), 0);
	}
	return b;
}

static void expect_same(struct kunit *test, const struct machine *m)
{
	const struct shadow_layout *layout =
		shadow_test_layout_of(test, &m->ram, &m->reserved);
	struct shadow_buddy *b = start_buddy(test, m, layout);
	u64 blocks[SHADOW_NR_ORDERS];
	unsigned int n;
	u64 heap;

	KUNIT_EXPECT_EQ(test, shadow_buddy_blocks(b, blocks),
			layout->free_pages);
	for (n = 0; n < SHADOW_NR_ORDERS; n++)
		KUNIT_EXPECT_EQ_MSG(test, blocks[n], layout->free_blocks[n],
				    "order %u", n);
	heap = shadow_buddy_alloc_exact(b, layout->heap_bytes / KIB(4));
	if (layout->verdict == SHADOW_OK)
		KUNIT_EXPECT_EQ(test, heap, layout->heap_base);
	else
		KUNIT_EXPECT_EQ(test, heap, SHADOW_NO_PAGE);
	shadow_test_sound(test);
}

static void h3_m4_prediction_holds_for_1_gib(struct kunit *test)
{
	struct machine *m = new_machine(test);

	shadow_ranges_add(&m->ram, GIB(1), GIB(2) - 1);
	expect_same(test, m);
}

/* The heap of 3 GiB is 24 MiB: a block is allocated and a part of it freed. */
static void h3_m4_prediction_holds_for_3_gib(struct kunit *test)
{
	struct machine *m = new_machine(test);

	shadow_ranges_add(&m->ram, GIB(1), GIB(4) - 1);
	shadow_ranges_add(&m->reserved, GIB(1) + MIB(2), GIB(1) + MIB(40) - 1);
	expect_same(test, m);
}

/* Free blocks of 16 MiB low and high: the heap takes the low one. */
static void h3_the_heap_takes_the_lowest_block_of_its_order(struct kunit *test)
{
	struct machine *m = new_machine(test);

	shadow_ranges_add(&m->ram, GIB(1), GIB(1) + MIB(128) - 1);
	shadow_ranges_add(&m->ram, GIB(3), GIB(3) + MIB(16) - 1);
	shadow_ranges_add(&m->reserved, GIB(1) + MIB(16), GIB(1) + MIB(48) - 1);
	expect_same(test, m);
}

/* A block of the exact order lies above a larger one: order decides first. */
static void b2_the_heap_takes_the_smallest_order_first(struct kunit *test)
{
	struct machine *m = new_machine(test);

	shadow_ranges_add(&m->ram, GIB(1), GIB(1) + MIB(1) - 1);
	shadow_ranges_add(&m->ram, GIB(2), GIB(2) + MIB(64) - 1);
	shadow_ranges_add(&m->ram, GIB(3), GIB(3) + MIB(16) - 1);
	expect_same(test, m);
}

/* One to six banks of up to 32 MiB, ten reserved ranges, all at odd pages. */
static void draw_machine(struct machine *m, struct shadow_rng *rng)
{
	u32 nr = 1 + shadow_rng_below(rng, 6);
	u64 pfn = 40000 + shadow_rng_below(rng, 0x100000);
	u32 i;

	m->ram.nr = 0;
	m->reserved.nr = 0;
	for (i = 0; i < nr; i++) {
		u64 start = pfn + shadow_rng_below(rng, 5000);

		pfn = start + 1 + shadow_rng_below(rng, 8192);
		shadow_ranges_add(&m->ram, PA(start), PA(pfn) - 1);
	}
	for (i = 0; i < 10; i++) {
		u64 start = pfn - shadow_rng_below(rng, 40000);
		u64 last = start + shadow_rng_below(rng, 100);

		shadow_ranges_add(&m->reserved, PA(start), PA(last + 1) - 1);
	}
}

static void h3_m4_predictions_hold_for_random_machines(struct kunit *test)
{
	struct machine *m = new_machine(test);
	struct shadow_rng rng;
	u32 i;

	shadow_rng_seed(&rng, shadow_test_seed());
	for (i = 0; i < 60; i++) {
		draw_machine(m, &rng);
		expect_same(test, m);
	}
}

static struct kunit_case layout_buddy_cases[] = {
	KUNIT_CASE(h3_m4_prediction_holds_for_1_gib),
	KUNIT_CASE(h3_m4_prediction_holds_for_3_gib),
	KUNIT_CASE(h3_the_heap_takes_the_lowest_block_of_its_order),
	KUNIT_CASE(b2_the_heap_takes_the_smallest_order_first),
	KUNIT_CASE(h3_m4_predictions_hold_for_random_machines),
	{}
};

static struct kunit_suite shadow_layout_buddy_suite = {
	.name = "shadow_layout_buddy",
	.init = shadow_test_init,
	.exit = shadow_test_exit,
	.test_cases = layout_buddy_cases,
};

kunit_test_suite(shadow_layout_buddy_suite);
