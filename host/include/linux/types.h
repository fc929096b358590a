/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the kernel's integer types. */
#ifndef HOST_LINUX_TYPES_H
#define HOST_LINUX_TYPES_H

#include <linux/compiler.h>
#include <stddef.h>

typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

typedef u32 __be32;
typedef u64 dma_addr_t;
typedef u64 phys_addr_t;
typedef u64 resource_size_t;
typedef unsigned short umode_t;

/* As the C library has them, for files that include both. */
#ifdef __LP64__
typedef long ssize_t;
typedef long loff_t;
#else
typedef int ssize_t;
typedef long long loff_t;
#endif

#define bool	_Bool
#define true	1
#define false	0

#define gfp_t	unsigned int

struct list_head {
	struct list_head *next, *prev;
};

#define BITS_PER_LONG		(8 * (int)sizeof(long))
#define BITS_TO_LONGS(bits) \
	(((bits) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) \
	unsigned long name[BITS_TO_LONGS(bits)]

#endif
