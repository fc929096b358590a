// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges against the naive model, over a universe of 64 units. A unit
 * is one byte, a 63rd of a page less a byte, a quarter, a page, or so large that
 * the universe is the whole 64-bit space; the universe lies at either end of
 * that space or between.
 *
 *	first byte	size of a unit and place of the universe
 *	second byte	room of the two sets
 *	then		operations, each with a byte for every argument
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "input.h"
#include "ranges_model.h"

#define UNITS		SHADOW_RANGES_MODEL_UNITS
/* 63 of them are a page but for one byte. */
#define ODD		65
/* As many runs as units can have. */
#define ROOM		(UNITS / 2)

struct pair {
	struct shadow_ranges_model m;
	struct shadow_ranges set;
	struct shadow_range storage[ROOM];
};

struct world {
	struct shadow_input *in;
	struct pair a, b, copy;
	struct shadow_range storage[2 * ROOM];
};

/* A range that ends before it begins, and one before it that does not. */
static bool change_backwards(struct world *w, struct pair *p)
{
	u64 start = shadow_input_word(w->in) | 1;
	u64 last = shadow_input_word(w->in) & (start - 1);
	const struct shadow_range two[] = { { last, start }, { start, last } };

	return shadow_ranges_add(&p->set, start, last) == -EINVAL &&
	       shadow_ranges_remove(&p->set, start, last) == -EINVAL &&
	       shadow_ranges_add_all(&p->set, two, 2) == -EINVAL &&
	       shadow_ranges_model_equal(&p->m, &p->set);
}

/* Mostly few units, so that sets have many ranges with room between them. */
static u32 choose_nr(struct world *w, u8 what, u32 most)
{
	if (what & 0x70)
		most = min(most, 4U);
	return 1 + shadow_input_below(w->in, most);
}

static bool change(struct world *w, struct pair *p, u8 what)
{
	u32 first = shadow_input_below(w->in, UNITS);
	u32 nr = choose_nr(w, what, UNITS - first);

	return shadow_ranges_model_change(&p->m, &p->set, first, nr,
					  (what & 0x0f) < 6);
}

/* Many at once, some of which overlap. */
static bool change_all(struct world *w, struct pair *p, u8 what)
{
	struct shadow_ranges_model_run run[SHADOW_RANGES_MODEL_RUNS];
	u8 how = shadow_input_byte(w->in);
	u32 nr = how % (SHADOW_RANGES_MODEL_RUNS + 1), i;

	for (i = 0; i < nr; i++) {
		run[i].first = shadow_input_below(w->in, UNITS);
		run[i].nr = choose_nr(w, what, UNITS - run[i].first);
	}
	return shadow_ranges_model_remove_all(&p->m, &p->set, run, nr) &&
	       shadow_ranges_model_add_all(&p->m, &p->set, run, nr, how & 0x80);
}

static bool subtract(struct world *w)
{
	struct shadow_ranges out;

	shadow_ranges_init(&out, w->storage,
			   shadow_input_below(w->in, 2 * ROOM + 1));
	return shadow_ranges_model_subtract(&w->a.m, &w->a.set, &w->b.m,
					    &w->b.set, &out);
}

/* A copy: operations go on with what is not rounded. */
static bool round_set(struct world *w, const struct pair *p)
{
	w->copy = *p;
	w->copy.set.range = w->copy.storage;
	w->copy.set.max = ROOM;
	return shadow_ranges_model_round(&w->copy.m, &w->copy.set,
					 shadow_input_byte(w->in) & 1);
}

static bool first_fit(struct world *w, const struct pair *p, u8 what)
{
	u32 nr = choose_nr(w, what, UNITS);
	u64 less = shadow_input_word(w->in);

	less = p->m.unit == ODD ? (u32)less % ODD : less & (p->m.unit - 1);
	/* All units of the whole space are 2^64 bytes: no argument holds it. */
	if (nr == UNITS && !less)
		less = p->m.unit > 1;
	return shadow_ranges_model_first_fit(&p->m, &p->set, nr, less);
}

static bool last_fit(struct world *w, const struct pair *p, u8 what)
{
	u32 low = shadow_input_below(w->in, UNITS);
	u32 high = shadow_input_below(w->in, UNITS);
	u32 nr = choose_nr(w, what, UNITS - 1);
	u64 align = 1;

	if (p->m.unit != ODD)
		align <<= shadow_input_below(w->in, what & 0x40 ? 64 : 16);
	return shadow_ranges_model_last_fit(&p->m, &p->set, low, high, nr,
					    align);
}

/* Do what a byte stands for; returns whether the answer is right. */
static bool operate(struct world *w)
{
	u8 what = shadow_input_byte(w->in);
	struct pair *p = what & 0x80 ? &w->b : &w->a;

	switch (what & 0x0f) {
	case 0 ... 9:
		return change(w, p, what);
	case 10:
		return change_backwards(w, p);
	case 11:
		return subtract(w);
	case 12:
		return round_set(w, p);
	case 13:
		return first_fit(w, p, what);
	case 14:
		return last_fit(w, p, what);
	default:
		return change_all(w, p, what);
	}
}

static void pair_init(struct pair *p, u64 base, u64 unit, u8 room)
{
	p->m.base = base;
	p->m.unit = unit;
	p->m.nr = UNITS;
	shadow_ranges_init(&p->set, p->storage, room & 8 ? ROOM : room & 7);
}

static void choose_world(struct world *w)
{
	static const u64 units[] = {
		1, ODD, 1024, 4096, 1ULL << 58, 1, 1024, 4096
	};
	/* 31 bytes below the end of a page: for units of a byte. */
	static const u64 bases[] = { 0, 0x880000000, 0x880000fe1, 0 };
	u8 what = shadow_input_byte(w->in), rooms = shadow_input_byte(w->in);
	u64 unit = units[what & 7], base = bases[what >> 3 & 3];

	if (unit > ODD)
		base &= SHADOW_PAGE_MASK;
	if (unit > SHADOW_PAGE_SIZE || (what >> 3 & 3) == 3)
		base = 0 - UNITS * unit;
	pair_init(&w->a, base, unit, rooms);
	pair_init(&w->b, base, unit, rooms >> 4);
}

void shadow_ranges_compare(struct shadow_input *in)
{
	struct world *w = kvzalloc(sizeof(*w), GFP_KERNEL);

	shadow_input_expect(in, w);
	if (!w)
		return;
	w->in = in;
	choose_world(w);
	while (in->left)
		shadow_input_expect(in, operate(w));
	kvfree(w);
}
