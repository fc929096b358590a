/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: time, see ../../host.h. */
#pragma once

#include <linux/types.h>

#define NSEC_PER_SEC	1000000000L

typedef s64 ktime_t;

ktime_t ktime_get(void);

static inline ktime_t ktime_add_ns(ktime_t time, u64 ns)
{
	return time + ns;
}
