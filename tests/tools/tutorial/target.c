// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a small kernel does with the memory of board.dts as it starts, with a mistake
 * in it: the target of Documentation/first-divergence.rst. A real one reads the
 * numbers below from its device tree.
 */
#include <stdio.h>

#define RAM_BASE	0x40000000ULL
#define RAM_BYTES	(3ULL << 30)
#define IMAGE_BASE	0x40200000ULL
#define IMAGE_BYTES	0x1e00000ULL
#define PAGE_BYTES	4096ULL

/* A share of RAM, within bounds (H1). */
static unsigned long long heap_bytes(void)
{
	unsigned long long bytes = RAM_BYTES / 128;

	if (bytes < 16ULL << 20)
		return 16ULL << 20;
	return bytes > 64ULL << 20 ? 64ULL << 20 : bytes;
}

/* The order of the block that the heap is cut from (H3). */
static unsigned int heap_order(unsigned long long pages)
{
	return __builtin_ctzll(pages);
}

int main(void)
{
	unsigned long long pages = RAM_BYTES / PAGE_BYTES;
	unsigned long long mem_map = IMAGE_BASE + IMAGE_BYTES;
	unsigned int order = heap_order(heap_bytes() / PAGE_BYTES);
	unsigned long long block = PAGE_BYTES << order;
	unsigned long long rest = mem_map + pages * 24;
	unsigned long long heap = (rest + block - 1) / block * block;

	printf("memory-layout begin\n");
	printf("total_ram: %llu\n", RAM_BYTES);
	printf("mem_map_bytes: %llu\n", pages * 24);
	printf("mem_map_base: 0x%llx\n", mem_map);
	printf("heap_bytes: %llu\n", heap_bytes());
	printf("heap_order: %u\n", order);
	printf("heap_base: 0x%llx\n", heap);
	printf("free: 0x%llx,0x%llx\n", rest, RAM_BASE + RAM_BYTES - rest);
	printf("memory-layout end\n");
	return 0;
}
