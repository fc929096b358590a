// SPDX-License-Identifier: GPL-2.0-only
/*
 * The largest blocks. The model is a bitmap of 18 units of 512 MiB, of which one
 * to three banks are RAM; blocks have 1 to 8 units, so the largest are those of
 * order 20, which never merge. Such machines are slow to make: this target runs
 * some dozens of times a second.
 */
#include <linux/errno.h>

#include "../../buddy.h"
#include "fuzz.h"

#define UNITS		18
#define UNIT_ORDER	17
#define UNIT		131072ULL	/* pages */
#define MOST_PAGES	(UNITS * UNIT)
#define TOP		(SHADOW_MAX_ORDER - UNIT_ORDER)
/* Room for the descriptors and the tables behind them. */
#define ROOM		(MOST_PAGES * 24 + 4096)

struct world {
	struct fuzz_input in;
	u64 base;
	u32 ram;
	u32 starts;
	u32 free;
	u32 heads;
	u8 order[UNITS];
	struct shadow_buddy b;
};

static u64 memory[ROOM / sizeof(u64)];

static u32 bits(u32 first, u32 nr)
{
	return ((1U << nr) - 1) << first;
}

static u64 pa_of(const struct world *w, u32 i)
{
	return (w->base + i * UNIT) << SHADOW_PAGE_SHIFT;
}

static u32 find(const struct world *w, u64 pa)
{
	return (pa - pa_of(w, 0)) / (UNIT << SHADOW_PAGE_SHIFT);
}

static bool in_one_bank(const struct world *w, u32 first, u32 nr)
{
	return first + nr <= UNITS && !(~w->ram & bits(first, nr)) &&
	       !(w->starts & bits(first, nr) & ~(1U << first));
}

/* The order of the free block that begins at a unit, above that of a unit. */
static u32 free_order(const struct world *w, u32 i)
{
	u32 n = 0;

	while (n < TOP && !((w->base / UNIT + i) & ((2U << n) - 1)) &&
	       in_one_bank(w, i, 2U << n) && !(~w->free & bits(i, 2U << n)))
		n++;
	return n;
}

static void begin(struct world *w)
{
	struct shadow_range range[UNITS];
	struct shadow_ranges ram;
	u32 i, nr;

	/* The first boundary between blocks of 4 GiB is not at the first unit. */
	w->base = (0x400000ULL / UNIT + fuzz_below(&w->in, 8)) * UNIT;
	w->ram = bits(0, UNITS);
	for (nr = fuzz_below(&w->in, 3); nr; nr--)
		w->ram &= ~(1U << fuzz_below(&w->in, UNITS));
	w->starts = w->ram & ~(w->ram << 1);
	shadow_ranges_init(&ram, range, UNITS);
	for (i = 0; i < UNITS; i++)
		if (w->ram >> i & 1)
			shadow_ranges_add(&ram, pa_of(w, i),
					  pa_of(w, i + 1) - 1);
	fuzz_expect(shadow_buddy_bytes(&ram) <= sizeof(memory));
	fuzz_expect(!shadow_buddy_init(&w->b, &ram, memory));
	for (i = 0; i < ram.nr; i++)
		fuzz_expect(!shadow_buddy_add_range(&w->b, range[i].start,
						    range[i].last));
	w->free = w->ram;
}

static void expect_agreement(struct world *w)
{
	u64 want[SHADOW_NR_ORDERS] = {}, got[SHADOW_NR_ORDERS];
	u32 i = 0, n;

	while (i < UNITS) {
		const struct shadow_page *page =
			shadow_buddy_page(&w->b, pa_of(w, i));

		fuzz_expect(!page == !(w->ram >> i & 1));
		if (!page || !((w->free | w->heads) >> i & 1)) {
			i++;
			continue;
		}
		n = w->heads >> i & 1 ? w->order[i] : free_order(w, i);
		want[n + UNIT_ORDER] += w->free >> i & 1;
		fuzz_expect(page->order == n + UNIT_ORDER);
		fuzz_expect(page->flags == (w->free >> i & 1 ?
			    SHADOW_PAGE_FREE : SHADOW_PAGE_ALLOCATED));
		i += 1U << n;
	}
	fuzz_expect(shadow_buddy_blocks(&w->b, got) ==
		    __builtin_popcount(w->free) * UNIT);
	for (n = 0; n < SHADOW_NR_ORDERS; n++)
		fuzz_expect(got[n] == want[n]);
}

/* The order of the smallest free block that suffices, or above all. */
static u32 best_order(const struct world *w, u32 order)
{
	u32 best = TOP + 1, i = 0;

	while (i < UNITS) {
		u32 n = 0;

		if (w->free >> i & 1) {
			n = free_order(w, i);
			if (n >= order && n < best)
				best = n;
		}
		i += 1U << n;
	}
	return best;
}

static void alloc(struct world *w, u32 order)
{
	u64 pa = shadow_buddy_alloc(&w->b, order + UNIT_ORDER);
	u32 best = best_order(w, order), i;

	if (best > TOP) {
		fuzz_expect(pa == SHADOW_NO_PAGE);
		return;
	}
	i = find(w, pa);
	fuzz_expect(i < UNITS);
	fuzz_expect(w->free >> i & 1);
	fuzz_expect(free_order(w, i) == best);
	w->free &= ~bits(i, 1U << order);
	w->heads |= 1U << i;
	w->order[i] = order;
}

static void free_block(struct world *w, u32 i, u32 order)
{
	enum shadow_refusal refusal =
		shadow_buddy_free(&w->b, pa_of(w, i), order + UNIT_ORDER);

	if (order > TOP) {
		fuzz_expect(refusal == SHADOW_BAD_ORDER);
	} else if (w->heads >> i & 1 && w->order[i] == order) {
		fuzz_expect(!refusal);
		w->free |= bits(i, 1U << order);
		w->heads &= ~(1U << i);
	} else {
		fuzz_expect(refusal);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct world w = { .in = { data, size } };
	u64 where;

	begin(&w);
	expect_agreement(&w);
	while (w.in.left) {
		u8 what = fuzz_byte(&w.in);
		u32 i = fuzz_below(&w.in, UNITS);

		if (what & 1)
			alloc(&w, (what >> 1 & 7) % (TOP + 2));
		else if (what & 2 && w.heads >> i & 1)
			free_block(&w, i, w.order[i]);
		else
			free_block(&w, i, (what >> 2 & 7) % (TOP + 2));
		expect_agreement(&w);
	}
	fuzz_expect(!shadow_buddy_check(&w.b, &where));
	return 0;
}
