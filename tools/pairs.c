// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of two machines that belong together. See pairs.h.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "pairs.h"

static int compare_u64(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

int tool_piece_compare(const struct tool_piece *a, const struct tool_piece *b)
{
	int differs = memcmp(a->at, b->at, min(a->length, b->length));

	return differs ?: compare_u64(a->length, b->length);
}

/* A name without the unit address of its node. */
static struct tool_piece stem(const struct tool_piece *name)
{
	const char *at = memchr(name->at, '@', name->length);

	return (struct tool_piece){
		name->at, at ? at - name->at : name->length
	};
}

static int by_start(const void *x, const void *y)
{
	const struct tool_item *a = x, *b = y;

	return compare_u64(a->range.start, b->range.start) ?:
	       compare_u64(a->range.last, b->range.last);
}

static int by_all(const void *x, const void *y)
{
	const struct tool_item *a = x, *b = y;

	return by_start(x, y) ?: tool_piece_compare(&a->name, &b->name) ?:
	       tool_piece_compare(&a->note, &b->note);
}

/* These say what belongs together: 0. */
static int same_range(const struct tool_item *a, const struct tool_item *b)
{
	return by_all(a, b);
}

static int same_name(const struct tool_item *a, const struct tool_item *b)
{
	return tool_piece_compare(&a->name, &b->name);
}

static int same_stem(const struct tool_item *a, const struct tool_item *b)
{
	struct tool_piece x = stem(&a->name), y = stem(&b->name);

	return tool_piece_compare(&x, &y);
}

static int same_start(const struct tool_item *a, const struct tool_item *b)
{
	return compare_u64(a->range.start, b->range.start) ?: same_name(a, b);
}

static int same_last(const struct tool_item *a, const struct tool_item *b)
{
	return compare_u64(a->range.last, b->range.last) ?: same_name(a, b);
}

typedef int (*same_fn)(const struct tool_item *a, const struct tool_item *b);

static int by_same(const void *a, const void *b, void *same)
{
	return (*(same_fn *)same)(a, b) ?: by_all(a, b);
}

static void add_change(struct tool_changes *changes,
		       const struct tool_item *from, const struct tool_item *to)
{
	struct tool_change *change = &changes->change[changes->nr++];

	*change = (struct tool_change){ .has_from = from, .has_to = to };
	if (from)
		change->from = *from;
	if (to)
		change->to = *to;
}

/*
 * Pair what belongs together, in the order of addresses; the rest stays in the lists.
 * Without @changes such pairs are equal.
 */
static void pair(struct tool_items *a, struct tool_items *b, same_fn same,
		 struct tool_changes *changes)
{
	size_t i = 0, j = 0, left_a = 0, left_b = 0;

	qsort_r(a->item, a->nr, sizeof(*a->item), by_same, &same);
	qsort_r(b->item, b->nr, sizeof(*b->item), by_same, &same);
	while (i < a->nr && j < b->nr) {
		int differs = same(&a->item[i], &b->item[j]);

		if (differs < 0) {
			a->item[left_a++] = a->item[i++];
		} else if (differs > 0) {
			b->item[left_b++] = b->item[j++];
		} else {
			if (changes)
				add_change(changes, &a->item[i], &b->item[j]);
			i++;
			j++;
		}
	}
	while (i < a->nr)
		a->item[left_a++] = a->item[i++];
	while (j < b->nr)
		b->item[left_b++] = b->item[j++];
	a->nr = left_a;
	b->nr = left_b;
}

static int by_place(const void *x, const void *y)
{
	const struct tool_change *a = x, *b = y;

	return by_all(a->has_from ? &a->from : &a->to,
		      b->has_from ? &b->from : &b->to);
}

void tool_items_compare(struct tool_items *a, struct tool_items *b, bool named,
			struct tool_changes *changes)
{
	size_t i;

	pair(a, b, same_range, NULL);
	pair(a, b, named ? same_name : same_start, changes);
	pair(a, b, named ? same_stem : same_last, changes);
	for (i = 0; i < a->nr; i++)
		add_change(changes, &a->item[i], NULL);
	for (i = 0; i < b->nr; i++)
		add_change(changes, NULL, &b->item[i]);
	qsort(changes->change, changes->nr, sizeof(*changes->change), by_place);
}
