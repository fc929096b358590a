/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: memory of the user. */
#pragma once

#include <linux/err.h>
#include <linux/slab.h>

#define memdup_user_nul(from, length)	host_memdup_user(from, length, HOST_HERE)

static inline void *host_memdup_user(const char __user *from, size_t length,
				     const char *where)
{
	char *copy = host_kmemdup_nul(from, length, GFP_KERNEL, where);

	return copy ? copy : ERR_PTR(-ENOMEM);
}
