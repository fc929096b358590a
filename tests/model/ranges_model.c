// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive set of ranges. See ranges_model.h.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "ranges_model.h"

/* What a result must still be after an error. */
#define NOWHERE	0x5a5a5a5a5a5a5a5aULL

static u32 count_runs(const struct shadow_ranges_model *m)
{
	u32 i, nr = 0;

	for (i = 0; i < m->nr; i++)
		nr += m->in[i] && (!i || !m->in[i - 1]);
	return nr;
}

bool shadow_ranges_model_equal(const struct shadow_ranges_model *m,
			       const struct shadow_ranges *set)
{
	const struct shadow_range *range = set->range;
	u32 i;

	if (set->nr != count_runs(m) || set->nr > set->max)
		return false;
	for (i = 0; i < m->nr; i++) {
		if (!m->in[i])
			continue;
		if (range->start != shadow_ranges_model_start(m, i))
			return false;
		while (i + 1 < m->nr && m->in[i + 1])
			i++;
		if (range->last != shadow_ranges_model_last(m, i))
			return false;
		range++;
	}
	return true;
}

/* A set that has no room refuses and stays. */
bool shadow_ranges_model_change(struct shadow_ranges_model *m,
				struct shadow_ranges *set, u32 first, u32 nr,
				bool add)
{
	u64 last = shadow_ranges_model_last(m, first + nr - 1);
	u64 start = shadow_ranges_model_start(m, first);
	struct shadow_ranges_model want = *m;
	bool fits;
	int err;

	memset(want.in + first, add, nr);
	fits = count_runs(&want) <= set->max;
	if (fits)
		*m = want;
	err = add ? shadow_ranges_add(set, start, last) :
		    shadow_ranges_remove(set, start, last);
	return err == (fits ? 0 : -ENOSPC) && shadow_ranges_model_equal(m, set);
}

/* The runs as ranges; in @m, those units are in or out. */
static void change_runs(struct shadow_ranges_model *m,
			struct shadow_range *range,
			const struct shadow_ranges_model_run *run, u32 nr,
			bool in)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		memset(m->in + run[i].first, in, run[i].nr);
		range[i].start = shadow_ranges_model_start(m, run[i].first);
		range[i].last = shadow_ranges_model_last(m, run[i].first +
							 run[i].nr - 1);
	}
}

/* All of them need room, even those that will be merged. */
bool shadow_ranges_model_add_all(struct shadow_ranges_model *m,
				 struct shadow_ranges *set,
				 const struct shadow_ranges_model_run *run,
				 u32 nr, bool behind)
{
	struct shadow_range range[SHADOW_RANGES_MODEL_RUNS];
	struct shadow_range *from = range;
	struct shadow_ranges_model want = *m;
	bool fits = set->nr + nr <= set->max;
	int err;

	if (fits && behind)
		from = set->range + set->nr;
	change_runs(&want, from, run, nr, true);
	if (fits)
		*m = want;
	err = shadow_ranges_add_all(set, from, nr);
	return err == (fits ? 0 : -ENOSPC) && shadow_ranges_model_equal(m, set);
}

bool shadow_ranges_model_remove_all(const struct shadow_ranges_model *m,
				    const struct shadow_ranges *set,
				    const struct shadow_ranges_model_run *run,
				    u32 nr)
{
	struct shadow_range range[SHADOW_RANGES_MODEL_RUNS];
	struct shadow_range left[SHADOW_RANGES_MODEL_UNITS / 2];
	struct shadow_ranges_model want = *m;
	struct shadow_ranges what, out;

	change_runs(&want, range, run, nr, false);
	shadow_ranges_init(&what, range, SHADOW_RANGES_MODEL_RUNS);
	shadow_ranges_init(&out, left, SHADOW_RANGES_MODEL_UNITS / 2);
	return !shadow_ranges_add_all(&what, range, nr) &&
	       !shadow_ranges_subtract(&out, set, &what) &&
	       shadow_ranges_model_equal(&want, &out);
}

bool shadow_ranges_model_subtract(const struct shadow_ranges_model *a,
				  const struct shadow_ranges *from,
				  const struct shadow_ranges_model *b,
				  const struct shadow_ranges *what,
				  struct shadow_ranges *out)
{
	struct shadow_ranges_model want = *a;
	bool fits;
	int err;
	u32 i;

	for (i = 0; i < a->nr; i++)
		want.in[i] = a->in[i] && !b->in[i];
	fits = count_runs(&want) <= out->max;
	err = shadow_ranges_subtract(out, from, what);
	return err == (fits ? 0 : -ENOSPC) &&
	       (err || shadow_ranges_model_equal(&want, out)) &&
	       shadow_ranges_model_equal(a, from) &&
	       shadow_ranges_model_equal(b, what);
}

/* Bytes of one page that are in the set; @page counts from the first one. */
static u32 bytes_in(const struct shadow_ranges_model *m, u32 page)
{
	u64 start = page * SHADOW_PAGE_SIZE, end = start + SHADOW_PAGE_SIZE;
	u32 i, bytes = 0;

	for (i = 0; i < m->nr; i++) {
		u64 low = (m->base & ~SHADOW_PAGE_MASK) + i * m->unit;
		u64 high = low + m->unit;

		low = low < start ? start : low;
		high = high > end ? end : high;
		bytes += m->in[i] && low < high ? high - low : 0;
	}
	return bytes;
}

/* A page is in where all its bytes are, or, outwards, where one is (R4). */
bool shadow_ranges_model_round(const struct shadow_ranges_model *m,
			       struct shadow_ranges *set, bool out)
{
	struct shadow_ranges_model want = *m;
	u64 pages = 0;
	u32 i;

	if (m->unit < SHADOW_PAGE_SIZE) {
		want.base &= SHADOW_PAGE_MASK;
		want.unit = SHADOW_PAGE_SIZE;
		for (i = 0; i < m->nr; i++)
			want.in[i] = bytes_in(m, i) >=
				     (out ? 1 : SHADOW_PAGE_SIZE);
	}
	for (i = 0; i < m->nr; i++)
		pages += want.in[i] * (want.unit >> SHADOW_PAGE_SHIFT);
	if (out)
		shadow_ranges_round_out(set);
	else
		shadow_ranges_round_in(set);
	return shadow_ranges_model_equal(&want, set) &&
	       shadow_ranges_pages(set) == pages;
}

static bool all_in(const struct shadow_ranges_model *m, u32 first, u32 nr)
{
	while (nr && m->in[first]) {
		first++;
		nr--;
	}
	return !nr;
}

/* Less than the last unit that is asked for is as good as all of it. */
bool shadow_ranges_model_first_fit(const struct shadow_ranges_model *m,
				   const struct shadow_ranges *set, u32 nr,
				   u64 less)
{
	u64 got = NOWHERE;
	u32 i = 0;
	int err;

	while (i + nr <= m->nr && !all_in(m, i, nr))
		i++;
	err = shadow_ranges_first_fit(set, nr * m->unit - less, &got);
	if (i + nr > m->nr)
		return err == -ENOSPC && got == NOWHERE;
	return !err && got == shadow_ranges_model_start(m, i);
}

/*
 * All that is asked for begins and ends with a unit, so places do, too, if
 * units are aligned.
 */
bool shadow_ranges_model_last_fit(const struct shadow_ranges_model *m,
				  const struct shadow_ranges *set, u32 low,
				  u32 high, u32 nr, u64 align)
{
	struct shadow_range window = {
		shadow_ranges_model_start(m, low),
		shadow_ranges_model_last(m, high),
	};
	u64 got = NOWHERE;
	s64 i = (s64)high + 1 - nr;
	int err;

	while (i >= low && (shadow_ranges_model_start(m, i) & (align - 1) ||
			    !all_in(m, i, nr)))
		i--;
	err = shadow_ranges_last_fit(set, &window, nr * m->unit, align, &got);
	if (i < low)
		return err == -ENOSPC && got == NOWHERE;
	return !err && got == shadow_ranges_model_start(m, i);
}
