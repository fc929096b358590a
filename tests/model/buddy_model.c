// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive buddy allocator. See buddy_model.h.
 */
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "buddy_model.h"

static void set(struct shadow_buddy_model *m, u32 first, u32 nr, u16 state)
{
	u32 i;

	for (i = first; i < first + nr; i++)
		m->unit[i] = (struct shadow_unit){ .state = state };
}

static u32 units_of(const struct shadow_buddy_model *m, unsigned int order)
{
	return 1U << (order - m->unit_order);
}

static void set_block(struct shadow_buddy_model *m, u32 first,
		      unsigned int order)
{
	set(m, first, units_of(m, order), SHADOW_UNIT_TAIL);
	m->unit[first] = (struct shadow_unit){ SHADOW_UNIT_HEAD, order, 1 };
}

void shadow_buddy_model_ram(struct shadow_buddy_model *m, u32 first, u32 nr)
{
	set(m, first, nr, SHADOW_UNIT_NEVER);
}

/* Are so many units RAM, and the frame numbers without a gap? */
static bool in_one_bank(const struct shadow_buddy_model *m, u32 first, u32 nr)
{
	u64 pfn = shadow_buddy_model_pfn(m, first);
	u32 i;

	if (first >= m->nr || nr > m->nr - first)
		return false;
	for (i = first; i < first + nr; i++, pfn += 1ULL << m->unit_order)
		if (!m->unit[i].state || shadow_buddy_model_pfn(m, i) != pfn)
			return false;
	return true;
}

/* Units from one on to the end of its bank; 0 where it is not RAM. */
static u32 rest_of_bank(const struct shadow_buddy_model *m, u32 first)
{
	u32 nr = 0;

	while (in_one_bank(m, first, nr + 1))
		nr++;
	return nr;
}

u32 shadow_buddy_model_banks(const struct shadow_buddy_model *m,
			     struct shadow_range *range)
{
	u32 nr = 0, i, units;

	for (i = 0; i < m->nr; i += units ? units : 1) {
		units = rest_of_bank(m, i);
		if (!units)
			continue;
		range[nr].start = shadow_buddy_model_pa(m, i);
		range[nr].last = range[nr].start - 1 +
			units * (SHADOW_PAGE_SIZE << m->unit_order);
		nr++;
	}
	return nr;
}

u32 shadow_buddy_model_find(const struct shadow_buddy_model *m, u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	u32 i = 0;

	while (i < m->nr && (pfn - shadow_buddy_model_pfn(m, i)) >>
			    m->unit_order)
		i++;
	return i < m->nr && m->unit[i].state ? i : m->nr;
}

static bool all_free(const struct shadow_buddy_model *m, u32 first, u32 nr)
{
	u32 i;

	if (!in_one_bank(m, first, nr))
		return false;
	for (i = first; i < first + nr; i++)
		if (m->unit[i].state != SHADOW_UNIT_FREE)
			return false;
	return true;
}

/* Frame numbers from the aligned block of an order around a unit to it. */
static u64 offset_in(const struct shadow_buddy_model *m, u32 i,
		     unsigned int order)
{
	return shadow_buddy_model_pfn(m, i) & ((1ULL << order) - 1);
}

/* Order of the block that a free unit must be in, with all merged (B4). */
static unsigned int block_around(const struct shadow_buddy_model *m, u32 i)
{
	unsigned int n = m->unit_order;

	while (n < SHADOW_MAX_ORDER &&
	       all_free(m, i - (offset_in(m, i, n + 1) >> m->unit_order),
			units_of(m, n + 1)))
		n++;
	return n;
}

/* Order of the free block that begins at a unit, or -1 where none does. */
static int free_order(const struct shadow_buddy_model *m, u32 i)
{
	unsigned int n;

	if (m->unit[i].state != SHADOW_UNIT_FREE)
		return -1;
	n = block_around(m, i);
	return offset_in(m, i, n) ? -1 : (int)n;
}

/* The same from below: up to its @end, a block has no other one in it. */
static int next_free_order(const struct shadow_buddy_model *m, u32 i, u32 *end)
{
	int order = i < *end ? -1 : free_order(m, i);

	if (order >= 0)
		*end = i + units_of(m, order);
	return order;
}

/* B2: does a block of the smallest order that suffices begin there? */
static bool place_is_right(const struct shadow_buddy_model *m, u64 pa,
			   unsigned int order)
{
	int best = SHADOW_NR_ORDERS, n;
	u32 i, end = 0;

	for (i = 0; i < m->nr; i++) {
		n = next_free_order(m, i, &end);
		if (n >= 0 && (unsigned int)n >= order && n < best)
			best = n;
	}
	if (best == SHADOW_NR_ORDERS)
		return pa == SHADOW_NO_PAGE;
	i = shadow_buddy_model_find(m, pa);
	return i < m->nr && pa == shadow_buddy_model_pa(m, i) &&
	       free_order(m, i) == best;
}

/* What is wrong with an address as that of an allocated block (B5). */
static enum shadow_refusal objection(const struct shadow_buddy_model *m, u64 pa)
{
	static const u8 by_state[] = {
		[SHADOW_UNIT_NEVER] = SHADOW_NEVER_ALLOCATED,
		[SHADOW_UNIT_FREE] = SHADOW_ALREADY_FREE,
		[SHADOW_UNIT_TAIL] = SHADOW_INSIDE,
		[SHADOW_UNIT_HEAD] = SHADOW_ACCEPTED,
	};
	u32 i = shadow_buddy_model_find(m, pa);

	if (pa & ~SHADOW_PAGE_MASK)
		return SHADOW_UNALIGNED;
	return i < m->nr ? by_state[m->unit[i].state] : SHADOW_OUTSIDE;
}

static enum shadow_refusal free_objection(const struct shadow_buddy_model *m,
					  u64 pa, unsigned int order)
{
	enum shadow_refusal refusal = objection(m, pa);
	const struct shadow_unit *unit;

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_BAD_ORDER;
	if (refusal)
		return refusal;
	unit = &m->unit[shadow_buddy_model_find(m, pa)];
	if (unit->order != order)
		return SHADOW_WRONG_ORDER;
	return unit->references > 1 ? SHADOW_REFERENCED : SHADOW_ACCEPTED;
}

/* A run goes block by block; nothing lies above the last page. */
static enum shadow_refusal run_objection(const struct shadow_buddy_model *m,
					 u64 pa, u64 nr_pages)
{
	enum shadow_refusal refusal = SHADOW_ACCEPTED;
	u64 at = pa;
	int n;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER)
		return SHADOW_BAD_ORDER;
	for (n = SHADOW_MAX_ORDER; n >= 0 && !refusal; n--) {
		if (!(nr_pages >> n & 1))
			continue;
		refusal = at < pa ? SHADOW_OUTSIDE : free_objection(m, at, n);
		at += SHADOW_PAGE_SIZE << n;
	}
	return refusal;
}

bool shadow_buddy_model_add_range(struct shadow_buddy_model *m,
				  struct shadow_buddy *b, u32 first, u32 nr)
{
	u64 start = shadow_buddy_model_pa(m, first);
	int err, want = 0;
	u32 i;

	err = shadow_buddy_add_range(b, start, start - 1 +
				     nr * (SHADOW_PAGE_SIZE << m->unit_order));
	/* What was given before lies below. */
	for (i = first; i < m->nr; i++)
		if (m->unit[i].state > SHADOW_UNIT_NEVER)
			want = -EEXIST;
	if (!in_one_bank(m, first, nr))
		want = -EINVAL;
	if (!want)
		set(m, first, nr, SHADOW_UNIT_FREE);
	return err == want;
}

bool shadow_buddy_model_add_banks(struct shadow_buddy_model *m,
				  struct shadow_buddy *b, u32 less)
{
	u32 i, units;

	for (i = 0; i < m->nr; i += units ? units : 1) {
		units = rest_of_bank(m, i);
		if (units && !shadow_buddy_model_add_range(m, b, i,
							   units > less ?
							   units - less : units))
			return false;
	}
	return true;
}

bool shadow_buddy_model_alloc(struct shadow_buddy_model *m,
			      struct shadow_buddy *b, unsigned int order)
{
	u64 pa = shadow_buddy_alloc(b, order);

	if (!place_is_right(m, pa, order))
		return false;
	if (pa != SHADOW_NO_PAGE)
		set_block(m, shadow_buddy_model_find(m, pa), order);
	return true;
}

bool shadow_buddy_model_alloc_exact(struct shadow_buddy_model *m,
				    struct shadow_buddy *b, u64 nr_pages)
{
	u64 pa = shadow_buddy_alloc_exact(b, nr_pages);
	unsigned int order = 0;
	u32 i;
	int n;

	if (!nr_pages || nr_pages > 1ULL << SHADOW_MAX_ORDER)
		return pa == SHADOW_NO_PAGE;
	while (1ULL << order < nr_pages)
		order++;
	if (!place_is_right(m, pa, order))
		return false;
	if (pa == SHADOW_NO_PAGE)
		return true;
	i = shadow_buddy_model_find(m, pa);
	for (n = order; n >= 0; n--) {
		if (!(nr_pages >> n & 1))
			continue;
		set_block(m, i, n);
		i += units_of(m, n);
	}
	return true;
}

bool shadow_buddy_model_free(struct shadow_buddy_model *m,
			     struct shadow_buddy *b, u64 pa, unsigned int order)
{
	enum shadow_refusal want = free_objection(m, pa, order);

	if (shadow_buddy_free(b, pa, order) != want)
		return false;
	if (!want)
		set(m, shadow_buddy_model_find(m, pa), units_of(m, order),
		    SHADOW_UNIT_FREE);
	return true;
}

bool shadow_buddy_model_free_exact(struct shadow_buddy_model *m,
				   struct shadow_buddy *b, u64 pa, u64 nr_pages)
{
	enum shadow_refusal want = run_objection(m, pa, nr_pages);

	if (shadow_buddy_free_exact(b, pa, nr_pages) != want)
		return false;
	if (!want)
		set(m, shadow_buddy_model_find(m, pa),
		    nr_pages >> m->unit_order, SHADOW_UNIT_FREE);
	return true;
}

bool shadow_buddy_model_get(struct shadow_buddy_model *m,
			    struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal want = objection(m, pa);
	u32 i = shadow_buddy_model_find(m, pa);

	if (!want && m->unit[i].references == U32_MAX)
		want = SHADOW_REFCOUNT_FULL;
	if (!want)
		m->unit[i].references++;
	return shadow_buddy_get(b, pa) == want;
}

bool shadow_buddy_model_put(struct shadow_buddy_model *m,
			    struct shadow_buddy *b, u64 pa)
{
	enum shadow_refusal want = objection(m, pa);
	u32 i = shadow_buddy_model_find(m, pa);

	if (!want && !--m->unit[i].references)
		set(m, i, units_of(m, m->unit[i].order), SHADOW_UNIT_FREE);
	return shadow_buddy_put(b, pa) == want;
}

/* Only the head of a block has a state (M5). */
static bool page_is_right(const struct shadow_buddy_model *m, u32 i,
			  const struct shadow_page *page, int listed)
{
	const struct shadow_unit *unit = &m->unit[i];
	unsigned int state = 0;

	if (unit->state == SHADOW_UNIT_HEAD)
		state = SHADOW_PAGE_ALLOCATED | unit->order;
	else if (listed >= 0)
		state = SHADOW_PAGE_FREE | listed;
	return page->state == state && page->refcount == unit->references;
}

const char *shadow_buddy_model_differs(const struct shadow_buddy_model *m,
				       struct shadow_buddy *b)
{
	u64 want[SHADOW_NR_ORDERS] = {}, got[SHADOW_NR_ORDERS];
	u64 at = SHADOW_NR_ORDERS, nr_free = 0, nr_managed = 0;
	u64 unit_pages = 1ULL << m->unit_order;
	u32 i, end = 0;

	for (i = 0; i < m->nr; i++) {
		const struct shadow_page *page =
			shadow_buddy_page(b, shadow_buddy_model_pa(m, i));
		int order = next_free_order(m, i, &end);
		u16 state = m->unit[i].state;

		if (page != (state ? b->map + at : NULL))
			return "the place of a descriptor";
		if (page && !page_is_right(m, i, page, order))
			return "a descriptor";
		if (page && shadow_buddy_address(b, page) !=
			    shadow_buddy_model_pa(m, i))
			return "the address of a descriptor";
		at += state ? unit_pages : 0;
		nr_managed += state > SHADOW_UNIT_NEVER ? unit_pages : 0;
		nr_free += state == SHADOW_UNIT_FREE ? unit_pages : 0;
		if (order >= 0)
			want[order]++;
	}
	if (shadow_buddy_blocks(b, got) != nr_free)
		return "the number of free pages";
	if (memcmp(got, want, sizeof(want)))
		return "the number of blocks of some order";
	if (b->nr_managed != nr_managed)
		return "the number of managed pages";
	return NULL;
}
