// SPDX-License-Identifier: GPL-2.0-only
/*
 * Room for the descriptors of more RAM than this machine could have descriptors for:
 * 96 GiB for 16 TiB. They are set to zero and not looked at again, so it does not
 * matter that some of them are the same memory; but that of list heads, of each free
 * block's first page, and of the bank is a page of its own:
 *
 *	| p | cell 0    | p | cell 1    | ...		a cell: 4 GiB of RAM
 *	 ^ ----------- zeros, in the memory of the SHARED-th cell before
 *	 descriptor of the first page, which is aligned to 4 GiB
 *
 * The cells that differ are more than what a cache holds, so that each of them has
 * gone from there before it is set again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/mman.h>

#include "bench.h"

#define CELL	(sizeof(struct shadow_page) << SHADOW_MAX_ORDER)
#define SHARED	32ULL

static void must(bool good)
{
	if (!good) {
		perror("native: memory for descriptors");
		exit(2);
	}
}

static void put(char *at, u64 bytes, int file, u64 from)
{
	must(mmap(at, bytes, PROT_READ | PROT_WRITE,
		  MAP_SHARED | MAP_FIXED | MAP_POPULATE, file, from) == at);
}

/* Written once, so that no page is clean when something is measured. */
static void touch(volatile char *map, u64 bytes, u64 page)
{
	u64 at;

	for (at = 0; at < bytes; at += page)
		map[at] = 0;
}

/* The list heads come first, so the descriptors end in a cell that has just begun. */
static u64 cells(u64 bytes)
{
	return bytes / CELL + 1;
}

void *bench_get_map(u64 bytes)
{
	u64 page = sysconf(_SC_PAGESIZE), nr = cells(bytes), i;
	int file = memfd_create("descriptors", 0);
	char *map = mmap(NULL, nr * CELL, PROT_NONE,
			 MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	must(file >= 0 && map != MAP_FAILED);
	must(!ftruncate(file, SHARED * CELL + nr * page));
	for (i = 0; i < nr; i++) {
		put(map + i * CELL, page, file, SHARED * CELL + i * page);
		put(map + i * CELL + page, CELL - page, file,
		    i % SHARED * CELL + page);
	}
	close(file);
	touch(map, nr * CELL, page);
	return map;
}

void bench_put_map(void *map, u64 bytes)
{
	munmap(map, cells(bytes) * CELL);
}
