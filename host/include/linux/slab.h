/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: memory from the C library, counted and checked. */
#pragma once

#include <linux/gfp.h>
#include <linux/types.h>
#include <stdarg.h>

/* How it was asked for says how it has to be freed. */
enum host_kind { HOST_VMALLOC, HOST_KMALLOC, HOST_KVMALLOC };

void *host_alloc(enum host_kind kind, size_t nr, size_t size, gfp_t gfp,
		 const char *where);
void host_free(enum host_kind kind, const void *at, const char *where);

#define host_kmalloc(nr, size, gfp) \
	host_alloc(HOST_KMALLOC, nr, size, gfp, HOST_HERE)
#define host_kvmalloc(nr, size, gfp) \
	host_alloc(HOST_KVMALLOC, nr, size, gfp, HOST_HERE)

#define kmalloc(size, gfp)		host_kmalloc(1, size, gfp)
#define kzalloc(size, gfp)		host_kmalloc(1, size, (gfp) | __GFP_ZERO)
#define kvmalloc(size, gfp)		host_kvmalloc(1, size, gfp)
#define kvzalloc(size, gfp)		host_kvmalloc(1, size, (gfp) | __GFP_ZERO)
#define kvmalloc_array(nr, size, gfp)	host_kvmalloc(nr, size, gfp)
#define kvcalloc(nr, size, gfp)		host_kvmalloc(nr, size, (gfp) | __GFP_ZERO)

#define kfree(at)			host_free(HOST_KMALLOC, at, HOST_HERE)
#define kvfree(at)			host_free(HOST_KVMALLOC, at, HOST_HERE)

char *host_kmemdup_nul(const char *text, size_t length, gfp_t gfp,
		       const char *where);
__printf(3, 4) char *host_kasprintf(const char *where, gfp_t gfp,
				    const char *format, ...);

static inline char *host_kstrdup(const char *text, gfp_t gfp,
				 const char *where)
{
	return text ? host_kmemdup_nul(text, __builtin_strlen(text), gfp,
				       where) : NULL;
}

#define kstrdup(text, gfp)	host_kstrdup(text, gfp, HOST_HERE)
#define kasprintf(gfp, ...)	host_kasprintf(HOST_HERE, gfp, __VA_ARGS__)
