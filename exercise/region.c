// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory to exercise the buddy on. See region.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "region.h"
#include "region_alloc.h"

#define AUTO_BYTES	SZ_64M	/* from a pool, unless told otherwise */
#define AUTO_PAGES	SZ_4M	/* from elsewhere */

static __printf(2, 3) void note(struct shadow_region *region,
				const char *fmt, ...)
{
	size_t len = region->note_len, most = sizeof(region->note) - 1;
	va_list args;

	if (len)
		len += scnprintf(region->note + len,
				 sizeof(region->note) - len, "; ");
	va_start(args, fmt);
	len += vsnprintf(region->note + len, sizeof(region->note) - len, fmt,
			 args);
	va_end(args);
	region->note_len = min(len, most);
}

/* The node that names the pool. NULL: there is none, and none was asked for. */
static struct device_node *find_node(struct shadow_region *region,
				     const char *path)
{
	struct device_node *np;

	if (!path) {
		for_each_compatible_node(np, NULL, SHADOW_REGION_COMPATIBLE)
			if (of_device_is_available(np))
				return np;
		note(region, "no available node is compatible with \"%s\"",
		     SHADOW_REGION_COMPATIBLE);
		return NULL;
	}
	np = of_find_node_by_path(path);
	if (!np) {
		pr_err("region=%s: expected the full path of a node with a memory-region property, found no such node\n",
		       path);
		return ERR_PTR(-EINVAL);
	}
	if (!of_find_property(np, "memory-region", NULL)) {
		pr_err("region=%s: expected a node with a memory-region property, this one has none\n",
		       path);
		of_node_put(np);
		return ERR_PTR(-EINVAL);
	}
	return np;
}

/* Is the pool of the node one that CMA shares with the kernel? Where is it? */
static bool find_pool(struct shadow_region *region, struct device_node *np)
{
	struct device_node *pool_np = of_parse_phandle(np, "memory-region", 0);
	struct reserved_mem *pool = NULL;

	if (!pool_np) {
		note(region, "memory-region of %pOF names no node", np);
		return false;
	}
	if (!of_device_is_compatible(pool_np, "shared-dma-pool") ||
	    !of_find_property(pool_np, "reusable", NULL)) {
		note(region, "%pOF is not a CMA pool (shared-dma-pool, reusable)",
		     pool_np);
	} else {
		pool = of_reserved_mem_lookup(pool_np);
		if (!pool || !pool->size)
			note(region, "the kernel gave %pOF no memory", pool_np);
	}
	if (pool && pool->size) {
		region->has_pool = true;
		region->pool.start = pool->base;
		region->pool.last = pool->base + pool->size - 1;
		scnprintf(region->pool_name, sizeof(region->pool_name), "%pOFn",
			  pool_np);
	}
	of_node_put(pool_np);
	return region->has_pool;
}

static void bind_pool(struct shadow_region *region, struct device_node *np)
{
	int err;

	if (!find_pool(region, np))
		return;
	err = of_reserved_mem_device_init_by_idx(&region->pdev->dev, np, 0);
	if (err)
		note(region, "the kernel does not give access to %s: %pe",
		     region->pool_name, ERR_PTR(err));
	else
		region->pool_bound = true;
}

static u64 pool_bytes(const struct shadow_region *region)
{
	return region->pool.last - region->pool.start + 1;
}

/* How much to ask for first. */
static u64 first_bytes(struct shadow_region *region, u64 bytes)
{
	u64 most = region->pool_bound ? pool_bytes(region) : AUTO_PAGES;

	if (!bytes)
		return min_t(u64, most, AUTO_BYTES);
	if (region->pool_bound && bytes > most) {
		note(region, "size=%llu is more than the %llu bytes of %s",
		     bytes, most, region->pool_name);
		return most;
	}
	return PAGE_ALIGN(bytes);
}

static bool lies_in(const struct shadow_region *region,
		    const struct shadow_range *range)
{
	return region->pa >= range->start &&
	       region->pa + region->bytes - 1 <= range->last;
}

/* Does it lie in the CMA area that the tree makes the kernel's default? */
static bool in_default_cma(const struct shadow_region *region)
{
	struct device_node *parent = of_find_node_by_path("/reserved-memory");
	struct device_node *np;
	bool found = false;

	for_each_child_of_node(parent, np) {
		struct reserved_mem *area = NULL;

		if (of_find_property(np, "linux,cma-default", NULL))
			area = of_reserved_mem_lookup(np);
		if (!area || !area->size)
			continue;
		found = found ||
			lies_in(region, &(struct shadow_range){
				area->base, area->base + area->size - 1 });
	}
	of_node_put(parent);
	return found;
}

static enum shadow_region_kind find_kind(const struct shadow_region *region)
{
	if (region->pool_bound && lies_in(region, &region->pool))
		return SHADOW_REGION_CMA;
	return in_default_cma(region) ? SHADOW_REGION_DEFAULT_CMA :
					SHADOW_REGION_UNKNOWN;
}

static void note_place(struct shadow_region *region, u64 last_bytes)
{
	if (region->bytes < region->wanted)
		note(region, "the kernel could not spare %llu bytes, allocated %llu",
		     region->wanted, region->bytes);
	if (region->bytes < last_bytes)
		note(region, "the last time it was %llu bytes", last_bytes);
	if (region->kind == SHADOW_REGION_DEFAULT_CMA)
		note(region, "allocated from the default CMA area");
	if (region->kind == SHADOW_REGION_UNKNOWN)
		note(region, "allocated from a place unknown");
}

static void set_none(struct shadow_region *region)
{
	region->kind = SHADOW_REGION_NONE;
	region->pa = 0;
	region->bytes = 0;
}

static void set_memory(struct shadow_region *region)
{
	u64 last_bytes = region->bytes;

	region->va = region->alloc->va;
	region->bytes = region->alloc->bytes;
	region->pa = shadow_region_phys(region->va);
	region->kind = find_kind(region);
	note_place(region, last_bytes);
}

static int alloc_memory(struct shadow_region *region, struct shadow_run *run)
{
	int err = shadow_region_alloc_run(region->alloc, run);

	if (err && err != -ETIMEDOUT)
		return err;
	region->note_len = region->note_kept;
	region->note[region->note_len] = 0;
	if (!err && region->alloc->va) {
		set_memory(region);
		return 0;
	}
	set_none(region);
	if (err)
		note(region, "the kernel did not allocate %llu bytes in %u s",
		     region->wanted, SHADOW_REGION_SECONDS);
	else
		note(region, "the kernel could not spare %llu bytes",
		     region->alloc->bytes);
	return 0;
}

static void free_memory(const struct shadow_region *region)
{
	shadow_region_alloc_free(region->alloc);
}

static const struct shadow_region_ops dma_ops = { alloc_memory, free_memory };

/* In whose name the DMA API allocates. */
static int register_device(struct shadow_region *region)
{
	struct platform_device_info info = {
		.name = "buddy-shadow",
		.id = PLATFORM_DEVID_AUTO,
		.dma_mask = DMA_BIT_MASK(64),
	};
	struct platform_device *pdev = platform_device_register_full(&info);

	if (IS_ERR(pdev)) {
		pr_err("no platform device to allocate memory for: %pe\n", pdev);
		return PTR_ERR(pdev);
	}
	region->pdev = pdev;
	region->alloc = kzalloc(sizeof(*region->alloc), GFP_KERNEL);
	if (region->alloc)
		return 0;
	pr_err("no memory for the region\n");
	return -ENOMEM;
}

int shadow_region_find(struct shadow_region *region, const char *path,
		       u64 bytes)
{
	struct device_node *np;
	int err;

	memset(region, 0, sizeof(*region));
	np = find_node(region, path);
	if (IS_ERR(np))
		return PTR_ERR(np);
	err = register_device(region);
	if (!err && np)
		bind_pool(region, np);
	of_node_put(np);
	if (err)
		return err;
	region->wanted = first_bytes(region, bytes);
	shadow_region_alloc_init(region->alloc, &region->pdev->dev,
				 region->wanted);
	region->kind = SHADOW_REGION_NOT_ALLOCATED;
	region->ops = &dma_ops;
	region->note_kept = region->note_len;
	return 0;
}

void shadow_region_release(struct shadow_region *region)
{
	if (region->alloc)
		shadow_region_alloc_end(region->alloc);
	kfree(region->alloc);
	if (region->pool_bound)
		of_reserved_mem_device_release(&region->pdev->dev);
	if (region->pdev)
		platform_device_unregister(region->pdev);
	memset(region, 0, sizeof(*region));
}
