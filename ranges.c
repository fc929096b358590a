// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sorted sets of physical address ranges. See ranges.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/minmax.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "ranges.h"

/* Move the ranges from @from on to where @to is, and set the new number. */
static void shift(struct shadow_ranges *set, u32 to, u32 from)
{
	memmove(set->range + to, set->range + from,
		(set->nr - from) * sizeof(*set->range));
	set->nr = set->nr - from + to;
}

/* The gap between a range and what follows it: is there at least one byte? */
static bool apart(u64 last, u64 start)
{
	return last < start && start - last > 1;
}

u32 shadow_ranges_find(const struct shadow_ranges *set, u64 pa)
{
	struct shadow_range *range = set->range;
	u32 low = 0, high = set->nr;

	/* Who comes with ascending addresses need not search. */
	if (high && range[high - 1].last < pa)
		low = high;
	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (range[middle].last < pa)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
EXPORT_SYMBOL_GPL(shadow_ranges_find);

int shadow_ranges_add(struct shadow_ranges *set, u64 start, u64 last)
{
	struct shadow_range *range = set->range;
	u32 i, end;

	if (last < start)
		return -EINVAL;

	/* Ranges i to end - 1 touch or overlap the new one. */
	i = shadow_ranges_find(set, start ? start - 1 : 0);
	end = shadow_ranges_find(set, last);
	if (end < set->nr && !apart(last, range[end].start))
		end++;

	if (i == end) {
		if (set->nr == set->max)
			return -ENOSPC;
	} else {
		start = min(start, range[i].start);
		last = max(last, range[end - 1].last);
	}
	shift(set, i + 1, end);
	range[i].start = start;
	range[i].last = last;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_ranges_add);

/* Make one range of those that meet, of @nr that ascend by their first byte. */
static void unite(struct shadow_ranges *set, u32 nr)
{
	struct shadow_range *range = set->range;
	u32 i, kept = 0;

	for (i = 0; i < nr; i++)
		if (kept && !apart(range[kept - 1].last, range[i].start))
			range[kept - 1].last = max(range[kept - 1].last,
						   range[i].last);
		else
			range[kept++] = range[i];
	set->nr = kept;
}

static int compare_starts(const void *a, const void *b)
{
	const struct shadow_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

int shadow_ranges_add_all(struct shadow_ranges *set,
			  const struct shadow_range *range, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (range[i].last < range[i].start)
			return -EINVAL;
	if (nr > set->max - set->nr)
		return -ENOSPC;

	memmove(set->range + set->nr, range, nr * sizeof(*range));
	nr += set->nr;
	sort(set->range, nr, sizeof(*range), compare_starts, NULL);
	unite(set, nr);
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_ranges_add_all);

int shadow_ranges_remove(struct shadow_ranges *set, u64 start, u64 last)
{
	struct shadow_range *range = set->range;
	struct shadow_range below, above;
	bool keep_below, keep_above;
	u32 i, end;

	if (last < start)
		return -EINVAL;

	/* Ranges i to end - 1 overlap what goes. */
	i = shadow_ranges_find(set, start);
	end = shadow_ranges_find(set, last);
	if (end < set->nr && range[end].start <= last)
		end++;
	if (i == end)
		return 0;

	below = range[i];
	above = range[end - 1];
	keep_below = below.start < start;
	keep_above = above.last > last;
	if (keep_below && keep_above && end - i == 1 && set->nr == set->max)
		return -ENOSPC;

	shift(set, i + keep_below + keep_above, end);
	if (keep_below) {
		range[i].start = below.start;
		range[i++].last = start - 1;
	}
	if (keep_above) {
		range[i].start = last + 1;
		range[i].last = above.last;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_ranges_remove);

/* Add a range that lies above all others of a set. */
static int append(struct shadow_ranges *set, u64 start, u64 last)
{
	if (set->nr == set->max)
		return -ENOSPC;
	set->range[set->nr].start = start;
	set->range[set->nr++].last = last;
	return 0;
}

/*
 * Append what @rest keeps beside the holes from *@next on. A hole that reaches the
 * end of @rest may reach into the next range: *@next stays there.
 */
static int append_without(struct shadow_ranges *out, struct shadow_range rest,
			  const struct shadow_ranges *holes, u32 *next)
{
	for (; *next < holes->nr; ++*next) {
		struct shadow_range hole = holes->range[*next];

		if (hole.start > rest.last)
			break;
		if (hole.start > rest.start &&
		    append(out, rest.start, hole.start - 1))
			return -ENOSPC;
		if (hole.last >= rest.last)
			return 0;
		/* A hole may lie below all of @rest. */
		rest.start = max(rest.start, hole.last + 1);
	}
	return append(out, rest.start, rest.last);
}

int shadow_ranges_subtract(struct shadow_ranges *out,
			   const struct shadow_ranges *from,
			   const struct shadow_ranges *what)
{
	u32 i, next = 0;
	int err = 0;

	out->nr = 0;
	for (i = 0; i < from->nr && !err; i++)
		err = append_without(out, from->range[i], what, &next);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_ranges_subtract);

void shadow_ranges_round_in(struct shadow_ranges *set)
{
	u32 i, kept = 0;

	for (i = 0; i < set->nr; i++) {
		u64 start = set->range[i].start;
		u64 last = set->range[i].last;

		/* Less than a page; what is left wraps at neither end. */
		if (last - start < SHADOW_PAGE_SIZE - 1)
			continue;
		start = (start + (SHADOW_PAGE_SIZE - 1)) & SHADOW_PAGE_MASK;
		last = (last - (SHADOW_PAGE_SIZE - 1)) | ~SHADOW_PAGE_MASK;
		if (start > last)
			continue;
		set->range[kept].start = start;
		set->range[kept++].last = last;
	}
	set->nr = kept;
}
EXPORT_SYMBOL_GPL(shadow_ranges_round_in);

void shadow_ranges_round_out(struct shadow_ranges *set)
{
	u32 i;

	for (i = 0; i < set->nr; i++) {
		set->range[i].start &= SHADOW_PAGE_MASK;
		set->range[i].last |= ~SHADOW_PAGE_MASK;
	}
	unite(set, set->nr);
}
EXPORT_SYMBOL_GPL(shadow_ranges_round_out);

u64 shadow_ranges_pages(const struct shadow_ranges *set)
{
	u64 pages = 0;
	u32 i;

	for (i = 0; i < set->nr; i++)
		pages += ((set->range[i].last - set->range[i].start) >>
			  SHADOW_PAGE_SHIFT) + 1;
	return pages;
}
EXPORT_SYMBOL_GPL(shadow_ranges_pages);

int shadow_ranges_first_fit(const struct shadow_ranges *set, u64 bytes,
			    u64 *start)
{
	u32 i;

	for (i = 0; i < set->nr; i++) {
		if (set->range[i].last - set->range[i].start < bytes - 1)
			continue;
		*start = set->range[i].start;
		return 0;
	}
	return -ENOSPC;
}
EXPORT_SYMBOL_GPL(shadow_ranges_first_fit);

int shadow_ranges_last_fit(const struct shadow_ranges *set,
			   const struct shadow_range *window, u64 bytes,
			   u64 align, u64 *start)
{
	u32 i;

	for (i = set->nr; i-- > 0; ) {
		u64 low = max(set->range[i].start, window->start);
		u64 last = min(set->range[i].last, window->last);
		u64 place;

		if (last < low || last - low < bytes - 1)
			continue;
		place = (last - (bytes - 1)) & ~(align - 1);
		if (place < low)
			continue;
		*start = place;
		return 0;
	}
	return -ENOSPC;
}
EXPORT_SYMBOL_GPL(shadow_ranges_last_fit);
