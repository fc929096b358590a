// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of the arithmetic in buddy_map.c: how much memory an allocator needs,
 * and how its sections are cut, for any RAM in whole pages.
 */
#include "arith.h"

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

void map_bytes_needed(void)
{
	struct shadow_range storage[NR];
	struct shadow_ranges ram;
	u64 pages, bytes;

	any_pages(&ram, storage, NR, NR);
	pages = shadow_ranges_pages(&ram);
	ASSUME(pages <= 1ULL << 52);	/* proven in ranges_fit.c */
	bytes = shadow_buddy_bytes(&ram);
	ASSERT(!bytes == (!pages || pages > 4294967295ULL - 21),
	       "0 for none and for more than indices reach");
	if (!bytes)
		return;
	ASSERT(bytes == (21 + pages) * 24 + ram.nr * 24 +
	       (16ULL << hash_bits(&ram)),
	       "descriptors, banks and sections");
	REACHABLE(pages == 4294967295ULL - 21, "the most");
	REACHABLE(ram.nr == NR, "a bank");
}
