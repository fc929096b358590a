// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for page tables, and a second reader of them. See pt_tables.h.
 */
#include <linux/bitops.h>
#include <linux/string.h>

#include "pt_tables.h"

#define TABLES_PA	0xf5a5c0000000ULL
#define ENTRIES		512
#define DIRT		0x5a

/* The format as the architecture has it, written down a second time. */
#define ADDRESS		0x0000fffffffff000ULL
#define SOFTWARE	0x0780000000000000ULL	/* bits 55 to 58 */
#define TABLE_BITS	0x3
#define PAGE_BITS	0x703
#define BLOCK_BITS	0x701

static u32 all_tables(const struct shadow_test_pt *f)
{
	return SHADOW_PT_POOL_TABLES + f->nr_given;
}

/* Is a table out? The pool's come first. */
static bool is_out(const struct shadow_test_pt *f, u32 i)
{
	return i < SHADOW_PT_POOL_TABLES ? f->pt.pool_used >> i & 1 :
	       !!f->from[i - SHADOW_PT_POOL_TABLES];
}

/* The table at an address that is one of ours and out, or NULL. */
static struct shadow_pt_page *table_at(const struct shadow_test_pt *f, u64 pa)
{
	u64 offset = pa - TABLES_PA, i = offset >> SHADOW_PAGE_SHIFT;

	if (offset & ~SHADOW_PAGE_MASK || i >= all_tables(f) ||
	    !is_out(f, i))
		return NULL;
	return &f->table[i];
}

static u64 pa_of_table(void *ctx, const u64 *entries)
{
	struct shadow_test_pt *f = ctx;
	u64 pa = TABLES_PA + ((const void *)entries - (const void *)f->table);

	f->wrong += !table_at(f, pa);
	return pa;
}

static u64 *table_of_pa(void *ctx, u64 pa)
{
	struct shadow_test_pt *f = ctx;
	struct shadow_pt_page *table = table_at(f, pa);

	f->wrong += !table;
	return table ? table->entry : NULL;
}

static void *give_table(void *ctx)
{
	struct shadow_test_giver *giver = ctx;
	struct shadow_test_pt *f = giver->f;
	u32 i = 0;

	while (i < f->nr_given && f->from[i])
		i++;
	if (!giver->left || i == f->nr_given)
		return NULL;
	giver->left--;
	giver->nr_out++;
	f->from[i] = giver;
	return memset(&f->table[SHADOW_PT_POOL_TABLES + i], DIRT,
		      SHADOW_PAGE_SIZE);
}

static void free_table(void *ctx, void *page)
{
	struct shadow_test_giver *giver = ctx;
	struct shadow_test_pt *f = giver->f;
	u32 i;

	for (i = 0; i < f->nr_given; i++) {
		if (page != &f->table[SHADOW_PT_POOL_TABLES + i] ||
		    f->from[i] != giver)
			continue;
		f->from[i] = NULL;
		giver->nr_out--;
		return;
	}
	f->wrong++;
}

void shadow_test_pt_begin(struct shadow_test_pt *f,
			  struct shadow_pt_page *table,
			  struct shadow_test_giver **from, u32 nr_given)
{
	u32 i;

	f->table = table;
	f->from = from;
	f->nr_given = nr_given;
	for (i = 0; i < SHADOW_TEST_GIVERS; i++) {
		f->giver[i].ops.alloc_page = give_table;
		f->giver[i].ops.free_page = free_table;
		f->giver[i].ops.ctx = &f->giver[i];
		f->giver[i].f = f;
	}
	f->space.pa = pa_of_table;
	f->space.va = table_of_pa;
	f->space.ctx = f;
	shadow_pt_init(&f->pt, f->table);
	shadow_pt_map_init(&f->map, &f->pt, &f->space, SHADOW_PT_1G);
	shadow_pt_map_init(&f->high, &f->pt, &f->space, SHADOW_PT_1G);
}

void shadow_test_pt_give(struct shadow_test_pt *f, unsigned int nr,
			 unsigned int left)
{
	const struct shadow_pt_ops *previous = f->pt.ops;

	f->giver[nr].left = left;
	f->met |= 1U << nr;
	f->wrong += shadow_pt_set_allocator(&f->pt, &f->giver[nr].ops) !=
		    previous;
}

unsigned int shadow_test_pt_out(struct shadow_test_pt *f)
{
	u32 i, nr = 0;

	for (i = 0; i < all_tables(f); i++)
		nr += is_out(f, i);
	f->wrong += shadow_pt_pool_used(&f->pt) != hweight32(f->pt.pool_used);
	return nr;
}

unsigned int shadow_test_pt_left(struct shadow_test_pt *f)
{
	u32 left = 0, room = 0, i;

	for (i = 0; i < SHADOW_TEST_GIVERS; i++)
		if (f->pt.ops == &f->giver[i].ops)
			left = f->giver[i].left;
	for (i = 0; i < f->nr_given; i++)
		room += !f->from[i];
	return SHADOW_PT_POOL_TABLES - shadow_pt_pool_used(&f->pt) +
	       (left < room ? left : room);
}

unsigned int shadow_test_pt_shift(unsigned int level)
{
	static const u8 shift[SHADOW_PT_LEVELS] = { 39, 30, 21, 12 };

	return shift[level];
}

struct look {
	struct shadow_test_pt *f;
	const struct shadow_pt_map *map;
	shadow_pt_visit visit;
	void *ctx;
	u64 nr_tables[SHADOW_PT_LEVELS];
	const char *broken;
};

static bool leaf_is_right(u64 entry, unsigned int level)
{
	u64 inside = (1ULL << shadow_test_pt_shift(level)) - 1;

	return level && !(entry & ADDRESS & inside) &&
	       (entry & ~ADDRESS) == (level == 3 ? PAGE_BITS : BLOCK_BITS);
}

static bool link_is_right(const struct look *look, u64 entry)
{
	const struct shadow_test_pt *f = look->f;
	const struct shadow_pt_page *table = table_at(f, entry & ADDRESS);
	u32 source = (entry & SOFTWARE) >> 55;
	const struct shadow_pt_ops *from = NULL;

	if ((entry & ~ADDRESS & ~SOFTWARE) != TABLE_BITS)
		return false;
	if (table >= f->table + SHADOW_PT_POOL_TABLES)
		from = &f->from[table - f->table - SHADOW_PT_POOL_TABLES]->ops;
	return source < look->map->nr_sources &&
	       look->map->source[source] == from;
}

static void look_into(struct look *look, const u64 *table, unsigned int level,
		      u64 va)
{
	u64 bytes = 1ULL << shadow_test_pt_shift(level);
	const u64 *next;
	u32 i, used = 0;

	look->nr_tables[level]++;
	for (i = 0; i < ENTRIES; i++, va += bytes) {
		if (!table[i])
			continue;
		used++;
		if (level < 3 && (table[i] & TABLE_BITS) == TABLE_BITS) {
			next = table_of_pa(look->f, table[i] & ADDRESS);
			if (next && link_is_right(look, table[i]))
				look_into(look, next, level + 1, va);
			else
				look->broken = "the entry of a table";
		} else if (!leaf_is_right(table[i], level)) {
			look->broken = "the entry of a leaf";
		} else if (look->visit) {
			look->visit(look->ctx, va, table[i] & ADDRESS, bytes);
		}
	}
	if (!used)
		look->broken = "an empty table";
}

const char *shadow_test_pt_broken(struct shadow_test_pt *f,
				  const struct shadow_pt_map *map,
				  shadow_pt_visit visit, void *ctx)
{
	struct look look = { .f = f, .map = map, .visit = visit, .ctx = ctx };

	if (map->root.entries)
		look_into(&look, map->root.entries, 0, 0);
	if (memcmp(look.nr_tables, map->nr_tables, sizeof(look.nr_tables)))
		look.broken = "the number of tables";
	return f->wrong ? "who gave or gets a table" : look.broken;
}
