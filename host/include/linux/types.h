/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the kernel's integer types. */
#ifndef HOST_LINUX_TYPES_H
#define HOST_LINUX_TYPES_H

#include <stddef.h>

typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define bool	_Bool
#define true	1
#define false	0

#define gfp_t	unsigned int

#define __aligned(bytes)	__attribute__((aligned(bytes)))

#endif
