// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each step of an operation of the buddy allocator keeps the invariant.
 *
 * The invariant is a set of sentences about any entry i of the array, any page
 * j, and about a third page k: which block is it in? A step is run in any state
 * at all. Assumed is the invariant of i, j, k and of the few entries that the
 * step reads, no others; asserted is the invariant of i, j and k afterwards.
 * As these are any pages, the invariant then holds for all.
 *
 * Between the steps of an operation one block is in flight, the hole: it is on
 * no list and its head carries no state. Operations are sequences of steps:
 *
 *	alloc	pop, split any number of times, close
 *	free	refuse; or open, merge any number of times, push
 */
#include "buddy_state.h"

/* Which part of the invariant is to be proven; the runner sets the other. */
#ifndef LINKS
#define LINKS	1
#endif
#ifndef BLOCKS
#define BLOCKS	1
#endif

static u32 any_i, any_j, any_k;
static unsigned int any_order;
static struct around i_was, i_is;
static struct view j_was, j_is;
static struct shadow_buddy b_was;
static u32 hole_was;
static unsigned int hole_order_was;
static bool k_was_in_hole;

/* Ghost: the block that a step removed, and the one that it made. */
static struct view gone, came;

static bool in_hole(u32 i)
{
	return hole.is & covers(hole.at, hole.order, i);
}

static bool in_block(struct view head, u32 i)
{
	return !!head.flags & covers(head.i, head.order, i);
}

/* Assume what the invariant says of blocks about an entry of any kind. */
static void assume_blocks(struct view v)
{
	if (!BLOCKS)
		return;
	ASSUME(!is_page(v.i) | head_ok(v));
	ASSUME(off_hole(v));
	ASSUME(apart(v, i_was.at) & apart(i_was.at, v));
	ASSUME(apart(v, j_was) & apart(j_was, v));
}

/* Assume what it says of lists. */
static void assume_links(struct around t)
{
	ASSUME((is_page(t.at.i) & t.at.flags != SHADOW_PAGE_FREE) |
	       leads_back(t));
	if (!LINKS)
		return;
	ASSUME(entry_ok(t));
	ASSUME(!hole.is | hole.at != t.at.i | !t.at.flags);
	ASSUME(ranks_differ(t.at, i_was.at) & ranks_differ(t.at, i_was.next) &
	       ranks_differ(t.at, i_was.prev) & ranks_differ(t.at, j_was));
}

static bool rank_ok(struct view v)
{
	return v.flags != SHADOW_PAGE_FREE | v.order > SHADOW_MAX_ORDER |
	       v.rank >= 1 & v.rank <= b.nr_blocks[v.order];
}

/* Any state in which the invariant holds of i, j and k. */
static void before(bool with_hole)
{
	any_banks();
	moved.fresh = 0;
	moved.by = 0;
	gone.flags = 0;
	came.flags = 0;
	hole.is = with_hole;
	ASSUME(!hole.is | is_page(hole.at) & hole.order <= SHADOW_MAX_ORDER &
			  hole.to <= hole.order);
	ASSUME(!BLOCKS | !hole.is | block_fits(hole.at, hole.order));
	ASSUME(any_order < SHADOW_NR_ORDERS & is_page(any_j) & is_page(any_k));
	LOOK_AROUND(i_was, any_i);
	LOOK(j_was, any_j);
	assume_links(i_was);
	ASSUME(!LINKS | rank_ok(j_was));
	assume_blocks(i_was.at);
	assume_blocks(j_was);
	ASSUME(!BLOCKS | merged(i_was.at, j_was));
	k_was_in_hole = in_hole(any_k);
	b_was = b;
}

/* Every page is where it was, or a step moved its block. */
static void assert_cover(void)
{
	bool was_in_j = in_block(j_was, any_k);
	bool is_in_j = in_block(j_is, any_k);

	ASSERT(!was_in_j | is_in_j | in_hole(any_k),
	       "no page of a block is lost");
	ASSERT(!k_was_in_hole | in_hole(any_k) | in_block(came, any_k),
	       "no page of the block in flight is lost");
	ASSERT(!is_in_j | was_in_j | k_was_in_hole,
	       "a block has only pages that were in it or in flight");
	ASSERT(!in_hole(any_k) | k_was_in_hole | in_block(gone, any_k),
	       "in flight are only pages that were, or of the block removed");
}

static void assert_counters(void)
{
	unsigned int n = any_order;

	ASSERT(b.nr_blocks[n] == b_was.nr_blocks[n]
	       - (gone.flags == SHADOW_PAGE_FREE & gone.order == n)
	       + (came.flags == SHADOW_PAGE_FREE & came.order == n),
	       "the counter of each order follows the blocks");
	ASSERT(!(b.nonempty >> SHADOW_NR_ORDERS), "no order above the largest");
	ASSERT(b.nr_managed == b_was.nr_managed &
	       b.added_end == b_was.added_end, "the other counters stay");
}

/* The invariant holds of i, j and k after the step. */
static void after(void)
{
	LOOK_AROUND(i_is, any_i);
	LOOK(j_is, any_j);
	assert_counters();
	if (LINKS) {
		ASSERT(entry_ok(i_is), "an entry and its neighbours agree");
		ASSERT(ranks_differ(i_is.at, j_is), "a list has no rank twice");
	}
	if (BLOCKS) {
		ASSERT(head_ok(j_is), "heads and tails have the right state");
		ASSERT(off_hole(j_is), "no block meets the one in flight");
		ASSERT(apart(i_is.at, j_is), "no block begins in another");
		ASSERT(merged(i_is.at, j_is), "free buddies are merged");
		ASSERT(!hole.is | block_fits(hole.at, hole.order),
		       "the block in flight is aligned and in one bank");
		assert_cover();
	}
}

void step_pop(void)
{
	unsigned int order = nondet_u8();
	struct around head, block;
	u64 from, at;
	u32 smallest;
	bool is;

	ASSUME(order <= SHADOW_MAX_ORDER);
	before(false);
	smallest = __ffs(b.nonempty >> order << order | 1U << 31);
	LOOK_AROUND(head, smallest);
	LOOK_AROUND(block, head.at.next);
	if (smallest < SHADOW_NR_ORDERS) {
		assume_links(head);
		assume_links(block);
		ASSUME(is_free(block.at, smallest));
		assume_blocks(block.at);
		gone = block.at;
		hole.is = true;
		hole.at = block.at.i;
		hole.order = smallest;
		hole.to = order;
		moved.order = smallest;
		moved.above = block.at.rank;
	}
	is = pop(&b, map, order, &from, &at);
	moved.by = is ? -1 : 0;
	ASSERT(is == hole.is, "there is a block if an order suffices");
	ASSERT(!is || (at == hole.at && from == hole.order),
	       "it is the first one of the smallest order");
	/* What was the head is a tail: that is for step_close to change. */
	if (is)
		ENTRY(at, state) = 0;
	after();
	REACHABLE(is && from == 20 && order < 20 && i_was.prev.i == hole.at,
		  "a block of the largest order is removed");
}

/* What the list of an order looks like behind @at, to put a block there. */
static void expect_push(u32 i, unsigned int order, bool first)
{
	moved.order = order;
	moved.above = first ? -1 : 0;
	moved.fresh = i;
	moved.rank = first ? b.nr_blocks[order] + 1 : 1;
}

void step_split(void)
{
	struct around head;
	struct view upper;
	unsigned int n;

	before(true);
	n = hole.order - 1;
	ASSUME(hole.order > hole.to);
	LOOK_AROUND(head, n);
	assume_links(head);
	ASSUME(bit_ok(n));
	LOOK(upper, hole.at + size_of(n));
	ASSUME(is_page(upper.i) & !upper.flags & !upper.order & !upper.refcount);
	expect_push(upper.i, n, true);
	split(&b, map, hole.at, hole.order, n);
	hole.order = n;
	LOOK(came, upper.i);
	after();
	REACHABLE(n == 19, "the largest block is split");
}

void step_push(void)
{
	struct around head;
	struct view page, other;
	bool first = nondet_bool();
	unsigned int n;

	before(true);
	n = hole.order;
	ASSUME(hole.to == n);
	LOOK(page, hole.at);
	ASSUME(!page.flags & !page.order & !page.refcount);
	LOOK(other, buddy_of(hole.at, n));
	ASSUME(!has_buddy(hole.at, n) | !is_free(other, n));
	LOOK_AROUND(head, n);
	assume_links(head);
	ASSUME(b.nr_blocks[n] < b.nr_pages);
	expect_push(hole.at, n, first);
	moved.by = first ? 0 : 1;
	list_block(&b, map, hole.at, n, 1ULL << n, first ? n : head.at.prev);
	hole.is = false;
	LOOK(came, hole.at);
	after();
	REACHABLE(n == 20 && first, "a largest block goes to the front");
}

void step_close(void)
{
	struct view page;

	before(true);
	LOOK(page, hole.at);
	ASSUME(hole.to == hole.order & !page.flags);
	mark_allocated(&map[hole.at], hole.order);
	hole.is = false;
	LOOK(came, hole.at);
	ASSERT(came.refcount == 1, "a new block has one reference");
	after();
	REACHABLE(came.order == 20, "a largest block is allocated");
}

void step_open(void)
{
	struct view page;
	u32 at = nondet_u32();

	before(false);
	ASSUME(is_page(at));
	LOOK(page, at);
	ASSUME(page.flags == SHADOW_PAGE_ALLOCATED);
	assume_blocks(page);
	gone = page;
	hole.is = true;
	hole.at = at;
	hole.order = page.order;
	hole.to = hole.order;
	unmark_allocated(&map[at]);
	after();
	REACHABLE(gone.order == 20, "a largest block is freed");
}

void step_merge(void)
{
	struct around other;
	unsigned int order;
	bool done;
	u64 pfn;
	s64 step;

	before(true);
	order = hole.order;
	ASSUME(order < SHADOW_MAX_ORDER & hole.to == order);
	pfn = pfn_of(hole.at);
	step = (pfn ^ (1ULL << order)) - pfn;
	LEMMA(step == (pfn & 1ULL << order ? -(1LL << order) : 1LL << order),
	      "the buddy lies one block above or below");
	LOOK_AROUND(other, hole.at + (u32)step);
	LEMMA(other.at.i == buddy_of(hole.at, order), "as the ghost has it");
	if (has_buddy(hole.at, order) && is_free(other.at, order)) {
		assume_links(other);
		assume_blocks(other.at);
		gone = other.at;
		moved.order = order;
		moved.above = other.at.rank;
	}
	done = merge_once(&b, map, bank_of(hole.at), &pfn, order,
			  1ULL << order);
	LEMMA(done == !!gone.flags, "merged if and only if the buddy is free");
	if (done) {
		moved.by = -1;
		hole.at = other.at.i < hole.at ? other.at.i : hole.at;
		hole.order = order + 1;
		hole.to = order + 1;
	}
	ASSERT(pfn == pfn_of(hole.at), "the block begins at the lower one");
	after();
	REACHABLE(done && order == 19 && gone.i == hole.at,
		  "two halves of a largest block merge, the upper one last");
}
