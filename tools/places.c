// SPDX-License-Identifier: GPL-2.0-only
/*
 * The places that a target printed. See places.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "array.h"
#include "overlap.h"
#include "places.h"
#include "value.h"

#define MOST_SHOWN	16	/* ranges, and overlaps */

/* What the entries of a plan are called for a kind of place. */
static const struct { const char *entry; enum tool_kind kind; } known[] = {
	[TOOL_FREE] = { NULL, TOOL_THING_FREE },
	[TOOL_IMAGE] = { "kernel", TOOL_THING_IMAGE },
	[TOOL_INITRD] = { "initrd", TOOL_THING_INITRD },
	[TOOL_BLOB] = { "blob", TOOL_THING_BLOB },
};

static const struct shadow_range *planned(const struct shadow_plan *plan,
					  enum tool_place_kind kind)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_RESERVED &&
		    tool_kind_of(entry) == known[kind].kind)
			return &entry->range;
	return NULL;
}

/* R4: the pages of both are the same. */
static bool same_pages(const struct shadow_range *a,
		       const struct shadow_range *b)
{
	return !((a->start ^ b->start) & SHADOW_PAGE_MASK) &&
	       !((a->last ^ b->last) & SHADOW_PAGE_MASK);
}

/* R3: image, initrd, blob. */
static u64 compare_one(const struct shadow_plan *plan,
		       const struct tool_places *places,
		       enum tool_place_kind kind, FILE *out)
{
	const struct shadow_range *plans = planned(plan, kind);
	const char *name = tool_place_names[kind];
	u64 differences = 0;
	u32 i;

	for (i = 0; i < places->nr && i < MOST_SHOWN; i++) {
		const struct shadow_range *printed = &places->range[i];
		bool differs = plans && !same_pages(plans, printed);

		differences += differs;
		fprintf(out, "%c %s: printed 0x%llx..0x%llx, ",
			differs ? '!' : ' ', name, printed->start, printed->last);
		if (!plans)
			fprintf(out, "the plan counts none: --%s 0x%llx,0x%llx tells it (R3)\n",
				name, printed->start,
				printed->last - printed->start + 1);
		else
			fprintf(out, "expected 0x%llx..0x%llx (R3)\n",
				plans->start, plans->last);
	}
	return differences;
}

/* What was printed, as a set. */
static void make_set(struct shadow_ranges *set, const struct tool_places *places)
{
	shadow_ranges_init(set, tool_array_new(places->nr, sizeof(*set->range)),
			   places->nr);
	shadow_ranges_add_all(set, places->range, places->nr);
}

/**
 * struct rest - what is in one set and not in another, each with a line
 * @how: what that means
 * @out: where the lines go
 * @nr: how many so far
 */
struct rest {
	const char *how;
	FILE *out;
	u64 nr;
};

static void show_rest(struct rest *rest, u64 start, u64 last)
{
	if (rest->nr++ < MOST_SHOWN)
		fprintf(rest->out, "    %s: 0x%016llx..0x%016llx\n", rest->how,
			start, last);
}

/* Both ascend, so that each range is looked at once. */
static void show_rests(const struct shadow_ranges *from,
		       const struct shadow_ranges *what, const char *how,
		       FILE *out)
{
	const struct shadow_range *next = what->range, *end = next + what->nr;
	struct rest rest = { how, out };
	u32 i;

	for (i = 0; i < from->nr; i++) {
		u64 start = from->range[i].start, last = from->range[i].last;

		while (next < end && next->last < start)
			next++;
		for (; next < end && next->start <= last; next++) {
			if (next->start > start)
				show_rest(&rest, start, next->start - 1);
			if (next->last >= last)
				break;
			start = next->last + 1;
		}
		if (next == end || next->start > last)
			show_rest(&rest, start, last);
	}
	if (rest.nr > MOST_SHOWN)
		fprintf(out, "    %s: and %llu more\n", how,
			rest.nr - MOST_SHOWN);
}

static bool same_set(const struct shadow_ranges *a, const struct shadow_ranges *b)
{
	return a->nr == b->nr &&
	       !memcmp(a->range, b->range, a->nr * sizeof(*a->range));
}

static bool fits(const struct tool_figures *figures, const void *printed)
{
	return same_set(&figures->layout.free, printed);
}

/* M4, E7: free memory before the heap is taken. */
static u64 compare_free(const struct shadow_plan *plan,
			const struct tool_places *places,
			struct tool_causes *causes, FILE *out)
{
	const struct shadow_ranges *expected = &plan->layout.free;
	struct shadow_ranges printed;
	bool same;

	if (!places->nr)
		return 0;
	if (places->skipped) {
		fprintf(out, "  free: more than %u places, not compared\n",
			TOOL_MOST_PLACES);
		return 0;
	}
	make_set(&printed, places);
	same = same_set(expected, &printed);
	fprintf(out, "%c free: printed %u ranges, expected %u (M4)\n",
		same ? ' ' : '!', printed.nr, expected->nr);
	if (!same) {
		show_rests(&printed, expected, "printed, not free", out);
		show_rests(expected, &printed, "free, not printed", out);
		tool_causes_name(causes, fits, &printed, out);
	}
	free(printed.range);
	return !same;
}

static bool printed_number(const struct tool_log *log, const char *name,
			   u64 *value)
{
	u32 i;

	for (i = 0; i < log->nr_printed; i++)
		if (!strcmp(log->printed[i].name, name))
			return tool_number_parse(log->printed[i].first.text,
						 value);
	return false;
}

/*
 * Where a thing is that the target printed a base of, and perhaps a size; else it has
 * no bytes. 0 is no base unless @placed: the target did not come to it.
 */
static struct shadow_range made(const struct tool_log *log, const char *what,
				const char *size, u64 bytes, bool placed)
{
	struct shadow_range range = { 1, 0 };
	char name[32];
	u64 base;

	snprintf(name, sizeof(name), "%s_%s", what, size);
	printed_number(log, name, &bytes);
	snprintf(name, sizeof(name), "%s_base", what);
	if (!printed_number(log, name, &base) || !bytes || (!base && !placed) ||
	    bytes - 1 > ~base)
		return range;
	return (struct shadow_range){ base, base + (bytes - 1) };
}

static void add_made(struct tool_things *things, enum tool_kind kind,
		     const struct shadow_range *range, const char *name)
{
	if (range->last >= range->start)
		tool_things_add(things, kind, range, name);
}

/*
 * What the target printed of a place counts more than what the plan has. What was
 * loaded over each other is not the target's mistake unless it printed one of it.
 */
static void add_known(struct tool_things *things, const struct shadow_plan *plan,
		      const struct tool_log *log)
{
	const struct shadow_dt_entry *entry;
	bool any = false;
	int kind;
	u32 i;

	for (kind = TOOL_IMAGE; kind < TOOL_NR_PLACES; kind++)
		any |= log->places[kind].nr;
	for (kind = TOOL_IMAGE; kind < TOOL_NR_PLACES; kind++)
		for (i = 0; i < log->places[kind].nr; i++)
			tool_things_add(things, known[kind].kind,
					&log->places[kind].range[i],
					tool_place_names[kind]);
	list_for_each_entry(entry, &plan->dt.entries, node) {
		enum tool_kind is = tool_kind_of(entry);
		bool printed = false;

		for (kind = 0; kind < TOOL_NR_PLACES; kind++)
			printed |= known[kind].kind == is &&
				   log->places[kind].nr;
		if (entry->flags & SHADOW_DT_RESERVED && !printed)
			tool_things_add(things, any ? is : TOOL_THING_RESERVED,
					&entry->range, entry->name);
	}
}

/* E8, of what was printed. */
static u64 compare_overlaps(const struct shadow_plan *plan,
			    const struct tool_log *log, FILE *out)
{
	const struct shadow_layout *layout = &plan->layout;
	const struct tool_places *places = &log->places[TOOL_FREE];
	bool has_heap = shadow_layout_has_heap(layout);
	struct tool_things things = {};
	struct shadow_range range, block;
	u64 order;
	size_t found;
	u32 i;

	range = made(log, "mem_map", "bytes", layout->mem_map_bytes,
		     shadow_layout_has_mem_map(layout));
	add_made(&things, TOOL_THING_MEM_MAP, &range, "mem_map");
	range = made(log, "heap", "bytes", layout->heap_bytes, has_heap);
	add_made(&things, TOOL_THING_HEAP, &range, "heap");
	if (!printed_number(log, "heap_order", &order) ||
	    order > SHADOW_MAX_ORDER)
		order = layout->heap_order;
	block = made(log, "heap", "block_bytes", SHADOW_PAGE_SIZE << order,
		     has_heap);
	for (i = 0; i < places->nr; i++)
		tool_things_add_free(&things, &places->range[i], &block, "free");
	add_known(&things, plan, log);
	found = tool_things_show(&things, out, MOST_SHOWN);
	if (found > MOST_SHOWN)
		fprintf(out, "  and more overlaps\n");
	tool_things_free(&things);
	return found;
}

u64 tool_places_compare(const struct shadow_plan *plan,
			const struct tool_log *log, struct tool_causes *causes,
			FILE *out)
{
	u64 differences = compare_free(plan, &log->places[TOOL_FREE], causes,
				       out);
	int kind;

	for (kind = 0; kind < TOOL_NR_PLACES; kind++) {
		const struct tool_places *places = &log->places[kind];

		if (kind != TOOL_FREE)
			differences += compare_one(plan, places, kind, out);
		if (!places->bad.line)
			continue;
		fprintf(out, "! %s: line %llu: \"%s\", expected BASE,SIZE or BASE..LAST (D1)\n",
			tool_place_names[kind], places->bad.line,
			places->bad.text);
		differences++;
	}
	return differences + compare_overlaps(plan, log, out);
}
