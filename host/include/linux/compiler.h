/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: attributes, hints, and accesses of one thread. */
#pragma once

#define __printf(text, first)	__attribute__((__format__(printf, text, first)))
#define __aligned(bytes)	__attribute__((aligned(bytes)))
#define __user
#define __init
#define __exit
#define __flatten	__attribute__((flatten))
#define noinline	__attribute__((noinline))
#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

/* One thread: the order of accesses is the program's. */
#define READ_ONCE(x)		(x)
#define WRITE_ONCE(x, value)	((x) = (value))
#define smp_load_acquire(at)	READ_ONCE(*(at))	/* nobody else */
#define smp_store_release(at, value) \
	WRITE_ONCE(*(at), value)			/* nobody else */

/* Where something was called, for messages. */
#define HOST_LINE_(line)	#line
#define HOST_LINE(line)		HOST_LINE_(line)
#define HOST_HERE		__FILE__ ":" HOST_LINE(__LINE__)
