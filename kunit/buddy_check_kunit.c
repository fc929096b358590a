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
	static const struct shadow_test_run ram[] = { { 0, 64 }, { 72, 74 } };
	struct shadow_buddy *b;

	if (shadow_test_init(test))
		return -ENOMEM;
	b = shadow_test_ram(test, ram, 2);
	shadow_test_give(test, 0, 48);
	shadow_test_give(test, 72, 74);
	KUNIT_ASSERT_EQ(test, shadow_buddy_alloc(b, 1), PA(72));
	KUNIT_ASSERT_EQ(test, shadow_buddy_alloc(b, 3), PA(32));
	KUNIT_ASSERT_EQ(test, shadow_buddy_alloc(b, 0), PA(40));
	return 0;
}

static struct shadow_page *at(struct shadow_buddy *b, u64 pfn)
{
	return (struct shadow_page *)shadow_buddy_page(b, PA(pfn));
}

static void unlink_page(struct shadow_buddy *b, u64 pfn)
{
	struct shadow_page *page = at(b, pfn);

	b->map[page->prev].next = page->next;
	b->map[page->next].prev = page->prev;
}

static void link_page(struct shadow_buddy *b, u64 pfn, unsigned int order)
{
	struct shadow_page *page = at(b, pfn);
	u32 index = page - b->map;

	page->prev = order;
	page->next = b->map[order].next;
	b->map[page->next].prev = index;
	b->map[order].next = index;
}

static void lose_block(struct shadow_buddy *b)
{
	unlink_page(b, 44);
}

/* The counters agree with the lists, so only the pages can tell. */
static void lose_block_and_count_it(struct shadow_buddy *b)
{
	unlink_page(b, 44);
	b->nr_blocks[2] = 0;
	b->nonempty &= ~(1U << 2);
	b->nr_free -= 4;
}

static void lose_allocated_block(struct shadow_buddy *b)
{
	at(b, 40)->flags = 0;
	at(b, 40)->refcount = 0;
}

static void gain_block(struct shadow_buddy *b)
{
	struct shadow_page *page = at(b, 50);

	page->pfn = 50;
	page->flags = SHADOW_PAGE_ALLOCATED;
	page->refcount = 1;
}

static void leave_buddies_apart(struct shadow_buddy *b)
{
	struct shadow_page *page = at(b, 40);

	page->flags = SHADOW_PAGE_FREE;
	page->refcount = 0;
	link_page(b, 40, 0);
	b->nr_blocks[0]++;
	b->nr_free++;
}

static void count_a_block_too_many(struct shadow_buddy *b)
{
	b->nr_blocks[1]++;
}

static void count_a_block_too_few(struct shadow_buddy *b)
{
	b->nr_blocks[1]--;
}

static void count_a_block_that_is_not_there(struct shadow_buddy *b)
{
	b->nr_blocks[7] = 1;
}

static void count_a_free_page_too_many(struct shadow_buddy *b)
{
	b->nr_free++;
}

static void count_a_managed_page_too_few(struct shadow_buddy *b)
{
	b->nr_managed--;
}

static void clear_a_mask_bit(struct shadow_buddy *b)
{
	b->nonempty &= ~(1U << 5);
}

static void set_a_mask_bit(struct shadow_buddy *b)
{
	b->nonempty |= 1U << 20;
}

static void set_a_mask_bit_over_20(struct shadow_buddy *b)
{
	b->nonempty |= 1U << 21;
}

static void link_forward_to_a_tail(struct shadow_buddy *b)
{
	at(b, 44)->next = at(b, 45) - b->map;
}

static void link_backward_to_a_tail(struct shadow_buddy *b)
{
	at(b, 44)->prev = at(b, 45) - b->map;
}

static void link_out_of_the_array(struct shadow_buddy *b)
{
	at(b, 44)->next = SHADOW_NR_ORDERS + 66;
}

static void link_far_out_of_the_array(struct shadow_buddy *b)
{
	b->map[2].next = U32_MAX;
}

static void link_to_itself(struct shadow_buddy *b)
{
	struct shadow_page *page = at(b, 44);

	page->next = page - b->map;
	page->prev = page->next;
}

static void break_the_list_head(struct shadow_buddy *b)
{
	b->map[2].prev = 2;
}

static void link_into_the_wrong_list(struct shadow_buddy *b)
{
	unlink_page(b, 44);
	link_page(b, 44, 1);
	b->nr_blocks[1]++;
	b->nr_blocks[2]--;
	b->nonempty &= ~(1U << 2);
}

static void list_an_allocated_block(struct shadow_buddy *b)
{
	link_page(b, 40, 0);
	b->nr_blocks[0]++;
}

static void flag_a_free_tail(struct shadow_buddy *b)
{
	at(b, 47)->flags = SHADOW_PAGE_FREE;
}

static void flag_an_allocated_tail(struct shadow_buddy *b)
{
	at(b, 39)->flags = SHADOW_PAGE_ALLOCATED;
}

static void leave_order_in_a_tail(struct shadow_buddy *b)
{
	at(b, 17)->order = 1;
}

static void leave_references_in_a_tail(struct shadow_buddy *b)
{
	at(b, 73)->refcount = 1;
}

static void leave_references_in_a_page_never_given(struct shadow_buddy *b)
{
	at(b, 63)->refcount = 1;
}

static void overlap_two_blocks(struct shadow_buddy *b)
{
	at(b, 40)->order = 1;
}

static void misalign_a_head(struct shadow_buddy *b)
{
	at(b, 41)->order = 1;
}

static void leave_the_bank(struct shadow_buddy *b)
{
	at(b, 72)->order = 2;
}

static void leave_the_array(struct shadow_buddy *b)
{
	at(b, 0)->order = 20;
}

static void set_order_21(struct shadow_buddy *b)
{
	at(b, 0)->order = 21;
}

static void set_order_255(struct shadow_buddy *b)
{
	at(b, 0)->order = 255;
}

static void set_both_flags(struct shadow_buddy *b)
{
	at(b, 32)->flags = SHADOW_PAGE_FREE | SHADOW_PAGE_ALLOCATED;
}

static void set_an_unknown_flag(struct shadow_buddy *b)
{
	at(b, 32)->flags = 4;
}

static void set_a_wrong_pfn(struct shadow_buddy *b)
{
	at(b, 42)->pfn = 43;
}

static void drop_the_reference_of_a_block(struct shadow_buddy *b)
{
	at(b, 32)->refcount = 0;
}

static void add_a_reference_to_a_free_block(struct shadow_buddy *b)
{
	at(b, 44)->refcount = 1;
}

struct fault {
	const char *name;
	void (*plant)(struct shadow_buddy *b);
	u64 where;		/* frame number, or ANYWHERE */
};

#define ANYWHERE	(~0ULL)
#define FAULT(name, where)	{ #name, name, where }

static const struct fault faults[] = {
	FAULT(lose_block, ANYWHERE),
	FAULT(lose_block_and_count_it, ANYWHERE),
	FAULT(lose_allocated_block, ANYWHERE),
	FAULT(gain_block, ANYWHERE),
	FAULT(leave_buddies_apart, 40),
	FAULT(count_a_block_too_many, ANYWHERE),
	FAULT(count_a_block_too_few, ANYWHERE),
	FAULT(count_a_block_that_is_not_there, ANYWHERE),
	FAULT(count_a_free_page_too_many, ANYWHERE),
	FAULT(count_a_managed_page_too_few, ANYWHERE),
	FAULT(clear_a_mask_bit, ANYWHERE),
	FAULT(set_a_mask_bit, ANYWHERE),
	FAULT(set_a_mask_bit_over_20, ANYWHERE),
	FAULT(link_forward_to_a_tail, ANYWHERE),
	FAULT(link_backward_to_a_tail, ANYWHERE),
	FAULT(link_out_of_the_array, 44),
	FAULT(link_far_out_of_the_array, ANYWHERE),
	FAULT(link_to_itself, ANYWHERE),
	FAULT(break_the_list_head, ANYWHERE),
	FAULT(link_into_the_wrong_list, 44),
	FAULT(list_an_allocated_block, 40),
	FAULT(flag_a_free_tail, 47),
	FAULT(flag_an_allocated_tail, 39),
	FAULT(leave_order_in_a_tail, 17),
	FAULT(leave_references_in_a_tail, 73),
	FAULT(leave_references_in_a_page_never_given, 63),
	FAULT(overlap_two_blocks, 41),
	FAULT(misalign_a_head, 41),
	FAULT(leave_the_bank, ANYWHERE),
	FAULT(leave_the_array, 0),
	FAULT(set_order_21, 0),
	FAULT(set_order_255, 0),
	FAULT(set_both_flags, 32),
	FAULT(set_an_unknown_flag, 32),
	FAULT(set_a_wrong_pfn, 42),
	FAULT(drop_the_reference_of_a_block, 32),
	FAULT(add_a_reference_to_a_free_block, 44),
};

static void name_fault(const struct fault *fault, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", fault->name);
}

KUNIT_ARRAY_PARAM(faults, faults, name_fault);

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

	fault->plant(&t->b);
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

	leave_buddies_apart(&t->b);
	shadow_test_save(test);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, shadow_buddy_check(&t->b, &where));
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, shadow_buddy_check(&t->b, &where));
	KUNIT_EXPECT_EQ(test, shadow_test_unchanged(test), true);
}

static struct kunit_case buddy_check_cases[] = {
	KUNIT_CASE(a_valid_allocator_has_nothing_to_find),
	KUNIT_CASE_PARAM(a_fault_is_found_where_it_is, faults_gen_params),
	KUNIT_CASE(a_check_changes_nothing),
	{}
};

static struct kunit_suite shadow_buddy_check_suite = {
	.name = "shadow_buddy_check",
	.init = check_init,
	.exit = shadow_test_exit,
	.test_cases = buddy_check_cases,
};

kunit_test_suite(shadow_buddy_check_suite);
