// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow_buddy_check() finds what is broken. Each case injects one bug into a
 * valid allocator and asks where it is.
 *
 *	page	0                32      40 41 42  44    48     64	72  74
 *		|F      5       |A  3   |A|F|F 1|F   2  | never |	|A 1|
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "buddy_fixture.h"

static int check_init(struct kunit *test)
{
	if (shadow_test_init(test))
		return -ENOMEM;
	TEST_RAM(test, { 0, 64 }, { 72, 74 });
	DO(test, ADD(0, PA(48) - 1, 0), ADD(PA(72), PA(74) - 1, 0),
	   ALLOC(1, PA(72)), ALLOC(3, PA(32)), ALLOC(0, PA(40)));
	return 0;
}

/* Fields of a descriptor, and those of the allocator from NONEMPTY on. */
enum field {
	THE_END, STATE, REFCOUNT, NEXT, PREV, NONEMPTY, NR_MANAGED, NR_BLOCKS,
};

/* A field that is overwritten, at an index in the array, or of an order. */
struct poke {
	u32 at;
	enum field field;
	u64 value;
};

#define HEAD(order)	(order)
#define P(pfn)		(SHADOW_NR_ORDERS + (pfn))
#define P72		P(64)

/* Lists have one block of each order 0, 1, 2 and 5: from 41, 42, 44 and 0 on. */
#define IS_FREE		SHADOW_PAGE_FREE
#define IS_ALLOCATED	SHADOW_PAGE_ALLOCATED
#define ANYWHERE	(~0ULL)

static const struct fault {
	const char *name;
	u64 where;		/* frame number, or ANYWHERE */
	struct poke poke[10];
} faults[] = {
	{ "a lost block", ANYWHERE, { { HEAD(2), NEXT, HEAD(2) }, { HEAD(2), PREV, HEAD(2) } } },
	/* The counters agree with the lists, so only the pages can tell. */
	{ "a lost block, not counted", ANYWHERE,
	  { { HEAD(2), NEXT, HEAD(2) }, { HEAD(2), PREV, HEAD(2) },
	    { 2, NR_BLOCKS, 0 }, { 0, NONEMPTY, 0x23 } } },
	{ "a lost allocated block", ANYWHERE,
	  { { P(40), STATE, 0 }, { P(40), REFCOUNT, 0 } } },
	{ "a block too many", ANYWHERE,
	  { { P(50), STATE, IS_ALLOCATED }, { P(50), REFCOUNT, 1 } } },
	{ "buddies left apart", 40,
	  { { P(40), STATE, IS_FREE }, { P(40), REFCOUNT, 0 },
	    { P(40), PREV, HEAD(0) }, { P(40), NEXT, P(41) },
	    { P(41), PREV, P(40) }, { HEAD(0), NEXT, P(40) },
	    { 0, NR_BLOCKS, 2 } } },
	{ "a block counted twice", ANYWHERE, { { 1, NR_BLOCKS, 2 } } },
	{ "a block not counted", ANYWHERE, { { 1, NR_BLOCKS, 0 } } },
	{ "a block counted, not there", ANYWHERE, { { 7, NR_BLOCKS, 1 } } },
	{ "a managed page too few", ANYWHERE, { { 0, NR_MANAGED, 49 } } },
	{ "a cleared mask bit", ANYWHERE, { { 0, NONEMPTY, 0x07 } } },
	{ "a set mask bit", ANYWHERE, { { 0, NONEMPTY, 0x100027 } } },
	{ "a mask bit over 20", ANYWHERE, { { 0, NONEMPTY, 0x200027 } } },
	{ "forward to a tail", ANYWHERE, { { P(44), NEXT, P(45) } } },
	{ "backward to a tail", ANYWHERE, { { P(44), PREV, P(45) } } },
	{ "out of the array", 44, { { P(44), NEXT, P(66) } } },
	{ "far out of the array", ANYWHERE, { { HEAD(2), NEXT, U64_MAX } } },
	{ "a link to itself", ANYWHERE,
	  { { P(44), NEXT, P(44) }, { P(44), PREV, P(44) } } },
	{ "a broken list head", ANYWHERE, { { HEAD(2), PREV, HEAD(2) } } },
	{ "the wrong list", 44,
	  { { HEAD(2), NEXT, HEAD(2) }, { HEAD(2), PREV, HEAD(2) },
	    { P(44), PREV, HEAD(1) }, { P(44), NEXT, P(42) },
	    { P(42), PREV, P(44) }, { HEAD(1), NEXT, P(44) }, { 1, NR_BLOCKS, 2 },
	    { 2, NR_BLOCKS, 0 }, { 0, NONEMPTY, 0x23 } } },
	{ "an allocated block on a list", 40,
	  { { P(40), PREV, HEAD(0) }, { P(40), NEXT, P(41) },
	    { P(41), PREV, P(40) }, { HEAD(0), NEXT, P(40) },
	    { 0, NR_BLOCKS, 2 } } },
	{ "a flag in a free tail", 47, { { P(47), STATE, IS_FREE } } },
	{ "a flag in a tail", 39, { { P(39), STATE, IS_ALLOCATED } } },
	{ "an order in a tail", 17, { { P(17), STATE, 1 } } },
	{ "references in a tail", 73, { { P72 + 1, REFCOUNT, 1 } } },
	{ "references, never added", 63, { { P(63), REFCOUNT, 1 } } },
	{ "blocks that overlap", 41, { { P(40), STATE, IS_ALLOCATED | 1 } } },
	{ "a misaligned head", 41, { { P(41), STATE, IS_FREE | 1 } } },
	{ "out of the bank", ANYWHERE, { { P72, STATE, IS_ALLOCATED | 2 } } },
	{ "a block out of the array", 0, { { P(0), STATE, IS_FREE | 20 } } },
	{ "order 21", 0, { { P(0), STATE, IS_FREE | 21 } } },
	{ "order 255", 0, { { P(0), STATE, IS_FREE | 255 } } },
	{ "both flags", 32, { { P(32), STATE, IS_FREE | IS_ALLOCATED | 3 } } },
	{ "an unknown flag", 32, { { P(32), STATE, 0x403 } } },
	{ "no flags in a head", 32, { { P(32), STATE, 3 } } },
	{ "a block without reference", 32, { { P(32), REFCOUNT, 0 } } },
	{ "a free block with one", 44, { { P(44), REFCOUNT, 1 } } },
};

SHADOW_PARAMS(faults);

static void overwrite(struct shadow_buddy *b, const struct poke *poke)
{
	struct shadow_page *page = &b->map[poke->at];

	switch (poke->field) {
	case STATE:
		page->state = poke->value;
		break;
	case REFCOUNT:
		page->refcount = poke->value;
		break;
	case NEXT:
		page->next = poke->value;
		break;
	case PREV:
		page->prev = poke->value;
		break;
	case NONEMPTY:
		b->nonempty = poke->value;
		break;
	case NR_MANAGED:
		b->nr_managed = poke->value;
		break;
	default:
		b->nr_blocks[poke->at] = poke->value;
	}
}

static void inject(struct shadow_buddy *b, const struct fault *fault)
{
	const struct poke *poke;

	for (poke = fault->poke; poke->field; poke++)
		overwrite(b, poke);
}

static void a_valid_allocator_has_nothing_to_find(struct kunit *test)
{
	shadow_test_sound(test);
}

static void a_fault_is_found_where_it_is(struct kunit *test)
{
	const struct fault *fault = test->param_value;
	struct shadow_test *t = test->priv;
	const char *broken;
	u64 where = 0;

	inject(&t->b, fault);
	broken = shadow_buddy_check(&t->b, &where);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, broken);
	if (fault->where != ANYWHERE)
		KUNIT_EXPECT_EQ_MSG(test, where, PA(fault->where), "%s",
				    broken);
}

/* A check only looks: it mends nothing and leaves the lock as it was. */
static void a_check_changes_nothing(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	u64 where;

	inject(&t->b, &faults[4]);	/* buddies left apart */
	shadow_test_save(test);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, shadow_buddy_check(&t->b, &where));
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, shadow_buddy_check(&t->b, &where));
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

/* In a list, links that are wrong in some way, and the order of the list. */
static const struct broken_link {
	const char *name;
	unsigned int order;
	struct poke poke;
} broken_links[] = {
	{ "the first lies outside", 2, { HEAD(2), NEXT, P(66) } },
	{ "the first lies far outside", 2, { HEAD(2), NEXT, U64_MAX } },
	{ "the first does not lead back", 2, { P(44), PREV, P(42) } },
	{ "the second lies outside", 2, { P(44), NEXT, P(66) } },
	{ "the second lies far outside", 2, { P(44), NEXT, 1ULL << 61 } },
	{ "the second does not lead back", 2, { HEAD(2), PREV, P(42) } },
};

SHADOW_PARAMS(broken_links);

/* Whoever is to take the block at page 44 leaves it, and all else, as it is. */
static void a_link_that_does_not_lead_back_is_not_followed(struct kunit *test)
{
	const struct broken_link *link = test->param_value;
	struct shadow_test *t = test->priv;

	overwrite(&t->b, &link->poke);
	DO(test, ALLOC(link->order, SHADOW_NO_PAGE));
}

/* The bit of order 3 is set, of which no block is free; and those of no order. */
static void a_bit_without_a_block_finds_none(struct kunit *test)
{
	const struct poke poke = { 0, NONEMPTY, 0x2f };
	struct shadow_test *t = test->priv;

	overwrite(&t->b, &poke);
	DO(test, ALLOC(3, SHADOW_NO_PAGE));
	t->b.nonempty = 0xffe00027;
	DO(test, ALLOC(6, SHADOW_NO_PAGE), ALLOC(20, SHADOW_NO_PAGE));
}

/* What is remembered names an order that there is not, or no allocated block. */
static void what_is_remembered_is_not_believed(struct kunit *test)
{
	const u64 wrong[] = {
		PA(40) | SHADOW_RECENT_FREED | 21,
		PA(40) | SHADOW_RECENT_FREED | 300,
		PA(40) | SHADOW_RECENT_FREED | 1,
		PA(44) | SHADOW_RECENT_FREED | 2,
		PA(500) | SHADOW_RECENT_FREED,
	};
	struct shadow_test *t = test->priv;
	u32 i;

	shadow_test_save(test);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		t->b.recent = wrong[i];
		KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
	}
	shadow_test_sound(test);
}

/* Pages 40 to 43 are freed, and would make a block of order 3 with it. */
static void a_buddy_with_such_a_link_is_not_merged(struct kunit *test)
{
	const struct broken_link *link = test->param_value;
	struct shadow_test *t = test->priv;
	const struct shadow_page *page = &t->b.map[P(44)];

	overwrite(&t->b, &link->poke);
	KUNIT_EXPECT_EQ(test, shadow_buddy_free(&t->b, PA(40), 0),
			SHADOW_ACCEPTED);
	shadow_buddy_settle(&t->b);
	KUNIT_EXPECT_EQ(test, page->state, SHADOW_PAGE_FREE | 2);
	KUNIT_EXPECT_EQ(test, t->b.map[P(40)].state, SHADOW_PAGE_FREE | 2);
}

SHADOW_SUITE(shadow_buddy_check, check_init, shadow_test_exit,
	     KUNIT_CASE(a_valid_allocator_has_nothing_to_find),
	     KUNIT_CASE_PARAM(a_fault_is_found_where_it_is,
			      all_faults_gen_params),
	     KUNIT_CASE(a_check_changes_nothing),
	     KUNIT_CASE(a_bit_without_a_block_finds_none),
	     KUNIT_CASE(what_is_remembered_is_not_believed),
	     KUNIT_CASE_PARAM(a_link_that_does_not_lead_back_is_not_followed,
			      all_broken_links_gen_params),
	     KUNIT_CASE_PARAM(a_buddy_with_such_a_link_is_not_merged,
			      all_broken_links_gen_params));
