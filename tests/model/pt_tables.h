/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory for page tables, and a second reader of them. The tables are real,
 * their physical addresses are not:
 *
 *	0xf5a5_c000_0000
 *	| boot pool, 16 tables | tables that 17 allocators share |
 *
 * The source of each table is kept, so that one that is freed to another is
 * noticed (P2, P3).
 */
#ifndef SHADOW_PT_TABLES_H
#define SHADOW_PT_TABLES_H

#include "../../pt_map.h"

#define SHADOW_TEST_GIVERS	17	/* one more than a map can tell apart */
#define SHADOW_TEST_NO_LIMIT	(~0U)

struct shadow_test_pt;

/* An allocator. */
struct shadow_test_giver {
	struct shadow_pt_ops ops;	/* what is injected */
	struct shadow_test_pt *f;	/* what it belongs to */
	unsigned int left;		/* how many more tables it gives */
	unsigned int nr_out;		/* tables from it that are out */
};

/* The memory, all sources of tables, and two maps. */
struct shadow_test_pt {
	struct shadow_pt_alloc pt;	/* where tables come from */
	struct shadow_pt_space space;	/* how they are addressed */
	struct shadow_pt_map map;	/* a map whose largest leaf is 1 GiB */
	struct shadow_pt_map high;	/* another */
	/* the allocators */
	struct shadow_test_giver giver[SHADOW_TEST_GIVERS];
	/* bit n is set once allocator n has been set */
	u32 met;
	/* the boot pool, then what the allocators give */
	struct shadow_pt_page *table;
	/* the source of a table, NULL for one that is not out */
	struct shadow_test_giver **from;
	u32 nr_given;			/* tables that the allocators share */
	/* tables freed to somebody else, and accesses beside those out */
	unsigned int wrong;
};

/* Empty maps and no allocator; @f is zero, @from has @nr_given NULLs. */
void shadow_test_pt_begin(struct shadow_test_pt *f,
			  struct shadow_pt_page *table,
			  struct shadow_test_giver **from, u32 nr_given);

/* Let allocator @nr have @left tables, and set it. */
void shadow_test_pt_give(struct shadow_test_pt *f, unsigned int nr,
			 unsigned int left);

/* Tables that are out, from the pool and all allocators; those to be had. */
unsigned int shadow_test_pt_out(struct shadow_test_pt *f);
unsigned int shadow_test_pt_left(struct shadow_test_pt *f);

/* A table of a level, 0 to 3, is indexed by the address bits from here up. */
unsigned int shadow_test_pt_shift(unsigned int level);

/*
 * Look at every entry of a map, by its bits, and hand leaves to @visit, unless
 * NULL. Returns NULL, or what is wrong: bits of an entry, an empty table, one that
 * names another source than its own, or their number.
 */
const char *shadow_test_pt_broken(struct shadow_test_pt *f,
				  const struct shadow_pt_map *map,
				  shadow_pt_visit visit, void *ctx);

#endif /* SHADOW_PT_TABLES_H */
