/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive map: a list of the ranges that are mapped. The list alone says which
 * leaves there must be, and how many tables at each level (P4, P5).
 */
#ifndef SHADOW_PT_MODEL_H
#define SHADOW_PT_MODEL_H

#include "pt_tables.h"

#define SHADOW_PT_LOW	((1ULL << SHADOW_PT_VA_BITS) - 1)

/* A range that was mapped by one call. */
struct shadow_mapped {
	/* the low 48 bits of its first virtual address */
	u64 va;
	u64 pa;				/* first physical address */
	u64 bytes;			/* size */
};

/* A map and the list. */
struct shadow_pt_model {
	/* has the map, and the memory for its tables */
	struct shadow_test_pt *f;
	/* the list, ascending; room for one more than are mapped at a time */
	struct shadow_mapped *mapped;
	u32 nr;				/* how many */
	/* the map; NULL for the first of @f */
	const struct shadow_pt_map *map;
	/* tables that are out but not in the map */
	u32 held;
};

/* The size of the leaf that a virtual address of a range must be in. */
u64 shadow_pt_model_leaf(const struct shadow_mapped *m, u64 va, u64 largest);

/* Tables of each level of a map with nothing but some ranges, which ascend. */
void shadow_pt_model_count(const struct shadow_mapped *m, u32 nr, u64 largest,
			   u64 nr_tables[SHADOW_PT_LEVELS]);

/* Map a range of whole pages; returns whether the answer is right. */
bool shadow_pt_model_map(struct shadow_pt_model *m, u64 va, u64 pa, u64 bytes);

/* Unmap from one range of the list to another, whatever lies between. */
void shadow_pt_model_unmap(struct shadow_pt_model *m, u32 first, u32 last);

/* NULL, or what differs: leaves, walked or as they stand in memory, or tables. */
const char *shadow_pt_model_differs(struct shadow_pt_model *m);

#endif /* SHADOW_PT_MODEL_H */
