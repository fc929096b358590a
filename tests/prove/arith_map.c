// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of the arithmetic in buddy_map.c: how much memory an allocator needs,
 * and how its sections are cut, for any RAM in whole pages.
 */
#include "arith.h"

/* Where map_bytes_needed() has what hash_bits() gives, see map_hash(). */
static unsigned int bits;

#define memmove prove_move
#include "../../ranges.c"
#include "../../buddy_map.c"

/* No shift by 64 or more, and no section meets two banks if 2 MiB do. */
void map_sections(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges ram;
	unsigned int shift, i;

	any_pages(&ram, storage, NR, NR);
	shift = section_shift(&ram);
	ASSERT(shift >= 9 && shift <= 52, "2 MiB to all addresses");
	for (i = 1; i < ram.nr; i++)
		ASSERT(shift == 9 || storage[i - 1].last / 4096 >> shift !=
				     storage[i].start / 4096 >> shift,
		       "a section larger than 2 MiB meets one bank");
	REACHABLE(shift == 52, "one section for all");
	REACHABLE(ram.nr == NR && shift == 33, "sections of a bank");
}

/* The table of sections is at most half full, and at least a quarter. */
void map_hash(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges ram;
	u64 sections = 0, slots;
	unsigned int shift;
	u32 i;

	any_pages(&ram, storage, NR, NR);
	ASSUME(ram.nr);
	shift = section_shift(&ram);
	for (i = 0; i < ram.nr; i++)
		sections += (storage[i].last / 4096 >> shift) -
			    (storage[i].start / 4096 >> shift) + 1;
	slots = 1ULL << hash_bits(&ram);
	ASSERT(slots >= 2 * sections, "at most half full");
	ASSERT(slots < 4 * sections, "no larger than it has to be");
	REACHABLE(ram.nr == NR && slots == 1ULL << 20, "a large table");
}

void map_bytes_needed(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges ram;
	u64 pages, bytes;

	any_pages(&ram, storage, NR, NR);
	pages = shadow_ranges_pages(&ram);
	ASSUME(pages <= 1ULL << 52);	/* proven in ranges_fit.c */
	bits = nondet_u32();
	ASSUME(bits <= 33);
	bytes = shadow_buddy_bytes(&ram);
	ASSERT(!bytes == (!pages || pages > 4294967295ULL - 21),
	       "0 for none and for more than indices reach");
	if (!bytes)
		return;
	ASSERT(bytes == (21 + pages) * 24 + ram.nr * 24 +
	       (16ULL << bits),
	       "descriptors, banks and sections");
	REACHABLE(pages == 4294967295ULL - 21, "the most");
	REACHABLE(ram.nr == NR, "a bank");
}
