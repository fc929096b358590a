// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive buddy allocator. See buddy_model.h.
 */
#include "buddy_model.h"

void shadow_model_set(struct model *m, u32 from, u32 nr, enum state state)
{
	u32 i;

	for (i = from; i < from + nr; i++)
		m->unit[i] = (struct unit) { .state = state };
}

void shadow_model_set_block(struct model *m, u32 from, unsigned int order)
{
	shadow_model_set(m, from, 1U << order, TAIL);
	m->unit[from] = (struct unit) { HEAD, order, 1 };
}

static bool all_free(const struct model *m, u32 from, u32 nr)
{
	u32 i;

	for (i = from; i < from + nr; i++)
		if (i >= MODEL_PAGES || m->unit[i].state != FREE)
			return false;
	return true;
}

/* Order of the block that a free page must be in once all is merged. */
static unsigned int block_around(const struct model *m, u32 i)
{
	unsigned int n = 0;

	while (all_free(m, i & ~((2U << n) - 1), 2U << n))
		n++;
	return n;
}

/* Smallest order of a free block that suffices, or one that there is not. */
static unsigned int best_order(const struct model *m, unsigned int order)
{
	unsigned int best = SHADOW_NR_ORDERS;
	u32 i = 0;

	while (i < MODEL_PAGES) {
		unsigned int n = 0;

		if (m->unit[i].state == FREE) {
			n = block_around(m, i);
			if (n >= order && n < best)
				best = n;
		}
		i += 1U << n;
	}
	return best;
}

u32 shadow_model_objections(const struct model *m, u64 pa, unsigned int order)
{
	static const u32 by_state[] = {
		[HOLE] = 1 << SHADOW_OUTSIDE,
		[NEVER] = 1 << SHADOW_NEVER_ALLOCATED,
		[FREE] = 1 << SHADOW_ALREADY_FREE,
		[TAIL] = 1 << SHADOW_INSIDE,
		[HEAD] = 0,
	};
	u64 i = model_index(m, pa);
	const struct unit *unit;
	u32 found = 0;

	if (pa & ~SHADOW_PAGE_MASK)
		found |= 1 << SHADOW_UNALIGNED;
	if (order > SHADOW_MAX_ORDER)
		found |= 1 << SHADOW_BAD_ORDER;
	if (i >= MODEL_PAGES)
		return found | 1 << SHADOW_OUTSIDE;
	unit = &m->unit[i];
	found |= by_state[unit->state];
	if (unit->state == HEAD && unit->order != order)
		found |= 1 << SHADOW_WRONG_ORDER;
	if (unit->state == HEAD && unit->references > 1)
		found |= 1 << SHADOW_REFERENCED;
	return found;
}

bool shadow_model_place_is_right(const struct model *m, u64 pa,
				 unsigned int order)
{
	unsigned int best = best_order(m, order);
	u64 i = model_index(m, pa);

	if (best == SHADOW_NR_ORDERS)
		return pa == SHADOW_NO_PAGE;
	return pa != SHADOW_NO_PAGE && !(pa & ~SHADOW_PAGE_MASK) &&
	       i < MODEL_PAGES && all_free(m, i, 1U << order) &&
	       !(i & ((1U << best) - 1)) && block_around(m, i) == best;
}

bool shadow_model_page_is_right(const struct model *m, u32 i,
				const struct shadow_page *page)
{
	const struct unit *unit = &m->unit[i];
	unsigned int flags = 0, order = 0;

	if (unit->state == HOLE)
		return !page;
	if (unit->state == FREE && !(i & ((1U << block_around(m, i)) - 1))) {
		flags = SHADOW_PAGE_FREE;
		order = block_around(m, i);
	} else if (unit->state == HEAD) {
		flags = SHADOW_PAGE_ALLOCATED;
		order = unit->order;
	}
	return page && page->flags == flags && page->order == order &&
	       page->refcount == unit->references &&
	       (!flags || page->pfn == m->base + i);
}
