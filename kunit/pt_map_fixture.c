// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables for tests. See pt_map_fixture.h.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "pt_map_fixture.h"

#define TABLES_PA	0xf5a5c0000000ULL
#define ALL_TABLES	(SHADOW_PT_POOL_TABLES + SHADOW_TEST_TABLES)
#define ENTRIES		512
#define DIRT		0x5a

/* The format as the architecture has it, written down a second time. */
#define ADDRESS		0x0000fffffffff000ULL
#define SOFTWARE	0x0780000000000000ULL	/* bits 55 to 58 */
#define TABLE_BITS	0x3
#define PAGE_BITS	0x703
#define BLOCK_BITS	0x701

static bool is_out(const struct shadow_test_pt *f, u32 i)
{
	return i < SHADOW_PT_POOL_TABLES ? f->pt.pool_used & 1U << i :
	       !!f->from[i - SHADOW_PT_POOL_TABLES];
}

/* The table at an address that is one of ours and out, or ALL_TABLES. */
static u32 table_at(const struct shadow_test_pt *f, u64 pa)
{
	u64 offset = pa - TABLES_PA;
	u64 i = offset >> SHADOW_PAGE_SHIFT;

	if (offset & ~SHADOW_PAGE_MASK || i >= ALL_TABLES || !is_out(f, i))
		return ALL_TABLES;
	return i;
}

static u64 pa_of_table(void *ctx, const u64 *entries)
{
	struct shadow_test_pt *f = ctx;
	u64 pa = TABLES_PA + ((const void *)entries - (const void *)f->table);

	f->wrong += table_at(f, pa) == ALL_TABLES;
	return pa;
}

static u64 *table_of_pa(void *ctx, u64 pa)
{
	struct shadow_test_pt *f = ctx;
	u32 i = table_at(f, pa);

	if (i < ALL_TABLES)
		return f->table[i].entry;
	f->wrong++;
	return f->table[0].entry;
}

static void *give_table(void *ctx)
{
	struct shadow_test_giver *giver = ctx;
	struct shadow_test_pt *f = giver->f;
	u32 i = 0;

	while (i < SHADOW_TEST_TABLES && f->from[i])
		i++;
	if (!giver->left || i == SHADOW_TEST_TABLES)
		return NULL;
	giver->left--;
	giver->nr_out++;
	f->from[i] = giver;
	return memset(&f->table[SHADOW_PT_POOL_TABLES + i], DIRT,
		      SHADOW_PAGE_SIZE);
}

static void take_table_back(void *ctx, void *page)
{
	struct shadow_test_giver *giver = ctx;
	struct shadow_test_pt *f = giver->f;
	u32 i;

	for (i = 0; i < SHADOW_TEST_TABLES; i++) {
		if (page != &f->table[SHADOW_PT_POOL_TABLES + i] ||
		    f->from[i] != giver)
			continue;
		f->from[i] = NULL;
		giver->nr_out--;
		return;
	}
	f->wrong++;
}

int shadow_test_pt_init(struct kunit *test)
{
	struct shadow_test_pt *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	u32 i;

	if (!f)
		return -ENOMEM;
	test->priv = f;
	f->table = vmalloc(ALL_TABLES * sizeof(*f->table));
	if (!f->table)
		return -ENOMEM;
	for (i = 0; i < SHADOW_TEST_GIVERS; i++) {
		f->giver[i].ops.alloc_page = give_table;
		f->giver[i].ops.free_page = take_table_back;
		f->giver[i].ops.ctx = &f->giver[i];
		f->giver[i].f = f;
	}
	f->space.pa = pa_of_table;
	f->space.va = table_of_pa;
	f->space.ctx = f;
	shadow_pt_init(&f->pt, f->table);
	shadow_pt_map_init(&f->map, &f->pt, &f->space, SHADOW_PT_1G);
	shadow_pt_map_init(&f->high, &f->pt, &f->space, SHADOW_PT_1G);
	return 0;
}

void shadow_test_pt_exit(struct kunit *test)
{
	struct shadow_test_pt *f = test->priv;

	if (f)
		vfree(f->table);
}

void shadow_test_pt_give(struct shadow_test_pt *f, unsigned int nr,
			 unsigned int left)
{
	f->giver[nr].left = left;
	shadow_pt_set_allocator(&f->pt, &f->giver[nr].ops);
}

unsigned int shadow_test_pt_out(struct shadow_test_pt *f)
{
	unsigned int nr = shadow_pt_pool_used(&f->pt);
	u32 i;

	for (i = 0; i < SHADOW_TEST_GIVERS; i++)
		nr += f->giver[i].nr_out;
	return nr;
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
		if (!is_out(f, i))
			continue;
		state = hash(state, &i, 1);
		state = hash(state, f->table[i].entry, ENTRIES);
	}
	return hash_map(hash_map(state, &f->map), &f->high);
}

static unsigned int shift_of(unsigned int level)
{
	static const unsigned int shift[SHADOW_PT_LEVELS] = { 39, 30, 21, 12 };

	return shift[level];
}

u64 shadow_test_pt_entry(struct shadow_test_pt *f,
			 const struct shadow_pt_map *map, u64 va,
			 unsigned int level)
{
	const u64 *table = map->root.entries;
	unsigned int i;

	for (i = 0; i < level; i++)
		table = table_of_pa(f, table[va >> shift_of(i) & 511] &
				    ADDRESS);
	return table[va >> shift_of(level) & 511];
}

struct look {
	struct shadow_test_pt *f;
	const struct shadow_pt_map *map;
	u64 nr_tables[SHADOW_PT_LEVELS];
	u32 nr_wrong;
	u32 nr_empty;
};

static bool leaf_is_right(u64 entry, unsigned int level)
{
	u64 inside = (1ULL << shift_of(level)) - 1;

	return level && !(entry & ADDRESS & inside) &&
	       (entry & ~ADDRESS) == (level == 3 ? PAGE_BITS : BLOCK_BITS);
}

static bool link_is_right(const struct look *look, u64 entry)
{
	u32 i = table_at(look->f, entry & ADDRESS);
	u32 source = (entry & SOFTWARE) >> 55;
	const struct shadow_pt_ops *from = NULL;

	if ((entry & ~ADDRESS & ~SOFTWARE) != TABLE_BITS || i == ALL_TABLES)
		return false;
	if (i >= SHADOW_PT_POOL_TABLES)
		from = &look->f->from[i - SHADOW_PT_POOL_TABLES]->ops;
	return source < look->map->nr_sources &&
	       look->map->source[source] == from;
}

static void look_into(struct look *look, const u64 *table, unsigned int level)
{
	u32 i, used = 0;

	look->nr_tables[level]++;
	for (i = 0; i < ENTRIES; i++) {
		if (!table[i])
			continue;
		used++;
		if (level == 3 || (table[i] & TABLE_BITS) != TABLE_BITS)
			look->nr_wrong += !leaf_is_right(table[i], level);
		else if (link_is_right(look, table[i]))
			look_into(look, table_of_pa(look->f,
						    table[i] & ADDRESS),
				  level + 1);
		else
			look->nr_wrong++;
	}
	look->nr_empty += !used;
}

void shadow_test_pt_sound(struct kunit *test, const struct shadow_pt_map *map)
{
	struct shadow_test_pt *f = test->priv;
	struct look look = { .f = f, .map = map };
	unsigned int level;

	if (map->root.entries)
		look_into(&look, map->root.entries, 0);
	KUNIT_EXPECT_EQ(test, look.nr_wrong, 0);
	KUNIT_EXPECT_EQ(test, look.nr_empty, 0);
	KUNIT_EXPECT_EQ(test, f->wrong, 0);
	for (level = 0; level < SHADOW_PT_LEVELS; level++)
		KUNIT_EXPECT_EQ_MSG(test, map->nr_tables[level],
				    look.nr_tables[level], "level %u", level);
}

/* How far a walk has come along the expected leaves. */
struct reader {
	const struct shadow_test_leaves *leaves;
	u32 nr;
	u32 at;
	u32 nr_wrong;
};

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	struct reader *r = ctx;
	u64 offset;

	if (!r->nr) {
		r->nr_wrong++;
		return 0;
	}
	offset = r->at * r->leaves->bytes;
	r->nr_wrong += va != r->leaves->va + offset ||
		       pa != r->leaves->pa + offset ||
		       bytes != r->leaves->bytes;
	if (++r->at == r->leaves->nr) {
		r->leaves++;
		r->nr--;
		r->at = 0;
	}
	return 0;
}

void shadow_test_pt_leaves(struct kunit *test, const struct shadow_pt_map *map,
			   const struct shadow_test_leaves *leaves, u32 nr)
{
	struct reader r = { .leaves = leaves, .nr = nr };

	KUNIT_EXPECT_EQ(test, shadow_pt_map_walk(map, compare_leaf, &r), 0);
	KUNIT_EXPECT_EQ(test, r.nr_wrong, 0);
	KUNIT_EXPECT_EQ_MSG(test, r.nr, 0, "leaves are missing");
	shadow_test_pt_sound(test, map);
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
