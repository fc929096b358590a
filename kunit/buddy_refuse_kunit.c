// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the buddy allocator refuses (B5), and references (B9). A refusal leaves
 * every byte as it was.
 *
 *	page	16              24  26  28      32      48	96       128
 *		|A      3      |A|F| F |   F   | never |  hole	|    F    |
 *		|<----------- bank 0 ----------------->|	|<-bank 1->|
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy_fixture.h"

#define BLOCK	PA(16)	/* order 3 */
#define SINGLE	PA(24)	/* order 0 */

static int refuse_init(struct kunit *test)
{
	static const struct shadow_test_run ram[] = { { 16, 48 }, { 96, 128 } };
	struct shadow_buddy *b;

	if (shadow_test_init(test))
		return -ENOMEM;
	b = shadow_test_ram(test, ram, 2);
	shadow_test_give(test, 16, 32);
	shadow_test_give(test, 96, 128);
	KUNIT_ASSERT_EQ(test, shadow_buddy_alloc(b, 3), BLOCK);
	KUNIT_ASSERT_EQ(test, shadow_buddy_alloc(b, 0), SINGLE);
	shadow_test_save(test);
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

static void name_wrong(const struct wrong *wrong, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", wrong->name);
}

KUNIT_ARRAY_PARAM(wrongs, wrongs, name_wrong);

static void b5_a_wrong_free_is_named_and_changes_nothing(struct kunit *test)
{
	const struct wrong *wrong = test->param_value;
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test,
			shadow_buddy_free(&t->b, wrong->pa, wrong->order),
			wrong->refusal);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* The order does not matter to get and put: what it alone makes wrong is not */
static bool depends_on_order(const struct wrong *wrong)
{
	return wrong->refusal == SHADOW_BAD_ORDER ||
	       wrong->refusal == SHADOW_WRONG_ORDER;
}

static void b9_get_and_put_refuse_what_free_refuses(struct kunit *test)
{
	const struct wrong *wrong = test->param_value;
	struct shadow_test *t = test->priv;

	if (depends_on_order(wrong))
		return;
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, wrong->pa),
			wrong->refusal);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, wrong->pa),
			wrong->refusal);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b5_a_second_free_is_refused(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 0),
			SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 0),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 3),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* Its head is a tail of the merged block by then, its state long gone. */
static void b5_a_second_free_after_a_merge_is_refused(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 0),
			SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, BLOCK, 3),
			SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 0),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, BLOCK, 3),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b9_a_block_that_others_hold_is_not_freed(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, BLOCK), SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, BLOCK, 3),
			SHADOW_REFERENCED);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b9_the_last_put_frees(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *page = shadow_buddy_page(&t->b, BLOCK);
	u32 i;

	KUNIT_EXPECT_EQ(test, page->refcount, 1);
	for (i = 2; i <= 5; i++) {
		KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, BLOCK),
				SHADOW_ACCEPTED);
		KUNIT_EXPECT_EQ(test, page->refcount, i);
	}
	for (i = 5; i >= 2; i--) {
		KUNIT_EXPECT_EQ(test, page->flags, SHADOW_PAGE_ALLOCATED);
		KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, BLOCK),
				SHADOW_ACCEPTED);
	}
	KUNIT_EXPECT_EQ(test, page->refcount, 1);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, BLOCK), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, page->flags, SHADOW_PAGE_FREE);
	KUNIT_EXPECT_EQ(test, page->refcount, 0);
	shadow_test_sound(test);
}

static void b9_a_put_too_many_is_refused(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, SINGLE), SHADOW_ACCEPTED);
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, SINGLE),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, SINGLE),
			SHADOW_ALREADY_FREE);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static void b9_the_last_put_merges_like_a_free(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *page = shadow_buddy_page(&t->b, BLOCK);

	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, SINGLE), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, BLOCK), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, page->flags, SHADOW_PAGE_FREE);
	KUNIT_EXPECT_EQ(test, page->order, 4);
	shadow_test_sound(test);
}

/* 2^32 - 1 gets take too long: the count is written. */
static void b9_the_count_does_not_wrap(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	struct shadow_page *page;

	page = (struct shadow_page *)shadow_buddy_page(&t->b, SINGLE);
	page->refcount = U32_MAX;
	shadow_test_save(test);
	KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, SINGLE),
			SHADOW_REFCOUNT_FULL);
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, SINGLE), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, page->refcount, U32_MAX - 1);
}

/* A block that was allocated again is a new one: one reference, its order. */
static void b9_a_new_block_has_one_reference(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *page = shadow_buddy_page(&t->b, SINGLE);

	KUNIT_EXPECT_EQ(test, shadow_buddy_get(&t->b, SINGLE), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_put(&t->b, SINGLE), SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, SINGLE, 0),
			SHADOW_ACCEPTED);
	KUNIT_EXPECT_EQ(test, shadow_buddy_alloc(&t->b, 2), SINGLE);
	KUNIT_EXPECT_EQ(test, page->refcount, 1);
	KUNIT_EXPECT_EQ(test, page->order, 2);
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

static struct kunit_case buddy_refuse_cases[] = {
	KUNIT_CASE_PARAM(b5_a_wrong_free_is_named_and_changes_nothing,
			 wrongs_gen_params),
	KUNIT_CASE(b5_a_second_free_is_refused),
	KUNIT_CASE(b5_a_second_free_after_a_merge_is_refused),
	KUNIT_CASE(b5_every_refusal_has_a_name_of_its_own),
	KUNIT_CASE_PARAM(b9_get_and_put_refuse_what_free_refuses,
			 wrongs_gen_params),
	KUNIT_CASE(b9_a_block_that_others_hold_is_not_freed),
	KUNIT_CASE(b9_the_last_put_frees),
	KUNIT_CASE(b9_the_last_put_merges_like_a_free),
	KUNIT_CASE(b9_a_put_too_many_is_refused),
	KUNIT_CASE(b9_the_count_does_not_wrap),
	KUNIT_CASE(b9_a_new_block_has_one_reference),
	{}
};

static struct kunit_suite shadow_buddy_refuse_suite = {
	.name = "shadow_buddy_refuse",
	.init = refuse_init,
	.exit = shadow_test_exit,
	.test_cases = buddy_refuse_cases,
};

kunit_test_suite(shadow_buddy_refuse_suite);
