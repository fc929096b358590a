/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the kernel's integer types. */
#pragma once

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

/* Not types, so that what the C library calls so can come before. */
#define __be32		u32
#define dma_addr_t	u64
#define phys_addr_t	u64
#define resource_size_t	u64
#define umode_t		unsigned short
#define ssize_t		long
#define loff_t		long long

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
