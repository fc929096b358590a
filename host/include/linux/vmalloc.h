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

struct page;

struct page *vmalloc_to_page(const void *at);
bool is_vmalloc_addr(const void *at);
