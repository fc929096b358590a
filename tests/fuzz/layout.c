// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of a machine against a bitmap. A bit stands for one of 64 runs of
 * pages, by turns of a few and of many; one bitmap says which of them are RAM,
 * one which are reserved, in RAM or not. All figures are then counted, not
 * computed.
 *
 *	base			 base + pair
 *	| few |      many	|     |		...
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "../../buddy.h"
#include "fuzz.h"
#include "../../heap_size.h"
#include "../../mem_map.h"

#define UNITS		64
#define PAIRS		(UNITS / 2)
#define ROOM		(UNITS + 1)
#define PAGE		4096ULL
#define ALL_PFNS	(~0ULL / PAGE + 1)

struct world {
	struct fuzz_input in;
	u64 base;
	u64 pair;
	u64 few;
	u64 ram;
	u64 reserved;
};

/* A run of pages from the first to before the last. */
struct run {
	u64 pfn;
	u64 end;
};

/* The first page of a unit, or of what follows the last one. */
static u64 pfn_of(const struct world *w, u32 i)
{
	return w->base + i / 2 * w->pair + (i & 1 ? w->few : 0);
}

/* Runs of ones, as pages. */
static u32 runs_of(const struct world *w, u64 bits, struct run *run)
{
	u32 nr = 0, i;

	for (i = 0; i < UNITS; i++) {
		if (!(bits >> i & 1))
			continue;
		if (i && bits >> (i - 1) & 1)
			run[nr - 1].end = pfn_of(w, i + 1);
		else
			run[nr++] = (struct run){ pfn_of(w, i),
						  pfn_of(w, i + 1) };
	}
	return nr;
}

static void set_of(const struct world *w, u64 bits, struct shadow_ranges *set)
{
	struct run run[UNITS];
	u32 i;

	set->nr = runs_of(w, bits, run);
	for (i = 0; i < set->nr; i++) {
		set->range[i].start = run[i].pfn * PAGE;
		set->range[i].last = run[i].end * PAGE - 1;
	}
}

static u64 pages_of(const struct world *w, u64 bits)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < UNITS; i++)
		if (bits >> i & 1)
			pages += pfn_of(w, i + 1) - pfn_of(w, i);
	return pages;
}

/* Bytes of so many pages; the whole address space lacks one. */
static u64 bytes_of(u64 pages)
{
	return (pages == ALL_PFNS ? pages - 1 : pages) * PAGE;
}

static u64 span_of(const struct world *w)
{
	u32 first = __builtin_ctzll(w->ram);
	u32 last = 63 - __builtin_clzll(w->ram);

	return pfn_of(w, last + 1) - pfn_of(w, first);
}

static u64 heap_of(u64 ram)
{
	u64 heap = ram / 128;

	if (heap < 16 << 20)
		heap = 16 << 20;
	if (heap > 64 << 20)
		heap = 64 << 20;
	return heap - heap % PAGE;
}

static unsigned int order_of(u64 bytes)
{
	unsigned int order = 0;

	while (PAGE << order < bytes)
		order++;
	return order;
}

static void expect_measures(const struct world *w,
			    const struct shadow_layout *layout)
{
	u64 pages = pages_of(w, w->ram);

	fuzz_expect(layout->pages == pages);
	fuzz_expect(layout->reserved_pages ==
		    pages_of(w, w->ram & w->reserved));
	if (!pages)
		return;
	fuzz_expect(layout->total_ram == bytes_of(pages));
	fuzz_expect(layout->span_bytes == bytes_of(span_of(w)));
	fuzz_expect(layout->flat_bytes == 24 * span_of(w));
	fuzz_expect(layout->mem_map_bytes == 24 * pages);
	fuzz_expect(layout->heap_bytes == heap_of(layout->total_ram));
	fuzz_expect(layout->heap_order == order_of(layout->heap_bytes));
}

/* What a run is cut into: at each page the largest block that begins there. */
static void cut(struct run run, u64 blocks[SHADOW_NR_ORDERS],
		u64 lowest[SHADOW_NR_ORDERS])
{
	while (run.pfn < run.end) {
		unsigned int n = 0;

		while (n < 20 && !(run.pfn & ((2ULL << n) - 1)) &&
		       run.end - run.pfn >= 2ULL << n)
			n++;
		if (!blocks[n]++)
			lowest[n] = run.pfn * PAGE;
		run.pfn += 1ULL << n;
	}
}

static void expect_heap(const struct shadow_layout *layout,
			const u64 blocks[SHADOW_NR_ORDERS],
			const u64 lowest[SHADOW_NR_ORDERS])
{
	unsigned int n = layout->heap_order;

	while (n <= 20 && !blocks[n])
		n++;
	fuzz_expect(layout->verdict == (n > 20 ? SHADOW_NO_HEAP : SHADOW_OK));
	fuzz_expect(layout->heap_base == (n > 20 ? 0 : lowest[n]));
}

/* Counting block by block would take forever here: their sum must do. */
static void expect_sum(const struct shadow_layout *layout)
{
	u64 pages = 0;
	u32 n;

	for (n = 0; n < SHADOW_NR_ORDERS; n++)
		pages += layout->free_blocks[n] << n;
	fuzz_expect(pages == layout->free_pages);
	fuzz_expect(layout->verdict == SHADOW_OK);
}

static void expect_blocks(const struct shadow_layout *layout,
			  const struct run *run, u32 nr)
{
	u64 blocks[SHADOW_NR_ORDERS] = {}, lowest[SHADOW_NR_ORDERS] = {};
	u64 pages = 0;
	u32 i;

	for (i = 0; i < nr; i++)
		pages += run[i].end - run[i].pfn;
	fuzz_expect(layout->free_pages == pages);
	if (pages > 1 << 28) {
		expect_sum(layout);
		return;
	}
	for (i = 0; i < nr; i++)
		cut(run[i], blocks, lowest);
	fuzz_expect(!memcmp(blocks, layout->free_blocks, sizeof(blocks)));
	expect_heap(layout, blocks, lowest);
}

/* The lowest run that holds mem_map loses its beginning. */
static u32 place_mem_map(struct run *run, u32 nr, u64 pages, u64 *base)
{
	u32 i = 0;

	while (i < nr && run[i].end - run[i].pfn < pages)
		i++;
	if (i == nr)
		return 0;
	*base = run[i].pfn * PAGE;
	run[i].pfn += pages;
	if (run[i].pfn == run[i].end) {
		memmove(&run[i], &run[i + 1], (nr - i - 1) * sizeof(*run));
		nr--;
	}
	return nr + 1;
}

static void expect_free(const struct shadow_ranges *free,
			const struct run *run, u32 nr)
{
	u32 i;

	fuzz_expect(free->nr == nr);
	for (i = 0; i < nr; i++) {
		fuzz_expect(free->range[i].start == run[i].pfn * PAGE);
		fuzz_expect(free->range[i].last == run[i].end * PAGE - 1);
	}
}

static void expect_layout(const struct world *w,
			  const struct shadow_layout *layout)
{
	u64 room = (24 * pages_of(w, w->ram) + PAGE - 1) / PAGE, base = 0;
	struct run run[UNITS];
	u32 nr = runs_of(w, w->ram & ~w->reserved, run), left;

	expect_measures(w, layout);
	fuzz_expect(shadow_layout_mem_map_room(layout) == room * PAGE);
	left = nr ? place_mem_map(run, nr, room, &base) : 0;
	fuzz_expect(shadow_layout_has_mem_map(layout) == !!left);
	fuzz_expect(layout->mem_map_base == base);
	expect_free(&layout->free, run, left ? left - 1 : nr);
	if (left)
		expect_blocks(layout, run, left - 1);
	else
		fuzz_expect(layout->verdict ==
			    (!w->ram ? SHADOW_NO_RAM :
			     !nr ? SHADOW_ALL_RESERVED : SHADOW_NO_MEM_MAP));
}

/* Can a buddy be made for that much RAM? Its indices have 32 bits. */
static void expect_room(const struct shadow_ranges *ram, u64 pages)
{
	u64 bytes = shadow_buddy_bytes(ram);
	struct shadow_buddy b;

	if (pages && pages <= (1ULL << 32) - 22) {
		fuzz_expect(bytes > 24 * (pages + 21));
		return;
	}
	fuzz_expect(!bytes);
	fuzz_expect(shadow_buddy_init(&b, ram, NULL) == -E2BIG);
}

static void expect_words(enum shadow_verdict verdict)
{
	bool ok = verdict == SHADOW_OK;

	fuzz_expect(!strcmp(shadow_verdict_line(verdict), "OK") == ok);
	fuzz_expect(!shadow_verdict_errno(verdict) == ok);
}

static u64 choose_units(struct fuzz_input *in)
{
	u32 runs = fuzz_below(in, 8);
	u64 bits = 0;

	while (runs--) {
		u32 first = fuzz_below(in, UNITS);
		u32 nr = 1 + fuzz_below(in, UNITS - first);

		bits ^= (nr < UNITS ? (1ULL << nr) - 1 : ~0ULL) << first;
	}
	return bits;
}

static void choose_world(struct world *w)
{
	static const u64 pairs[] = {
		2, 3, 64, 100, 128, 512, 1000, 4096, 4097, 8191, 65536, 99999,
		1ULL << 20, (1ULL << 22) + 1, 1ULL << 34, ALL_PFNS / PAIRS,
	};
	static const u64 bases[] = {
		0, 1, 0x40000, 0x80000, 0x80001, 0x880000, (1ULL << 36) - 5,
	};
	u8 what = fuzz_byte(&w->in);

	w->pair = pairs[what & 15];
	w->few = 1 + w->pair * fuzz_byte(&w->in) / 512;
	if ((what >> 4 & 7) == 7 || (what & 15) == 15)
		w->base = ALL_PFNS - PAIRS * w->pair;
	else
		w->base = bases[what >> 4 & 7];
	w->ram = choose_units(&w->in);
	w->reserved = choose_units(&w->in);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shadow_range ram_room[UNITS], reserved_room[UNITS], room[ROOM];
	struct shadow_ranges ram, reserved;
	struct world w = { .in = { data, size } };
	struct shadow_layout layout;
	u32 enough;
	int err;

	choose_world(&w);
	shadow_ranges_init(&ram, ram_room, UNITS);
	shadow_ranges_init(&reserved, reserved_room, UNITS);
	set_of(&w, w.ram, &ram);
	set_of(&w, w.reserved, &reserved);
	enough = ram.nr + reserved.nr + 1;
	expect_room(&ram, pages_of(&w, w.ram));
	memset(&layout, 0x5a, sizeof(layout));
	/* Too little room is an error, but only where it is too little. */
	shadow_ranges_init(&layout.free, room,
			   w.in.left ? fuzz_below(&w.in, ROOM) : enough);
	err = shadow_layout_compute(&layout, &ram, &reserved);
	fuzz_expect(!err || (err == -ENOSPC && layout.free.max < enough));
	if (err)
		return 0;
	expect_layout(&w, &layout);
	expect_words(layout.verdict);
	return 0;
}
