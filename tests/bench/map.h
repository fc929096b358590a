/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a peer begins and ends that has a map of its own in memory. Before it is
 * included these have to be there:
 *
 *	u64 start_bytes(const struct shadow_ranges *ram);
 *	void start(const struct shadow_ranges *ram, void *mem);
 *
 * BENCH_MAP in the peer's structure names them all.
 */
#ifndef BENCH_MAP_H
#define BENCH_MAP_H

#include "bench.h"

static void *map;

static bool make(const struct shadow_ranges *ram)
{
	map = bench_get_memory(start_bytes(ram));
	if (map)
		start(ram, map);
	return map;
}

static void drop(void)
{
	bench_put_memory(map);
}

#define BENCH_MAP \
	.make = make, .drop = drop, .start = start, \
	.start_bytes = start_bytes

#endif /* BENCH_MAP_H */
