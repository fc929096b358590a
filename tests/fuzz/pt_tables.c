// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory for page tables. See pt_tables.h.
 */
#include <linux/string.h>

#include "pt_tables.h"

#define DIRT	0x5a

/* What one input leaves in it, the next one finds. */
static struct shadow_pt_page memory[ALL_TABLES];

static void *give(void *ctx)
{
	struct pt_giver *giver = ctx;
	struct pt_tables *t = giver->tables;
	u32 i = 0;

	while (i < GIVEN_TABLES && t->from[i])
		i++;
	if (!giver->left || i == GIVEN_TABLES)
		return NULL;
	giver->left--;
	t->from[i] = giver;
	return memset(&t->table[SHADOW_PT_POOL_TABLES + i], DIRT,
		      SHADOW_PAGE_SIZE);
}

static void take_back(void *ctx, void *page)
{
	struct pt_giver *giver = ctx;
	struct pt_tables *t = giver->tables;
	u32 i = (struct shadow_pt_page *)page - t->table -
		SHADOW_PT_POOL_TABLES;

	fuzz_expect(i < GIVEN_TABLES);
	fuzz_expect(t->from[i] == giver);
	t->from[i] = NULL;
}

static bool is_out(const struct pt_tables *t, u32 i)
{
	return i < SHADOW_PT_POOL_TABLES ? t->pt.pool_used >> i & 1 :
	       !!t->from[i - SHADOW_PT_POOL_TABLES];
}

static u64 pa_of(void *ctx, const u64 *entries)
{
	struct pt_tables *t = ctx;

	return TABLES_PA + ((const void *)entries - (const void *)t->table);
}

u64 *pt_tables_at(struct pt_tables *t, u64 pa)
{
	u64 offset = pa - TABLES_PA;
	u64 i = offset / SHADOW_PAGE_SIZE;

	fuzz_expect(!(offset % SHADOW_PAGE_SIZE));
	fuzz_expect(i < ALL_TABLES);
	fuzz_expect(is_out(t, i));
	return t->table[i].entry;
}

static u64 *va_of(void *ctx, u64 pa)
{
	return pt_tables_at(ctx, pa);
}

void pt_tables_begin(struct pt_tables *t)
{
	u32 i;

	memset(t, 0, sizeof(*t));
	t->table = memory;
	for (i = 0; i < GIVERS; i++) {
		t->giver[i].ops.alloc_page = give;
		t->giver[i].ops.free_page = take_back;
		t->giver[i].ops.ctx = &t->giver[i];
		t->giver[i].tables = t;
	}
	t->space.pa = pa_of;
	t->space.va = va_of;
	t->space.ctx = t;
	shadow_pt_init(&t->pt, t->table);
}

void pt_tables_end(struct pt_tables *t)
{
	fuzz_expect(!pt_tables_out(t));
}

u32 pt_tables_out(struct pt_tables *t)
{
	u32 nr = shadow_pt_pool_used(&t->pt), i;

	fuzz_expect(nr == (u32)__builtin_popcount(t->pt.pool_used));
	for (i = 0; i < GIVEN_TABLES; i++)
		nr += !!t->from[i];
	return nr;
}

u32 pt_tables_left(struct pt_tables *t)
{
	const struct pt_giver *giver = (const void *)t->pt.ops;
	u32 nr = SHADOW_PT_POOL_TABLES - shadow_pt_pool_used(&t->pt);
	u32 room = 0, i;

	for (i = 0; i < GIVEN_TABLES; i++)
		room += !t->from[i];
	if (giver)
		nr += giver->left < room ? giver->left : room;
	return nr;
}
