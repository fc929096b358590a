// SPDX-License-Identifier: GPL-2.0-only
/*
 * A wrong design beside the decision record's. See designs.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "array.h"
#include "designs.h"
#include "overlap.h"

#define MOST_OVERLAPS	32

/* Where a figure is, in the order of `summary`. */
#define FIGURE(name, at) { name, offsetof(struct tool_figures, at) }

static const struct { const char *name; size_t at; } figures[] = {
	FIGURE("total_ram", layout.total_ram),
	FIGURE("pages", layout.pages),
	FIGURE("reserved_pages", layout.reserved_pages),
	FIGURE("mem_map_bytes", layout.mem_map_bytes),
	FIGURE("mem_map_base", layout.mem_map_base),
	FIGURE("span_bytes", layout.span_bytes),
	FIGURE("flat_mem_map_bytes", layout.flat_bytes),
	FIGURE("heap_bytes", layout.heap_bytes),
	FIGURE("heap_order", heap_order),
	FIGURE("heap_block_bytes", heap_block_bytes),
	FIGURE("heap_returned_bytes", heap_returned_bytes),
	FIGURE("heap_base", layout.heap_base),
	FIGURE("free_bytes", free_bytes),
	FIGURE("free_pages", layout.free_pages),
};

void tool_design_lay_out(struct tool_figures *f,
			 const struct tool_design *design,
			 const struct shadow_plan *plan)
{
	struct shadow_layout *layout = &f->layout;
	size_t room = (size_t)plan->dt.nr_ram + plan->dt.nr_reserved + 1;

	memset(f, 0, sizeof(*f));
	f->storage = tool_array_new(room, sizeof(*f->storage));
	shadow_ranges_init(&layout->free, f->storage, room);
	design->lay_out(f, plan);
	f->heap_order = layout->heap_order;
	f->heap_block_bytes = layout->pages ?
			      SHADOW_PAGE_SIZE << layout->heap_order : 0;
	if (!design->none_returned)
		f->heap_returned_bytes = f->heap_block_bytes -
					 layout->heap_bytes;
	f->free_bytes = layout->free_pages << SHADOW_PAGE_SHIFT;
}

void tool_figures_free(struct tool_figures *f)
{
	free(f->storage);
}

static u64 figure(const struct tool_figures *f, unsigned int nth)
{
	u64 value;

	memcpy(&value, (const char *)f + figures[nth].at, sizeof(value));
	return value;
}

const char *tool_figure_at(const struct tool_figures *f, unsigned int nth,
			   u64 *value)
{
	if (nth >= ARRAY_SIZE(figures))
		return NULL;
	*value = figure(f, nth);
	return figures[nth].name;
}

bool tool_figure(const struct tool_figures *f, const char *name, u64 *value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		if (strcmp(name, figures[i].name))
			continue;
		*value = figure(f, i);
		return true;
	}
	return false;
}

static void write_figure(const struct tool_figures *f, unsigned int nth,
			 char text[TOOL_FIGURE_BYTES])
{
	bool address = strstr(figures[nth].name, "_base");

	snprintf(text, TOOL_FIGURE_BYTES, address ? "0x%016llx" : "%llu",
		 figure(f, nth));
}

void tool_figure_text(const struct tool_figures *f, const char *name,
		      char text[TOOL_FIGURE_BYTES])
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(figures); i++)
		if (!strcmp(name, figures[i].name))
			write_figure(f, i, text);
}

/* Whether these were loaded over each other is not the question. */
static void add_reserved(struct tool_things *things,
			 const struct shadow_plan *plan)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_RESERVED)
			tool_things_add(things, TOOL_THING_RESERVED,
					&entry->range, entry->name);
}

/* Where the design puts things, and what lies there (E8). */
size_t tool_design_overlaps(const struct shadow_plan *plan,
			    const struct tool_figures *f, size_t most,
			    FILE *out)
{
	const struct shadow_layout *layout = &f->layout;
	struct tool_things things = {};
	struct shadow_range range, block = { 1, 0 };
	size_t found;
	u32 i;

	if (!shadow_layout_has_mem_map(layout))
		return 0;
	add_reserved(&things, plan);
	range.start = layout->mem_map_base;
	range.last = range.start + (layout->mem_map_bytes - 1);
	tool_things_add(&things, TOOL_THING_MEM_MAP, &range, "mem_map");
	if (shadow_layout_has_heap(layout)) {
		range.start = layout->heap_base;
		range.last = range.start + (layout->heap_bytes - 1);
		tool_things_add(&things, TOOL_THING_HEAP, &range, "heap");
		block.start = range.start;
		block.last = range.start + (f->heap_block_bytes - 1);
		/* The rest of its block is free again, where it is not kept. */
		range.start = range.last + 1;
		range.last = block.last;
		if (f->heap_returned_bytes && range.start <= range.last)
			tool_things_add(&things, TOOL_THING_FREE, &range,
					"free");
	}
	for (i = 0; i < layout->free.nr; i++)
		tool_things_add_free(&things, &layout->free.range[i], &block,
				     "free");
	found = tool_things_show(&things, out, most);
	tool_things_free(&things);
	return found;
}

static bool same_figures(const struct tool_figures *a,
			 const struct tool_figures *b)
{
	unsigned int i = 0;

	while (i < ARRAY_SIZE(figures) && figure(a, i) == figure(b, i))
		i++;
	return i == ARRAY_SIZE(figures) &&
	       a->layout.verdict == b->layout.verdict;
}

static void show_figures(const struct tool_figures *right,
			 const struct tool_figures *wrong, FILE *out)
{
	char is[TOOL_FIGURE_BYTES], would_be[TOOL_FIGURE_BYTES];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(figures); i++) {
		write_figure(right, i, is);
		write_figure(wrong, i, would_be);
		fprintf(out, "%c %-20s  %-18s  %s\n",
			figure(right, i) == figure(wrong, i) ? ' ' : '!',
			figures[i].name, is, would_be);
	}
}

const struct tool_design *tool_design_find(const char *name)
{
	const struct tool_design *design = tool_designs;

	while (design->name && strcmp(design->name, name))
		design++;
	return design->name ? design : NULL;
}

void tool_design_show(const struct shadow_plan *plan,
		      const struct tool_design *design, FILE *out)
{
	struct tool_figures right, wrong;

	tool_design_lay_out(&right, &tool_record, plan);
	tool_design_lay_out(&wrong, design, plan);
	fprintf(out, "%s: %s\n\n  %-20s  %-18s  %s\n", design->name,
		design->what, "name", "decision record", design->name);
	show_figures(&right, &wrong, out);
	if (right.layout.verdict != wrong.layout.verdict)
		fprintf(out, "! verdict\n    decision record  %s\n    %-15s  %s\n",
			shadow_verdict_line(right.layout.verdict), design->name,
			shadow_verdict_line(wrong.layout.verdict));
	if (tool_design_overlaps(plan, &wrong, MOST_OVERLAPS, out) >
	    MOST_OVERLAPS)
		fprintf(out, "  and more overlaps\n");
	if (same_figures(&right, &wrong))
		fprintf(out, "\n  On this machine the figures are the same.\n");
	tool_figures_free(&right);
	tool_figures_free(&wrong);
}
