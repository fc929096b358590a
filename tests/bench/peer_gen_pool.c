// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's gen_pool over 1 GiB of addresses, a page a bit. What it looks for it looks
 * for from the front: in bulk it gets few pages.
 */
#include <linux/genalloc.h>
#include <linux/mm.h>

#include "bench.h"

static struct gen_pool *pool;

static inline u64 do_alloc(unsigned int order)
{
	unsigned long pa = gen_pool_alloc(pool, PAGE_SIZE << order);

	return pa ?: BENCH_NO_PAGE;
}

static inline void do_free(u64 pa, unsigned int order)
{
	gen_pool_free(pool, pa, PAGE_SIZE << order);
}

#include "loops.h"

static bool make(const struct shadow_ranges *ram)
{
	pool = gen_pool_create(PAGE_SHIFT, -1);
	if (pool && !gen_pool_add(pool, ram->range[0].start,
				  shadow_ranges_pages(ram) * PAGE_SIZE, -1))
		return true;
	if (pool)
		gen_pool_destroy(pool);
	return false;
}

static void drop(void)
{
	gen_pool_destroy(pool);
}

const struct bench_peer bench_gen_pool = {
	.name = "gen_pool",
	.most = 8192,
	.make = make,
	.drop = drop,
	BENCH_LOOPS,
};
