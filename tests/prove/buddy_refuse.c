// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the buddy allocator frees, what it refuses and why, and that a
 * refused call changes nothing.
 *
 * Where a block is accepted the proof stops with a note of it; what happens then
 * are the steps open, merge and push.
 */
#include "buddy_state.h"
#include "../../buddy_map.c"

static const struct shadow_bank *bank_at(u64 pfn)
{
	if (pfn - banks[0].start < banks[0].nr_pages)
		return &banks[0];
	if (pfn - banks[1].start < banks[1].nr_pages)
		return &banks[1];
	return NULL;
}

static u32 any_i;
static struct view i_was, i_is, page;
static struct shadow_buddy b_was;
static bool in_ram;

/* Any state; i is any page, @pa any address. */
static void before(u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	u32 index = SHADOW_NR_ORDERS;

	any_banks();
	b.lock.held = false;
	b.recent = SHADOW_RECENT_NONE;
	accepted = NOTHING;
	ASSUME(is_page(any_i));
	LOOK(i_was, any_i);
	ASSUME(head_ok(i_was));
	in_ram = !!bank_at(pfn);
	if (in_ram)
		index = bank_at(pfn)->first + (u32)(pfn - bank_at(pfn)->start);
	LOOK(page, index);
	ASSUME(head_ok(page) & apart(i_was, page) & apart(page, i_was));
	b_was = b;
}

void find_block(void)
{
	enum shadow_refusal refusal;
	struct shadow_bank bank;
	struct shadow_page *found;
	u64 pa = nondet_u64();

	before(pa);
	refusal = __find_block(&b, pa, &bank, &found);
	ASSERT((refusal == SHADOW_OUTSIDE) == !in_ram, "outside RAM");
	ASSERT((refusal == SHADOW_ACCEPTED) ==
	       (in_ram && page.flags == SHADOW_PAGE_ALLOCATED),
	       "accepted is what begins an allocated block");
	ASSERT(refusal || found == &map[page.i], "the page of that address");
	ASSERT(refusal || bank.first == bank_of(page.i)->first, "and its bank");
	REACHABLE(!refusal && page.order == 20, "a largest block is found");
}

static void assert_unchanged(void)
{
	LOOK(i_is, any_i);
	ASSERT(i_is.next == i_was.next &
	       i_is.prev == i_was.prev & i_is.refcount == i_was.refcount &
	       i_is.flags == i_was.flags & i_is.order == i_was.order,
	       "no descriptor changed");
	ASSERT(b.nonempty == b_was.nonempty &
	       b.nr_managed == b_was.nr_managed, "no counter changed");
}

void refuse_free(void)
{
	unsigned int order = nondet_u32();
	enum shadow_refusal refusal;
	u64 pa = nondet_u64();

	before(pa);
	refusal = shadow_buddy_free(&b, pa, order);
	ASSERT(!b.lock.held, "the lock is released");
	ASSERT((accepted == NOTHING) == !!refusal, "accepted is what is freed");
	ASSERT(refusal || page.flags == SHADOW_PAGE_ALLOCATED &
	       page.order == order & page.refcount == 1 &
	       pa == pfn_of(page.i) << SHADOW_PAGE_SHIFT &
	       accepted == pfn_of(page.i),
	       "freed are blocks of that order that nobody else holds");
	ASSERT((refusal == SHADOW_BAD_ORDER) == (order > 20), "order over 20");
	ASSERT((refusal == SHADOW_UNALIGNED) == (order <= 20 && pa & 4095),
	       "not page aligned");
	assert_unchanged();
	REACHABLE(!refusal && order == 20, "a largest block is freed");
}

void refuse_get_put(void)
{
	bool get = nondet_bool();
	enum shadow_refusal refusal;
	u64 pa = nondet_u64();
	u32 change;

	before(pa);
	refusal = get ? shadow_buddy_get(&b, pa) : shadow_buddy_put(&b, pa);
	ASSERT(!b.lock.held, "the lock is released");
	ASSERT((refusal == SHADOW_REFCOUNT_FULL) ==
	       (get && in_ram && !(pa & 4095) &&
		page.flags == SHADOW_PAGE_ALLOCATED &&
		page.refcount == U32_MAX), "reference count full");
	ASSERT((refusal == SHADOW_UNALIGNED) == !!(pa & 4095),
	       "not page aligned");
	ASSERT((accepted == NOTHING) == (refusal || get || page.refcount > 1),
	       "the last put frees, nothing else");
	change = refusal || accepted != NOTHING ? 0 : get ? 1 : -1;
	if (any_i == page.i)
		i_was.refcount += change;
	assert_unchanged();
	REACHABLE(change == 1 && page.order == 20, "a block is held again");
}
