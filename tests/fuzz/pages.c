// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive model of a machine and a buddy allocator. See pages.h.
 */
#include "pages.h"

#define ALL_PFNS	(~0ULL / SHADOW_PAGE_SIZE + 1)

void pages_choose(struct pages *m, struct fuzz_input *in)
{
	static const u64 strides[] = {
		WINDOW, WINDOW, WINDOW + 1, 3 * WINDOW, 512, 512 - 24,
		1ULL << 20, (ALL_PFNS - WINDOW) / 3,
	};
	static const u64 bases[] = {
		0, 0x80000, 0x80000 - 24, 0x40003, (1ULL << 20) - 32,
		0x880000 + 500, 0x880000, 0,
	};
	u32 what = fuzz_byte(in), runs = 1 + fuzz_below(in, 8), i;

	m->stride = strides[what & 7];
	m->base = bases[what >> 3 & 7];
	/* The end of the address space; the last stride fits there alone. */
	if ((what >> 3 & 7) == 7 || (what & 7) == 7)
		m->base = ALL_PFNS - WINDOW - 3 * m->stride;
	while (runs--) {
		u32 first = fuzz_below(in, PAGES);

		m->ram ^= pages_bits(first, 1 + fuzz_below(in, PAGES - first));
	}
	for (i = 0; i < PAGES; i++)
		if (m->ram >> i & 1 &&
		    (!i || !(m->ram >> (i - 1) & 1) ||
		     pages_pfn(m, i) != pages_pfn(m, i - 1) + 1))
			m->starts |= 1ULL << i;
}

bool pages_in_one_bank(const struct pages *m, u32 first, u32 nr)
{
	u64 bits;

	if (first >= PAGES || nr > PAGES - first)
		return false;
	bits = pages_bits(first, nr);
	return !(~m->ram & bits) && !(m->starts & bits & ~(1ULL << first));
}

u32 pages_ranges(const struct pages *m, struct shadow_range *range)
{
	u32 nr = 0, i, n;

	for (i = 0; i < PAGES; i++) {
		if (!(m->starts >> i & 1))
			continue;
		n = 1;
		while (pages_in_one_bank(m, i, n + 1))
			n++;
		range[nr].start = pages_pa(m, i);
		range[nr++].last = pages_pa(m, i) + n * SHADOW_PAGE_SIZE - 1;
	}
	return nr;
}

u32 pages_find(const struct pages *m, u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	u32 i;

	for (i = 0; i < PAGES; i += WINDOW)
		if (pfn - pages_pfn(m, i) < WINDOW)
			break;
	if (i == PAGES)
		return PAGES;
	i += pfn - pages_pfn(m, i);
	return m->ram >> i & 1 ? i : PAGES;
}

/* May a block of free pages of this order begin at page @i? */
static bool fits(const struct pages *m, u32 i, unsigned int order)
{
	u64 bits;

	if (pages_pfn(m, i) & ((1U << order) - 1) ||
	    !pages_in_one_bank(m, i, 1U << order))
		return false;
	bits = pages_bits(i, 1U << order);
	return (m->free & bits) == bits;
}

/* From below, the largest that fits: nothing below it can be a part of it. */
void pages_free_blocks(const struct pages *m, u8 order[PAGES])
{
	u32 i = 0, n;

	__builtin_memset(order, NOT_FREE, PAGES);
	while (i < PAGES) {
		if (!(m->free >> i & 1)) {
			i++;
			continue;
		}
		for (n = 0; fits(m, i, n + 1); n++)
			;
		order[i] = n;
		i += 1U << n;
	}
}

enum shadow_refusal pages_objection(const struct pages *m, u64 pa)
{
	u32 i = pages_find(m, pa);

	if (pa % SHADOW_PAGE_SIZE)
		return SHADOW_UNALIGNED;
	if (i == PAGES)
		return SHADOW_OUTSIDE;
	if (!(m->given >> i & 1))
		return SHADOW_NEVER_ALLOCATED;
	if (m->free >> i & 1)
		return SHADOW_ALREADY_FREE;
	return m->heads >> i & 1 ? SHADOW_ACCEPTED : SHADOW_INSIDE;
}

enum shadow_refusal pages_free_objection(const struct pages *m, u64 pa,
					 unsigned int order)
{
	enum shadow_refusal objection = pages_objection(m, pa);
	u32 i = pages_find(m, pa);

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_BAD_ORDER;
	if (objection)
		return objection;
	if (m->order[i] != order)
		return SHADOW_WRONG_ORDER;
	return m->references[i] > 1 ? SHADOW_REFERENCED : SHADOW_ACCEPTED;
}

void pages_take(struct pages *m, u32 first, unsigned int order)
{
	m->free &= ~pages_bits(first, 1U << order);
	m->heads |= 1ULL << first;
	m->order[first] = order;
	m->references[first] = 1;
}

void pages_give_back(struct pages *m, u32 first)
{
	m->free |= pages_bits(first, 1U << m->order[first]);
	m->heads &= ~(1ULL << first);
}
