/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory to exercise the buddy on, allocated from the running kernel (X1).
 *
 * A node of the live tree names a CMA pool by its memory-region property; the
 * DMA API allocates a slice of that pool and frees it. Where there is no such
 * pool, or it has nothing free, the DMA API uses what it finds. The memory is
 * held only while something runs (X7).
 */
#ifndef SHADOW_REGION_H
#define SHADOW_REGION_H

#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/types.h>

#include "../ranges.h"
#include "run.h"

#define SHADOW_REGION_COMPATIBLE	"buddy-shadow,region"

struct shadow_region;
struct shadow_region_alloc;

/**
 * enum shadow_region_kind - where the memory came from
 * @SHADOW_REGION_NONE: there is none
 * @SHADOW_REGION_NOT_ALLOCATED: nobody asked for it yet
 * @SHADOW_REGION_CMA: from the pool that the node names
 * @SHADOW_REGION_DEFAULT_CMA: from the tree's linux,cma-default
 * @SHADOW_REGION_UNKNOWN: from ordinary pages, or from a default CMA area that
 *	the tree does not tell of
 */
enum shadow_region_kind {
	SHADOW_REGION_NONE,
	SHADOW_REGION_NOT_ALLOCATED,
	SHADOW_REGION_CMA,
	SHADOW_REGION_DEFAULT_CMA,
	SHADOW_REGION_UNKNOWN,
};

/**
 * struct shadow_region_ops - how a region gets its memory
 * @alloc: allocate it for a run: sets @kind, @pa, @bytes, @va and @note of the
 *	region; without memory @va is NULL and @note says why. Returns 0, or an
 *	error that ends the run, with the region as it was
 * @free: free what @alloc allocated
 */
struct shadow_region_ops {
	int (*alloc)(struct shadow_region *region, struct shadow_run *run);
	void (*free)(const struct shadow_region *region);
};

/**
 * struct shadow_region - memory to exercise on
 * @kind: where it came from
 * @pa: physical address, page aligned
 * @bytes: size; like the two above still known after it was freed
 * @va: where the kernel mapped it, perhaps uncached; NULL while it is not held
 * @ops: how it is allocated and freed; NULL where it is there for good
 * @wanted: bytes to ask for
 * @alloc: the memory as the DMA API knows it
 * @pdev: the device in whose name it is allocated
 * @pool_bound: the device was given the pool
 * @has_pool: @pool is set
 * @pool: range of the pool that the node names
 * @pool_name: name of the pool's node
 * @note: what did not go as asked, and what was done instead; may be empty
 * @note_len: its length; strlen() would import what 5.10 and 5.15 lack
 * @note_kept: how much of that is true of each allocation
 */
struct shadow_region {
	enum shadow_region_kind kind;
	u64 pa;
	u64 bytes;
	void *va;
	const struct shadow_region_ops *ops;
	u64 wanted;
	struct shadow_region_alloc *alloc;
	struct platform_device *pdev;
	bool pool_bound;
	bool has_pool;
	struct shadow_range pool;
	char pool_name[48];
	char note[256];
	size_t note_len;
	size_t note_kept;
};

/**
 * shadow_region_phys() - where a page of the mapping lies
 * @va: any byte of a region, as the kernel mapped it
 *
 * Return: the physical address of that byte.
 */
static inline u64 shadow_region_phys(const void *va)
{
	if (is_vmalloc_addr(va))
		return page_to_phys(vmalloc_to_page(va)) + offset_in_page(va);
	return virt_to_phys((void *)va);
}

/**
 * shadow_region_find() - find out where memory comes from; allocate none
 * @region: result; shadow_region_release() releases it, after an error too
 * @path: full path of a node with a memory-region property, or NULL for the
 *	first available node compatible with "buddy-shadow,region"
 * @bytes: how much to allocate later; 0 for the whole pool, but no more than 64 MiB
 *
 * That there is no pool is a result with a note, not an error.
 *
 * Return: 0, -EINVAL where @path names no node or one without memory-region,
 * -ENOMEM, or what registering a platform device returns.
 */
int shadow_region_find(struct shadow_region *region, const char *path,
		       u64 bytes);

/**
 * shadow_region_release() - forget the region
 * @region: what was found; its memory is not held
 */
void shadow_region_release(struct shadow_region *region);

#endif /* SHADOW_REGION_H */
