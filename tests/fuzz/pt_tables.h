/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for page tables: a boot pool and seventeen allocators, each with a few
 * tables that may run out. Who gave which table is written down, so that one
 * that goes back to somebody else is noticed.
 */
#ifndef FUZZ_PT_TABLES_H
#define FUZZ_PT_TABLES_H

#include "fuzz.h"
#include "../../pt_map.h"

#define GIVERS		17	/* one more than a map can tell apart */
#define GIVEN_TABLES	32
#define ALL_TABLES	(SHADOW_PT_POOL_TABLES + GIVEN_TABLES)
/* Where the tables lie, for the map. */
#define TABLES_PA	0xf5a5c0000000ULL

struct pt_tables;

/**
 * struct pt_giver - an allocator
 * @ops: itself
 * @tables: where its tables come from
 * @left: how many it may still give
 */
struct pt_giver {
	struct shadow_pt_ops ops;
	struct pt_tables *tables;
	u32 left;
};

/**
 * struct pt_tables - the memory and all who give it away
 * @table: the memory; the first 16 are the pool
 * @from: who gave a table that is not of the pool, or NULL while it is in
 * @giver: the allocators
 * @space: how a map reaches the memory
 * @pt: the source that is tested
 */
struct pt_tables {
	struct shadow_pt_page *table;
	struct pt_giver *from[GIVEN_TABLES];
	struct pt_giver giver[GIVERS];
	struct shadow_pt_space space;
	struct shadow_pt_alloc pt;
};

void pt_tables_begin(struct pt_tables *t);
void pt_tables_end(struct pt_tables *t);

/* Tables that are out, and those that can still be had. */
u32 pt_tables_out(struct pt_tables *t);
u32 pt_tables_left(struct pt_tables *t);

/* The table at a physical address; it must be out. */
u64 *pt_tables_at(struct pt_tables *t, u64 pa);

#endif
