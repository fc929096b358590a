// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test (X4): the clauses about page tables, on tables from the boot pool and
 * from the buddy over the region. They begin and end with all of both free.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../dt/plan.h"
#include "../pt_map.h"
#include "lab.h"
#include "selftest.h"

/**
 * struct tables - what the tests work on
 * @run: where results go
 * @lab: the buddy
 * @ram: what is mapped
 * @pool: the boot pool
 * @ops: the buddy as page tables see it
 */
struct tables {
	struct shadow_run *run;
	struct shadow_lab *lab;
	const struct shadow_ranges *ram;
	struct shadow_pt_page *pool;
	struct shadow_pt_ops ops;
};

static void *buddy_alloc_page(void *ctx)
{
	struct tables *t = ctx;
	u64 pa = shadow_lab_alloc(t->lab, 0);

	return pa == SHADOW_NO_PAGE ? NULL :
	       shadow_lab_memory(t->lab, pa, SHADOW_PAGE_SIZE);
}

static u64 lab_pa(const struct shadow_lab *lab, const void *va)
{
	return lab->pa + (va - lab->va);
}

static void buddy_free_page(void *ctx, void *page)
{
	struct tables *t = ctx;

	shadow_lab_free(t->lab, lab_pa(t->lab, page), 0);
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

static void free_tables(struct shadow_pt_alloc *pt,
			struct shadow_pt_table *table, unsigned int nr)
{
	while (nr)
		shadow_pt_free_table(pt, &table[--nr]);
}

/* Hold everything that the buddy has, so that it has nothing left. */
static u64 exhaust(struct shadow_lab *lab)
{
	u64 pa, nr = 0;

	while ((pa = shadow_lab_alloc(lab, 0)) != SHADOW_NO_PAGE)
		lab->blocks[nr++] = pa;
	return nr;
}

/* P4 between P1 and P3: with both exhausted. */
static void test_exhausted(struct tables *t, struct shadow_pt_alloc *pt,
			   struct shadow_pt_table *boot)
{
	bool ok = !shadow_pt_alloc_tables(pt, boot, 15) &&
		  tables_are(boot, 15, 15) &&
		  shadow_pt_alloc_tables(pt, boot + 15, 2) &&
		  shadow_pt_pool_used(pt) == 15;

	shadow_lab_result(t->lab, t->run, ok,
			  "P4 with both exhausted nothing is allocated, nothing is lost");
	free_tables(pt, boot, 15);
}

static void test_sources(struct tables *t)
{
	struct shadow_pt_table boot[SHADOW_PT_POOL_TABLES + 1] = {};
	struct shadow_pt_table late[4] = {};
	struct shadow_lab *lab = t->lab;
	u64 blocks[SHADOW_NR_ORDERS];
	struct shadow_pt_alloc pt;
	bool ok;
	u64 nr;

	if (lab->pages < ARRAY_SIZE(late)) {
		shadow_ktap_skip(&t->run->ktap, "P1-P4",
				 "the region has no four pages");
		return;
	}
	shadow_pt_init(&pt, t->pool);
	ok = !shadow_pt_alloc_tables(&pt, boot, 16) && tables_are(boot, 16, 16);
	shadow_lab_result(lab, t->run,
			  ok && shadow_pt_alloc_tables(&pt, late, 1),
			  "P2 before there is an allocator, 16 zeroed tables come from the pool");

	shadow_pt_set_allocator(&pt, &t->ops);
	ok = !shadow_pt_alloc_tables(&pt, late, 4) && tables_are(late, 4, 0);
	shadow_lab_result(lab, t->run, ok,
			  "P1 then zeroed tables come from the injected buddy");

	free_tables(&pt, boot, 16);
	nr = exhaust(lab);
	test_exhausted(t, &pt, boot);

	shadow_pt_set_allocator(&pt, NULL);
	free_tables(&pt, late, 4);
	ok = shadow_lab_blocks(lab, blocks) == 4 && !shadow_pt_pool_used(&pt);
	shadow_lab_result(lab, t->run, ok,
			  "P3 tables return to an allocator that was withdrawn");
	while (nr)
		shadow_lab_free(lab, lab->blocks[--nr], 0);
}

/* Tables of the pool lie where the kernel put them, the others in the region. */
static u64 table_pa(void *ctx, const u64 *entries)
{
	struct tables *t = ctx;
	const void *va = entries;

	if (va >= t->lab->va && va < t->lab->va + t->lab->bytes)
		return lab_pa(t->lab, va);
	return page_to_phys(vmalloc_to_page(va)) + offset_in_page(va);
}

/* NULL where no table lies there: an entry was changed, or is none of ours. */
static u64 *table_va(void *ctx, u64 pa)
{
	struct tables *t = ctx;
	int i;

	for (i = 0; i < SHADOW_PT_POOL_TABLES; i++)
		if (table_pa(ctx, t->pool[i].entry) == pa)
			return t->pool[i].entry;
	return shadow_lab_memory(t->lab, pa, SHADOW_PAGE_SIZE);
}

/* The leaf that a walk must meet next. */
struct expected {
	const struct shadow_ranges *ram;
	u32 range;
	u64 at;
	u64 leaves;
};

/* Said in another way than the maps say it, which are under test. */
static u64 largest_leaf(u64 pa, u64 left)
{
	if (!(pa & (SHADOW_PT_1G - 1)) && left >= SHADOW_PT_1G)
		return SHADOW_PT_1G;
	if (!(pa & (SHADOW_PT_2M - 1)) && left >= SHADOW_PT_2M)
		return SHADOW_PT_2M;
	return SHADOW_PT_4K;
}

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	const u64 low = (1ULL << SHADOW_PT_VA_BITS) - 1;
	struct expected *next = ctx;
	const struct shadow_range *range;

	if (next->range == next->ram->nr)
		return -ERANGE;
	range = &next->ram->range[next->range];
	if (va != (next->at & low) || pa != next->at ||
	    bytes != largest_leaf(pa, range->last - pa + 1))
		return -EINVAL;
	next->leaves++;
	next->at += bytes;
	if (next->at - 1 == range->last && ++next->range < next->ram->nr)
		next->at = range[1].start;
	return 0;
}

/* Map all RAM at @offset, walk back, compare; the map stays. */
static int map_ram(const struct tables *t, struct shadow_pt_map *map,
		   u64 offset, u64 *leaves)
{
	struct expected next = { .ram = t->ram };
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

static void unmap_ram(const struct tables *t, struct shadow_pt_map *map,
		      u64 offset)
{
	u32 i;

	for (i = 0; i < t->ram->nr; i++)
		shadow_pt_unmap_range(map, t->ram->range[i].start + offset,
				      t->ram->range[i].last -
				      t->ram->range[i].start + 1);
}

static u64 used_pages(const struct tables *t)
{
	u64 blocks[SHADOW_NR_ORDERS];

	return t->lab->pages - shadow_lab_blocks(t->lab, blocks);
}

/* Both maps of RAM, with the largest blocks that fit (P5). */
static void test_mapping(struct tables *t, u64 nr_tables)
{
	const struct shadow_pt_space space = { table_pa, table_va, t };
	struct shadow_pt_map identity, higher;
	struct shadow_pt_alloc pt;
	u64 pool, used, leaves = 0;
	int err;

	shadow_pt_init(&pt, t->pool);
	shadow_pt_set_allocator(&pt, &t->ops);
	shadow_pt_map_init(&identity, &pt, &space, SHADOW_PT_1G);
	shadow_pt_map_init(&higher, &pt, &space, SHADOW_PT_1G);
	err = map_ram(t, &identity, 0, &leaves);
	if (!err)
		err = map_ram(t, &higher, SHADOW_PT_HIGHER_HALF, &leaves);
	used = used_pages(t);
	pool = shadow_pt_pool_used(&pt);
	shadow_lab_result(t->lab, t->run, !err,
			  "P5 identity and higher half map all RAM with the largest blocks, %llu leaves compared",
			  leaves);
	if (err)
		shadow_ktap_note(&t->run->ktap, "error %d after %llu leaves",
				 err, leaves);
	WRITE_ONCE(t->run->tables_pool, pool);
	WRITE_ONCE(t->run->tables_buddy, used);
	shadow_lab_result(t->lab, t->run, used + pool == nr_tables,
			  "P5 that takes %llu tables, as counted beforehand",
			  nr_tables);

	unmap_ram(t, &identity, 0);
	unmap_ram(t, &higher, SHADOW_PT_HIGHER_HALF);
	shadow_lab_result(t->lab, t->run,
			  !used_pages(t) && !shadow_pt_pool_used(&pt),
			  "P5 after unmapping, every table is back where it came from");
}

int shadow_selftest_pt(struct shadow_run *run,
		       const struct shadow_setup *setup)
{
	struct tables t = {
		.run = run,
		.lab = setup->lab,
		.ram = &setup->plan->ram,
		.ops = { buddy_alloc_page, buddy_free_page, &t },
	};
	u64 nr, by_level[SHADOW_PT_LEVELS];

	t.pool = vmalloc(SHADOW_PT_POOL_TABLES * sizeof(*t.pool));
	if (!t.pool)
		return -ENOMEM;
	shadow_lab_remember(t.lab);
	test_sources(&t);
	nr = 2 * shadow_pt_count(t.ram, SHADOW_PT_1G, by_level);
	if (nr <= SHADOW_PT_POOL_TABLES + t.lab->pages)
		test_mapping(&t, nr);
	else
		shadow_ktap_skip(&run->ktap, "P5",
				 "the region does not hold so many tables");
	shadow_lab_compare(t.lab, run, "the tests of page tables");
	vfree(t.pool);
	return 0;
}
