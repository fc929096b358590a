// SPDX-License-Identifier: GPL-2.0-only
/*
 * An allocator over the pages of a model. See machine.h.
 */
#include <stdlib.h>

#include <linux/errno.h>
#include <linux/string.h>

#include "machine.h"

static u64 bank_bytes(const struct machine *f)
{
	return f->b.nr_banks * sizeof(*f->b.bank);
}

static u64 section_bytes(const struct machine *f)
{
	return sizeof(*f->b.section) << (64 - f->b.hash_shift);
}

/* Banks and sections never change. */
static void expect_tables_kept(const struct machine *f)
{
	const void *made = f->made + f->bytes;

	fuzz_expect(!memcmp(f->b.bank, made, bank_bytes(f)));
	fuzz_expect(!memcmp(f->b.section, made + bank_bytes(f),
			    section_bytes(f)));
}

static void *copy(const void *from, u64 bytes)
{
	return memcpy(malloc(bytes), from, bytes);
}

bool machine_begin(struct machine *f)
{
	struct shadow_range range[PAGES];
	struct shadow_ranges ram;
	u64 bytes;

	pages_choose(&f->m, &f->in);
	shadow_ranges_init(&ram, range, PAGES);
	ram.nr = pages_ranges(&f->m, range);
	bytes = shadow_buddy_bytes(&ram);
	if (!ram.nr) {
		fuzz_expect(!bytes);
		fuzz_expect(shadow_buddy_init(&f->b, &ram, NULL) == -E2BIG);
		return false;
	}
	f->made = malloc(bytes);
	fuzz_expect(!shadow_buddy_init(&f->b, &ram, f->made));
	f->bytes = (void *)f->b.bank - f->made;
	fuzz_expect(f->bytes + bank_bytes(f) + section_bytes(f) == bytes);
	f->b.map = copy(f->made, f->bytes);
	f->b.bank = copy(f->b.bank, bank_bytes(f));
	f->b.section = copy(f->b.section, section_bytes(f));
	f->before = malloc(f->bytes);
	machine_remember(f);
	return true;
}

void machine_end(struct machine *f)
{
	expect_tables_kept(f);
	free(f->before);
	free(f->b.section);
	free(f->b.bank);
	free(f->b.map);
	free(f->made);
}

void machine_remember(struct machine *f)
{
	memcpy(f->before, f->b.map, f->bytes);
	f->b_before = f->b;
}

void machine_expect_same(const struct machine *f)
{
	fuzz_expect(!memcmp(f->before, f->b.map, f->bytes));
	fuzz_expect(!memcmp(&f->b_before, &f->b, sizeof(f->b)));
}

void machine_add(struct machine *f, u32 first, u32 nr)
{
	u64 start = pages_pa(&f->m, first);
	int err = shadow_buddy_add_range(&f->b, start,
					 start + nr * SHADOW_PAGE_SIZE - 1);

	if (!pages_in_one_bank(&f->m, first, nr)) {
		fuzz_expect(err == -EINVAL);
	} else if (first < f->added_end) {
		fuzz_expect(err == -EEXIST);
	} else {
		fuzz_expect(!err);
		f->m.given |= pages_bits(first, nr);
		f->m.free |= pages_bits(first, nr);
		f->added_end = first + nr;
	}
	if (err)
		machine_expect_same(f);
}

/* The order of the smallest block that suffices, or NOT_FREE. */
static u8 best_order(const u8 blocks[PAGES], unsigned int order)
{
	u8 best = NOT_FREE;
	u32 i;

	for (i = 0; i < PAGES; i++)
		if (blocks[i] >= order && blocks[i] < best)
			best = blocks[i];
	return best;
}

/*
 * What alloc may return: the first page of such a block. Returns that page, or
 * PAGES where there is nothing.
 */
static u32 judge_place(const struct machine *f, u64 pa, unsigned int order)
{
	u8 blocks[PAGES], best;
	u32 i;

	pages_free_blocks(&f->m, blocks);
	best = best_order(blocks, order);
	if (best == NOT_FREE) {
		fuzz_expect(pa == SHADOW_NO_PAGE);
		machine_expect_same(f);
		return PAGES;
	}
	fuzz_expect(!(pa % SHADOW_PAGE_SIZE));
	i = pages_find(&f->m, pa);
	fuzz_expect(i < PAGES);
	fuzz_expect(blocks[i] == best);
	return i;
}

void machine_alloc(struct machine *f, unsigned int order)
{
	u64 pa = shadow_buddy_alloc(&f->b, order);
	u32 i = judge_place(f, pa, order);

	if (i < PAGES)
		pages_take(&f->m, i, order);
}

void machine_alloc_exact(struct machine *f, u64 nr)
{
	u64 pa = shadow_buddy_alloc_exact(&f->b, nr);
	unsigned int order = 0, n;
	u32 i;

	if (!nr || nr > 1ULL << SHADOW_MAX_ORDER) {
		fuzz_expect(pa == SHADOW_NO_PAGE);
		machine_expect_same(f);
		return;
	}
	while (1ULL << order < nr)
		order++;
	i = judge_place(f, pa, order);
	if (i == PAGES)
		return;
	for (n = order + 1; n-- > 0; ) {
		if (!(nr >> n & 1))
			continue;
		pages_take(&f->m, i, n);
		i += 1U << n;
	}
}

static bool agree(const struct machine *f, u32 i, u8 free_order,
		  const struct shadow_page *page)
{
	if (f->m.heads >> i & 1)
		return page->flags == SHADOW_PAGE_ALLOCATED &&
		       page->order == f->m.order[i] &&
		       page->refcount == f->m.references[i] &&
		       page->pfn == pages_pfn(&f->m, i);
	if (free_order == NOT_FREE)
		return !page->flags && !page->order && !page->refcount;
	return page->flags == SHADOW_PAGE_FREE && page->order == free_order &&
	       !page->refcount && page->pfn == pages_pfn(&f->m, i);
}

static void expect_counters(struct machine *f, const u8 blocks[PAGES])
{
	u64 want[SHADOW_NR_ORDERS] = {}, got[SHADOW_NR_ORDERS];
	u32 i;

	for (i = 0; i < PAGES; i++)
		if (blocks[i] != NOT_FREE)
			want[blocks[i]]++;
	fuzz_expect(shadow_buddy_blocks(&f->b, got) ==
		    (u64)__builtin_popcountll(f->m.free));
	fuzz_expect(!memcmp(got, want, sizeof(want)));
	fuzz_expect(f->b.nr_managed ==
		    (u64)__builtin_popcountll(f->m.given));
}

void machine_expect_agreement(struct machine *f)
{
	const struct shadow_page *page = f->b.map + SHADOW_NR_ORDERS;
	u64 where = 0;
	u8 blocks[PAGES];
	u32 i;

	pages_free_blocks(&f->m, blocks);
	for (i = 0; i < PAGES; i++)
		if (f->m.ram >> i & 1)
			fuzz_expect(agree(f, i, blocks[i], page++));
	expect_counters(f, blocks);
	expect_tables_kept(f);
	fuzz_expect(!shadow_buddy_check(&f->b, &where));
	fuzz_expect(where == SHADOW_NO_PAGE);
}

u32 machine_choose_block(struct machine *f)
{
	u32 i = fuzz_below(&f->in, PAGES);
	u64 at_or_above = f->m.heads >> i << i;

	if (at_or_above)
		return __builtin_ctzll(at_or_above);
	return f->m.heads ? __builtin_ctzll(f->m.heads) : PAGES;
}
