// SPDX-License-Identifier: GPL-2.0-only
/*
 * How large the target makes its kernel heap. See heap_size.h.
 */
#include <linux/bitops.h>
#include <linux/export.h>
#include <linux/minmax.h>

#include "heap_size.h"
#include "ranges.h"

u64 shadow_heap_bytes(u64 total_ram)
{
	u64 bytes = clamp(total_ram / SHADOW_HEAP_DIVISOR,
			  SHADOW_HEAP_MIN, SHADOW_HEAP_MAX);

	return bytes & SHADOW_PAGE_MASK;
}
EXPORT_SYMBOL_GPL(shadow_heap_bytes);

unsigned int shadow_heap_order(u64 heap_bytes)
{
	return fls64((heap_bytes - 1) >> SHADOW_PAGE_SHIFT);
}
EXPORT_SYMBOL_GPL(shadow_heap_order);
