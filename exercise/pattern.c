// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words that depend on their address. See pattern.h.
 */
#include <linux/compiler.h>
#include <linux/export.h>

#include "pattern.h"

/* Odd, so that no two addresses come to the same word. */
#define FACTOR		0x9e3779b97f4a7c15ULL

static u64 pattern(u64 pa, u64 seed)
{
	return (pa + seed) * FACTOR;
}

/* The pattern of the next word from that of the one before: cheaper. */
static u64 next(u64 pattern)
{
	return pattern + sizeof(pattern) * FACTOR;
}

void shadow_pattern_write(const struct shadow_lab *lab, u64 pa, u64 bytes,
			  u64 seed)
{
	u64 *word = shadow_lab_memory(lab, pa, bytes);
	u64 value = pattern(pa, seed);
	u64 i;

	if (!word)
		return;
	for (i = 0; i < bytes / sizeof(*word); i++, value = next(value))
		WRITE_ONCE(word[i], value);
}
EXPORT_SYMBOL_GPL(shadow_pattern_write);

u64 shadow_pattern_check(const struct shadow_lab *lab, u64 pa, u64 bytes,
			 u64 seed)
{
	const u64 *word = shadow_lab_memory(lab, pa, bytes);
	u64 value = pattern(pa, seed);
	u64 i;

	if (!word)
		return pa;
	for (i = 0; i < bytes / sizeof(*word); i++, value = next(value))
		if (READ_ONCE(word[i]) != value)
			return pa + i * sizeof(*word);
	return SHADOW_NO_PAGE;
}
EXPORT_SYMBOL_GPL(shadow_pattern_check);
