/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables for tests. The tables are real, their physical addresses are not:
 *
 *	0xf5a5_c000_0000
 *	| boot pool, 16 tables | 640 tables that 16 allocators share |
 *
 * Each allocator knows which tables it gave. A suite names shadow_test_pt_init
 * and shadow_test_pt_exit as its .init and .exit; test->priv is the fixture
 * then, with empty maps and no allocator set.
 */
#ifndef SHADOW_KUNIT_PT_MAP_FIXTURE_H
#define SHADOW_KUNIT_PT_MAP_FIXTURE_H

#include <kunit/test.h>

#include "../pt_map.h"

#define SHADOW_TEST_GIVERS	16
#define SHADOW_TEST_TABLES	640	/* 1 GiB of 4 KiB pages takes 515 */
#define SHADOW_TEST_NO_LIMIT	(~0U)

struct shadow_test_pt;

/**
 * struct shadow_test_giver - an allocator
 * @ops: what is injected
 * @f: the fixture that it belongs to
 * @left: how many more tables it gives
 * @nr_out: tables from it that are out
 */
struct shadow_test_giver {
	struct shadow_pt_ops ops;
	struct shadow_test_pt *f;
	unsigned int left;
	unsigned int nr_out;
};

/**
 * struct shadow_test_pt - the fixture
 * @pt: where tables come from
 * @space: how they are addressed
 * @map: a map whose largest leaf is 1 GiB
 * @high: another
 * @giver: the allocators
 * @table: the boot pool, then what the allocators give
 * @from: who gave a table, NULL for one that is not out
 * @wrong: tables given back to somebody else, and accesses beside those out
 */
struct shadow_test_pt {
	struct shadow_pt_alloc pt;
	struct shadow_pt_space space;
	struct shadow_pt_map map;
	struct shadow_pt_map high;
	struct shadow_test_giver giver[SHADOW_TEST_GIVERS];
	struct shadow_pt_page *table;
	struct shadow_test_giver *from[SHADOW_TEST_TABLES];
	unsigned int wrong;
};

/**
 * struct shadow_test_leaves - leaves of one size, side by side
 * @va: low 48 bits of the first virtual address
 * @pa: first physical address
 * @bytes: size of each
 * @nr: how many
 */
struct shadow_test_leaves {
	u64 va;
	u64 pa;
	u64 bytes;
	u32 nr;
};

int shadow_test_pt_init(struct kunit *test);
void shadow_test_pt_exit(struct kunit *test);

/**
 * shadow_test_pt_give() - let an allocator give tables
 * @f: the fixture
 * @nr: its number, 0 to 15
 * @left: how many tables it gives
 */
void shadow_test_pt_give(struct shadow_test_pt *f, unsigned int nr,
			 unsigned int left);

/**
 * shadow_test_pt_out() - tables that are out, from the pool and all allocators
 * @f: the fixture
 *
 * Return: how many.
 */
unsigned int shadow_test_pt_out(struct shadow_test_pt *f);

/**
 * shadow_test_pt_state() - a hash of all that a refused mapping must not change
 * @f: the fixture
 *
 * Return: a number that differs where another table is out, an entry differs,
 * or a map counts its tables or finds its root otherwise.
 */
u64 shadow_test_pt_state(struct shadow_test_pt *f);

/**
 * shadow_test_pt_entry() - an entry as it stands in memory
 * @f: the fixture
 * @map: one of its maps
 * @va: virtual address that selects it
 * @level: its level; all above it must be tables
 *
 * Return: the entry.
 */
u64 shadow_test_pt_entry(struct shadow_test_pt *f,
			 const struct shadow_pt_map *map, u64 va,
			 unsigned int level);

/**
 * shadow_test_pt_sound() - look at every entry of a map, by its bits
 * @test: the case; it fails where an entry has wrong bits, a table is empty or
 *	names another source than its own, or their number is not @nr_tables
 * @map: the map
 */
void shadow_test_pt_sound(struct kunit *test, const struct shadow_pt_map *map);

/**
 * shadow_test_pt_leaves() - walk a map and compare every leaf
 * @test: the case; it fails where a leaf differs
 * @map: the map
 * @leaves: what it should have, by ascending virtual address
 * @nr: how many
 */
void shadow_test_pt_leaves(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_test_leaves *leaves, u32 nr);

/**
 * shadow_test_pt_all_back() - the maps are empty and every table is home
 * @test: the case; it fails where that is not so
 */
void shadow_test_pt_all_back(struct kunit *test);

#endif /* SHADOW_KUNIT_PT_MAP_FIXTURE_H */
