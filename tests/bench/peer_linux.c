// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux itself has: the allocator of its pages. It keeps to its own idea of RAM,
 * zones, watermarks and cpusets, and may be asked for any page of it.
 */
#include <linux/mm.h>
#include <linux/mmzone.h>
#include <linux/string.h>

#include "bench.h"

/* Nobody is woken, nothing is reclaimed, nothing is cleared. */
#define GFP_BENCH	__GFP_NOWARN

static inline u64 do_alloc(unsigned int order)
{
	struct page *page = alloc_pages(GFP_BENCH, order);

	return page ? (unsigned long)page : BENCH_NO_PAGE;
}

static inline void do_free(u64 pa, unsigned int order)
{
	__free_pages((struct page *)(unsigned long)pa, order);
}

#include "loops.h"

static bool make(const struct shadow_ranges *ram)
{
	return true;
}

static void drop(void)
{
}

static void loop_holds(u64 pa, u64 nr)
{
	struct page *page = (struct page *)(unsigned long)pa;

	while (nr--) {
		get_page(page);
		put_page(page);
	}
}

/* What its zones have; some pages wait on the lists of processors. */
static void count_blocks(u64 blocks[SHADOW_NR_ORDERS])
{
	const struct zone *zone = NODE_DATA(0)->node_zones;
	const struct zone *end = zone + MAX_NR_ZONES;
	unsigned int order;

	memset(blocks, 0, SHADOW_NR_ORDERS * sizeof(*blocks));
	for (; zone < end; zone++)
		for (order = 0; order < ARRAY_SIZE(zone->free_area); order++)
			blocks[order] += zone->free_area[order].nr_free;
}

const struct bench_peer bench_linux = {
	.name = "linux",
	.most = BENCH_PAGES,
	.make = make,
	.drop = drop,
	.holds = loop_holds,
	.blocks = count_blocks,
	BENCH_LOOPS,
};
