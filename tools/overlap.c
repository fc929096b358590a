// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which things lie over each other. See overlap.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "array.h"
#include "overlap.h"

#define BIT_OF(kind)	(1U << (kind))
/* What an allocator must not touch. */
#define KEPT	(BIT_OF(TOOL_THING_IMAGE) | BIT_OF(TOOL_THING_INITRD) | \
		 BIT_OF(TOOL_THING_BLOB) | BIT_OF(TOOL_THING_MEMRESERVE) | \
		 BIT_OF(TOOL_THING_RESERVED))
/* What the target made. */
#define MADE	(BIT_OF(TOOL_THING_MEM_MAP) | BIT_OF(TOOL_THING_HEAP) | \
		 BIT_OF(TOOL_THING_FREE))

/* Over what a thing must not lie; if A is there for B, B is there for A. */
static const u32 foes[TOOL_NR_KINDS] = {
	[TOOL_THING_MEM_MAP] = KEPT | BIT_OF(TOOL_THING_HEAP) |
			       BIT_OF(TOOL_THING_FREE),
	[TOOL_THING_HEAP] = KEPT | BIT_OF(TOOL_THING_MEM_MAP) |
			    BIT_OF(TOOL_THING_FREE),
	[TOOL_THING_FREE] = KEPT | MADE,
	[TOOL_THING_IMAGE] = MADE | BIT_OF(TOOL_THING_INITRD) |
			     BIT_OF(TOOL_THING_BLOB),
	[TOOL_THING_INITRD] = MADE | BIT_OF(TOOL_THING_IMAGE) |
			      BIT_OF(TOOL_THING_BLOB),
	[TOOL_THING_BLOB] = MADE | BIT_OF(TOOL_THING_IMAGE) |
			    BIT_OF(TOOL_THING_INITRD),
	[TOOL_THING_MEMRESERVE] = MADE,
	[TOOL_THING_RESERVED] = MADE,
};

/**
 * struct sweep - things are looked at by their first byte, ascending
 * @open: by kind, those that began and perhaps did not end
 * @out: where the lines go
 * @most: how many lines
 * @found: how many pairs so far
 */
struct sweep {
	struct tool_thing *open[TOOL_NR_KINDS];
	FILE *out;
	size_t most;
	size_t found;
};

enum tool_kind tool_kind_of(const struct shadow_dt_entry *entry)
{
	static const struct { const char *name; enum tool_kind kind; } names[] = {
		{ "kernel", TOOL_THING_IMAGE },
		{ "initrd", TOOL_THING_INITRD },
		{ "blob", TOOL_THING_BLOB },
		{ "memreserve", TOOL_THING_MEMRESERVE },
	};
	int i;

	/* A node's name is a path. */
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(entry->name, names[i].name))
			return names[i].kind;
	return TOOL_THING_RESERVED;
}

void tool_things_add(struct tool_things *things, enum tool_kind kind,
		     const struct shadow_range *range, const char *name)
{
	things->thing = tool_array_grow(things->thing, things->nr, &things->room,
					sizeof(*things->thing));
	things->thing[things->nr++] = (struct tool_thing){ kind, *range, name };
}

void tool_things_add_free(struct tool_things *things,
			  const struct shadow_range *range,
			  const struct shadow_range *block, const char *name)
{
	struct shadow_range below = { range->start, block->start - 1 };
	struct shadow_range above = { block->last + 1, range->last };

	if (block->last < block->start || block->last < range->start ||
	    block->start > range->last) {
		tool_things_add(things, TOOL_THING_FREE, range, name);
		return;
	}
	if (block->start > range->start)
		tool_things_add(things, TOOL_THING_FREE, &below, name);
	if (block->last < range->last)
		tool_things_add(things, TOOL_THING_FREE, &above, name);
}

static int by_start(const void *a, const void *b)
{
	const struct tool_thing *one = a, *other = b;

	if (one->range.start != other->range.start)
		return one->range.start < other->range.start ? -1 : 1;
	return (int)one->kind - (int)other->kind;
}

static void show(struct sweep *s, const struct tool_thing *a,
		 const struct tool_thing *b)
{
	const struct tool_thing *first = a->kind <= b->kind ? a : b;
	const struct tool_thing *second = first == a ? b : a;

	if (s->found++ < s->most)
		fprintf(s->out, "! overlap: %s 0x%016llx..0x%016llx and %s 0x%016llx..0x%016llx (E8)\n",
			first->name, first->range.start, first->range.last,
			second->name, second->range.start, second->range.last);
}

/* All of a kind that are open: each ended before @thing, or lies over it. */
static void meet(struct sweep *s, enum tool_kind kind,
		 const struct tool_thing *thing)
{
	struct tool_thing **link = &s->open[kind];

	while (*link && s->found <= s->most) {
		if ((*link)->range.last < thing->range.start) {
			*link = (*link)->next;
			continue;
		}
		show(s, *link, thing);
		link = &(*link)->next;
	}
}

size_t tool_things_show(struct tool_things *things, FILE *out, size_t most)
{
	struct sweep s = { .out = out, .most = most };
	size_t i;
	int kind;

	if (!things->nr)
		return 0;
	qsort(things->thing, things->nr, sizeof(*things->thing), by_start);
	for (i = 0; i < things->nr && s.found <= most; i++) {
		struct tool_thing *thing = &things->thing[i];

		for (kind = 0; kind < TOOL_NR_KINDS; kind++)
			if (foes[thing->kind] & BIT_OF(kind))
				meet(&s, kind, thing);
		thing->next = s.open[thing->kind];
		s.open[thing->kind] = thing;
	}
	return s.found;
}

void tool_things_free(struct tool_things *things)
{
	free(things->thing);
	*things = (struct tool_things){};
}
