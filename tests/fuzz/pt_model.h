/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A map of page tables and a list of what is mapped in it. The list alone says
 * which leaves there must be and how many tables at each level; addresses are
 * also translated as the architecture does it, by a second reader of the tables.
 */
#ifndef FUZZ_PT_MODEL_H
#define FUZZ_PT_MODEL_H

#include "pt_tables.h"

#define PT_MAPPED	20
#define PT_LOW		((1ULL << SHADOW_PT_VA_BITS) - 1)

/**
 * struct pt_mapped - a range that was mapped by one call
 * @va: the low 48 bits of its first virtual address
 * @pa: first physical address
 * @bytes: size
 */
struct pt_mapped {
	u64 va;
	u64 pa;
	u64 bytes;
};

/**
 * struct pt_model - a map and the list
 * @tables: where its tables come from
 * @map: the map
 * @mapped: the list, ascending
 * @nr: how many
 * @held: tables that are out but not in the map
 */
struct pt_model {
	struct pt_tables tables;
	struct shadow_pt_map map;
	struct pt_mapped mapped[PT_MAPPED];
	u32 nr;
	u32 held;
};

/* Compare the map with the list. */
void pt_model_expect_agreement(struct pt_model *w);

/* Is a part of that range mapped? */
bool pt_model_overlaps(const struct pt_model *w, u64 va, u64 bytes);

/* How many more tables that range would take. */
u32 pt_model_missing(struct pt_model *w, const struct pt_mapped *m);

/* Change the list. */
void pt_model_insert(struct pt_model *w, const struct pt_mapped *m);
void pt_model_drop(struct pt_model *w, u32 i);

/* Are the leaves of a range so few that they can be listed? */
bool pt_model_is_small(const struct pt_mapped *m, u64 largest);

/* The tables of each level that an empty map takes for some small ranges. */
void pt_model_count(const struct pt_mapped *m, u32 nr, u64 largest,
		    u64 nr_tables[SHADOW_PT_LEVELS]);

#endif
