/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: pages. See host_map() for where they lie. */
#pragma once

#include <linux/err.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#define PAGE_SHIFT		12
#define PAGE_SIZE		4096UL
#define PAGE_MASK		(~(PAGE_SIZE - 1))
#define PAGE_ALIGN(bytes)	(((bytes) + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1))
#define offset_in_page(at)	((unsigned long)(at) & ~PAGE_MASK)
/* No test has a region elsewhere than in the space of vmalloc. */
#define virt_to_phys(at)	page_to_phys(vmalloc_to_page(at))
#define page_to_phys(page)	((phys_addr_t)(unsigned long)(page))

/* A machine of 1 GiB. */
static inline unsigned long totalram_pages(void)
{
	return 1UL << (30 - PAGE_SHIFT);
}

/* What lies directly in the tree of /proc/iomem is memory. */
int pfn_is_map_memory(u64 pfn);
