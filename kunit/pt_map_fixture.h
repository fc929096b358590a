/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables for tests, over memory of tests/model/pt_tables.h: the boot pool
 * and 640 tables that 17 allocators share. A suite names shadow_test_pt_init and
 * shadow_test_pt_exit as its .init and .exit; test->priv is a struct
 * shadow_test_pt then, with empty maps and no allocator set.
 */
#ifndef SHADOW_KUNIT_PT_MAP_FIXTURE_H
#define SHADOW_KUNIT_PT_MAP_FIXTURE_H

#include <kunit/test.h>

#include "../tests/model/pt_tables.h"

#define SHADOW_TEST_TABLES	640	/* 1 GiB of 4 KiB pages takes 515 */

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
 * @test: the case; it fails where shadow_test_pt_broken() names something
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
 * shadow_test_pt_all_back() - the maps are empty and every table is freed
 * @test: the case; it fails where that is not so
 */
void shadow_test_pt_all_back(struct kunit *test);

#endif /* SHADOW_KUNIT_PT_MAP_FIXTURE_H */
