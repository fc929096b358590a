// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of a machine against the naive model. The machine has 64 runs of
 * pages, by turns of a few and of many; one bitmap says which of them are RAM,
 * one which are reserved, in RAM or not.
 *
 *	base			 base + pair
 *	| few |      many	|     |		...
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../../buddy.h"
#include "../../mem_map.h"
#include "input.h"
#include "layout_model.h"

#define UNITS		64
#define PAIRS		(UNITS / 2)
#define ROOM		(UNITS + 1)
#define ALL_PFNS	(~0ULL / SHADOW_PAGE_SIZE + 1)

struct world {
	struct shadow_input *in;
	u64 base, pair, few;
	struct shadow_ranges ram, reserved;
	struct shadow_range ram_room[UNITS], reserved_room[UNITS], room[ROOM];
	struct shadow_layout layout;
	struct shadow_layout_model m;
	struct shadow_layout_piece piece[UNITS];
	struct shadow_layout_span span[SHADOW_LAYOUT_SPANS(UNITS)];
};

/* The first byte of a unit, or of what follows the last one. */
static u64 pa_of(const struct world *w, u32 i)
{
	return (w->base + i / 2 * w->pair + (i & 1 ? w->few : 0)) *
	       SHADOW_PAGE_SIZE;
}

/* Runs of ones, as pieces and as the ranges of a set. */
static void choose_set(struct world *w, struct shadow_ranges *set,
		       bool reserved)
{
	u32 runs = shadow_input_below(w->in, 8), first, i;
	u8 in[UNITS + 1] = {};

	while (runs--) {
		i = shadow_input_below(w->in, UNITS);
		first = i + 1 + shadow_input_below(w->in, UNITS - i);
		for (; i < first; i++)
			in[i] ^= 1;
	}
	for (i = 0; i < UNITS; i++) {
		if (!in[i])
			continue;
		first = i;
		while (in[i + 1])
			i++;
		set->range[set->nr++] =
			(struct shadow_range){ pa_of(w, first),
					       pa_of(w, i + 1) - 1 };
		w->piece[w->m.nr_pieces++] = (struct shadow_layout_piece){
			pa_of(w, first), pa_of(w, i + 1) - 1, reserved
		};
	}
}

/* A buddy can be made for as much RAM as there is. */
static void expect_room(struct shadow_input *in,
			const struct shadow_ranges *ram, u64 pages)
{
	u64 bytes = shadow_buddy_bytes(ram);
	struct shadow_buddy b;

	if (pages) {
		shadow_input_expect(in, bytes > 24 * (pages + 21));
		return;
	}
	shadow_input_expect(in, !bytes);
	shadow_input_expect(in, shadow_buddy_init(&b, ram, NULL) == -EINVAL);
}

static void expect_words(struct shadow_input *in,
			 const struct shadow_layout *layout)
{
	enum shadow_verdict verdict = layout->verdict;
	u64 pages = (layout->mem_map_bytes + 4095) / 4096;
	bool ok = verdict == SHADOW_OK;

	shadow_input_expect(in,
			    !strcmp(shadow_verdict_line(verdict), "OK") == ok);
	shadow_input_expect(in, !shadow_verdict_errno(verdict) == ok);
	/* E5 is said of what has a place for mem_map. */
	shadow_input_expect(in, layout->has_mem_map || !layout->has_heap);
	shadow_input_expect(in, layout->has_mem_map ||
			    (!ok && verdict != SHADOW_NO_HEAP));
	shadow_input_expect(in, shadow_layout_mem_map_room(layout) ==
					pages * 4096);
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
	u8 what = shadow_input_byte(w->in);

	w->m.piece = w->piece;
	w->m.span = w->span;
	w->pair = pairs[what & 15];
	w->few = 1 + w->pair * shadow_input_byte(w->in) / 512;
	if ((what >> 4 & 7) == 7 || (what & 15) == 15)
		w->base = ALL_PFNS - PAIRS * w->pair;
	else
		w->base = bases[what >> 4 & 7];
}

static void lay_out(struct world *w)
{
	u32 enough = w->ram.nr + w->reserved.nr + 1;
	int err;

	memset(&w->layout, 0x5a, sizeof(w->layout));
	/* Too little room is an error, but only where it is too little. */
	shadow_ranges_init(&w->layout.free, w->room,
			   w->in->left ? shadow_input_below(w->in, ROOM) :
					 enough);
	err = shadow_layout_compute(&w->layout, &w->ram, &w->reserved);
	shadow_input_expect(w->in, !err || (err == -ENOSPC &&
					    w->layout.free.max < enough));
	if (err)
		return;
	shadow_input_expect(w->in, w->layout.free.nr <= w->layout.free.max);
	shadow_input_agree(w->in, shadow_layout_model_differs(&w->m, &w->ram,
							      &w->reserved,
							      &w->layout));
	expect_room(w->in, &w->ram, w->layout.pages);
	expect_words(w->in, &w->layout);
}

void shadow_layout_compare(struct shadow_input *in)
{
	struct world *w = kvzalloc(sizeof(*w), GFP_KERNEL);

	shadow_input_expect(in, w);
	if (!w)
		return;
	w->in = in;
	choose_world(w);
	shadow_ranges_init(&w->ram, w->ram_room, UNITS);
	shadow_ranges_init(&w->reserved, w->reserved_room, UNITS);
	choose_set(w, &w->ram, false);
	choose_set(w, &w->reserved, true);
	lay_out(w);
	kvfree(w);
}
