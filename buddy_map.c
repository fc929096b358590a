// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the descriptors of a buddy allocator lie: one array for all banks, and
 * a table that finds the bank of an address. See buddy.h and buddy_map.h.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "buddy.h"
#include "buddy_map.h"

#define MIN_SECTION_SHIFT	9	/* 2 MiB */
#define MAX_SECTION_SHIFT	52	/* one section for any address */

/* Indices are 32 bits wide; list heads take the first of them. */
#define MAX_PAGES		(U32_MAX - SHADOW_NR_ORDERS)

static u64 first_pfn(const struct shadow_range *range)
{
	return range->start >> SHADOW_PAGE_SHIFT;
}

static u64 last_pfn(const struct shadow_range *range)
{
	return range->last >> SHADOW_PAGE_SHIFT;
}

/* The largest section that never meets two banks, but at least 2 MiB. */
static unsigned int section_shift(const struct shadow_ranges *ram)
{
	unsigned int shift = MAX_SECTION_SHIFT;
	u32 i;

	for (i = 1; i < ram->nr; i++) {
		u64 differs = last_pfn(&ram->range[i - 1]) ^
			      first_pfn(&ram->range[i]);

		shift = min(shift, (unsigned int)fls64(differs) - 1);
	}
	return max_t(unsigned int, shift, MIN_SECTION_SHIFT);
}

/* Bits of the hash: the table is at most half full. */
static unsigned int hash_bits(const struct shadow_ranges *ram)
{
	unsigned int shift = section_shift(ram);
	u64 sections = 0;
	u32 i;

	for (i = 0; i < ram->nr; i++)
		sections += (last_pfn(&ram->range[i]) >> shift) -
			    (first_pfn(&ram->range[i]) >> shift) + 1;
	return fls64(2 * sections - 1);
}

static u64 map_bytes(u64 nr_pages)
{
	return (SHADOW_NR_ORDERS + nr_pages) * sizeof(struct shadow_page);
}

u64 shadow_buddy_bytes(const struct shadow_ranges *ram)
{
	u64 nr_pages = shadow_ranges_pages(ram);

	if (!nr_pages || nr_pages > MAX_PAGES)
		return 0;
	return map_bytes(nr_pages) + ram->nr * sizeof(struct shadow_bank) +
	       (sizeof(struct shadow_section) << hash_bits(ram));
}
EXPORT_SYMBOL_GPL(shadow_buddy_bytes);

/* Enter all sections of a bank but one that an earlier bank reaches into. */
static void enter_sections(struct shadow_buddy *b, u32 bank)
{
	u64 last = (b->bank[bank].end - 1) >> b->section_shift;
	u64 key = b->bank[bank].start >> b->section_shift;

	for (; key <= last; key++) {
		u64 slot = shadow_section_slot(b, key);

		while (b->section[slot].bank != SHADOW_NO_BANK &&
		       b->section[slot].key != key)
			slot = (slot + 1) & shadow_section_mask(b);
		if (b->section[slot].bank != SHADOW_NO_BANK)
			continue;
		b->section[slot].key = key;
		b->section[slot].bank = bank;
	}
}

static void init_sections(struct shadow_buddy *b,
			  const struct shadow_ranges *ram)
{
	unsigned int bits = hash_bits(ram);
	u64 slot;
	u32 i;

	b->section_shift = section_shift(ram);
	b->hash_shift = 64 - bits;
	for (slot = 0; slot < 1ULL << bits; slot++) {
		b->section[slot].key = 0;
		b->section[slot].bank = SHADOW_NO_BANK;
	}
	for (i = 0; i < b->nr_banks; i++)
		enter_sections(b, i);
}

static void init_banks(struct shadow_buddy *b, const struct shadow_ranges *ram)
{
	u32 index = SHADOW_NR_ORDERS;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		struct shadow_bank *bank = &b->bank[i];

		bank->start = first_pfn(&ram->range[i]);
		bank->end = last_pfn(&ram->range[i]) + 1;
		bank->first = index;
		index += bank->end - bank->start;
	}
}

int shadow_buddy_init(struct shadow_buddy *b, const struct shadow_ranges *ram,
		      void *mem)
{
	unsigned int order;

	if (!shadow_buddy_bytes(ram))
		return -E2BIG;

	memset(b, 0, sizeof(*b));
	raw_spin_lock_init(&b->lock);
	b->nr_pages = shadow_ranges_pages(ram);
	b->nr_banks = ram->nr;
	b->map = mem;
	b->bank = mem + map_bytes(b->nr_pages);
	b->section = (void *)(b->bank + b->nr_banks);

	memset(b->map, 0, map_bytes(b->nr_pages));
	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		b->map[order].next = order;
		b->map[order].prev = order;
	}
	init_banks(b, ram);
	init_sections(b, ram);
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_buddy_init);

const struct shadow_page *shadow_buddy_page(const struct shadow_buddy *b,
					    u64 pa)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;
	const struct shadow_bank *bank = shadow_buddy_find_bank(b, pfn);

	return bank ? &b->map[bank->first + (u32)(pfn - bank->start)] : NULL;
}
EXPORT_SYMBOL_GPL(shadow_buddy_page);

/*
 * Why is @page not the head of an allocated block? The block that it lies in
 * begins at one of the 21 aligned frame numbers at or below it.
 */
static enum shadow_refusal diagnose(const struct shadow_bank *bank,
				    const struct shadow_page *page, u64 pfn)
{
	unsigned int n;

	for (n = 0; n <= SHADOW_MAX_ORDER; n++) {
		u64 head_pfn = pfn & ~((1ULL << n) - 1);
		const struct shadow_page *head;

		if (head_pfn < bank->start)
			break;
		head = page - (pfn - head_pfn);
		if (!head->flags || head->order < n)
			continue;
		if (head->flags == SHADOW_PAGE_FREE)
			return SHADOW_ALREADY_FREE;
		return SHADOW_INSIDE;
	}
	return SHADOW_NEVER_ALLOCATED;
}

enum shadow_refusal
__shadow_buddy_find_block(const struct shadow_buddy *b, u64 pa,
			  const struct shadow_bank **bank,
			  struct shadow_page **page)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;

	if (pa & ~SHADOW_PAGE_MASK)
		return SHADOW_UNALIGNED;
	*bank = shadow_buddy_find_bank(b, pfn);
	if (!*bank)
		return SHADOW_OUTSIDE;
	*page = &b->map[(*bank)->first + (u32)(pfn - (*bank)->start)];
	if ((*page)->flags == SHADOW_PAGE_ALLOCATED)
		return SHADOW_ACCEPTED;
	return diagnose(*bank, *page, pfn);
}

static const char * const refusal_names[] = {
	[SHADOW_ACCEPTED] = "accepted",
	[SHADOW_UNALIGNED] = "not page aligned",
	[SHADOW_BAD_ORDER] = "order over 20",
	[SHADOW_OUTSIDE] = "outside RAM",
	[SHADOW_NEVER_ALLOCATED] = "never allocated",
	[SHADOW_ALREADY_FREE] = "already free",
	[SHADOW_INSIDE] = "inside a block",
	[SHADOW_WRONG_ORDER] = "wrong order",
	[SHADOW_REFERENCED] = "still referenced",
	[SHADOW_REFCOUNT_FULL] = "reference count full",
};

const char *shadow_refusal_name(enum shadow_refusal refusal)
{
	return refusal_names[refusal];
}
EXPORT_SYMBOL_GPL(shadow_refusal_name);
