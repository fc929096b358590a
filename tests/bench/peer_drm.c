// SPDX-License-Identifier: GPL-2.0-only
/*
 * drm_buddy, the buddy of Linux's graphics drivers, over 1 GiB of addresses. It lies in
 * a module that may not be there, so this one is loaded without it, too. A block is a
 * descriptor of its own, from a slab. The caller is to bring a lock, and brings none
 * here.
 */
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mm.h>
#include <linux/module.h>

#include "bench.h"

/* Later kernels have it under another name. */
#if __has_include("drm/drm_buddy.h") && !__has_include("linux/gpu_buddy.h")
#include <drm/drm_buddy.h>

extern typeof(drm_buddy_init) drm_buddy_init __weak;
extern typeof(drm_buddy_fini) drm_buddy_fini __weak;
extern typeof(drm_buddy_alloc_blocks) drm_buddy_alloc_blocks __weak;
extern typeof(drm_buddy_free_block) drm_buddy_free_block __weak;

static struct drm_buddy buddy;

static inline u64 do_alloc(unsigned int order)
{
	struct drm_buddy_block *block;
	LIST_HEAD(blocks);

	if (drm_buddy_alloc_blocks(&buddy, 0, buddy.size, PAGE_SIZE << order,
				   PAGE_SIZE << order, &blocks, 0))
		return BENCH_NO_PAGE;
	block = list_first_entry(&blocks, struct drm_buddy_block, link);
	list_del(&block->link);
	return (unsigned long)block;
}

static inline void do_free(u64 pa, unsigned int order)
{
	drm_buddy_free_block(&buddy,
			     (struct drm_buddy_block *)(unsigned long)pa);
}

#include "loops.h"

static bool make(const struct shadow_ranges *ram)
{
	return bench_has_drm_buddy &&
		!drm_buddy_init(&buddy, shadow_ranges_pages(ram) * PAGE_SIZE,
				PAGE_SIZE);
}

static void drop(void)
{
	drm_buddy_fini(&buddy);
}

#else

static inline u64 do_alloc(unsigned int order)
{
	return BENCH_NO_PAGE;
}

static inline void do_free(u64 pa, unsigned int order)
{
}

#include "loops.h"

static bool make(const struct shadow_ranges *ram)
{
	return false;
}

static void drop(void)
{
}

#endif

const struct bench_peer bench_drm = {
	.name = "drm_buddy",
	.most = 8192,
	.make = make,
	.drop = drop,
	BENCH_LOOPS,
};
