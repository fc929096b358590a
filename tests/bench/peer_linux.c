// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux itself has: the allocator of its pages. It keeps to its own idea of RAM,
 * zones, watermarks and cpusets, and may be asked for any page of it.
 */
#include <linux/mm.h>

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

const struct bench_peer bench_linux = {
	.name = "linux",
	.most = BENCH_PAGES,
	.make = make,
	.drop = drop,
	.holds = loop_holds,
	BENCH_LOOPS,
};
