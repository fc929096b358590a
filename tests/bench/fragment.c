// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a region falls to pieces. All pages of 1 GiB are allocated, a random half is
 * freed; then, round after round, a random tenth of the others is freed and as much is
 * allocated. Counted are the free blocks of 2 MiB, of which 256 could be,
 * and those of 32 KiB, of which 16384 could be.
 *
 *	bench: order-9-round-20 PEER COUNT
 */
#include <linux/kernel.h>

#include "bench.h"

#define ROUNDS	400
#define STEP	20
#define HALF	(BENCH_PAGES / 2)

static void say(const struct bench_peer *p, unsigned int order,
		unsigned int round)
{
	u64 blocks[SHADOW_NR_ORDERS], sum = 0;
	char name[32];
	unsigned int n;

	/* A larger block has several of that order. */
	p->blocks(blocks);
	for (n = order; n < SHADOW_NR_ORDERS; n++)
		sum += blocks[n] << (n - order);
	snprintf(name, sizeof(name), "order-%u-round-%u", order, round);
	bench_say(name, p->name, sum, 1);
}

void bench_fragment(const struct bench_peer *p)
{
	struct shadow_range range = { BENCH_GIB, 2 * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	u64 *pa = bench_tables.pa;
	unsigned int round;

	if (!p->blocks || !p->make(&ram))
		return;
	p->take(pa, BENCH_PAGES, 0);
	bench_shuffle(pa, BENCH_PAGES, 7);
	p->give(pa + HALF, HALF, 0);
	for (round = 0; round <= ROUNDS; round++) {
		if (round % STEP == 0) {
			say(p, 3, round);
			say(p, 9, round);
		}
		bench_shuffle(pa, HALF, round + 1);
		p->give(pa, HALF / 10, 0);
		p->take(pa, HALF / 10, 0);
	}
	p->drop();
}
