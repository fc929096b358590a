// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables for tests. See pt_map_fixture.h.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "pt_map_fixture.h"

#define ALL_TABLES	(SHADOW_PT_POOL_TABLES + SHADOW_TEST_TABLES)

int shadow_test_pt_init(struct kunit *test)
{
	struct {
		struct shadow_test_pt f;
		struct shadow_test_giver *from[SHADOW_TEST_TABLES];
	} *memory = kunit_kzalloc(test, sizeof(*memory), GFP_KERNEL);
	struct shadow_pt_page *table;

	if (!memory)
		return -ENOMEM;
	test->priv = &memory->f;
	table = vmalloc(ALL_TABLES * sizeof(*table));
	if (!table)
		return -ENOMEM;
	memset(table, 0x5a, SHADOW_PT_POOL_TABLES * sizeof(*table));
	shadow_test_pt_begin(&memory->f, table, memory->from,
			     SHADOW_TEST_TABLES);
	return 0;
}

void shadow_test_pt_exit(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;

	if (f)
		vfree(f->table);
}

void shadow_test_pt_mapped(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_mapped *mapped, u32 nr, u32 held)
{
	struct shadow_pt_model m = {
		.f = test->priv, .map = map, .nr = nr, .held = held,
		.mapped = (struct shadow_mapped *)mapped,
	};
	const char *differs = shadow_pt_model_differs(&m);

	KUNIT_EXPECT_EQ_MSG(test, !differs, true, "%s", differs ? differs : "");
}

void shadow_test_pt_all_back(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;

	shadow_test_pt_mapped(test, &f->map, NULL, 0, 0);
	shadow_test_pt_mapped(test, &f->high, NULL, 0, 0);
}
