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
#define ENTRIES		512
#define ADDRESS		0x0000fffffffff000ULL

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

/* FNV-1a, eight bytes at a time. */
static u64 hash(u64 state, const u64 *word, u32 nr)
{
	while (nr--)
		state = (state ^ *word++) * 0x100000001b3ULL;
	return state;
}

static u64 hash_map(u64 state, const struct shadow_pt_map *map)
{
	u64 root = (unsigned long)map->root.entries;

	state = hash(state, &root, 1);
	return hash(state, map->nr_tables, SHADOW_PT_LEVELS);
}

u64 shadow_test_pt_state(struct shadow_test_pt *f)
{
	u64 state = 0xcbf29ce484222325ULL;
	u64 i;

	for (i = 0; i < ALL_TABLES; i++) {
		if (!shadow_test_pt_is_out(f, i))
			continue;
		state = hash(state, &i, 1);
		state = hash(state, f->table[i].entry, ENTRIES);
	}
	return hash_map(hash_map(state, &f->map), &f->high);
}

u64 shadow_test_pt_entry(struct shadow_test_pt *f,
			 const struct shadow_pt_map *map, u64 va,
			 unsigned int level)
{
	const u64 *table = map->root.entries;
	unsigned int i;

	for (i = 0; i < level; i++)
		table = f->space.va(f, table[va >> shadow_test_pt_shift(i) &
					     511] & ADDRESS);
	return table[va >> shadow_test_pt_shift(level) & 511];
}

void shadow_test_pt_sound(struct kunit *test, const struct shadow_pt_map *map)
{
	const char *broken = shadow_test_pt_broken(test->priv, map, NULL, NULL);

	KUNIT_EXPECT_EQ_MSG(test, !broken, true, "%s", broken ? broken : "");
}

void shadow_test_pt_mapped(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_mapped *mapped, u32 nr)
{
	struct shadow_test_pt *f = test->priv;
	struct shadow_pt_model m = {
		.f = f, .map = map, .nr = nr,
		.mapped = (struct shadow_mapped *)mapped,
		.held = shadow_test_pt_out(f) - map->nr_tables[0] -
			map->nr_tables[1] - map->nr_tables[2] -
			map->nr_tables[3],
	};
	const char *differs = shadow_pt_model_differs(&m);

	KUNIT_EXPECT_EQ_MSG(test, !differs, true, "%s", differs ? differs : "");
	KUNIT_EXPECT_EQ(test, f->wrong, 0);
}

void shadow_test_pt_all_back(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;

	KUNIT_EXPECT_EQ(test, !f->map.root.entries, true);
	KUNIT_EXPECT_EQ(test, !f->high.root.entries, true);
	KUNIT_EXPECT_EQ(test, shadow_test_pt_out(f), 0);
	shadow_test_pt_sound(test, &f->map);
	shadow_test_pt_sound(test, &f->high);
}
