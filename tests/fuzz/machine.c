// SPDX-License-Identifier: GPL-2.0-only
/*
 * An allocator over the pages of a model. See machine.h.
 */
#include <stdlib.h>

#include <linux/errno.h>
#include <linux/string.h>

#include "machine.h"

#define ALL_PFNS	(~0ULL / SHADOW_PAGE_SIZE + 1)

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

static void choose_pages(struct machine *f)
{
	static const u64 strides[] = {
		WINDOW, WINDOW, WINDOW + 1, 3 * WINDOW, 512, 512 - 24,
		1ULL << 20, (ALL_PFNS - WINDOW) / 3,
	};
	static const u64 bases[] = {
		0, 0x80000, 0x80000 - 24, 0x40003, (1ULL << 20) - 32,
		0x880000 + 500, 0x880000, 0,
	};
	u32 what = fuzz_byte(&f->in), runs = 1 + fuzz_below(&f->in, 8), i;

	f->m = (struct shadow_buddy_model){
		.base = bases[what >> 3 & 7], .stride = strides[what & 7],
		.window = WINDOW, .nr = PAGES, .unit = f->unit,
	};
	/* The end of the address space; the last stride fits there alone. */
	if ((what >> 3 & 7) == 7 || (what & 7) == 7)
		f->m.base = ALL_PFNS - WINDOW - 3 * f->m.stride;
	while (runs--) {
		u32 first = fuzz_below(&f->in, PAGES);
		u32 nr = 1 + fuzz_below(&f->in, PAGES - first);

		for (i = first; i < first + nr; i++)
			f->unit[i].state ^= SHADOW_UNIT_NEVER;
	}
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

	choose_pages(f);
	shadow_ranges_init(&ram, range, PAGES);
	ram.nr = shadow_buddy_model_banks(&f->m, range);
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
	memcpy(f->unit_before, f->unit, sizeof(f->unit));
}

void machine_expect_agreement(struct machine *f)
{
	u64 where = 0;

	fuzz_expect(!shadow_buddy_check(&f->b, &where));
	fuzz_expect(where == SHADOW_NO_PAGE);
	fuzz_agree(shadow_buddy_model_differs(&f->m, &f->b));
	expect_tables_kept(f);
	if (memcmp(f->unit_before, f->unit, sizeof(f->unit)))
		return;
	fuzz_expect(!memcmp(f->before, f->b.map, f->bytes));
	fuzz_expect(!memcmp(&f->b_before, &f->b, sizeof(f->b)));
}

u32 machine_choose_block(struct machine *f)
{
	u32 first = fuzz_below(&f->in, PAGES), i;

	for (i = first; i < first + PAGES; i++)
		if (f->unit[i % PAGES].state == SHADOW_UNIT_HEAD)
			return i % PAGES;
	return PAGES;
}
