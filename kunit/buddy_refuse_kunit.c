// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the buddy allocator refuses (B5), and references (B9). A refusal leaves
 * every byte as it was, which DO() looks at.
 *
 *	page	16              24  26  28      32      48	96       128
 *		|A      3      |A|F| F |   F   | never |  hole	|    F    |
 *		|<----------- bank 0 ----------------->|	|<-bank 1->|
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy_fixture.h"

#define END	BIT_ULL(52)	/* pages in the address space */
#define BLOCK	PA(16)	/* order 3 */
#define SINGLE	PA(24)	/* order 0 */

static int refuse_init(struct kunit *test)
{
	if (shadow_test_init(test))
		return -ENOMEM;
	TEST_RAM(test, { 16, 48 }, { 96, 128 });
	DO(test, ADD(PA(16), PA(32) - 1, 0), ADD(PA(96), PA(128) - 1, 0),
	   ALLOC(3, BLOCK), ALLOC(0, SINGLE));
	return 0;
}

struct wrong {
	const char *name;
	u64 pa;
	unsigned int order;
	enum shadow_refusal refusal;
};

static const struct wrong wrongs[] = {
	{ "a byte into a page", BLOCK + 1, 3, SHADOW_UNALIGNED },
	{ "the last byte of a page", BLOCK + 4095, 3, SHADOW_UNALIGNED },
	{ "half a page in", SINGLE + 2048, 0, SHADOW_UNALIGNED },
	{ "order 21", BLOCK, 21, SHADOW_BAD_ORDER },
	{ "order 32", BLOCK, 32, SHADOW_BAD_ORDER },
	{ "order 35", BLOCK, 35, SHADOW_BAD_ORDER },
	{ "order 2^32 - 1", BLOCK, ~0U, SHADOW_BAD_ORDER },
	{ "address 0", 0, 0, SHADOW_OUTSIDE },
	{ "the page below RAM", PA(15), 0, SHADOW_OUTSIDE },
	{ "the first page of the hole", PA(48), 0, SHADOW_OUTSIDE },
	{ "the last page of the hole", PA(95), 0, SHADOW_OUTSIDE },
	{ "the page above RAM", PA(128), 0, SHADOW_OUTSIDE },
	{ "2^44 above a block", BLOCK + (1ULL << 44), 3, SHADOW_OUTSIDE },
	{ "the last page there can be", 0 - PA(1), 0, SHADOW_OUTSIDE },
	{ "the first that was not added", PA(32), 0, SHADOW_NEVER_ALLOCATED },
	{ "the last that was not added", PA(47), 0, SHADOW_NEVER_ALLOCATED },
	{ "all that was not added", PA(32), 4, SHADOW_NEVER_ALLOCATED },
	{ "a free page", PA(25), 0, SHADOW_ALREADY_FREE },
	{ "a free page as a pair", PA(25), 1, SHADOW_ALREADY_FREE },
	{ "the second of a free pair", PA(27), 0, SHADOW_ALREADY_FREE },
	{ "a free block", PA(28), 2, SHADOW_ALREADY_FREE },
	{ "the last page of a free block", PA(31), 0, SHADOW_ALREADY_FREE },
	{ "a free bank", PA(96), 5, SHADOW_ALREADY_FREE },
	{ "the middle of a free bank", PA(112), 4, SHADOW_ALREADY_FREE },
	{ "the second page of a block", PA(17), 0, SHADOW_INSIDE },
	{ "the middle of a block", PA(20), 2, SHADOW_INSIDE },
	{ "the last page of a block", PA(23), 0, SHADOW_INSIDE },
	{ "a block as a page", BLOCK, 0, SHADOW_WRONG_ORDER },
	{ "a block, an order less", BLOCK, 2, SHADOW_WRONG_ORDER },
	{ "a block, an order more", BLOCK, 4, SHADOW_WRONG_ORDER },
	{ "a block as 4 GiB", BLOCK, 20, SHADOW_WRONG_ORDER },
	{ "a page as a pair", SINGLE, 1, SHADOW_WRONG_ORDER },
};

SHADOW_PARAMS(wrongs);

static void b5_a_wrong_free_is_named_and_changes_nothing(struct kunit *test)
{
	const struct wrong *wrong = test->param_value;

	DO(test, FREE(wrong->pa, wrong->order, wrong->refusal));
}

/* The order does not matter to get and put: what it alone makes wrong is not */
static void b9_get_and_put_refuse_what_free_refuses(struct kunit *test)
{
	const struct wrong *wrong = test->param_value;

	if (wrong->refusal != SHADOW_BAD_ORDER &&
	    wrong->refusal != SHADOW_WRONG_ORDER)
		DO(test, GET(wrong->pa, wrong->refusal),
		   PUT(wrong->pa, wrong->refusal));
}

static void b5_a_second_free_is_refused(struct kunit *test)
{
	DO(test, FREE(SINGLE, 0, SHADOW_ACCEPTED),
	   FREE(SINGLE, 0, SHADOW_ALREADY_FREE),
	   FREE(SINGLE, 3, SHADOW_ALREADY_FREE));
}

/* Its head is a tail of the merged block by then, its state long gone. */
static void b5_a_second_free_after_a_merge_is_refused(struct kunit *test)
{
	DO(test, FREE(SINGLE, 0, SHADOW_ACCEPTED),
	   FREE(BLOCK, 3, SHADOW_ACCEPTED),
	   FREE(SINGLE, 0, SHADOW_ALREADY_FREE),
	   FREE(BLOCK, 3, SHADOW_ALREADY_FREE));
}

/* 2^32 - 1 gets take too long: the count is written. */
static void b9_the_count_does_not_wrap(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	struct shadow_page *page;

	page = (struct shadow_page *)shadow_buddy_page(&t->b, SINGLE);
	page->refcount = U32_MAX;
	DO(test, GET(SINGLE, SHADOW_REFCOUNT_FULL),
	   PUT(SINGLE, SHADOW_ACCEPTED));
	KUNIT_EXPECT_EQ(test, page->refcount, U32_MAX - 1);
}

/* Of a run that is held in part, or free in part, nothing is freed. */
static void b5_b9_wrong_runs_are_named(struct kunit *test)
{
	TEST_FREE_RAM(test, { 128, 256 });
	DO(test, ALLOC_EXACT(13, PA(128)),
	   FREE_EXACT(PA(128) + 8, 12, SHADOW_UNALIGNED),
	   FREE_EXACT(PA(100), 12, SHADOW_OUTSIDE),
	   FREE_EXACT(PA(144), 12, SHADOW_ALREADY_FREE),
	   FREE_EXACT(PA(130), 12, SHADOW_INSIDE),
	   FREE_EXACT(PA(128), 7, SHADOW_WRONG_ORDER),
	   GET(PA(136), SHADOW_ACCEPTED),
	   FREE_EXACT(PA(128), 13, SHADOW_REFERENCED),
	   PUT(PA(136), SHADOW_ACCEPTED),
	   FREE(PA(140), 0, SHADOW_ACCEPTED),
	   FREE_EXACT(PA(128), 13, SHADOW_ALREADY_FREE));
}

/* Nothing lies behind the last page of the address space, page 0 neither. */
static void b5_a_run_does_not_go_on_at_address_0(struct kunit *test)
{
	TEST_FREE_RAM(test, { 0, 1 }, { END - 2, END });
	DO(test, ALLOC(0, 0), ALLOC(1, PA(END - 2)),
	   FREE_EXACT(PA(END - 2), 3, SHADOW_OUTSIDE));
}

static void b5_every_refusal_has_a_name_of_its_own(struct kunit *test)
{
	unsigned int a, b;

	for (a = SHADOW_ACCEPTED; a <= SHADOW_REFCOUNT_FULL; a++) {
		const char *name = shadow_refusal_name(a);

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, name);
		KUNIT_EXPECT_GT(test, strlen(name), 3);
		for (b = SHADOW_ACCEPTED; b < a; b++)
			KUNIT_EXPECT_NE(test,
					strcmp(name, shadow_refusal_name(b)),
					0);
	}
	KUNIT_EXPECT_EQ(test, strcmp(shadow_refusal_name(SHADOW_ALREADY_FREE),
				     "already free"), 0);
}

SHADOW_SUITE(shadow_buddy_refuse, refuse_init, shadow_test_exit,
	     KUNIT_CASE_PARAM(b5_a_wrong_free_is_named_and_changes_nothing,
			      all_wrongs_gen_params),
	     KUNIT_CASE(b5_a_second_free_is_refused),
	     KUNIT_CASE(b5_a_second_free_after_a_merge_is_refused),
	     KUNIT_CASE(b5_b9_wrong_runs_are_named),
	     KUNIT_CASE(b5_a_run_does_not_go_on_at_address_0),
	     KUNIT_CASE(b5_every_refusal_has_a_name_of_its_own),
	     KUNIT_CASE_PARAM(b9_get_and_put_refuse_what_free_refuses,
			      all_wrongs_gen_params),
	     KUNIT_CASE(b9_the_count_does_not_wrap));
