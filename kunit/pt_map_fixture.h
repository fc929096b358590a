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

#include "../tests/model/pt_model.h"

#define SHADOW_TEST_TABLES	640	/* 1 GiB of 4 KiB pages takes 515 */

int shadow_test_pt_init(struct kunit *test);
void shadow_test_pt_exit(struct kunit *test);

/*
 * A hash of all that a refused mapping must not change: tables that are out,
 * their entries, and what the maps say of themselves.
 */
u64 shadow_test_pt_state(struct shadow_test_pt *f);

/* An entry as it stands in memory, below tables at all levels above. */
u64 shadow_test_pt_entry(struct shadow_test_pt *f,
			 const struct shadow_pt_map *map, u64 va,
			 unsigned int level);

/* Expect every entry of a map to be right, by its bits. */
void shadow_test_pt_sound(struct kunit *test, const struct shadow_pt_map *map);

/* Expect a map to have these ranges, which ascend, and nothing else. */
void shadow_test_pt_mapped(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_mapped *mapped, u32 nr);

/* Expect the maps to be empty and every table to be free. */
void shadow_test_pt_all_back(struct kunit *test);

#endif /* SHADOW_KUNIT_PT_MAP_FIXTURE_H */
