/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AArch64 page tables: 4 levels, 4 KiB granule, 48 bits (P5).
 *
 *	level	entry covers	may be a leaf
 *	0	512 GiB		no
 *	1	  1 GiB		yes, a block
 *	2	  2 MiB		yes, a block
 *	3	  4 KiB		yes, a page
 *
 *	63  58   55          47                    12   10   8     1 0
 *	+--+------+----------+----------------------+----+----+----+---+
 *	|  |source|          | output address       | AF | SH |    |1 1|
 *	+--+------+----------+----------------------+----+----+----+---+
 *
 * Tables come from a shadow_pt_alloc and return to it. The four bits that the
 * architecture leaves to software hold the number of the source that has the
 * next table, so that it finds its way back (P3).
 *
 * Only the low 48 bits of a virtual address select entries. The identity map
 * and the higher half are two maps, as TTBR0 and TTBR1 are two registers.
 *
 * One user at a time: a map has no lock.
 */
#ifndef SHADOW_PT_MAP_H
#define SHADOW_PT_MAP_H

#include <linux/types.h>

#include "pt_alloc.h"

#define SHADOW_PT_LEVELS	4
#define SHADOW_PT_VA_BITS	48
#define SHADOW_PT_SOURCES	16	/* the pool and 15 allocators */
#define SHADOW_PT_HIGHER_HALF	0xffff000000000000ULL

#define SHADOW_PT_4K		SHADOW_PAGE_SIZE
#define SHADOW_PT_2M		0x200000ULL
#define SHADOW_PT_1G		0x40000000ULL

/**
 * struct shadow_pt_space - how tables are addressed
 * @pa: physical address of a table
 * @va: where the table at a physical address can be read and written; NULL where
 *	no table lies there: an entry that this code did not write
 * @ctx: handed to both
 */
struct shadow_pt_space {
	u64 (*pa)(void *ctx, const u64 *entries);
	u64 *(*va)(void *ctx, u64 pa);
	void *ctx;
};

/**
 * struct shadow_pt_map - one tree of tables
 * @pt: where tables come from
 * @space: how they are addressed
 * @largest: largest leaf: SHADOW_PT_4K, _2M or _1G
 * @root: the table of level 0; its entries are NULL before the first mapping
 * @source: the allocators met so far; number 0 is the pool
 * @nr_sources: how many, the pool included
 * @nr_tables: tables in use, by level
 */
struct shadow_pt_map {
	struct shadow_pt_alloc *pt;
	const struct shadow_pt_space *space;
	u64 largest;
	struct shadow_pt_table root;
	const struct shadow_pt_ops *source[SHADOW_PT_SOURCES];
	unsigned int nr_sources;
	u64 nr_tables[SHADOW_PT_LEVELS];
};

/**
 * typedef shadow_pt_visit - called for each leaf of a walk
 * @ctx: as given to the walk
 * @va: low 48 bits of the virtual address
 * @pa: physical address
 * @bytes: SHADOW_PT_4K, _2M or _1G
 *
 * Return: 0 to go on, anything else to end the walk with it.
 */
typedef int (*shadow_pt_visit)(void *ctx, u64 va, u64 pa, u64 bytes);

/**
 * shadow_pt_map_init() - make an empty map
 * @map: the map
 * @pt: where tables come from
 * @space: how they are addressed; kept
 * @largest: largest leaf: SHADOW_PT_4K, _2M or _1G
 */
void shadow_pt_map_init(struct shadow_pt_map *map, struct shadow_pt_alloc *pt,
			const struct shadow_pt_space *space, u64 largest);

/**
 * shadow_pt_map_range() - map a range with the largest leaves that fit (P5)
 * @map: the map
 * @va: first virtual address
 * @pa: first physical address
 * @bytes: size; like the addresses a multiple of 4096, and not 0
 *
 * Return: 0; -EINVAL for what is unaligned or empty; -ERANGE where an address
 * needs more than 48 bits; -EEXIST where a part is mapped already; -ENOMEM
 * where tables run out; -ENOSPC where a 16th allocator would be needed; -EFAULT
 * where an entry leads to no table.
 * Nothing has changed after an error (P4).
 */
int shadow_pt_map_range(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes);

/**
 * shadow_pt_unmap_range() - unmap a range that was mapped as a whole
 * @map: the map
 * @va: first virtual address, as it was mapped
 * @bytes: size, as it was mapped
 *
 * Tables that become empty return to where they came from.
 */
void shadow_pt_unmap_range(struct shadow_pt_map *map, u64 va, u64 bytes);

/**
 * shadow_pt_map_walk() - visit every leaf, by ascending virtual address
 * @map: the map
 * @visit: called for each leaf
 * @ctx: handed to it
 *
 * Return: 0, what ended the walk, or -EFAULT where an entry leads to no table.
 */
int shadow_pt_map_walk(const struct shadow_pt_map *map, shadow_pt_visit visit,
		       void *ctx);

/**
 * shadow_pt_leaf_bytes() - the largest leaf that begins a run
 * @va: virtual address
 * @pa: physical address
 * @bytes: size of the run, at least 4096
 * @largest: largest leaf allowed
 *
 * Return: SHADOW_PT_4K, _2M or _1G.
 */
u64 shadow_pt_leaf_bytes(u64 va, u64 pa, u64 bytes, u64 largest);

/**
 * shadow_pt_count() - how many tables a map of RAM takes, without making one
 * @ram: RAM in whole pages, mapped at va = pa modulo 512 GiB
 * @largest: largest leaf: SHADOW_PT_4K, _2M or _1G
 * @nr_tables: set to the number of tables of each level
 *
 * Return: their sum.
 */
u64 shadow_pt_count(const struct shadow_ranges *ram, u64 largest,
		    u64 nr_tables[SHADOW_PT_LEVELS]);

#endif /* SHADOW_PT_MAP_H */
