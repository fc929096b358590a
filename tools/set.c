// SPDX-License-Identifier: GPL-2.0-only
/*
 * A set of many ranges at once. See set.h.
 */
#include <stdlib.h>

#include <linux/kernel.h>

#include "set.h"

static int by_start(const void *a, const void *b)
{
	const struct shadow_range *one = a, *other = b;

	return (one->start > other->start) - (one->start < other->start);
}

void tool_sort_set(struct shadow_ranges *set)
{
	struct shadow_range *range = set->range;
	u32 i, nr = 0;

	qsort(range, set->nr, sizeof(*range), by_start);
	for (i = 0; i < set->nr; i++) {
		if (nr && (range[i].start <= range[nr - 1].last ||
			   range[i].start - range[nr - 1].last == 1))
			range[nr - 1].last = max(range[nr - 1].last,
						 range[i].last);
		else
			range[nr++] = range[i];
	}
	set->nr = nr;
}
