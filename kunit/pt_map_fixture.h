/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page tables for tests, over memory of tests/model/pt_tables.h: the boot pool
 * and 64 tables that 17 allocators share. A suite names shadow_test_pt_init and
 * shadow_test_pt_exit as its .init and .exit; test->priv is a struct
 * shadow_test_pt then, with empty maps and no allocator set.
 */
#ifndef SHADOW_KUNIT_PT_MAP_FIXTURE_H
#define SHADOW_KUNIT_PT_MAP_FIXTURE_H

#include <kunit/test.h>

#include "../tests/model/pt_model.h"

#define SHADOW_TEST_TABLES	64

int shadow_test_pt_init(struct kunit *test);
void shadow_test_pt_exit(struct kunit *test);

/*
 * Expect a map to have these ranges, which ascend, and nothing else, and @held
 * tables to be out beside those that it takes.
 */
void shadow_test_pt_mapped(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_mapped *mapped, u32 nr,
			   u32 held);

/* Expect the maps to be empty and every table to be free. */
void shadow_test_pt_all_back(struct kunit *test);

#endif /* SHADOW_KUNIT_PT_MAP_FIXTURE_H */
