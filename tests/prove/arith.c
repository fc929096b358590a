// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of heap_size.c and of the orders of blocks, against the text of the
 * clauses, for every number that a u64 holds.
 */
#include "prove.h"

#include "../../heap_size.c"

#define MIB	(1024ULL * 1024)
#define PAGE	4096ULL

/* H1: RAM / 128, at least 16 and at most 64 MiB, in whole pages. */
void heap_bytes(void)
{
	u64 ram = nondet_u64();
	u64 heap = shadow_heap_bytes(ram);

	ASSERT(heap % PAGE == 0, "whole pages");
	ASSERT(16 * MIB <= heap && heap <= 64 * MIB, "16 to 64 MiB");
	if (ram <= 2048 * MIB)
		ASSERT(heap == 16 * MIB, "16 MiB up to 2 GiB of RAM");
	else if (ram >= 8192 * MIB)
		ASSERT(heap == 64 * MIB, "64 MiB from 8 GiB of RAM on");
	else
		ASSERT(heap <= ram / 128 && ram / 128 < heap + PAGE,
		       "a 128th, rounded down by less than a page");
	REACHABLE(heap > 16 * MIB && heap < 64 * MIB, "between");
	REACHABLE(heap == 64 * MIB, "the most");
}

/* H3: the smallest order that holds the heap. */
void heap_order(void)
{
	u64 heap = nondet_u64();
	unsigned int order;

	ASSUME(heap >= PAGE && heap <= 1ULL << 63 && heap % PAGE == 0);
	order = shadow_heap_order(heap);
	ASSERT(order <= 51, "4096 << order is a u64");
	ASSERT(PAGE << order >= heap, "the block holds the heap");
	ASSERT(!order || PAGE << (order - 1) < heap, "half would not");
	REACHABLE(heap == 24 * MIB && order == 13, "the known trap");
	REACHABLE(order == 51, "the largest");
}
