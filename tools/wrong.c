// SPDX-License-Identifier: GPL-2.0-only
/*
 * Known wrong designs, a small function each. See designs.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/string.h>

#include "array.h"
#include "designs.h"

#define FEW	32

/**
 * struct choice - what of a device tree counts
 * @keep: does an entry? @nth says how many of its kind came before it
 * @nodes_first: what is no node, such as the image, comes behind all nodes
 */
struct choice {
	bool (*keep)(const struct shadow_dt_entry *entry, u32 nth);
	bool nodes_first;
};

static bool is_node(const struct shadow_dt_entry *entry)
{
	return *entry->name == '/';
}

static bool is_ram(const struct shadow_dt_entry *entry)
{
	return !(entry->flags & SHADOW_DT_RESERVED);
}

/* Entries that count, those of a pass: nodes, others, or all. */
static void gather(struct shadow_ranges *ram, struct shadow_ranges *reserved,
		   const struct shadow_plan *plan, const struct choice *choice,
		   bool nodes, bool others, u32 nth[2])
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node) {
		struct shadow_ranges *set = is_ram(entry) ? ram : reserved;

		if (is_node(entry) ? !nodes : !others)
			continue;
		if (choice->keep(entry, nth[is_ram(entry)]++))
			set->range[set->nr++] = entry->range;
	}
}

/* What was gathered is in no order. */
static void make_set(struct shadow_ranges *set)
{
	u32 nr = set->nr;

	set->nr = 0;
	shadow_ranges_add_all(set, set->range, nr);
}

static struct shadow_range *room_for(size_t nr)
{
	return tool_array_new(nr, sizeof(struct shadow_range));
}

/* The decision record's layout of a part of the tree. */
static void lay_out_part(struct tool_figures *f, const struct shadow_plan *plan,
			 const struct choice *choice)
{
	struct shadow_ranges ram, reserved;
	u32 nth[2] = {};

	shadow_ranges_init(&ram, room_for(plan->dt.nr_ram), plan->dt.nr_ram);
	shadow_ranges_init(&reserved, room_for(plan->dt.nr_reserved),
			   plan->dt.nr_reserved);
	gather(&ram, &reserved, plan, choice, true, !choice->nodes_first, nth);
	if (choice->nodes_first)
		gather(&ram, &reserved, plan, choice, false, true, nth);
	make_set(&ram);
	make_set(&reserved);
	shadow_ranges_round_in(&ram);
	shadow_ranges_round_out(&reserved);
	shadow_layout_compute(&f->layout, &ram, &reserved);
	free(ram.range);
	free(reserved.range);
}

static bool keep_all(const struct shadow_dt_entry *entry, u32 nth)
{
	return true;
}

static void lay_out_right(struct tool_figures *f, const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_all });
}

/* As the clauses have it for what has places now. */
static void decide(struct shadow_layout *layout, bool has_mem_map, bool has_heap)
{
	layout->has_mem_map = has_mem_map;
	layout->has_heap = has_heap;
	if (layout->too_high)
		layout->verdict = SHADOW_TOO_HIGH;
	else if (!has_mem_map)
		layout->verdict = SHADOW_NO_MEM_MAP;
	else
		layout->verdict = has_heap ? SHADOW_OK : SHADOW_NO_HEAP;
}

/* Where the buddy allocates the heap of that order, as blocks are now. */
static void place_heap(struct shadow_layout *layout)
{
	u64 first[SHADOW_NR_ORDERS];
	unsigned int order;
	u32 i;

	memset(layout->free_blocks, 0, sizeof(layout->free_blocks));
	for (i = 0; i < layout->free.nr; i++) {
		u64 pfn = layout->free.range[i].start >> SHADOW_PAGE_SHIFT;
		u64 end = (layout->free.range[i].last >> SHADOW_PAGE_SHIFT) + 1;
		u64 nr;

		for (; pfn < end; pfn += nr << order) {
			order = shadow_block_order(pfn, end);
			nr = order == SHADOW_MAX_ORDER ?
			     (end - pfn) >> order : 1;
			if (!layout->free_blocks[order])
				first[order] = pfn << SHADOW_PAGE_SHIFT;
			layout->free_blocks[order] += nr;
		}
	}
	decide(layout, true, false);
	layout->heap_base = 0;
	for (order = layout->heap_order; order < SHADOW_NR_ORDERS; order++) {
		if (!layout->free_blocks[order])
			continue;
		decide(layout, true, true);
		layout->heap_base = first[order];
		return;
	}
}

/* Did the target get as far as that it looks for a place? */
static bool looks_for_place(const struct shadow_layout *layout)
{
	return layout->verdict != SHADOW_NO_RAM &&
	       layout->verdict != SHADOW_ALL_RESERVED;
}

/* An array of that size where @where says, NULL for nowhere. */
static void place_mem_map(struct shadow_layout *layout,
			  const struct shadow_plan *plan, u64 bytes,
			  const u64 *where)
{
	u64 room = (bytes + SHADOW_PAGE_SIZE - 1) & SHADOW_PAGE_MASK;

	shadow_ranges_subtract(&layout->free, &plan->ram, &plan->reserved);
	layout->mem_map_bytes = bytes;
	layout->mem_map_base = where ? *where : 0;
	layout->heap_base = 0;
	layout->free_pages = shadow_ranges_pages(&layout->free);
	decide(layout, false, false);
	if (!where)
		return;
	shadow_ranges_remove(&layout->free, *where, *where + (room - 1));
	layout->free_pages = shadow_ranges_pages(&layout->free);
	place_heap(layout);
}

/* M2: descriptors for the holes too. */
static void lay_out_flat(struct tool_figures *f, const struct shadow_plan *plan)
{
	struct shadow_layout *layout = &f->layout;
	u64 bytes, base;

	lay_out_right(f, plan);
	if (!looks_for_place(layout))
		return;
	bytes = layout->flat_bytes;
	shadow_ranges_subtract(&layout->free, &plan->ram, &plan->reserved);
	if (shadow_ranges_first_fit(&layout->free,
				    (bytes + SHADOW_PAGE_SIZE - 1) &
				    SHADOW_PAGE_MASK, &base))
		place_mem_map(layout, plan, bytes, NULL);
	else
		place_mem_map(layout, plan, bytes, &base);
}

/* The same, and the holes count as pages. */
static void lay_out_flat_pages(struct tool_figures *f,
			       const struct shadow_plan *plan)
{
	lay_out_flat(f, plan);
	f->layout.pages = f->layout.span_bytes >> SHADOW_PAGE_SHIFT;
}

/* H3: 24 MiB end in as many zeros as 8 MiB do. */
static void lay_out_trailing_zeros(struct tool_figures *f,
				   const struct shadow_plan *plan)
{
	struct shadow_layout *layout = &f->layout;

	lay_out_right(f, plan);
	if (!layout->heap_bytes)
		return;
	layout->heap_order = __ffs64(layout->heap_bytes >> SHADOW_PAGE_SHIFT);
	if (shadow_layout_has_mem_map(layout))
		place_heap(layout);
}

/* The lowest RAM of that size, whatever lies there. */
static void lay_out_lowest(struct tool_figures *f, const struct shadow_plan *plan)
{
	u64 base;

	lay_out_right(f, plan);
	if (!looks_for_place(&f->layout))
		return;
	if (shadow_ranges_first_fit(&plan->ram,
				    shadow_layout_mem_map_room(&f->layout),
				    &base))
		place_mem_map(&f->layout, plan, f->layout.mem_map_bytes, NULL);
	else
		place_mem_map(&f->layout, plan, f->layout.mem_map_bytes, &base);
}

static const struct shadow_dt_entry *find(const struct shadow_plan *plan,
					  const char *name)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

/* M3: behind the image, or where RAM begins; what else lies there is run over. */
static void lay_out_no_look(struct tool_figures *f,
			    const struct shadow_plan *plan)
{
	const struct shadow_dt_entry *image = find(plan, "kernel");
	struct shadow_range window;
	u64 base, room;

	lay_out_lowest(f, plan);
	if (!image || !looks_for_place(&f->layout))
		return;
	window.start = (image->range.last | ~SHADOW_PAGE_MASK) + 1;
	room = shadow_layout_mem_map_room(&f->layout);
	window.last = window.start + (room - 1);
	if (window.start && window.last > window.start &&
	    !shadow_ranges_last_fit(&plan->ram, &window, room, 1, &base))
		place_mem_map(&f->layout, plan, f->layout.mem_map_bytes, &base);
}

static bool keep_no_nodes(const struct shadow_dt_entry *entry, u32 nth)
{
	return is_ram(entry) || !is_node(entry);
}

/* R2: secure memory is handed out. */
static void lay_out_no_nodes(struct tool_figures *f,
			     const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_no_nodes });
}

static bool keep_no_blob(const struct shadow_dt_entry *entry, u32 nth)
{
	return is_ram(entry) || strcmp(entry->name, "blob");
}

/* R3: the tree is handed out while it is read. */
static void lay_out_no_blob(struct tool_figures *f,
			    const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_no_blob });
}

static bool keep_first_ram(const struct shadow_dt_entry *entry, u32 nth)
{
	return !is_ram(entry) || !nth;
}

/* R1: the rest of RAM is not seen. */
static void lay_out_first(struct tool_figures *f, const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_first_ram });
}

/* The same, once ranges that touch are one and ascend. */
static void lay_out_lowest_range(struct tool_figures *f,
				 const struct shadow_plan *plan)
{
	struct shadow_ranges ram = plan->ram;

	ram.nr = min_t(u32, ram.nr, 1);
	shadow_layout_compute(&f->layout, &ram, &plan->reserved);
}

static bool keep_few(const struct shadow_dt_entry *entry, u32 nth)
{
	return nth < FEW;
}

/* R1, R2: what does not fit into the table is not RAM, or not reserved. */
static void lay_out_few(struct tool_figures *f, const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_few });
}

/* The same, where image, initrd and blob are added last. */
static void lay_out_few_nodes(struct tool_figures *f,
			      const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_few, true });
}

static bool keep_few_ram(const struct shadow_dt_entry *entry, u32 nth)
{
	return !is_ram(entry) || nth < FEW;
}

static void lay_out_few_ram(struct tool_figures *f,
			    const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_few_ram });
}

static bool keep_few_reserved(const struct shadow_dt_entry *entry, u32 nth)
{
	return is_ram(entry) || nth < FEW;
}

static void lay_out_few_reserved(struct tool_figures *f,
				 const struct shadow_plan *plan)
{
	lay_out_part(f, plan, &(struct choice){ keep_few_reserved });
}

/* H3: all of the block is the heap. */
static void lay_out_whole_block(struct tool_figures *f,
				const struct shadow_plan *plan)
{
	lay_out_right(f, plan);
	if (f->layout.heap_bytes)
		f->layout.heap_bytes = SHADOW_PAGE_SIZE << f->layout.heap_order;
}

const struct tool_design tool_designs[] = {
	{ "flat", "an array over the span from the lowest to the highest page of RAM",
	  lay_out_flat },
	{ "flat", NULL, lay_out_flat_pages },
	{ "trailing-zeros", "the heap's order is the number of trailing zeros of its pages",
	  lay_out_trailing_zeros },
	{ "no-look", "mem_map is placed without a look at reserved memory",
	  lay_out_no_look },
	{ "no-look", NULL, lay_out_lowest },
	{ "no-reserved-memory", "/reserved-memory is never read",
	  lay_out_no_nodes },
	{ "no-blob", "the device tree blob is not reserved", lay_out_no_blob },
	{ "first-range", "only the first range of RAM counts", lay_out_first },
	{ "first-range", NULL, lay_out_lowest_range },
	{ "32-ranges", "only 32 ranges are kept, of RAM and of reserved memory",
	  lay_out_few },
	{ "32-ranges", NULL, lay_out_few_nodes },
	{ "32-ranges", NULL, lay_out_few_ram },
	{ "32-ranges", NULL, lay_out_few_reserved },
	{ "heap-kept", "nothing of the heap's block is returned",
	  lay_out_right, true },
	{ "heap-kept", NULL, lay_out_whole_block },
	{}
};

const struct tool_design tool_record = {
	"record", "the decision record's", lay_out_right
};
