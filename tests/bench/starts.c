// SPDX-License-Identifier: GPL-2.0-only
/*
 * To begin with so many GiB of RAM, beside a memset of the same bytes in the same
 * memory: each descriptor has to be set, so that is the least that it can cost.
 *
 *	bench: init-gib-64 project COUNT	of all of it, not a page
 *	bench: init-gib-64 memset COUNT
 *	bench: begun-gib-64 project COUNT	blocks of 4 GiB that it has then
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bench.h"

#define BLOCK_GIB	4U	/* of order 20, the largest */
#define FIRST		(BLOCK_GIB * BENCH_GIB)
#define MOST_BLOCKS	4096

/* A count of instructions is the same each time; the more RAM the steadier a time is. */
#ifdef __KERNEL__
static const unsigned int sizes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256 };
#define ROUNDS(gib)	1
#else
static const unsigned int sizes[] = { 8, 64, 512, 4096, 16384 };
#define ROUNDS(gib)	((gib) > 4096 ? 1 : (gib) > 64 ? 3 : 9)
#endif

/* What it can hand out: had it not all of its memory, some would be lost, or twice. */
static unsigned int count_blocks(const struct bench_peer *p, unsigned int gib)
{
	static bool seen[MOST_BLOCKS];
	unsigned int nr = 0;

	memset(seen, 0, sizeof(seen));
	while (nr <= MOST_BLOCKS) {
		u64 pa = p->alloc(SHADOW_MAX_ORDER);
		u64 at = (pa - FIRST) / BENCH_GIB;

		if (pa == BENCH_NO_PAGE)
			break;
		if (pa % FIRST || at >= gib || seen[at / BLOCK_GIB])
			return 0;
		seen[at / BLOCK_GIB] = true;
		nr++;
	}
	return nr;
}

static bool begin(const struct bench_peer *p, unsigned int gib)
{
	struct shadow_range range = { FIRST, FIRST + gib * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	u64 bytes = p->start_bytes(&ram);
	void *mem = bench_get_map(bytes);
	unsigned int round;
	char name[32];

	if (!mem)
		return false;
	snprintf(name, sizeof(name), "init-gib-%u", gib);
	for (round = 0; round < ROUNDS(gib); round++) {
		bench_say(name, p->name, BENCH_COST(p->start(&ram, mem)), 1);
		if (!round && gib >= BLOCK_GIB) {
			char begun[32];

			snprintf(begun, sizeof(begun), "begun-gib-%u", gib);
			bench_say(begun, p->name, count_blocks(p, gib), 1);
		}
		bench_say(name, "memset", BENCH_COST(memset(mem, 0, bytes)), 1);
	}
	bench_put_map(mem, bytes);
	return true;
}

void bench_starts(const struct bench_peer *p, unsigned int most)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sizes) && sizes[i] <= most; i++)
		if (!begin(p, sizes[i]))
			break;
}
