// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test, last part (X4): the clauses about page tables, on tables from the
 * boot pool and from the buddy over the region. They begin and end with all of
 * both free.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "exercise.h"
#include "../pt_map.h"

static void *buddy_alloc_page(void *ctx)
{
	struct shadow_exercise *ex = ctx;
	u64 pa = shadow_buddy_alloc(&ex->buddy, 0);

	return pa == SHADOW_NO_PAGE ? NULL : shadow_exercise_va(ex, pa);
}

static void buddy_free_page(void *ctx, void *page)
{
	struct shadow_exercise *ex = ctx;
	u64 pa = ex->region->pa + (page - ex->region->va);

	shadow_buddy_free(&ex->buddy, pa, 0);
}

/* Are @nr tables zeroed, and did @pool of them come from the pool? */
static bool tables_are(const struct shadow_pt_table *table, unsigned int nr,
		       unsigned int pool)
{
	unsigned int i, entry, from_pool = 0;

	for (i = 0; i < nr; i++) {
		for (entry = 0; entry < SHADOW_PAGE_SIZE / 8; entry++)
			if (table[i].entries[entry])
				return false;
		memset(table[i].entries, 0xa5, SHADOW_PAGE_SIZE);
		from_pool += !table[i].from;
	}
	return from_pool == pool;
}

static void give_back(struct shadow_pt_alloc *pt,
		      struct shadow_pt_table *table, unsigned int nr)
{
	while (nr)
		shadow_pt_give_back(pt, &table[--nr]);
}

/* Hold everything that the buddy has, so that it has nothing left. */
static u64 exhaust(struct shadow_exercise *ex)
{
	u64 pa, nr = 0;

	while ((pa = shadow_buddy_alloc(&ex->buddy, 0)) != SHADOW_NO_PAGE)
		ex->held[nr++] = pa;
	return nr;
}

static void test_sources(struct shadow_exercise *ex,
			 const struct shadow_pt_ops *ops)
{
	struct shadow_pt_table boot[SHADOW_PT_POOL_TABLES + 1] = {};
	struct shadow_pt_table late[4] = {};
	u64 blocks[SHADOW_NR_ORDERS];
	struct shadow_pt_alloc pt;
	bool ok;
	u64 nr;

	if (ex->buddy.nr_pages < ARRAY_SIZE(late)) {
		shadow_ktap_skip(&ex->ktap, "P1-P4",
				 "the region has no four pages");
		return;
	}
	shadow_pt_init(&pt, ex->pool);
	ok = !shadow_pt_take(&pt, boot, 16) && tables_are(boot, 16, 16);
	shadow_ktap_result(&ex->ktap, ok && shadow_pt_take(&pt, late, 1),
			   "P2 before there is an allocator, 16 zeroed tables come from the pool");

	shadow_pt_set_allocator(&pt, ops);
	ok = !shadow_pt_take(&pt, late, 4) && tables_are(late, 4, 0);
	shadow_ktap_result(&ex->ktap, ok,
			   "P1 then zeroed tables come from the injected buddy");

	give_back(&pt, boot, 16);
	nr = exhaust(ex);
	ok = !shadow_pt_take(&pt, boot, 15) && tables_are(boot, 15, 15) &&
	     shadow_pt_take(&pt, boot + 15, 2) &&
	     shadow_pt_pool_used(&pt) == 15;
	shadow_ktap_result(&ex->ktap, ok,
			   "P4 with both exhausted nothing is taken, nothing is lost");
	give_back(&pt, boot, 15);

	shadow_pt_set_allocator(&pt, NULL);
	give_back(&pt, late, 4);
	ok = shadow_buddy_blocks(&ex->buddy, blocks) == 4 &&
	     !shadow_pt_pool_used(&pt);
	shadow_ktap_result(&ex->ktap, ok,
			   "P3 tables return to an allocator that was withdrawn");
	while (nr)
		shadow_buddy_free(&ex->buddy, ex->held[--nr], 0);
}

/* Tables of the pool lie where the kernel put them, the others in the region. */
static u64 table_pa(void *ctx, const u64 *entries)
{
	struct shadow_exercise *ex = ctx;
	const void *va = entries;

	if (va >= ex->region->va && va < ex->region->va + ex->region->bytes)
		return ex->region->pa + (va - ex->region->va);
	return page_to_phys(vmalloc_to_page(va)) + offset_in_page(va);
}

static u64 *table_va(void *ctx, u64 pa)
{
	struct shadow_exercise *ex = ctx;
	int i;

	for (i = 0; i < SHADOW_PT_POOL_TABLES; i++)
		if (table_pa(ctx, ex->pool[i].entry) == pa)
			return ex->pool[i].entry;
	return shadow_exercise_va(ex, pa);
}

/* The leaf that a walk must meet next. */
struct expected {
	const struct shadow_ranges *ram;
	u32 range;
	u64 at;
	u64 leaves;
};

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	const u64 low = (1ULL << SHADOW_PT_VA_BITS) - 1;
	struct expected *next = ctx;
	const struct shadow_range *range;

	if (next->range == next->ram->nr)
		return -ERANGE;
	range = &next->ram->range[next->range];
	if (va != (next->at & low) || pa != next->at ||
	    bytes != shadow_pt_leaf_bytes(pa, pa, range->last - pa + 1,
					  SHADOW_PT_1G))
		return -EINVAL;
	next->leaves++;
	next->at += bytes;
	if (next->at - 1 == range->last && ++next->range < next->ram->nr)
		next->at = range[1].start;
	return 0;
}

/* Map all RAM at @offset, walk back, compare; the map stays. */
static int map_ram(struct shadow_exercise *ex, struct shadow_pt_map *map,
		   u64 offset, u64 *leaves)
{
	struct expected next = { .ram = &ex->plan->ram };
	int err = 0;
	u32 i;

	for (i = 0; i < next.ram->nr && !err; i++) {
		const struct shadow_range *range = &next.ram->range[i];

		err = shadow_pt_map_range(map, range->start + offset,
					  range->start,
					  range->last - range->start + 1);
	}
	if (err)
		return err;
	next.at = next.ram->range[0].start;
	err = shadow_pt_map_walk(map, compare_leaf, &next);
	*leaves += next.leaves;
	return err ? err : next.range == next.ram->nr ? 0 : -ENOENT;
}

static void unmap_ram(struct shadow_exercise *ex, struct shadow_pt_map *map,
		      u64 offset)
{
	const struct shadow_ranges *ram = &ex->plan->ram;
	u32 i;

	for (i = 0; i < ram->nr; i++)
		shadow_pt_unmap_range(map, ram->range[i].start + offset,
				      ram->range[i].last -
				      ram->range[i].start + 1);
}

static void test_mapping(struct shadow_exercise *ex,
			 const struct shadow_pt_ops *ops)
{
	const struct shadow_pt_space space = { table_pa, table_va, ex };
	u64 blocks[SHADOW_NR_ORDERS], tables[SHADOW_PT_LEVELS];
	struct shadow_pt_map identity, higher;
	struct shadow_pt_alloc pt;
	u64 nr_tables, used, leaves = 0;
	int err;

	nr_tables = 2 * shadow_pt_count(&ex->plan->ram, SHADOW_PT_1G, tables);
	if (nr_tables > SHADOW_PT_POOL_TABLES + ex->buddy.nr_pages) {
		shadow_ktap_skip(&ex->ktap, "P5",
				 "the region does not hold so many tables");
		return;
	}
	shadow_pt_init(&pt, ex->pool);
	shadow_pt_set_allocator(&pt, ops);
	shadow_pt_map_init(&identity, &pt, &space, SHADOW_PT_1G);
	shadow_pt_map_init(&higher, &pt, &space, SHADOW_PT_1G);
	err = map_ram(ex, &identity, 0, &leaves);
	if (!err)
		err = map_ram(ex, &higher, SHADOW_PT_HIGHER_HALF, &leaves);
	used = ex->buddy.nr_pages - shadow_buddy_blocks(&ex->buddy, blocks);
	shadow_ktap_result(&ex->ktap, !err,
			   "P5 identity and higher half map all RAM with the largest blocks, %llu leaves compared",
			   leaves);
	if (err)
		shadow_ktap_note(&ex->ktap, "error %d after %llu leaves", err,
				 leaves);
	WRITE_ONCE(ex->tables_pool, shadow_pt_pool_used(&pt));
	WRITE_ONCE(ex->tables_buddy, used);
	shadow_ktap_result(&ex->ktap, used + ex->tables_pool == nr_tables,
			   "P5 that takes %llu tables, as counted beforehand",
			   nr_tables);

	unmap_ram(ex, &identity, 0);
	unmap_ram(ex, &higher, SHADOW_PT_HIGHER_HALF);
	used = ex->buddy.nr_pages - shadow_buddy_blocks(&ex->buddy, blocks);
	shadow_ktap_result(&ex->ktap, !used && !shadow_pt_pool_used(&pt),
			   "P5 after unmapping, every table is back where it came from");
}

void shadow_selftest_tables(struct shadow_exercise *ex)
{
	const struct shadow_pt_ops ops = {
		buddy_alloc_page, buddy_free_page, ex,
	};

	shadow_exercise_remember(ex);
	test_sources(ex, &ops);
	test_mapping(ex, &ops);
	shadow_exercise_compare(ex, "the tests of page tables");
}
