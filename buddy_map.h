/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From an address to its bank, in constant time, and to its block (inside the
 * buddy only).
 *
 * RAM is cut into sections of 2^section_shift pages. Builders choose the shift
 * so large that a section meets one bank, if that can be had with sections of
 * at least 2 MiB. A hash table holds the sections that have RAM, so holes cost
 * nothing however wide they are. A section that meets several banks names the
 * first of them; the others follow.
 */
#ifndef SHADOW_BUDDY_MAP_H
#define SHADOW_BUDDY_MAP_H

#include "buddy.h"

/* The first place to look for a section: its product with 2^64 / phi. */
static inline u64 shadow_section_slot(const struct shadow_buddy *b, u64 key)
{
	return (key * 0x9e3779b97f4a7c15ULL) >> b->hash_shift;
}

static inline u64 shadow_section_mask(const struct shadow_buddy *b)
{
	return ~0ULL >> b->hash_shift;
}

/**
 * shadow_buddy_find_bank() - the bank that a page belongs to
 * @b: the allocator
 * @pfn: any frame number
 *
 * Return: the bank, or NULL where @pfn is not in RAM.
 */
static inline const struct shadow_bank *
shadow_buddy_find_bank(const struct shadow_buddy *b, u64 pfn)
{
	const struct shadow_bank *stop = b->bank + b->nr_banks;
	u64 key = pfn >> b->section_shift;
	u64 slot = shadow_section_slot(b, key);
	const struct shadow_bank *bank;

	while (b->section[slot].key != key) {
		if (b->section[slot].bank == SHADOW_NO_BANK)
			return NULL;
		slot = (slot + 1) & shadow_section_mask(b);
	}
	if (b->section[slot].bank == SHADOW_NO_BANK)
		return NULL;
	for (bank = b->bank + b->section[slot].bank;
	     bank < stop && bank->start <= pfn; bank++)
		if (pfn < bank->end)
			return bank;
	return NULL;
}

/**
 * __shadow_buddy_find_block() - the allocated block that begins at an address
 * @b: the allocator; its lock is held
 * @pa: any address
 * @bank: set to the bank of the block
 * @page: set to the descriptor of its first page
 *
 * Return: SHADOW_ACCEPTED, or why there is no such block (B5).
 */
enum shadow_refusal
__shadow_buddy_find_block(const struct shadow_buddy *b, u64 pa,
			  const struct shadow_bank **bank,
			  struct shadow_page **page);

#endif /* SHADOW_BUDDY_MAP_H */
