// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine's memory as a picture of characters.
 *
 *	000080000000 |KKK#.....................................#......CCCC....|
 *	             hole of 1 GiB
 *	0000c0000000 |MM......HHHH....................................        |
 *
 * A cell is the smallest power of two, from a page up, with which all RAM takes at
 * most 16 rows of 64 cells; rows without RAM are folded into one line. A cell shows
 * the first of @kinds that lies in it, if only in a part of it. Below the rows
 * stands what each character means, and where that lies which is smaller than a
 * cell.
 *
 * Cells are never larger than the largest bank. Where banks are so many and so far
 * from each other that 16 rows do not reach them all, the lowest have rows, and the
 * others are counted.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "report.h"

#define COLUMNS		64
#define COLUMN_BITS	6
#define MOST_ROWS	16
#define MOST_ADDRESSES	16	/* of one kind, in the legend */
#define WIDTH		80

enum kind { OVERLAP, MEM_MAP, HEAP, IMAGE, INITRD, BLOB, RESERVED, CMA, FREE,
	    NR_KINDS };

static const struct { char sign; const char *name; } kinds[NR_KINDS] = {
	[OVERLAP] = { '!', "overlap" },
	[MEM_MAP] = { 'M', "mem_map" },
	[HEAP] = { 'H', "heap" },
	[IMAGE] = { 'K', "image" },
	[INITRD] = { 'I', "initrd" },
	[BLOB] = { 'D', "blob" },
	[RESERVED] = { '#', "reserved" },
	[CMA] = { 'C', "CMA" },
	[FREE] = { '.', "free" },
};

struct thing {
	struct shadow_range range;
	enum kind kind;
	bool is_node;
};

/**
 * struct map - what is shown
 * @shift: a cell has 2^@shift bytes
 * @nr_rows: rows that are shown, at most MOST_ROWS
 * @row: their numbers: a row begins at @row << (@shift + COLUMN_BITS)
 * @cell: bit n is set where something of kind n lies in the cell
 * @nr: things
 * @thing: what lies in memory, ascending, all in whole pages (R4)
 */
struct map {
	unsigned int shift;
	u32 nr_rows;
	u64 row[MOST_ROWS];
	u16 cell[MOST_ROWS][COLUMNS];
	u32 nr;
	struct thing thing[];
};

/* Rows of 2^@shift bytes that have RAM. */
static u64 count_rows(const struct shadow_ranges *ram, unsigned int shift)
{
	u64 nr = 0, next = 0;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		u64 first = max(ram->range[i].start >> shift, next);

		next = (ram->range[i].last >> shift) + 1;
		nr += next - first;
	}
	return nr;
}

static unsigned int largest_bank_bits(const struct shadow_ranges *ram)
{
	u64 largest = 0;
	u32 i;

	for (i = 0; i < ram->nr; i++)
		largest = max(largest, ram->range[i].last - ram->range[i].start);
	return fls64(largest);
}

static void choose_rows(struct map *map, const struct shadow_ranges *ram)
{
	unsigned int most = largest_bank_bits(ram), shift;
	u64 row, next = 0;
	u32 i;

	map->shift = SHADOW_PAGE_SHIFT;
	while (map->shift < most &&
	       count_rows(ram, map->shift + COLUMN_BITS) > MOST_ROWS)
		map->shift++;
	shift = map->shift + COLUMN_BITS;
	for (i = 0; i < ram->nr && map->nr_rows < MOST_ROWS; i++) {
		row = max(ram->range[i].start >> shift, next);
		next = (ram->range[i].last >> shift) + 1;
		while (row < next && map->nr_rows < MOST_ROWS)
			map->row[map->nr_rows++] = row++;
	}
}

static void add(struct map *map, u64 start, u64 last, enum kind kind)
{
	map->thing[map->nr++] = (struct thing){ { start, last }, kind };
}

static enum kind kind_of(const struct shadow_dt_entry *entry)
{
	if (entry->flags & SHADOW_DT_IMAGE)
		return IMAGE;
	if (entry->flags & SHADOW_DT_INITRD)
		return INITRD;
	if (!strcmp(entry->name, shadow_placed_name(SHADOW_BLOB)))
		return BLOB;
	return entry->flags & SHADOW_DT_REUSABLE ? CMA : RESERVED;
}

static void collect(struct map *map, const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;
	const struct shadow_dt_entry *entry;
	u32 i;

	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_RESERVED) {
			add(map, entry->range.start & SHADOW_PAGE_MASK,
			    entry->range.last | ~SHADOW_PAGE_MASK,
			    kind_of(entry));
			map->thing[map->nr - 1].is_node = *entry->name == '/';
		}
	for (i = 0; i < layout->free.nr; i++)
		add(map, layout->free.range[i].start,
		    layout->free.range[i].last, FREE);
	if (shadow_layout_has_mem_map(layout))
		add(map, layout->mem_map_base, layout->mem_map_base +
		    (shadow_layout_mem_map_room(layout) - 1), MEM_MAP);
	if (shadow_layout_has_heap(layout))
		add(map, layout->heap_base,
		    layout->heap_base + (layout->heap_bytes - 1), HEAP);
}

static int compare_things(const void *a, const void *b)
{
	const struct thing *x = a, *y = b;

	if (x->range.start != y->range.start)
		return x->range.start < y->range.start ? -1 : 1;
	if (x->range.last != y->range.last)
		return x->range.last > y->range.last ? -1 : 1;
	return (int)x->kind - (int)y->kind;
}

/*
 * What must not lie over another of its group: nodes, and what a target has. One of
 * either may lie in one of the other: boards reserve what their firmware loads (E8).
 */
static bool in_group(const struct thing *thing, bool nodes)
{
	return nodes ? thing->is_node :
		       thing->kind >= IMAGE && thing->kind <= BLOB;
}

/*
 * Two of a group over each other; what has the very range of another is most likely
 * the same thing said twice. Adds at most one for each thing of the group.
 */
static void add_overlaps(struct map *map, bool nodes)
{
	struct shadow_range before = {};
	bool any = false;
	u32 nr = map->nr, i;

	for (i = 0; i < nr; i++) {
		struct shadow_range range = map->thing[i].range;

		if (!in_group(&map->thing[i], nodes))
			continue;
		if (any && range.start <= before.last &&
		    (range.start != before.start || range.last != before.last))
			add(map, range.start, min(range.last, before.last),
			    OVERLAP);
		if (!any || range.last > before.last)
			before = range;
		any = true;
	}
}

static void draw(struct map *map, const struct thing *thing)
{
	u64 row_last = (1ULL << (map->shift + COLUMN_BITS)) - 1;
	u32 i;

	for (i = 0; i < map->nr_rows; i++) {
		u64 base = map->row[i] << (map->shift + COLUMN_BITS);
		u64 start = max(thing->range.start, base);
		u64 last = min(thing->range.last, base + row_last);
		u64 cell;

		if (start > last)
			continue;
		for (cell = (start - base) >> map->shift;
		     cell <= (last - base) >> map->shift; cell++)
			map->cell[i][cell] |= 1U << thing->kind;
	}
}

/* Where a row begins and ends that is not at the limits of RAM: the hole beside it */
static void show_hole(struct seq_file *m, const struct map *map, u32 row,
		      const struct shadow_ranges *ram)
{
	u64 base = map->row[row] << (map->shift + COLUMN_BITS);
	u32 above = shadow_ranges_find(ram, base);
	u64 below = ram->range[above - 1].last;

	seq_printf(m, "%13shole of ", "");
	shadow_size_show(m, ram->range[above].start - below - 1);
	seq_putc(m, '\n');
}

static void show_rows(struct seq_file *m, const struct map *map,
		      const struct shadow_ranges *ram)
{
	bool wide = ram->range[ram->nr - 1].last >> SHADOW_REACH_BITS;
	char cells[COLUMNS + 1] = {};
	u32 i, k;

	for (i = 0; i < map->nr_rows; i++) {
		if (i && map->row[i] != map->row[i - 1] + 1)
			show_hole(m, map, i, ram);
		for (k = 0; k < COLUMNS; k++)
			cells[k] = map->cell[i][k] ?
				   kinds[__ffs(map->cell[i][k])].sign : ' ';
		seq_printf(m, wide ? "%016llx%s\n" : "%012llx |%s|\n",
			   map->row[i] << (map->shift + COLUMN_BITS), cells);
	}
}

/* What RAM is in no row: it lies above the last one. */
static void show_rowless(struct seq_file *m, const struct map *map,
			 const struct shadow_ranges *ram)
{
	u64 end = map->row[map->nr_rows - 1] + 1;
	u64 bytes = 0, start = 0;
	u32 nr = 0, i;

	for (i = ram->nr; i-- > 0; nr++) {
		if (ram->range[i].last >> (map->shift + COLUMN_BITS) < end)
			break;
		start = max(ram->range[i].start,
			    end << (map->shift + COLUMN_BITS));
		bytes += ram->range[i].last - start + 1;
	}
	if (!nr)
		return;
	seq_printf(m, "%13s%u more bank%s from 0x%llx on, together ", "", nr,
		   nr > 1 ? "s" : "", start);
	shadow_size_show(m, bytes);
	seq_putc(m, '\n');
}

/* The addresses of what is smaller than a cell, in lines that are not too long. */
static void show_addresses(struct seq_file *m, const struct map *map,
			   enum kind kind, unsigned int column)
{
	static const char words[] = "; smaller than a cell: ";
	/* Lengths are counted: strlen() would import what 5.10 and 5.15 lack. */
	u32 i, nr = 0, before = sizeof(words) - 1, length;

	for (i = 0; i < map->nr; i++) {
		const struct shadow_range *range = &map->thing[i].range;
		char text[24];

		if (map->thing[i].kind != kind ||
		    range->last - range->start >= (1ULL << map->shift) - 1)
			continue;
		if (nr++ >= MOST_ADDRESSES)
			continue;
		length = scnprintf(text, sizeof(text), "0x%llx", range->start);
		column += before + length;
		/* A comma, or the words before the first, may end the line. */
		if (column + 1 > WIDTH) {
			seq_printf(m, "%.*s\n%13s%s", before - 1,
				   nr > 1 ? ", " : words, "", text);
			column = 13 + length;
		} else {
			seq_printf(m, "%s%s", nr > 1 ? ", " : words, text);
		}
		before = sizeof(", ") - 1;
	}
	if (nr > MOST_ADDRESSES)
		seq_printf(m, "\n%13sand %u more", "", nr - MOST_ADDRESSES);
}

/* What lies in several of them counts once. */
static void show_kind(struct seq_file *m, const struct map *map, enum kind kind)
{
	u64 bytes = 0, start = 0, last = 0;
	size_t begin = m->count;
	u32 nr = 0, i;

	for (i = 0; i < map->nr; i++) {
		const struct shadow_range *range = &map->thing[i].range;

		if (map->thing[i].kind != kind)
			continue;
		start = range->start;
		if (!nr++ || start > last)
			bytes += range->last - start + 1;
		else if (range->last > last)
			bytes += range->last - last;
		last = max(last, range->last);
	}
	if (!nr)
		return;
	seq_printf(m, "%c %-10s ", kinds[kind].sign, kinds[kind].name);
	shadow_size_show(m, bytes);
	if (nr == 1) {
		seq_printf(m, " at 0x%llx\n", start);
		return;
	}
	seq_printf(m, " in %u ranges", nr);
	show_addresses(m, map, kind, m->count - begin);
	seq_putc(m, '\n');
}

static void show(struct seq_file *m, struct map *map,
		 const struct shadow_plan *plan)
{
	enum kind kind;
	u32 i;

	collect(map, plan);
	sort(map->thing, map->nr, sizeof(*map->thing), compare_things, NULL);
	add_overlaps(map, true);
	add_overlaps(map, false);
	sort(map->thing, map->nr, sizeof(*map->thing), compare_things, NULL);
	choose_rows(map, &plan->ram);
	for (i = 0; i < map->nr; i++)
		draw(map, &map->thing[i]);
	show_rows(m, map, &plan->ram);
	show_rowless(m, map, &plan->ram);
	seq_puts(m, "\nA cell is ");
	shadow_size_show(m, 1ULL << map->shift);
	seq_puts(m, ", a row ");
	shadow_size_show(m, 1ULL << (map->shift + COLUMN_BITS));
	seq_puts(m, ".\n");
	for (kind = 0; kind < NR_KINDS; kind++)
		show_kind(m, map, kind);
}

int shadow_map_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_plan *plan = report->plan;
	/* Each reserved entry overlaps at most once as a node, once as an image. */
	u64 most = 3ULL * plan->dt.nr_reserved + plan->layout.free.nr + 2;
	struct map *map;

	if (!plan->ram.nr) {
		seq_puts(m, "there is no RAM\n");
		return 0;
	}
	map = kvzalloc(sizeof(*map) + most * sizeof(*map->thing), GFP_KERNEL);
	if (!map)
		return -ENOMEM;
	show(m, map, plan);
	kvfree(map);
	return 0;
}
