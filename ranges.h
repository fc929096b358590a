/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sorted sets of physical address ranges.
 *
 * Every figure that the shadow prints begins as a difference of two such sets:
 * free memory is RAM minus reserved minus mem_map (M4). A range holds both its
 * first and its last byte, so that it can reach the end of the 64-bit address
 * space without an overflow anywhere:
 *
 *	  0x4000_0000                 0x7fff_ffff
 *	  |start                            last|
 *	  +-------------------------------------+      +-----------+
 *	  |              range[0]               | hole |  range[1] |
 *	  +-------------------------------------+      +-----------+
 *
 * In a set the ranges ascend, and at least one byte lies between neighbours.
 * The storage is the caller's: this code allocates nothing.
 *
 * What a set is asked for, and what that costs:
 *
 *	one more, or one less	shadow_ranges_add(), shadow_ranges_remove(): the
 *				place is found by halving, and what lies above it
 *				moves; n of them, one by one, in any order: n^2
 *	many more		shadow_ranges_add_all(): sorted, then one pass
 *	many less		shadow_ranges_add_all() to a set that is empty,
 *				then shadow_ranges_subtract(): one pass over both
 */
#ifndef SHADOW_RANGES_H
#define SHADOW_RANGES_H

#include <linux/types.h>

/* The target's page, whatever PAGE_SIZE the running kernel has. */
#define SHADOW_PAGE_SHIFT	12
#define SHADOW_PAGE_SIZE	4096ULL
#define SHADOW_PAGE_MASK	(~(SHADOW_PAGE_SIZE - 1))

/**
 * struct shadow_range - one run of physical addresses
 * @start: first byte
 * @last: last byte, at least @start
 */
struct shadow_range {
	u64 start;
	u64 last;
};

/**
 * struct shadow_ranges - a sorted set of ranges that do not touch
 * @range: the caller's storage
 * @nr: ranges in the set
 * @max: ranges that fit into @range
 */
struct shadow_ranges {
	struct shadow_range *range;
	u32 nr;
	u32 max;
};

/**
 * shadow_ranges_init() - make an empty set
 * @set: the set
 * @storage: room for @max ranges, kept by the caller
 * @max: how many ranges fit
 */
static inline void shadow_ranges_init(struct shadow_ranges *set,
				      struct shadow_range *storage, u32 max)
{
	set->range = storage;
	set->nr = 0;
	set->max = max;
}

/**
 * shadow_ranges_find() - the first range that ends at or above an address
 * @set: the set
 * @pa: the address
 *
 * Return: its place in the set, @set->nr where all ranges end below @pa.
 */
u32 shadow_ranges_find(const struct shadow_ranges *set, u64 pa);

/**
 * shadow_ranges_add() - add a range, merged with what it touches (R1)
 * @set: the set
 * @start: first byte
 * @last: last byte
 *
 * Return: 0, -EINVAL where @last is below @start, -ENOSPC where the storage is
 * full. The set is unchanged after an error.
 */
int shadow_ranges_add(struct shadow_ranges *set, u64 start, u64 last);

/**
 * shadow_ranges_add_all() - add many ranges that are in no order (R1)
 * @set: the set, with room for @nr ranges more, even where some will be merged
 * @range: what to add, which may overlap; left as it is, unless it lies in the
 *	storage of @set, behind the ranges that this has
 * @nr: how many
 *
 * All that is in the set then is sorted, so n ranges take n log n steps. Nothing is
 * allocated, and one range that is wrong leaves all of them out.
 *
 * Return: 0, -EINVAL where a range is upside down, -ENOSPC where there is not so
 * much room. The set is unchanged after an error.
 */
int shadow_ranges_add_all(struct shadow_ranges *set,
			  const struct shadow_range *range, u32 nr);

/**
 * shadow_ranges_remove() - take a range out, wherever it overlaps the set
 * @set: the set
 * @start: first byte
 * @last: last byte
 *
 * One call splits at most one range in two, so a set that has lost n ranges
 * needs room for n more than it began with.
 *
 * Return: 0, -EINVAL where @last is below @start, -ENOSPC where a split does
 * not fit. The set is unchanged after an error.
 */
int shadow_ranges_remove(struct shadow_ranges *set, u64 start, u64 last);

/**
 * shadow_ranges_subtract() - a set without the ranges of another (M4)
 * @out: result, which never has more than @from->nr + @what->nr ranges
 * @from: what to begin with; not @out
 * @what: what to take out; not @out
 *
 * Return: 0, or -ENOSPC where @out is too small; it then has the lowest ranges.
 */
int shadow_ranges_subtract(struct shadow_ranges *out,
			   const struct shadow_ranges *from,
			   const struct shadow_ranges *what);

/**
 * shadow_ranges_round_in() - keep only the whole pages of every range (R4)
 * @set: the set; a range without a whole page leaves it
 */
void shadow_ranges_round_in(struct shadow_ranges *set);

/**
 * shadow_ranges_round_out() - widen every range to whole pages (R4)
 * @set: the set; ranges that meet are merged
 */
void shadow_ranges_round_out(struct shadow_ranges *set);

/**
 * shadow_ranges_pages() - the size of a set of whole pages
 * @set: a set that was rounded
 *
 * Return: pages of 4096 bytes, 0 to 2^52.
 */
u64 shadow_ranges_pages(const struct shadow_ranges *set);

/**
 * shadow_ranges_first_fit() - the lowest place for a size (M3)
 * @set: where to look
 * @bytes: size, at least 1
 * @start: set to the first byte of that place
 *
 * Return: 0, or -ENOSPC where no single range is large enough.
 */
int shadow_ranges_first_fit(const struct shadow_ranges *set, u64 bytes,
			    u64 *start);

/**
 * shadow_ranges_last_fit() - the highest aligned place within a window (R2)
 * @set: where to look
 * @window: the place must lie inside
 * @bytes: size, at least 1
 * @align: a power of two
 * @start: set to the first byte of that place
 *
 * Return: 0, or -ENOSPC where nothing fits.
 */
int shadow_ranges_last_fit(const struct shadow_ranges *set,
			   const struct shadow_range *window, u64 bytes,
			   u64 align, u64 *start);

#endif /* SHADOW_RANGES_H */
