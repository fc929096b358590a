/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: bit numbers, counted as the kernel counts them. */
#pragma once

#include <linux/bits.h>
#include <linux/types.h>

/* Number of the highest set bit, counted from 1; 0 for 0. */
static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

/* Number of the lowest set bit, counted from 1; 0 for 0. */
static inline int ffs(int x)
{
	return __builtin_ffs(x);
}

/* Number of the lowest set bit, counted from 0. Not for 0. */
static inline unsigned long __ffs(unsigned long x)
{
	return __builtin_ctzl(x);
}

static inline unsigned long __ffs64(u64 x)
{
	return __builtin_ctzll(x);
}

static inline unsigned int hweight32(u32 x)
{
	return __builtin_popcount(x);
}

/* One thread: nothing comes between the parts of what is atomic in a kernel. */
static inline bool test_bit(long nr, const unsigned long *map)
{
	return map[nr / BITS_PER_LONG] >> nr % BITS_PER_LONG & 1;
}

static inline bool test_and_set_bit(long nr, unsigned long *map)
{
	bool old = test_bit(nr, map);

	map[nr / BITS_PER_LONG] |= 1UL << nr % BITS_PER_LONG;
	return old;
}

static inline bool test_and_clear_bit(long nr, unsigned long *map)
{
	bool old = test_bit(nr, map);

	map[nr / BITS_PER_LONG] &= ~(1UL << nr % BITS_PER_LONG);
	return old;
}

static inline void clear_bit(long nr, unsigned long *map)
{
	test_and_clear_bit(nr, map);
}
