// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the buddy tells those who listen (struct shadow_buddy_events), and that it does
 * the same while somebody does.
 */
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "../../exercise/rng.h"
#include "../../kunit/buddy_fixture.h"
#include "../model/input.h"

#define MOST		64
#define PAGES		64
#define RANDOM_CALLS	20000
#define RANDOM_INPUTS	1000
#define INPUT_BYTES	256

enum what { NONE, ALLOCATED, FREED, SPLIT, MERGED, REFUSED };

struct event {
	enum what what;
	u64 pfn;	/* of what is refused: the address */
	unsigned int order;
	const char *reason;
};

static struct event heard[MOST];
static u32 nr_heard;
static unsigned long nr_ever;

static void hear(enum what what, u64 pfn, unsigned int order, const char *reason)
{
	const struct event event = { what, pfn, order, reason };

	nr_ever++;
	if (nr_heard < MOST)
		heard[nr_heard++] = event;
}

static void hear_alloc(u64 pfn, unsigned int order)
{
	hear(ALLOCATED, pfn, order, NULL);
}

static void hear_free(u64 pfn, unsigned int order)
{
	hear(FREED, pfn, order, NULL);
}

static void hear_split(u64 pfn, unsigned int order)
{
	hear(SPLIT, pfn, order, NULL);
}

static void hear_merge(u64 pfn, unsigned int order)
{
	hear(MERGED, pfn, order, NULL);
}

static void hear_refusal(u64 pa, unsigned int order, const char *reason)
{
	hear(REFUSED, pa, order, reason);
}

static const struct shadow_buddy_events events = {
	.alloc = hear_alloc,
	.free = hear_free,
	.split = hear_split,
	.merge = hear_merge,
	.refuse = hear_refusal,
};

static int events_init(struct kunit *test)
{
	int err = shadow_test_init(test);

	if (err)
		return err;
	nr_heard = 0;
	shadow_buddy_events_begin(&events);
	return 0;
}

static void events_exit(struct kunit *test)
{
	shadow_buddy_events_end();
	shadow_test_exit(test);
}

/* These were heard since the last call, in this order, and no others. */
static void expect_heard(struct kunit *test, int line, const struct event *want,
			 u32 nr)
{
	u32 i;

	KUNIT_ASSERT_EQ_MSG(test, nr_heard, nr, "line %d", line);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, heard[i].what, want[i].what,
				    "line %d, event %u", line, i);
		KUNIT_EXPECT_EQ_MSG(test, heard[i].pfn, want[i].pfn,
				    "line %d, event %u", line, i);
		KUNIT_EXPECT_EQ_MSG(test, heard[i].order, want[i].order,
				    "line %d, event %u", line, i);
		KUNIT_EXPECT_EQ_MSG(test, strcmp(heard[i].reason ?: "",
						 want[i].reason ?: ""), 0,
				    "line %d, event %u: %s", line, i,
				    heard[i].reason);
	}
	nr_heard = 0;
}

#define HEARD(test, ...) \
	expect_heard(test, __LINE__, (const struct event[]){ __VA_ARGS__ }, \
		     sizeof((const struct event[]){ __VA_ARGS__ }) / \
		     sizeof(struct event))

static void an_alloc_splits_and_a_free_merges(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 8, 16 });

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(8));
	HEARD(test, { SPLIT, 8, 3 }, { SPLIT, 8, 2 }, { ALLOCATED, 8, 1 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 1), PA(10));
	HEARD(test, { ALLOCATED, 10, 1 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(8), 1), SHADOW_ACCEPTED);
	HEARD(test, { FREED, 8, 1 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(10), 1), SHADOW_ACCEPTED);
	HEARD(test, { FREED, 10, 1 }, { MERGED, 8, 2 }, { MERGED, 8, 3 });
}

/* Without a listener the free would be remembered, and the alloc take it back. */
static void a_free_at_once_is_told_with_its_merges(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 0, 2 });
	u32 i;

	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(0));
		HEARD(test, { SPLIT, 0, 1 }, { ALLOCATED, 0, 0 });
		KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(0), 0),
				SHADOW_ACCEPTED);
		HEARD(test, { FREED, 0, 0 }, { MERGED, 0, 1 });
	}
}

static void h3_a_run_is_told_as_its_blocks(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 0, 16 });

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 6), PA(0));
	HEARD(test, { SPLIT, 0, 4 }, { SPLIT, 0, 3 }, { SPLIT, 4, 2 },
	      { ALLOCATED, 0, 2 }, { ALLOCATED, 4, 1 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_free_exact(b, PA(0), 6),
			SHADOW_ACCEPTED);
	HEARD(test, { FREED, 0, 2 }, { FREED, 4, 1 }, { MERGED, 4, 2 },
	      { MERGED, 0, 3 }, { MERGED, 0, 4 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc_exact(b, 16), PA(0));
	HEARD(test, { ALLOCATED, 0, 4 });
}

static void b9_only_the_last_put_is_told(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 4, 8 });

	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 2), PA(4));
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(b, PA(4)), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(b, PA(4)), SHADOW_ACCEPTED);
	HEARD(test, { ALLOCATED, 4, 2 });
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(b, PA(4)), SHADOW_ACCEPTED);
	HEARD(test, { FREED, 4, 2 });
}

static void b5_what_is_refused_is_told_with_its_reason(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 4, 8 });
	struct event none = { REFUSED, SHADOW_NO_PAGE, 3,
			      "no free block is that large" };

	shadow_buddy_alloc(b, 3);
	shadow_buddy_alloc_exact(b, 5);
	HEARD(test, none, none);
	shadow_buddy_alloc(b, 21);
	shadow_buddy_alloc_exact(b, 0);
	HEARD(test, { REFUSED, SHADOW_NO_PAGE, 21, "order over 20" },
	      { REFUSED, SHADOW_NO_PAGE, SHADOW_NO_ORDER, "order over 20" });
	shadow_buddy_free(b, PA(4) + 1, 2);
	shadow_buddy_free(b, PA(4), 21);
	shadow_buddy_free(b, PA(8), 0);
	shadow_buddy_free(b, PA(5), 0);
	HEARD(test, { REFUSED, PA(4) + 1, 2, "not page aligned" },
	      { REFUSED, PA(4), 21, "order over 20" },
	      { REFUSED, PA(8), 0, "outside RAM" },
	      { REFUSED, PA(5), 0, "already free" });
	shadow_buddy_free_exact(b, PA(4) + 2, 1);
	shadow_buddy_free_exact(b, PA(4), 0);
	shadow_buddy_free_exact(b, PA(4), 4);
	HEARD(test, { REFUSED, PA(4) + 2, SHADOW_NO_ORDER, "not page aligned" },
	      { REFUSED, PA(4), SHADOW_NO_ORDER, "order over 20" },
	      { REFUSED, PA(4), SHADOW_NO_ORDER, "already free" });
	shadow_buddy_get(b, PA(4) + 3);
	shadow_buddy_get(b, PA(9));
	shadow_buddy_put(b, PA(4) + 4);
	shadow_buddy_put(b, PA(6));
	shadow_buddy_put(b, PA(9));
	HEARD(test, { REFUSED, PA(4) + 3, SHADOW_NO_ORDER, "not page aligned" },
	      { REFUSED, PA(9), SHADOW_NO_ORDER, "outside RAM" },
	      { REFUSED, PA(4) + 4, SHADOW_NO_ORDER, "not page aligned" },
	      { REFUSED, PA(6), SHADOW_NO_ORDER, "already free" },
	      { REFUSED, PA(9), SHADOW_NO_ORDER, "outside RAM" });
}

static void nobody_listens_nothing_is_told(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 0, 4 });

	shadow_buddy_events_end();
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 0), PA(0));
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(b, PA(0), 0), SHADOW_ACCEPTED);
	shadow_buddy_free(b, PA(0), 21);
	shadow_buddy_events_begin(&events);
	KUNIT_EXPECT_EQ(test, nr_heard, 0);
	/* The free that is remembered comes to its end, and nobody hears of that. */
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(b, 2), PA(0));
	HEARD(test, { ALLOCATED, 0, 2 });
}

/* The blocks as they follow from what was told: 1 + order, 0 where none begins. */
static u8 is_free[PAGES], is_held[PAGES];

static bool remove_block(u8 *from, u64 pfn, unsigned int order)
{
	bool there = pfn < PAGES && from[pfn] == 1 + order;

	if (there)
		from[pfn] = 0;
	return there;
}

/* Do to these blocks what was told; false where they do not allow it. */
static bool follow(const struct event *event)
{
	unsigned int order = event->order;
	u64 pfn = event->pfn;
	u64 half;

	switch (event->what) {
	case ALLOCATED:
		if (!remove_block(is_free, pfn, order))
			return false;
		is_held[pfn] = 1 + order;
		return true;
	case FREED:
		if (!remove_block(is_held, pfn, order))
			return false;
		is_free[pfn] = 1 + order;
		return true;
	case SPLIT:
		half = 1ULL << (order - 1);
		if (!remove_block(is_free, pfn, order))
			return false;
		is_free[pfn] = order;
		is_free[pfn + half] = order;
		return true;
	case MERGED:
		half = 1ULL << (order - 1);
		if (!remove_block(is_free, pfn, order - 1) ||
		    !remove_block(is_free, pfn + half, order - 1))
			return false;
		is_free[pfn] = 1 + order;
		return true;
	default:
		return event->what == REFUSED;
	}
}

static void call_at_random(struct shadow_buddy *b, struct shadow_rng *rng)
{
	u64 pa = PA(shadow_rng_below(rng, PAGES));
	unsigned int order = shadow_rng_below(rng, 4);
	u64 nr = 1 + shadow_rng_below(rng, 12);

	switch (shadow_rng_below(rng, 8)) {
	case 0:
		shadow_buddy_alloc_exact(b, nr);
		break;
	case 1:
		shadow_buddy_free_exact(b, pa, nr);
		break;
	case 2:
		shadow_buddy_get(b, pa);
		break;
	case 3:
	case 4:
		shadow_buddy_put(b, pa);
		break;
	case 5:
	case 6:
		shadow_buddy_alloc(b, order);
		break;
	default:
		shadow_buddy_free(b, pa, order);
	}
}

static void b1_the_blocks_follow_from_what_is_told(struct kunit *test)
{
	struct shadow_buddy *b = TEST_FREE_RAM(test, { 0, PAGES });
	const struct shadow_page *page;
	struct shadow_rng rng;
	u32 nr, i;

	shadow_rng_seed(&rng, shadow_test_seed());
	memset(is_held, 0, sizeof(is_held));
	memset(is_free, 0, sizeof(is_free));
	is_free[0] = 1 + 6;
	for (nr = 0; nr < RANDOM_CALLS; nr++) {
		call_at_random(b, &rng);
		KUNIT_ASSERT_LT_MSG(test, nr_heard, MOST, "call %u", nr);
		for (i = 0; i < nr_heard; i++)
			KUNIT_ASSERT_EQ_MSG(test, follow(&heard[i]), true,
					    "call %u, event %u", nr, i);
		nr_heard = 0;
		for (i = 0; i < PAGES; i++) {
			page = shadow_buddy_page(b, PA(i));
			KUNIT_ASSERT_EQ_MSG(test, page->state,
					    is_free[i] ? SHADOW_PAGE_FREE |
							 (is_free[i] - 1) :
					    is_held[i] ? SHADOW_PAGE_ALLOCATED |
							 (is_held[i] - 1) : 0,
					    "call %u, page %u", nr, i);
		}
	}
}

/* As shadow_model does without a listener. */
static void b1_it_does_what_it_does_unheard(struct kunit *test)
{
	u8 *bytes = shadow_test_zeroed(test, INPUT_BYTES);
	struct shadow_rng rng;
	u32 nr, i;

	shadow_rng_seed(&rng, shadow_test_seed());
	nr_ever = 0;
	for (nr = 0; nr < RANDOM_INPUTS; nr++) {
		struct shadow_input in = { bytes, INPUT_BYTES };

		for (i = 0; i < INPUT_BYTES; i++)
			bytes[i] = shadow_rng_next(&rng);
		shadow_buddy_compare(&in);
		KUNIT_ASSERT_EQ_MSG(test, !in.wrong, true,
				    "input %u: line %d: %s", nr, in.line,
				    in.wrong ?: "");
	}
	KUNIT_EXPECT_GT(test, nr_ever, 10 * RANDOM_INPUTS);
}

SHADOW_SUITE(host_events, events_init, events_exit,
	     KUNIT_CASE(an_alloc_splits_and_a_free_merges),
	     KUNIT_CASE(a_free_at_once_is_told_with_its_merges),
	     KUNIT_CASE(h3_a_run_is_told_as_its_blocks),
	     KUNIT_CASE(b9_only_the_last_put_is_told),
	     KUNIT_CASE(b5_what_is_refused_is_told_with_its_reason),
	     KUNIT_CASE(nobody_listens_nothing_is_told),
	     KUNIT_CASE(b1_the_blocks_follow_from_what_is_told),
	     KUNIT_CASE(b1_it_does_what_it_does_unheard));
