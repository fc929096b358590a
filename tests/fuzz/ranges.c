// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges against a bitmap. A bit of the model stands for one unit of a
 * universe of 64. A unit is one byte, a 63rd of a page less a byte, a quarter, a
 * page, or so large that the universe is the whole 64-bit space; the universe lies
 * at either end of that space or between.
 *
 *	first byte	size of a unit and place of the universe
 *	second byte	room of the two sets
 *	then		operations, each with a byte for every argument
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "fuzz.h"
#include "../../ranges.h"

#define UNITS	64
/* 63 of them are a page but for one byte. */
#define ODD	65
/* As many runs as units can have. */
#define ROOM	(UNITS / 2)
/* What a result must still be after an error. */
#define NOWHERE	0x5a5a5a5a5a5a5a5aULL

struct model {
	u64 in;
	struct shadow_ranges set;
	struct shadow_range storage[ROOM];
};

struct world {
	struct fuzz_input in;
	u64 base;
	u64 unit;
	struct model a;
	struct model b;
};

/* The bits of @nr units from @first on. */
static u64 bits(u32 first, u32 nr)
{
	return (nr < UNITS ? (1ULL << nr) - 1 : ~0ULL) << first;
}

static u64 first_byte(const struct world *w, u32 unit)
{
	return w->base + unit * w->unit;
}

static u64 last_byte(const struct world *w, u32 unit)
{
	return first_byte(w, unit) + (w->unit - 1);
}

/* Runs of ones. */
static u32 count_runs(u64 in)
{
	return __builtin_popcountll(in & ~(in << 1));
}

/* Is the set what a bitmap says, run by run? */
static bool equal(u64 in, u64 base, u64 unit, const struct shadow_ranges *set)
{
	const struct shadow_range *range = set->range;

	if (set->nr != count_runs(in) || set->nr > set->max)
		return false;
	for (; in; range++) {
		u32 first = __builtin_ctzll(in);
		u32 nr = ~(in >> first) ? __builtin_ctzll(~(in >> first)) :
					  UNITS;

		if (range->start != base + first * unit ||
		    range->last - range->start != nr * unit - 1)
			return false;
		in &= ~bits(first, nr);
	}
	return true;
}

static bool is_right(const struct world *w, const struct model *m)
{
	return equal(m->in, w->base, w->unit, &m->set);
}

/* Add or remove a run; a set that has no room refuses and stays. */
static void change(struct world *w, struct model *m, bool add)
{
	u32 first = fuzz_below(&w->in, UNITS);
	u32 nr = 1 + fuzz_below(&w->in, UNITS - first);
	u64 start = first_byte(w, first);
	u64 last = last_byte(w, first + nr - 1);
	u64 want;
	int err;

	if (add) {
		want = m->in | bits(first, nr);
		err = shadow_ranges_add(&m->set, start, last);
	} else {
		want = m->in & ~bits(first, nr);
		err = shadow_ranges_remove(&m->set, start, last);
	}
	if (count_runs(want) <= m->set.max) {
		fuzz_expect(!err);
		m->in = want;
	} else {
		fuzz_expect(err == -ENOSPC);
	}
}

/* A range that ends before it begins. */
static void change_backwards(struct world *w, struct model *m)
{
	u64 start = fuzz_word(&w->in) | 1;
	u64 last = fuzz_word(&w->in) % start;

	fuzz_expect(shadow_ranges_add(&m->set, start, last) == -EINVAL);
	fuzz_expect(shadow_ranges_remove(&m->set, start, last) == -EINVAL);
}

/* The ranges go one after another: may one of these steps lack room? */
static void subtract(struct world *w)
{
	struct shadow_range storage[2 * ROOM];
	struct shadow_ranges out;
	u64 want = w->a.in;
	bool fits;
	int err;
	u32 i;

	shadow_ranges_init(&out, storage, fuzz_below(&w->in, 2 * ROOM + 1));
	fits = count_runs(want) <= out.max;
	for (i = 0; i < UNITS; i++) {
		want &= ~(w->b.in & 1ULL << i);
		if ((w->b.in & ~(w->b.in >> 1)) & 1ULL << i)
			fits = fits && count_runs(want) <= out.max;
	}
	err = shadow_ranges_subtract(&out, &w->a.set, &w->b.set);
	fuzz_expect(err == (fits ? 0 : -ENOSPC));
	fuzz_expect(err || equal(want, w->base, w->unit, &out));
}

/* A page is in where all its bytes are, or, outwards, where one is. */
static u64 rounded(const struct world *w, const struct model *m, bool out)
{
	u64 base = w->base & SHADOW_PAGE_MASK, want = 0;
	u32 bytes[UNITS] = {}, i;

	/* A unit may reach into a second page. */
	for (i = 0; i < UNITS; i++) {
		u64 first = first_byte(w, i) - base;
		u64 last = last_byte(w, i) - base;
		u32 there = (last + 1) % SHADOW_PAGE_SIZE;

		if (!(m->in >> i & 1))
			continue;
		if (first >> SHADOW_PAGE_SHIFT == last >> SHADOW_PAGE_SHIFT)
			there = w->unit;
		bytes[last >> SHADOW_PAGE_SHIFT] += there;
		bytes[first >> SHADOW_PAGE_SHIFT] += w->unit - there;
	}
	for (i = 0; i < UNITS; i++)
		if (bytes[i] >= (out ? 1 : SHADOW_PAGE_SIZE))
			want |= 1ULL << i;
	return want;
}

/* Units that are whole pages stay what they are. */
static void round_set(struct world *w, struct model *m)
{
	bool out = fuzz_byte(&w->in) & 1, large = w->unit > SHADOW_PAGE_SIZE;
	struct shadow_range storage[ROOM];
	struct shadow_ranges set;
	u64 want, base, unit;

	shadow_ranges_init(&set, storage, ROOM);
	set.nr = m->set.nr;
	memcpy(storage, m->storage, set.nr * sizeof(*storage));
	base = large ? w->base : w->base & SHADOW_PAGE_MASK;
	unit = large ? w->unit : SHADOW_PAGE_SIZE;
	want = large ? m->in : rounded(w, m, out);
	if (out)
		shadow_ranges_round_out(&set);
	else
		shadow_ranges_round_in(&set);
	fuzz_expect(equal(want, base, unit, &set));
	fuzz_expect(shadow_ranges_pages(&set) ==
		    __builtin_popcountll(want) * (unit >> SHADOW_PAGE_SHIFT));
}

static bool all_in(const struct model *m, u32 first, u32 nr)
{
	return (m->in & bits(first, nr)) == bits(first, nr);
}

/*
 * The place is the start of a run: the lowest with so many units behind it. Less
 * than the last of them asked for is as good as all of it.
 */
static void first_fit(struct world *w, struct model *m)
{
	u32 nr = 1 + fuzz_below(&w->in, UNITS), i = 0;
	u64 less = fuzz_word(&w->in) % w->unit;
	u64 got = NOWHERE;
	int err;

	/* All units of the whole space are 2^64 bytes: no argument holds it. */
	if (nr == UNITS && !less)
		less = 1 % w->unit;
	while (i + nr <= UNITS && !all_in(m, i, nr))
		i++;
	err = shadow_ranges_first_fit(&m->set, nr * w->unit - less, &got);
	fuzz_expect(err == (i + nr > UNITS ? -ENOSPC : 0));
	fuzz_expect(got == (err ? NOWHERE : first_byte(w, i)));
}

/*
 * All that is asked for begins and ends with a unit, so places do, too, if units
 * are aligned.
 */
static void last_fit(struct world *w, struct model *m)
{
	s32 low = fuzz_below(&w->in, UNITS), high = fuzz_below(&w->in, UNITS);
	s32 nr = 1 + fuzz_below(&w->in, UNITS - 1), i = high + 1 - nr;
	u64 align = w->unit == ODD ? 1 : 1ULL << fuzz_below(&w->in, 64);
	struct shadow_range window = {
		first_byte(w, low), last_byte(w, high)
	};
	u64 got = NOWHERE;
	int err;

	while (i >= low && (first_byte(w, i) & (align - 1) ||
			    !all_in(m, i, nr)))
		i--;
	err = shadow_ranges_last_fit(&m->set, &window, nr * w->unit, align,
				     &got);
	fuzz_expect(err == (i < low ? -ENOSPC : 0));
	fuzz_expect(got == (err ? NOWHERE : first_byte(w, i)));
}

static void operate(struct world *w)
{
	u8 what = fuzz_byte(&w->in);
	struct model *m = what & 0x80 ? &w->b : &w->a;

	switch (what & 0x0f) {
	case 0 ... 5:
		change(w, m, true);
		break;
	case 6 ... 9:
		change(w, m, false);
		break;
	case 10:
		change_backwards(w, m);
		break;
	case 11:
		subtract(w);
		break;
	case 12:
		round_set(w, m);
		break;
	case 13:
		first_fit(w, m);
		break;
	default:
		last_fit(w, m);
	}
}

static void choose_world(struct world *w)
{
	static const u64 units[] = {
		1, ODD, 1024, 4096, 1ULL << 58, 1, 1024, 4096
	};
	/* 31 bytes below the end of a page: for units of a byte. */
	static const u64 bases[] = { 0, 0x880000000, 0x880000fe1, 0 };
	u8 what = fuzz_byte(&w->in);
	u8 rooms = fuzz_byte(&w->in);

	w->unit = units[what & 7];
	w->base = bases[what >> 3 & 3];
	if (w->unit > ODD)
		w->base &= SHADOW_PAGE_MASK;
	if (w->unit > SHADOW_PAGE_SIZE || (what >> 3 & 3) == 3)
		w->base = 0 - UNITS * w->unit;
	shadow_ranges_init(&w->a.set, w->a.storage,
			   rooms & 8 ? ROOM : rooms & 7);
	shadow_ranges_init(&w->b.set, w->b.storage,
			   rooms & 0x80 ? ROOM : rooms >> 4 & 7);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct world w = { .in = { data, size } };

	choose_world(&w);
	while (w.in.left) {
		operate(&w);
		fuzz_expect(is_right(&w, &w.a));
		fuzz_expect(is_right(&w, &w.b));
	}
	return 0;
}
