// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test, second part (X4): the clauses about the buddy, on the borrowed
 * region. One result a clause. Each test begins with all of the region free and
 * ends so.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "exercise.h"

#define RUN_PAGES	64	/* pages taken in a row for B3 */
#define HEAP_PAGES	24	/* a heap of 24 pages stands for one of 24 MiB */

static u64 last_of(const struct shadow_region *region)
{
	return region->pa + region->bytes - 1;
}

static void test_region(struct shadow_exercise *ex)
{
	const struct shadow_region *region = ex->region;

	if (region->kind != SHADOW_REGION_CMA) {
		shadow_ktap_skip(&ex->ktap, "X1", "not from a CMA pool");
		return;
	}
	shadow_ktap_result(&ex->ktap, region->pa >= region->pool.start &&
			   last_of(region) <= region->pool.last,
			   "X1 the %llu bytes lie inside the pool %s",
			   region->bytes, region->pool_name);
}

/* B1, and that the smallest order that suffices is split (B2) */
static void test_alloc(struct shadow_exercise *ex)
{
	struct shadow_buddy *b = &ex->buddy;
	bool aligned = true, smallest = true;
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS];
	unsigned int order, from, top = 0;

	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		u64 pa;

		shadow_buddy_blocks(b, before);
		pa = shadow_buddy_alloc(b, order);
		if (pa == SHADOW_NO_PAGE)
			break;
		shadow_buddy_blocks(b, after);
		top = order;
		for (from = order; !before[from]; from++)
			;
		smallest = smallest && after[from] == before[from] - 1;
		aligned = aligned && !(pa & ((SHADOW_PAGE_SIZE << order) - 1));
		shadow_buddy_free(b, pa, order);
	}
	shadow_ktap_result(&ex->ktap, aligned,
			   "B1 blocks of orders 0 to %u are aligned to their size",
			   top);
	shadow_ktap_result(&ex->ktap, smallest,
			   "B2 the smallest order that suffices is split, up to order %u",
			   top);
}

/* The page begins a block that was free before anything was taken. */
static bool fresh_block(const struct shadow_exercise *ex, u64 pa)
{
	u64 page = (pa - ex->region->pa) >> SHADOW_PAGE_SHIFT;

	return ex->before[page] >> 8 == SHADOW_PAGE_FREE;
}

static void test_ascending(struct shadow_exercise *ex)
{
	u64 former = SHADOW_NO_PAGE;
	bool ok = true;
	int i, nr;

	for (nr = 0; nr < RUN_PAGES; nr++) {
		u64 pa = shadow_buddy_alloc(&ex->buddy, 0);

		if (pa == SHADOW_NO_PAGE)
			break;
		ok = ok && (fresh_block(ex, pa) ||
			    pa == former + SHADOW_PAGE_SIZE);
		ex->held[nr] = pa;
		former = pa;
	}
	for (i = 0; i < nr; i++)
		shadow_buddy_free(&ex->buddy, ex->held[i], 0);
	shadow_ktap_result(&ex->ktap, ok && nr,
			   "B3 %d single pages came at ascending addresses", nr);
}

static void expect_refusal(struct shadow_exercise *ex, u64 pa,
			   unsigned int order, enum shadow_refusal expected)
{
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS];
	enum shadow_refusal refusal;
	const char *broken;
	u64 where;

	shadow_buddy_blocks(&ex->buddy, before);
	refusal = shadow_buddy_free(&ex->buddy, pa, order);
	shadow_buddy_blocks(&ex->buddy, after);
	broken = shadow_buddy_check(&ex->buddy, &where);
	shadow_ktap_result(&ex->ktap, refusal == expected && !broken &&
			   !memcmp(before, after, sizeof(before)),
			   "B5 a free is refused and changes nothing: %s",
			   shadow_refusal_name(expected));
	if (refusal != expected || broken)
		shadow_ktap_note(&ex->ktap, "got: %s; %s",
				 shadow_refusal_name(refusal),
				 broken ? broken : "invariants hold");
}

/* All but "never allocated": the region has no page that is not managed. */
static void test_refusals(struct shadow_exercise *ex)
{
	u64 pa = shadow_buddy_alloc(&ex->buddy, 2);

	if (pa == SHADOW_NO_PAGE) {
		shadow_ktap_skip(&ex->ktap, "B5", "the region has no four pages");
		return;
	}
	expect_refusal(ex, pa + 8, 2, SHADOW_UNALIGNED);
	expect_refusal(ex, pa, SHADOW_MAX_ORDER + 1, SHADOW_BAD_ORDER);
	expect_refusal(ex, last_of(ex->region) + 1, 0, SHADOW_OUTSIDE);
	expect_refusal(ex, pa + SHADOW_PAGE_SIZE, 0, SHADOW_INSIDE);
	expect_refusal(ex, pa, 1, SHADOW_WRONG_ORDER);
	shadow_buddy_get(&ex->buddy, pa);
	expect_refusal(ex, pa, 2, SHADOW_REFERENCED);
	shadow_buddy_put(&ex->buddy, pa);
	shadow_buddy_free(&ex->buddy, pa, 2);
	expect_refusal(ex, pa, 2, SHADOW_ALREADY_FREE);
}

/* Overwrite every free page: whatever the buddy needs must lie elsewhere. */
static void test_state(struct shadow_exercise *ex)
{
	u64 where;

	memset(ex->region->va, 0xff, ex->region->bytes);
	shadow_ktap_result(&ex->ktap, !shadow_buddy_check(&ex->buddy, &where),
			   "B6 the buddy survives that all %llu free pages are overwritten",
			   ex->buddy.nr_pages);
}

static void test_references(struct shadow_exercise *ex)
{
	struct shadow_buddy *b = &ex->buddy;
	u64 pa = shadow_buddy_alloc(b, 0);
	bool ok = pa != SHADOW_NO_PAGE && !shadow_buddy_get(b, pa) &&
		  !shadow_buddy_put(b, pa) &&
		  shadow_buddy_page(b, pa)->refcount == 1 &&
		  !shadow_buddy_put(b, pa) &&
		  shadow_buddy_put(b, pa) == SHADOW_ALREADY_FREE;

	shadow_ktap_result(&ex->ktap, ok, "B9 the last put frees the page");
}

static void test_heap_cut(struct shadow_exercise *ex)
{
	struct shadow_buddy *b = &ex->buddy;
	u64 blocks[SHADOW_NR_ORDERS];
	u64 nr_free = shadow_buddy_blocks(b, blocks);
	u64 pa = shadow_buddy_alloc_exact(b, HEAP_PAGES);
	u64 left = shadow_buddy_blocks(b, blocks);

	if (pa == SHADOW_NO_PAGE) {
		shadow_ktap_skip(&ex->ktap, "H3", "the region is too small");
		return;
	}
	shadow_ktap_result(&ex->ktap, left == nr_free - HEAP_PAGES &&
			   !shadow_buddy_free_exact(b, pa, HEAP_PAGES),
			   "H3 %d pages cost %d, the tail of the block returned",
			   HEAP_PAGES, HEAP_PAGES);
}

void shadow_selftest_region(struct shadow_exercise *ex)
{
	shadow_exercise_remember(ex);
	test_region(ex);
	test_alloc(ex);
	test_ascending(ex);
	test_refusals(ex);
	test_state(ex);
	test_references(ex);
	test_heap_cut(ex);
	shadow_exercise_compare(ex, "the self-test");
}
