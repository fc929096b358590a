// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test (X4): the clauses about the buddy, on the memory of the region. One
 * result a clause. Each test begins with all of the region free and ends so.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "lab.h"
#include "region.h"
#include "selftest.h"

#define RUN_PAGES	64	/* pages allocated in a row for B3 */
#define HEAP_PAGES	24	/* a heap of 24 pages stands for one of 24 MiB */

/* Each page that the kernel mapped, one after another. */
static bool is_in_pool(const struct shadow_region *region)
{
	u64 at;

	for (at = 0; at < region->bytes; at += PAGE_SIZE) {
		u64 pa = shadow_region_phys(region->va + at);

		if (pa != region->pa + at || pa < region->pool.start ||
		    pa + (PAGE_SIZE - 1) > region->pool.last)
			return false;
	}
	return true;
}

static void test_region(struct shadow_run *run,
			const struct shadow_region *region)
{
	if (region->kind != SHADOW_REGION_CMA) {
		shadow_ktap_skip(&run->ktap, "X1", "not from a CMA pool");
		return;
	}
	shadow_ktap_result(&run->ktap, is_in_pool(region),
			   "X1 all pages of the %llu bytes lie in the pool %s, one after another",
			   region->bytes, region->pool_name);
}

/*
 * Pages of the block that a page heads, by its descriptor; 0 where the descriptor,
 * its neighbours in the list or those of the tails are not as M5 says.
 */
static u64 block_pages(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_page *page = shadow_buddy_page(b, pa), *tail;
	u64 nr, i;
	bool free;

	if (!page || shadow_page_order(page) > SHADOW_MAX_ORDER)
		return 0;
	free = shadow_page_kind(page) == SHADOW_PAGE_FREE;
	if (page->refcount != !free ||
	    (!free && shadow_page_kind(page) != SHADOW_PAGE_ALLOCATED))
		return 0;
	if (free && (page->next >= b->nr_entries ||
		     page->prev >= b->nr_entries ||
		     &b->map[b->map[page->next].prev] != page ||
		     &b->map[b->map[page->prev].next] != page))
		return 0;
	nr = 1ULL << shadow_page_order(page);
	for (i = 1; i < nr; i++) {
		tail = shadow_buddy_page(b, pa + (i << SHADOW_PAGE_SHIFT));
		if (!tail || tail->state || tail->refcount)
			return 0;
	}
	return nr;
}

/* From head to head through all of the region, while two blocks are held. */
static void test_descriptors(struct shadow_run *run, struct shadow_lab *lab)
{
	struct shadow_buddy *b = &lab->buddy;
	u64 page = shadow_lab_alloc(lab, 0), block = shadow_lab_alloc(lab, 2);
	bool ok = page != SHADOW_NO_PAGE && block_pages(b, page) == 1 &&
		  (block == SHADOW_NO_PAGE || block_pages(b, block) == 4);
	u64 at, nr = 1, blocks = 0;

	for (at = 0; at < lab->pages && nr; at += nr, blocks++)
		nr = block_pages(b, lab->pa + (at << SHADOW_PAGE_SHIFT));
	if (page != SHADOW_NO_PAGE)
		shadow_lab_free(lab, page, 0);
	if (block != SHADOW_NO_PAGE)
		shadow_lab_free(lab, block, 2);
	shadow_lab_result(lab, run, ok && at == lab->pages,
			  "M5 descriptors say which pages head the %llu blocks, their orders, references and neighbours",
			  blocks);
}

/* That the smallest order that suffices is split (B2). */
static bool smallest_was_split(const u64 before[SHADOW_NR_ORDERS],
			       const u64 after[SHADOW_NR_ORDERS],
			       unsigned int order)
{
	while (order < SHADOW_NR_ORDERS && !before[order])
		order++;
	return order < SHADOW_NR_ORDERS && after[order] == before[order] - 1;
}

static void test_alignment(struct shadow_run *run, struct shadow_lab *lab)
{
	unsigned int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		u64 pa = shadow_lab_alloc(lab, order);

		if (pa == SHADOW_NO_PAGE)
			break;
		shadow_lab_free(lab, pa, order);
	}
	shadow_lab_result(lab, run, order,
			  "B1 blocks of orders 0 to %u are aligned to their size",
			  order ? order - 1 : 0);
}

/* One page is held, so that there are free blocks of several orders. */
static void test_smallest(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS];
	u64 held = shadow_lab_alloc(lab, 0);
	unsigned int order, tried = 0;
	bool ok = true;

	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		u64 pa;

		shadow_lab_blocks(lab, before);
		pa = shadow_lab_alloc(lab, order);
		if (pa == SHADOW_NO_PAGE)
			break;
		shadow_lab_blocks(lab, after);
		ok = ok && smallest_was_split(before, after, order);
		tried++;
		shadow_lab_free(lab, pa, order);
	}
	if (held != SHADOW_NO_PAGE)
		shadow_lab_free(lab, held, 0);
	if (!tried && lab->pages == 1)
		shadow_ktap_skip(&run->ktap, "B2", "the region has one page");
	else
		shadow_lab_result(lab, run, ok && tried,
				  "B2 the smallest of %u orders that suffice is split",
				  tried);
}

/* The page begins a block that was free before anything was allocated. */
static bool fresh_block(const struct shadow_lab *lab, u64 pa)
{
	u64 page = (pa - lab->pa) >> SHADOW_PAGE_SHIFT;

	return lab->before[page] & SHADOW_PAGE_FREE;
}

static void test_ascending(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 previous = SHADOW_NO_PAGE;
	bool ok = true;
	u64 i, nr;

	for (nr = 0; nr < RUN_PAGES; nr++) {
		u64 pa = shadow_lab_alloc(lab, 0);

		if (pa == SHADOW_NO_PAGE)
			break;
		ok = ok && (fresh_block(lab, pa) ||
			    pa == previous + SHADOW_PAGE_SIZE);
		lab->blocks[nr] = pa;
		previous = pa;
	}
	for (i = 0; i < nr; i++)
		shadow_lab_free(lab, lab->blocks[i], 0);
	shadow_lab_result(lab, run, ok && nr,
			  "B3 %llu single pages came at ascending addresses",
			  nr);
}

static void test_references(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 pa = shadow_lab_alloc(lab, 0);
	bool ok = pa != SHADOW_NO_PAGE && !shadow_buddy_get(&lab->buddy, pa) &&
		  !shadow_lab_put(lab, pa, 0, false) &&
		  shadow_buddy_page(&lab->buddy, pa)->refcount == 1 &&
		  !shadow_lab_put(lab, pa, 0, true) &&
		  shadow_lab_put(lab, pa, 0, false) == SHADOW_ALREADY_FREE;

	shadow_lab_result(lab, run, ok, "B9 the last put frees the page");
	if (!ok)
		shadow_lab_fail(lab, "B9 the last put does not free", pa);
}

/* A wrong free that was accepted has changed the state: the lab is broken. */
static void expect_refusal(struct shadow_run *run, struct shadow_lab *lab,
			   u64 pa, unsigned int order,
			   enum shadow_refusal expected)
{
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS];
	enum shadow_refusal refusal = SHADOW_ACCEPTED;
	const char *broken = NULL;
	u64 where;

	shadow_lab_blocks(lab, before);
	if (!shadow_lab_broken(lab)) {
		refusal = shadow_buddy_free(&lab->buddy, pa, order);
		shadow_buddy_settle(&lab->buddy);
		broken = __shadow_buddy_check(&lab->buddy, &where);
	}
	shadow_lab_blocks(lab, after);
	shadow_lab_result(lab, run, refusal == expected && !broken &&
			  !memcmp(before, after, sizeof(before)),
			  "B5 a free is refused and changes nothing: %s",
			  shadow_refusal_name(expected));
	if (shadow_lab_broken(lab))
		return;
	if (refusal != expected || broken)
		shadow_ktap_note(&run->ktap, "got: %s; %s",
				 shadow_refusal_name(refusal),
				 broken ? broken : "invariants hold");
	if (!refusal || broken)
		shadow_lab_fail(lab, "B5 a wrong free was accepted", pa);
}

/* All but "never allocated": the region has no page that is not managed. */
static void test_refusals(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 pa = shadow_lab_alloc(lab, 2);

	if (pa == SHADOW_NO_PAGE && !shadow_lab_broken(lab)) {
		shadow_ktap_skip(&run->ktap, "B5",
				 "the region has no four pages");
		return;
	}
	expect_refusal(run, lab, pa + 8, 2, SHADOW_UNALIGNED);
	expect_refusal(run, lab, pa, SHADOW_MAX_ORDER + 1, SHADOW_BAD_ORDER);
	expect_refusal(run, lab, lab->pa + lab->bytes, 0, SHADOW_OUTSIDE);
	expect_refusal(run, lab, pa + SHADOW_PAGE_SIZE, 0, SHADOW_INSIDE);
	expect_refusal(run, lab, pa, 1, SHADOW_WRONG_ORDER);
	if (!shadow_lab_broken(lab))
		shadow_buddy_get(&lab->buddy, pa);
	expect_refusal(run, lab, pa, 2, SHADOW_REFERENCED);
	shadow_lab_put(lab, pa, 2, false);
	shadow_lab_free(lab, pa, 2);
	expect_refusal(run, lab, pa, 2, SHADOW_ALREADY_FREE);
}

/* Overwrite free pages: whatever the buddy needs must lie elsewhere. */
static void test_state(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 bytes = min(run->cover, lab->bytes);
	const char *broken = NULL;
	u64 at, where;

	if (!shadow_lab_broken(lab)) {
		for (at = 0; at < bytes; at += SZ_1M) {
			memset(lab->va + at, 0xff, min_t(u64, bytes - at, SZ_1M));
			cond_resched();
		}
		broken = __shadow_buddy_check(&lab->buddy, &where);
	}
	shadow_lab_result(lab, run, !broken,
			  "B6 the buddy survives that %llu free pages are overwritten",
			  bytes >> SHADOW_PAGE_SHIFT);
	if (broken)
		shadow_lab_fail(lab, broken, where);
}

static void test_heap_cut(struct shadow_run *run, struct shadow_lab *lab)
{
	u64 blocks[SHADOW_NR_ORDERS];
	u64 nr_free = shadow_lab_blocks(lab, blocks);
	u64 pa = shadow_lab_alloc_exact(lab, HEAP_PAGES);
	u64 left = shadow_lab_blocks(lab, blocks);

	if (pa == SHADOW_NO_PAGE && !shadow_lab_broken(lab)) {
		shadow_ktap_skip(&run->ktap, "H3", "the region is too small");
		return;
	}
	if (pa != SHADOW_NO_PAGE)
		shadow_lab_free_exact(lab, pa, HEAP_PAGES);
	shadow_lab_result(lab, run, left == nr_free - HEAP_PAGES,
			  "H3 %d pages cost %d, the tail of the block is freed",
			  HEAP_PAGES, HEAP_PAGES);
}

void shadow_selftest_buddy(struct shadow_run *run,
			   const struct shadow_setup *setup)
{
	struct shadow_lab *lab = setup->lab;

	shadow_lab_remember(lab);
	test_region(run, setup->region);
	test_descriptors(run, lab);
	test_alignment(run, lab);
	test_smallest(run, lab);
	test_ascending(run, lab);
	test_references(run, lab);
	test_refusals(run, lab);
	test_state(run, lab);
	test_heap_cut(run, lab);
	shadow_lab_compare(lab, run, "the self-test");
}
