// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a region falls to pieces. All pages are allocated, a random half is freed; then,
 * round after round, a random tenth of the others is freed and as much is allocated.
 * Counted are the free blocks of 2 MiB, as if 256 could be there (512 pages
 * each, 1 GiB), and those of 32 KiB, of which 16384 could be then.
 *
 *	bench: order-9-round-20 PEER COUNT
 *	bench: order-9-full PEER COUNT		what nobody got, not counted elsewhere
 *	bench: pages-filled PEER COUNT
 */
#include <linux/kernel.h>

#include "bench.h"

#define STEP	20

static u64 count(const struct bench_peer *p, unsigned int order)
{
	u64 blocks[SHADOW_NR_ORDERS], sum = 0;
	unsigned int n;

	/* A larger block has several of that order. */
	p->blocks(blocks);
	for (n = order; n < SHADOW_NR_ORDERS; n++)
		sum += blocks[n] << (n - order);
	return sum;
}

static void say(const struct bench_peer *p, unsigned int order,
		unsigned int round, u64 full, u64 nr)
{
	s64 more = count(p, order) - full;
	char name[32];

	snprintf(name, sizeof(name), "order-%u-round-%u", order, round);
	bench_say(name, p->name, more * (s64)BENCH_PAGES, nr);
}

static void rounds_of(const struct bench_peer *p, u64 *pa, u64 nr,
		      unsigned int rounds)
{
	u64 small = count(p, 3), large = count(p, 9), half = nr / 2;
	unsigned int round;

	bench_say("pages-filled", p->name, nr, 1);
	bench_say("order-3-full", p->name, small, 1);
	bench_say("order-9-full", p->name, large, 1);
	bench_shuffle(pa, nr, 7);
	p->give(pa + half, nr - half, 0);
	for (round = 0; round <= rounds; round++) {
		if (round % STEP == 0) {
			say(p, 3, round, small, nr);
			say(p, 9, round, large, nr);
		}
		bench_shuffle(pa, half, round + 1);
		p->give(pa, half / 10, 0);
		p->take(pa, half / 10, 0);
	}
	p->give(pa, half, 0);
}

void bench_fragment(const struct bench_peer *p, u64 most, unsigned int rounds)
{
	struct shadow_range range = { BENCH_GIB, 2 * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	u64 *pa = bench_get_memory(most * sizeof(*pa));
	u64 nr = 0;

	if (pa && p->blocks && p->make(&ram)) {
		while (nr < most && (pa[nr] = p->alloc(0)) != BENCH_NO_PAGE)
			nr++;
		rounds_of(p, pa, nr, rounds);
		p->drop();
	}
	bench_put_memory(pa);
}
