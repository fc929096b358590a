// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of the arithmetic in buddy_map.c and buddy_steps.h: how much memory an
 * allocator needs, for any RAM in whole pages, and which bank a page belongs to.
 */
#include "arith.h"

#define memmove prove_move
#include "../../ranges.c"
#include "../../buddy_map.c"

static struct shadow_bank banks[NR];
static struct shadow_buddy b;

/* Any banks that ascend, and the descriptors that they have by that. */
static void any_banks(void)
{
	u64 first = SHADOW_NR_ORDERS;
	u32 i;

	b.bank = banks;
	b.nr_banks = nondet_u32();
	ASSUME(b.nr_banks && b.nr_banks <= NR);
	for (i = 0; i < b.nr_banks; i++) {
		banks[i].start = nondet_u64();
		banks[i].nr_pages = nondet_u64();
		ASSUME(banks[i].start < 1ULL << 52);
		ASSUME(banks[i].nr_pages && banks[i].nr_pages <= 1ULL << 52);
		ASSUME(!i || banks[i].start >= banks[i - 1].start +
					       banks[i - 1].nr_pages);
		banks[i].first = first;
		first += banks[i].nr_pages;
	}
}

void bank_below(void)
{
	const struct shadow_bank *found;
	u64 pfn = nondet_u64();
	u32 any = nondet_u32();

	any_banks();
	found = shadow_bank_below(&b, pfn);
	ASSUME(any < b.nr_banks);
	ASSERT(found >= banks && found < banks + b.nr_banks, "one of them");
	ASSERT(pfn - banks[any].start >= banks[any].nr_pages ||
	       found == &banks[any], "the bank of a page is found");
	REACHABLE(b.nr_banks == NR && found == &banks[NR - 2], "one of many");
}

void bank_of_entry(void)
{
	const struct shadow_bank *found;
	u64 at = nondet_u64();
	u32 any = nondet_u32();

	any_banks();
	found = shadow_bank_of_entry(&b, at);
	ASSUME(any < b.nr_banks);
	ASSERT(at - banks[any].first >= banks[any].nr_pages ||
	       found == &banks[any], "the bank of a descriptor is found");
	REACHABLE(b.nr_banks == NR && found == &banks[NR - 2], "one of many");
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
	ASSERT(!bytes == !pages, "0 for no RAM alone");
	ASSERT(!pages || bytes == (21 + pages) * 24 + ram.nr * 24,
	       "descriptors and banks");
	REACHABLE(pages == 1ULL << 52, "the most");
	REACHABLE(ram.nr == NR, "a bank");
}
