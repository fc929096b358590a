// SPDX-License-Identifier: GPL-2.0-only
/*
 * Linux's ways to place dynamic nodes. See rows.h.
 *
 * Read in drivers/of/{of_reserved_mem,fdt}.c, mm/{memblock,cma}.c and lib/sort.c of
 * the releases, and seen on those that boot (tests/kernels). A CMA pool is aligned
 * to a block of pages: up to 5.15 to the largest of the buddy allocator, later to
 * that of a huge page where the configuration has those (6.1 and 6.6: HUGETLB_PAGE).
 * Google's builds have room for more nodes.
 */
#include <linux/cma.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/version.h>

#include "rows.h"

#define ROW_5_15 \
	.order = SHADOW_ORDER_HEAP, .nested = true, .all_limited = true
#define ROW_5_10	ROW_5_15, .frees_no_map = true
#define ROW_6_1		.order = SHADOW_ORDER_HEAP, .all_limited = true
#define ROW_6_6 \
	.order = SHADOW_ORDER_TREE, .beside = SHADOW_BESIDE_ANY, \
	.all_limited = true
#define ROW_6_12 \
	.order = SHADOW_ORDER_TREE, .beside = SHADOW_BESIDE_PLACED, \
	.memreserve_late = true
#define ROW_7		ROW_6_12, .drops_bad_pools = true

#define LIMITS(nodes, page, cma) \
	.most_nodes = (nodes), .page_bytes = (page), .cma_bytes = (cma)

static const struct shadow_row rows[] = {
	{ "5.10", ROW_5_10, LIMITS(64, SZ_4K, SZ_4M) },
	{ "5.15", ROW_5_15, LIMITS(64, SZ_4K, SZ_4M) },
	{ "5.15-gki", ROW_5_15, LIMITS(128, SZ_4K, SZ_4M) },
	{ "6.1", ROW_6_1, LIMITS(64, SZ_4K, SZ_2M) },
	{ "6.1-gki", ROW_6_1, LIMITS(128, SZ_4K, SZ_4M) },
	{ "6.6", ROW_6_6, LIMITS(64, SZ_4K, SZ_2M) },
	{ "6.6-gki", ROW_6_6, LIMITS(128, SZ_4K, SZ_4M) },
	{ "6.6-gki-16k", ROW_6_6, LIMITS(128, SZ_16K, SZ_32M) },
	{ "6.12", ROW_6_12, LIMITS(64, SZ_4K, SZ_2M) },
	{ "6.12-16k", ROW_6_12, LIMITS(64, SZ_16K, SZ_32M) },
	{ "7.x", ROW_7, LIMITS(64, SZ_4K, SZ_2M) },
	{ "7.x-16k", ROW_7, LIMITS(64, SZ_16K, SZ_32M) },
};

/* The kernel that this is built for. Google's have hooks for their vendors. */
#ifdef CONFIG_ANDROID_VENDOR_HOOKS
#define GKI_NODES 128
#else
#define GKI_NODES 64
#endif
#if KERNEL_VERSION(5, 15, 0) > LINUX_VERSION_CODE
#define RELEASE "5.10"
#define OWN ROW_5_10, .most_nodes = 64
#elif KERNEL_VERSION(5, 18, 0) > LINUX_VERSION_CODE
#define RELEASE "5.15"
#define OWN ROW_5_15, .most_nodes = GKI_NODES
#elif KERNEL_VERSION(6, 6, 0) > LINUX_VERSION_CODE
#define RELEASE "6.1"
#define OWN ROW_6_1, .most_nodes = GKI_NODES
#elif KERNEL_VERSION(6, 12, 0) > LINUX_VERSION_CODE
#define RELEASE "6.6"
#define OWN ROW_6_6, .most_nodes = GKI_NODES
#elif KERNEL_VERSION(7, 0, 0) > LINUX_VERSION_CODE
#define RELEASE "6.12"
#define OWN ROW_6_12, .most_nodes = 64
#else
#define RELEASE "7.x"
#define OWN ROW_7, .most_nodes = 64
#endif

#ifdef CMA_MIN_ALIGNMENT_BYTES
#define CMA_BYTES CMA_MIN_ALIGNMENT_BYTES
#else
#define CMA_BYTES (PAGE_SIZE << (pageblock_order > MAX_ORDER - 1 ? \
				 pageblock_order : MAX_ORDER - 1))
#endif

static const struct shadow_row own = {
	RELEASE "-own", OWN, .page_bytes = PAGE_SIZE, .cma_bytes = CMA_BYTES,
};

const struct shadow_row *shadow_row_at(u32 at)
{
	return at < ARRAY_SIZE(rows) ? &rows[at] : NULL;
}
EXPORT_SYMBOL_GPL(shadow_row_at);

const struct shadow_row *shadow_row_find(const char *name)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strcmp(rows[i].name, name))
			return &rows[i];
	return NULL;
}
EXPORT_SYMBOL_GPL(shadow_row_find);

const struct shadow_row *shadow_row_running(void)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		if (!strncmp(rows[i].name, RELEASE, sizeof(RELEASE) - 1) &&
		    rows[i].most_nodes == own.most_nodes &&
		    rows[i].page_bytes == own.page_bytes &&
		    rows[i].cma_bytes == own.cma_bytes)
			return &rows[i];
	return &own;
}
EXPORT_SYMBOL_GPL(shadow_row_running);
