// SPDX-License-Identifier: GPL-2.0-only
/*
 * An allocator over the pages of a model. See machine.h.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "machine.h"

#define ALL_PFNS	(~0ULL / SHADOW_PAGE_SIZE + 1)

static u64 bank_bytes(const struct shadow_machine *f)
{
	return f->b.nr_banks * sizeof(*f->b.bank);
}

/* Banks never change. */
static void expect_banks_kept(const struct shadow_machine *f)
{
	shadow_input_expect(f->in, !memcmp(f->b.bank, f->made + f->bytes,
					   bank_bytes(f)));
}

static void choose_pages(struct shadow_machine *f)
{
	static const u64 strides[] = {
		SHADOW_MACHINE_WINDOW, SHADOW_MACHINE_WINDOW,
		SHADOW_MACHINE_WINDOW + 1, 3 * SHADOW_MACHINE_WINDOW, 512,
		512 - 24, 1ULL << 20, (ALL_PFNS - SHADOW_MACHINE_WINDOW) / 3,
	};
	static const u64 bases[] = {
		0, 0x80000, 0x80000 - 24, 0x40003, (1ULL << 20) - 32,
		0x880000 + 500, 0x880000, 0,
	};
	u32 what = shadow_input_byte(f->in);
	u32 runs = 1 + shadow_input_below(f->in, 8), i;

	f->m = (struct shadow_buddy_model){
		.base = bases[what >> 3 & 7],
		.stride = strides[what & 7],
		.window = SHADOW_MACHINE_WINDOW,
		.nr = SHADOW_MACHINE_PAGES,
		.unit = f->unit,
	};
	/* The end of the address space; the last stride fits there alone. */
	if ((what >> 3 & 7) == 7 || (what & 7) == 7)
		f->m.base = ALL_PFNS - SHADOW_MACHINE_WINDOW - 3 * f->m.stride;
	while (runs--) {
		u32 first = shadow_input_below(f->in, SHADOW_MACHINE_PAGES);
		u32 nr = 1 + shadow_input_below(f->in,
						SHADOW_MACHINE_PAGES - first);

		for (i = first; i < first + nr; i++)
			f->unit[i].state ^= SHADOW_UNIT_NEVER;
	}
}

static void *copy(const void *from, u64 bytes)
{
	void *to = kvmalloc(bytes, GFP_KERNEL);

	return to ? memcpy(to, from, bytes) : NULL;
}

static bool make(struct shadow_machine *f, const struct shadow_ranges *ram)
{
	u64 bytes = shadow_buddy_bytes(ram);

	if (!ram->nr) {
		shadow_input_expect(f->in, !bytes);
		shadow_input_expect(f->in,
				    shadow_buddy_init(&f->b, ram, NULL) ==
					    -EINVAL);
		return false;
	}
	f->made = kvmalloc(bytes, GFP_KERNEL);
	shadow_input_expect(f->in,
			    f->made && !shadow_buddy_init(&f->b, ram, f->made));
	if (f->in->wrong)
		return false;
	f->bytes = (void *)f->b.bank - f->made;
	shadow_input_expect(f->in, bytes == f->bytes + bank_bytes(f));
	f->before = kvmalloc(f->bytes, GFP_KERNEL);
	f->b.map = copy(f->made, f->bytes);
	f->b.bank = copy(f->b.bank, bank_bytes(f));
	shadow_input_expect(f->in, f->before && f->b.map && f->b.bank);
	return !f->in->wrong;
}

static void free_all(struct shadow_machine *f)
{
	kvfree(f->before);
	kvfree(f->b.bank);
	kvfree(f->b.map);
	kvfree(f->made);
	kvfree(f);
}

struct shadow_machine *shadow_machine_begin(struct shadow_input *in)
{
	struct shadow_machine *f = kvzalloc(sizeof(*f), GFP_KERNEL);
	struct shadow_ranges ram;

	shadow_input_expect(in, f);
	if (!f)
		return NULL;
	f->in = in;
	choose_pages(f);
	shadow_ranges_init(&ram, f->range, SHADOW_MACHINE_PAGES);
	ram.nr = shadow_buddy_model_banks(&f->m, f->range);
	if (make(f, &ram)) {
		shadow_machine_remember(f);
		return f;
	}
	free_all(f);
	return NULL;
}

void shadow_machine_end(struct shadow_machine *f)
{
	if (!f)
		return;
	expect_banks_kept(f);
	free_all(f);
}

void shadow_machine_remember(struct shadow_machine *f)
{
	shadow_buddy_settle(&f->b);
	memcpy(f->before, f->b.map, f->bytes);
	f->b_before = f->b;
	memcpy(f->unit_before, f->unit, sizeof(f->unit));
}

void shadow_machine_compare(struct shadow_machine *f)
{
	u64 where = 0;

	shadow_input_agree(f->in, shadow_buddy_check(&f->b, &where));
	shadow_input_expect(f->in, where == SHADOW_NO_PAGE);
	shadow_input_agree(f->in, shadow_buddy_model_differs(&f->m, &f->b));
	expect_banks_kept(f);
}

void shadow_machine_expect_agreement(struct shadow_machine *f)
{
	shadow_machine_compare(f);
	if (memcmp(f->unit_before, f->unit, sizeof(f->unit)))
		return;
	shadow_input_expect(f->in, !memcmp(f->before, f->b.map, f->bytes));
	/* Debug options write into the lock. */
	shadow_input_expect(f->in,
			    !memcmp(&f->b_before.nonempty, &f->b.nonempty,
				    sizeof(f->b) - offsetof(struct shadow_buddy,
							    nonempty)));
}

u32 shadow_machine_choose_block(struct shadow_machine *f)
{
	u32 first = shadow_input_below(f->in, SHADOW_MACHINE_PAGES), i;

	for (i = first; i < first + SHADOW_MACHINE_PAGES; i++)
		if (f->unit[i % SHADOW_MACHINE_PAGES].state == SHADOW_UNIT_HEAD)
			return i % SHADOW_MACHINE_PAGES;
	return SHADOW_MACHINE_PAGES;
}
