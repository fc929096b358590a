/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The buddy allocator in any state, seen through a few of its pages.
 *
 * The proofs see the real buddy.c, with one change of spelling that Coccinelle
 * makes (spelling.cocci): page->next reads FIELD(page, next), and so on for all
 * fields of a descriptor. Here each field is an array of its own and without
 * end, of which a proof pays only for the elements that it looks at. So nothing
 * in these proofs depends on how many pages there are: up to MAX_ENTRIES of
 * them, which is room for some blocks of the largest order.
 *
 * Two banks of any place and size stand for all banks: what a step does to a
 * block, it does within one, and all others differ in nothing that it sees.
 */
#ifndef PROVE_BUDDY_STATE_H
#define PROVE_BUDDY_STATE_H

#include <linux/build_bug.h>

/*
 * Only addresses of descriptors are computed. At 32 bytes, instead of 24, this
 * is a shift.
 */
#undef static_assert
#define static_assert(...)	struct prove_nothing
#define unused			unused; u64 padding
#include "../../mem_map.h"
#undef unused

#include "../../buddy.h"
#include "prove.h"

/* What the header says of a descriptor's state, spelled as below. */
#define shadow_page_kind(page)	(FIELD(page, state) & 0xff00)
#define shadow_page_order(page)	(FIELD(page, state) & 0xff)

#define MAX_ENTRIES	0x800000U		/* 32 GiB, in each bank */
#ifndef MAX_PFN
#define MAX_PFN		0xffffffffffULL		/* 52 bits of address */
#endif
#ifndef ENDLESS
#define ENDLESS		__CPROVER_constant_infinity_uint
#endif

/*
 * On a small machine numbers are small, and with eight bits for each a proof
 * ends several times sooner. What that would cut off is seen at full width.
 */
#ifdef NARROW
typedef u8 field_index;
#else
typedef u32 field_index;
#endif

static struct shadow_buddy b;
static struct shadow_bank banks[2];
static struct shadow_page map[MAX_ENTRIES];
static field_index map_next[ENDLESS];
static field_index map_prev[ENDLESS];
static field_index map_refcount[ENDLESS];
static u16 map_state[ENDLESS];

/* Ghost: the place of a free block in its list, the last block has 1. */
static u32 map_rank[ENDLESS];

#define INDEX(page)		((u32)(__CPROVER_POINTER_OFFSET(page) >> 5))
#define ENTRY(i, field)		(map_##field[i])
#define FIELD(page, field)	ENTRY(INDEX(page), field)

/* Where a proof stops: the block that an operation accepted (buddy_refuse.c). */
#define NOTHING			(~0ULL)
static u64 accepted;
#define ACCEPT(pfn)		(accepted = (pfn))

#ifdef CUT
static void take_piece(u64 pfn, u64 order, bool stays);
#endif

#include "../../buddy.c"

/*
 * Ghost: how the ranks of one list changed. Blocks of @order whose rank was
 * above @above moved by @by, the block @fresh came in at @rank.
 */
static struct {
	unsigned int order;
	u32 above;
	u32 by;
	u32 fresh;
	u32 rank;
} moved;

/*
 * Ghost: a block in flight, which belongs to no list and has no state. If it is
 * to be split down to order @to, the lists below its own have their bits already.
 */
static struct {
	bool is;
	u32 at;
	unsigned int order;
	unsigned int to;
} hole;

/* One entry of the array as it is at some moment. */
struct view {
	u32 i;
	u32 next;
	u32 prev;
	u32 refcount;
	u16 flags;
	u8 order;
	u32 rank;
};

/* @v becomes entry @index. Not a function: each index is a cost. */
#define LOOK_LINKS(v, index) do {					\
	(v).i = (index);						\
	(v).next = ENTRY(index, next);					\
	(v).prev = ENTRY(index, prev);					\
	(v).flags = ENTRY(index, state) & 0xff00;			\
	(v).order = ENTRY(index, state) & 0xff;				\
	(v).rank = ENTRY(index, rank);					\
	if ((v).i == moved.fresh)					\
		(v).rank = moved.rank;					\
	else if ((v).order == moved.order && (v).rank > moved.above)	\
		(v).rank += moved.by;					\
} while (0)

#define LOOK(v, index) do {						\
	LOOK_LINKS(v, index);						\
	(v).refcount = ENTRY(index, refcount);				\
} while (0)

/* An entry and its two neighbours in its list, of which less is read. */
struct around {
	struct view at;
	struct view next;
	struct view prev;
};

#define LOOK_AROUND(t, index) do {					\
	LOOK((t).at, index);						\
	LOOK_LINKS((t).next, (t).at.next);				\
	LOOK_LINKS((t).prev, (t).at.prev);				\
} while (0)

/* Any two banks, of up to 32 GiB each, anywhere below 2^52. */
static void any_banks(void)
{
	u32 length[2] = {
		nondet_u32() % MAX_ENTRIES, nondet_u32() % MAX_ENTRIES
	};

	b.map = map;
	b.bank = banks;
	b.nr_banks = 2;
	b.nr_pages = length[0] + length[1];
	b.nr_entries = SHADOW_NR_ORDERS + b.nr_pages;
	banks[0].start = nondet_u64() & MAX_PFN;
	banks[0].nr_pages = length[0];
	banks[1].start = nondet_u64() & MAX_PFN;
	banks[1].nr_pages = length[1];
	ASSUME(!!length[0] & !!length[1]);
	ASSUME(banks[0].start + length[0] <= banks[1].start);
	banks[0].first = SHADOW_NR_ORDERS;
	banks[1].first = SHADOW_NR_ORDERS + length[0];
	b.nearest = banks[nondet_bool()];
	ASSUME(!(b.nonempty >> SHADOW_NR_ORDERS));
}

static bool is_page(u32 i)
{
	return i >= SHADOW_NR_ORDERS & i < SHADOW_NR_ORDERS + (u32)b.nr_pages;
}

static const struct shadow_bank *bank_of(u32 i)
{
	return i < (u32)banks[1].first ? &banks[0] : &banks[1];
}

static u64 pfn_of(u32 i)
{
	u64 offset = i < (u32)banks[1].first ?
		     banks[0].start - banks[0].first :
		     banks[1].start - banks[1].first;

	return offset + i;
}

/* Entries of the bank that @i belongs to: its first, and the one after it. */
static u32 bank_first(u32 i)
{
	return i < (u32)banks[1].first ? banks[0].first : banks[1].first;
}

static u32 bank_stop(u32 i)
{
	return i < (u32)banks[1].first ? banks[1].first :
					 SHADOW_NR_ORDERS + (u32)b.nr_pages;
}

static u32 size_of(unsigned int order)
{
	return 1U << (order & 31);
}

static bool is_free(struct view v, unsigned int order)
{
	return is_page(v.i) & v.flags == SHADOW_PAGE_FREE & v.order == order;
}

/* Could a block of this order begin at page @i? */
static bool block_fits(u32 i, unsigned int order)
{
	return order <= SHADOW_MAX_ORDER &
	       !((u32)pfn_of(i) & (size_of(order) - 1)) &
	       i + size_of(order) <= bank_stop(i);
}

/* Invariant: the state of a head, or that of a tail. */
static bool head_ok(struct view v)
{
	bool free = v.flags == SHADOW_PAGE_FREE;

	if (!v.flags)
		return !v.order & !v.refcount;
	return (free | v.flags == SHADOW_PAGE_ALLOCATED) &
	       block_fits(v.i, v.order) & free == !v.refcount;
}

/*
 * Invariant: a list head or free block, its neighbours and the counter of its
 * list agree. Ranks fall by one from block to block, from the counter to 1: so
 * a list has no cycle, misses none of its blocks and is as long as its counter
 * says.
 */
static bool links_ok(struct around t)
{
	bool head = t.at.i < SHADOW_NR_ORDERS;
	unsigned int order = head ? t.at.i : t.at.order;
	u64 nr = b.nr_blocks[order];
	bool is_last = head ? !nr : t.at.rank == 1;
	bool is_first = head ? !nr : t.at.rank == nr;
	bool next_ok = is_last ? t.next.i == order :
		is_free(t.next, order) &
		t.next.rank == (head ? nr : t.at.rank - 1);
	bool prev_ok = is_first ? t.prev.i == order :
		is_free(t.prev, order) &
		t.prev.rank == (head ? 1 : t.at.rank + 1);

	return nr <= b.nr_pages & (head | t.at.rank >= 1 & t.at.rank <= nr) &
	       next_ok & prev_ok &
	       t.next.prev == t.at.i & t.prev.next == t.at.i;
}

/* Invariant: the bit of a list, which has a block or will get one by a split. */
static bool bit_ok(unsigned int order)
{
	bool will = hole.is & order >= hole.to & order < hole.order;

	return (!!b.nr_blocks[order] | will) == (b.nonempty >> order & 1) &
	       !(will & !!b.nr_blocks[order]);
}

/* Where links are not what is proven: those of an entry lead back. */
static bool leads_back(struct around t)
{
	return t.at.next < (u32)b.nr_entries & t.at.prev < (u32)b.nr_entries &
	       t.next.prev == t.at.i & t.prev.next == t.at.i;
}

/* Invariant: an entry as far as lists go, and the bit of its order. */
static bool entry_ok(struct around t)
{
	if (t.at.i < SHADOW_NR_ORDERS)
		return links_ok(t) & bit_ok(t.at.i);
	return is_page(t.at.i) &
	       (t.at.flags != SHADOW_PAGE_FREE |
		t.at.order <= SHADOW_MAX_ORDER & links_ok(t));
}

/* Invariant: no two blocks of a list have the same rank. */
static bool ranks_differ(struct view v, struct view w)
{
	return v.i == w.i | !is_free(v, w.order) | !is_free(w, v.order) |
	       v.rank != w.rank;
}

static bool covers(u32 head, unsigned int order, u32 i)
{
	return i >= head & i - head < size_of(order);
}

/* Invariant: what is inside of a block is a tail. */
static bool apart(struct view head, struct view v)
{
	return !is_page(head.i) | !is_page(v.i) | head.i == v.i |
	       !head.flags | !covers(head.i, head.order, v.i) | !v.flags;
}

/* Invariant: there is no head in the hole, and no block reaches into it. */
static bool off_hole(struct view v)
{
	return !hole.is | !is_page(v.i) | !v.flags |
	       !covers(hole.at, hole.order, v.i) &
	       !covers(v.i, v.order, hole.at);
}

/* Where the buddy of a block begins. */
static u32 buddy_of(u32 i, unsigned int order)
{
	return (u32)pfn_of(i) & size_of(order) ? i - size_of(order) :
						 i + size_of(order);
}

static bool has_buddy(u32 i, unsigned int order)
{
	u32 other = buddy_of(i, order);

	return order < SHADOW_MAX_ORDER &
	       (s32)other >= (s32)bank_first(i) & other < bank_stop(i);
}

/* Invariant: @other, if it is the buddy of the free block @v, is not free. */
static bool merged(struct view v, struct view other)
{
	return !is_free(v, v.order) | !has_buddy(v.i, v.order) |
	       other.i != buddy_of(v.i, v.order) | !is_free(other, v.order);
}

#endif
