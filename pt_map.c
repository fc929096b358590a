// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables. See pt_map.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "pt_map.h"

#define ENTRIES		512
#define LEAF_LEVEL_4K	3

#define ENTRY_VALID	0x1ULL
#define ENTRY_TABLE	0x2ULL		/* at level 3: a page, not a block */
#define ENTRY_SHARED	0x300ULL	/* inner shareable */
#define ENTRY_ACCESSED	0x400ULL
#define ENTRY_ADDRESS	0x0000fffffffff000ULL
#define SOURCE_SHIFT	55

static unsigned int level_shift(unsigned int level)
{
	return SHADOW_PAGE_SHIFT + 9 * (3 - level);
}

static unsigned int level_of(u64 leaf_bytes)
{
	return leaf_bytes == SHADOW_PT_1G ? 1 : leaf_bytes == SHADOW_PT_2M ? 2 :
	       LEAF_LEVEL_4K;
}

static unsigned int index_of(u64 va, unsigned int level)
{
	return va >> level_shift(level) & (ENTRIES - 1);
}

static bool is_table(u64 entry, unsigned int level)
{
	return level < LEAF_LEVEL_4K && entry & ENTRY_TABLE;
}

static u64 *next_table(const struct shadow_pt_map *map, u64 entry)
{
	return map->space->va(map->space->ctx, entry & ENTRY_ADDRESS);
}

static bool is_empty(const u64 *table)
{
	unsigned int i;

	for (i = 0; i < ENTRIES; i++)
		if (table[i])
			return false;
	return true;
}

u64 shadow_pt_leaf_bytes(u64 va, u64 pa, u64 bytes, u64 largest)
{
	u64 leaf = largest;

	while (leaf > SHADOW_PT_4K && ((va | pa) & (leaf - 1) || bytes < leaf))
		leaf >>= 9;
	return leaf;
}
EXPORT_SYMBOL_GPL(shadow_pt_leaf_bytes);

void shadow_pt_map_init(struct shadow_pt_map *map, struct shadow_pt_alloc *pt,
			const struct shadow_pt_space *space, u64 largest)
{
	memset(map, 0, sizeof(*map));
	map->pt = pt;
	map->space = space;
	map->largest = largest;
	map->nr_sources = 1;
}
EXPORT_SYMBOL_GPL(shadow_pt_map_init);

/* The number of a table's source, or SHADOW_PT_SOURCES where all are in use. */
static unsigned int source_of(struct shadow_pt_map *map,
			      const struct shadow_pt_table *table)
{
	unsigned int i;

	for (i = 0; i < map->nr_sources; i++)
		if (map->source[i] == table->from)
			return i;
	if (i < SHADOW_PT_SOURCES)
		map->source[map->nr_sources++] = table->from;
	return i;
}

/* Allocate tables whose sources have a number, all or none. */
static int alloc_tables(struct shadow_pt_map *map,
			struct shadow_pt_table *table, unsigned int nr)
{
	int err = shadow_pt_alloc_tables(map->pt, table, nr);
	unsigned int i;

	if (err)
		return err;
	for (i = 0; i < nr; i++)
		if (source_of(map, &table[i]) == SHADOW_PT_SOURCES)
			err = -ENOSPC;
	while (err && nr)
		shadow_pt_free_table(map->pt, &table[--nr]);
	return err;
}

static u64 table_entry(struct shadow_pt_map *map,
		       const struct shadow_pt_table *table)
{
	u64 pa = map->space->pa(map->space->ctx, table->entries);

	return pa | (u64)source_of(map, table) << SOURCE_SHIFT |
	       ENTRY_TABLE | ENTRY_VALID;
}

/* Tables first, then links from the leaf up: no error leaves half a path. */
static int map_leaf(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes)
{
	unsigned int leaf_level = level_of(bytes);
	struct shadow_pt_table fresh[SHADOW_PT_LEVELS];
	unsigned int level = 0, missing;
	u64 *table = map->root.entries;
	u64 entry;
	int err;

	while (level < leaf_level &&
	       is_table(table[index_of(va, level)], level)) {
		table = next_table(map, table[index_of(va, level++)]);
		if (!table)
			return -EFAULT;
	}
	if (table[index_of(va, level)])
		return -EEXIST;
	missing = leaf_level - level;
	err = alloc_tables(map, fresh, missing);
	if (err)
		return err;

	entry = pa | ENTRY_ACCESSED | ENTRY_SHARED | ENTRY_VALID;
	if (leaf_level == LEAF_LEVEL_4K)
		entry |= ENTRY_TABLE;
	for (; missing; missing--) {
		unsigned int at = level + missing;

		fresh[missing - 1].entries[index_of(va, at)] = entry;
		entry = table_entry(map, &fresh[missing - 1]);
		map->nr_tables[at]++;
	}
	table[index_of(va, level)] = entry;
	return 0;
}

static int make_root(struct shadow_pt_map *map)
{
	int err = 0;

	if (!map->root.entries) {
		err = alloc_tables(map, &map->root, 1);
		map->nr_tables[0] = !err;
	}
	return err;
}

static void drop_empty_root(struct shadow_pt_map *map)
{
	if (map->root.entries && is_empty(map->root.entries)) {
		shadow_pt_free_table(map->pt, &map->root);
		map->nr_tables[0] = 0;
		/* No table is left that could name its source. */
		map->nr_sources = 1;
	}
}

static bool fits(u64 address, u64 bytes)
{
	u64 low = address & ((1ULL << SHADOW_PT_VA_BITS) - 1);

	return bytes <= (1ULL << SHADOW_PT_VA_BITS) - low;
}

/* A virtual address lies in the lower or the higher half, never between. */
static bool is_canonical(u64 va)
{
	u64 top = va >> SHADOW_PT_VA_BITS;

	return !top || top == SHADOW_PT_HIGHER_HALF >> SHADOW_PT_VA_BITS;
}

int shadow_pt_map_range(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes)
{
	u64 done = 0;
	int err;

	if (!bytes || (va | pa | bytes) & ~SHADOW_PAGE_MASK)
		return -EINVAL;
	if (pa >> SHADOW_PT_VA_BITS || !fits(pa, bytes) || !is_canonical(va) ||
	    !fits(va, bytes))
		return -ERANGE;
	err = make_root(map);
	while (!err && done < bytes) {
		u64 leaf = shadow_pt_leaf_bytes(va + done, pa + done,
						bytes - done, map->largest);

		err = map_leaf(map, va + done, pa + done, leaf);
		if (!err)
			done += leaf;
	}
	if (err && done)
		shadow_pt_unmap_range(map, va, done);
	else if (err)
		drop_empty_root(map);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_pt_map_range);

/* Clear the entries for @va to @last; both are the low 48 bits. */
static void unmap_level(struct shadow_pt_map *map, u64 *table,
			unsigned int level, u64 va, u64 last)
{
	u64 span = 1ULL << level_shift(level);
	u64 at, next;

	for (at = va; at <= last; at = next) {
		u64 *entry = &table[index_of(at, level)];
		struct shadow_pt_table child;

		next = (at | (span - 1)) + 1;
		if (!is_table(*entry, level)) {
			*entry = 0;
			continue;
		}
		child.entries = next_table(map, *entry);
		/* An entry that is not ours any more: no table to free. */
		if (!child.entries) {
			*entry = 0;
			continue;
		}
		child.from = map->source[*entry >> SOURCE_SHIFT & 0xf];
		unmap_level(map, child.entries, level + 1, at,
			    min(last, next - 1));
		if (!is_empty(child.entries))
			continue;
		*entry = 0;
		map->nr_tables[level + 1]--;
		shadow_pt_free_table(map->pt, &child);
	}
}

void shadow_pt_unmap_range(struct shadow_pt_map *map, u64 va, u64 bytes)
{
	va &= (1ULL << SHADOW_PT_VA_BITS) - 1;
	if (!map->root.entries || !bytes || !fits(va, bytes))
		return;
	unmap_level(map, map->root.entries, 0, va, va + bytes - 1);
	drop_empty_root(map);
}
EXPORT_SYMBOL_GPL(shadow_pt_unmap_range);

static int walk_level(const struct shadow_pt_map *map, const u64 *table,
		      unsigned int level, u64 va, shadow_pt_visit visit,
		      void *ctx)
{
	u64 span = 1ULL << level_shift(level);
	unsigned int i;
	int stop = 0;

	if (!table)
		return -EFAULT;
	for (i = 0; i < ENTRIES && !stop; i++, va += span) {
		if (!table[i])
			continue;
		if (is_table(table[i], level))
			stop = walk_level(map, next_table(map, table[i]),
					  level + 1, va, visit, ctx);
		else
			stop = visit(ctx, va, table[i] & ENTRY_ADDRESS, span);
	}
	return stop;
}

int shadow_pt_map_walk(const struct shadow_pt_map *map, shadow_pt_visit visit,
		       void *ctx)
{
	if (!map->root.entries)
		return 0;
	return walk_level(map, map->root.entries, 0, 0, visit, ctx);
}
EXPORT_SYMBOL_GPL(shadow_pt_map_walk);

/*
 * Regions of one size that a set of ranges touches; @whole: without those that
 * a range fills, for they are one leaf. Each region is counted once, however
 * many ranges meet in it.
 */
static u64 count_regions(const struct shadow_ranges *ram, unsigned int shift,
			 bool whole)
{
	u64 last_counted = ~0ULL, nr = 0;
	u64 inside = (1ULL << shift) - 1;
	u32 i;

	for (i = 0; i < ram->nr; i++) {
		const struct shadow_range *range = &ram->range[i];
		u64 first = range->start >> shift;
		u64 last = range->last >> shift;
		bool cut_first = range->start & inside ||
				 range->last < (range->start | inside);
		bool cut_last = ~range->last & inside;

		if (!whole) {
			nr += last - first + (first != last_counted);
			last_counted = last;
			continue;
		}
		if (cut_first && first != last_counted) {
			nr++;
			last_counted = first;
		}
		if (cut_last && last != first) {
			nr++;
			last_counted = last;
		}
	}
	return nr;
}

u64 shadow_pt_count(const struct shadow_ranges *ram, u64 largest,
		    u64 nr_tables[SHADOW_PT_LEVELS])
{
	nr_tables[0] = ram->nr > 0;
	nr_tables[1] = count_regions(ram, level_shift(0), false);
	nr_tables[2] = count_regions(ram, level_shift(1),
				     largest >= SHADOW_PT_1G);
	nr_tables[3] = count_regions(ram, level_shift(2),
				     largest >= SHADOW_PT_2M);
	return nr_tables[0] + nr_tables[1] + nr_tables[2] + nr_tables[3];
}
EXPORT_SYMBOL_GPL(shadow_pt_count);
