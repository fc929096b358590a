// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words that depend on their address. See pattern.h.
 */
#include <linux/compiler.h>
#include <linux/export.h>

#include "pattern.h"

static u64 pattern(u64 pa, u64 seed)
{
	return (pa + seed) * 0x9e3779b97f4a7c15ULL;
}

void shadow_pattern_write(const struct shadow_lab *lab, u64 pa, u64 bytes,
			  u64 seed)
{
	u64 *word = shadow_lab_memory(lab, pa, bytes);
	u64 end = pa + bytes;

	if (!word)
		return;
	for (; pa < end; pa += sizeof(*word))
		WRITE_ONCE(*word++, pattern(pa, seed));
}
EXPORT_SYMBOL_GPL(shadow_pattern_write);

u64 shadow_pattern_check(const struct shadow_lab *lab, u64 pa, u64 bytes,
			 u64 seed)
{
	const u64 *word = shadow_lab_memory(lab, pa, bytes);
	u64 end = pa + bytes;

	if (!word)
		return pa;
	for (; pa < end; pa += sizeof(*word))
		if (READ_ONCE(*word++) != pattern(pa, seed))
			return pa;
	return SHADOW_NO_PAGE;
}
EXPORT_SYMBOL_GPL(shadow_pattern_check);
