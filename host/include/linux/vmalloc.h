/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: whole pages of memory from the C library. */
#pragma once

#include <linux/slab.h>
#include <linux/types.h>

#define vmalloc(size) \
	host_alloc(HOST_VMALLOC, 1, size, GFP_KERNEL, HOST_HERE)
#define vzalloc(size) \
	host_alloc(HOST_VMALLOC, 1, size, GFP_KERNEL | __GFP_ZERO, HOST_HERE)
#define vfree(at)		host_free(HOST_VMALLOC, at, HOST_HERE)

#define VM_MAP			0x04UL
#define PAGE_KERNEL		0

struct page;

void *host_vmap(struct page **pages, unsigned int nr, const char *where);
struct page *vmalloc_to_page(const void *at);

#define vmap(pages, nr, flags, prot) \
	((void)(flags), (void)(prot), host_vmap(pages, nr, HOST_HERE))
#define vunmap(at)		host_free(HOST_VMAP, at, HOST_HERE)
