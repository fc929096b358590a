// SPDX-License-Identifier: GPL-2.0-only
/*
 * Banks asked in turn: four of 256 MiB with holes, and so that one operation after
 * another falls into another bank. The same operations in one bank of 1 GiB, in its
 * four quarters, are what this is compared with.
 *
 *	1 GiB      2 GiB      3 GiB      4 GiB		1 GiB
 *	|##|       |##|       |##|       |##|		|##|##|##|##|
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bench.h"

#define PARTS	4
#define PART	(BENCH_GIB / PARTS)
#define PART_PAGES	(BENCH_PAGES / PARTS)
#define ROUNDS	4000

/* Where a page of a part is. */
static u64 place(bool apart, u64 part, u64 page)
{
	return BENCH_GIB + part * (apart ? BENCH_GIB : PART) +
		page * SHADOW_PAGE_SIZE;
}

static bool make(const struct bench_peer *p, bool apart)
{
	struct shadow_range range[PARTS];
	struct shadow_ranges ram = { range, apart ? PARTS : 1, PARTS };
	u32 i;

	for (i = 0; i < ram.nr; i++) {
		range[i].start = place(apart, i, 0);
		range[i].last = range[i].start +
			(apart ? PART : BENCH_GIB) - 1;
	}
	return p->make(&ram);
}

/* The name says in how many banks. */
static void say(const struct bench_peer *p, const char *name, bool apart,
		s64 cost, u64 nr)
{
	char text[32];

	snprintf(text, sizeof(text), "%s-%s", name, apart ? "4-banks" : "1-bank");
	bench_say(text, p->name, cost, nr);
}

/*
 * Of order n, 0 to 3, exactly one block is free, in part n, and its buddy is held:
 * a block of order 3 is freed there, and all but one part of it is taken again.
 */
static void pair(const struct bench_peer *p, bool apart)
{
	unsigned int order, part;
	s64 cost;

	p->take(bench_tables.pa, BENCH_PAGES / 8, 3);
	for (part = 0; part < PARTS; part++) {
		p->free(place(apart, part, 8), 3);
		if (part == 3)
			break;
		p->alloc(part);
		for (order = part + 1; order < 3; order++)
			p->alloc(order);
	}
	cost = BENCH_NET(p, turns, PARTS * ROUNDS);
	say(p, "turn-pair", apart, cost, PARTS * ROUNDS);
}

/*
 * Each second page is freed, part after part, where its buddy is held: so they stand
 * in their list, and are taken from it.
 */
static void bulk(const struct bench_peer *p, bool apart)
{
	u64 *pa = bench_tables.pa;
	u64 nr = 0;
	u64 i;

	p->take(pa, BENCH_PAGES, 0);
	for (i = 1; i < PART_PAGES; i += 2) {
		u64 part;

		for (part = 0; part < PARTS; part++)
			pa[nr++] = place(apart, part, i);
	}
	say(p, "turn-free", apart, BENCH_NET(p, give, pa, nr, 0), nr);
	say(p, "turn-bulk", apart, BENCH_NET(p, take, pa, nr, 0), nr);
}

/* All pages in random order, with a part after the other, merging. */
static void random_order(const struct bench_peer *p, bool apart)
{
	u64 *by = bench_tables.by;
	u64 *pa = bench_tables.pa;
	u64 i;

	p->take(pa, BENCH_PAGES, 0);
	for (i = 0; i < PART_PAGES; i++)
		by[i] = i;
	bench_shuffle(by, PART_PAGES, 5);
	for (i = 0; i < BENCH_PAGES; i++)
		pa[i] = place(apart, i % PARTS, by[i / PARTS]);
	say(p, "turn-random", apart, BENCH_NET(p, give, pa, BENCH_PAGES, 0),
	    BENCH_PAGES);
}

/* Once it is mixed, three of four operations fall into another part. */
static void churn(const struct bench_peer *p, bool apart)
{
	const struct bench_tables *t = &bench_tables;
	const u32 *op = t->op + t->nr_fill;
	u64 nr = t->nr_ops - t->nr_fill;
	s64 cost;

	bench_none.churn(t->op, t->nr_fill, t->pa);
	cost = -BENCH_COST(bench_none.churn(op, nr, t->pa));
	p->churn(t->op, t->nr_fill, t->pa);
	cost += BENCH_COST(p->churn(op, nr, t->pa));
	say(p, "turn-churn", apart, cost, nr);
}

static void (*const all[])(const struct bench_peer *p, bool apart) = {
	pair, bulk, random_order, churn,
};

void bench_turns(const struct bench_peer *p)
{
	unsigned int which, apart;

	for (which = 0; which < ARRAY_SIZE(all); which++) {
		for (apart = 0; apart < 2; apart++) {
			if (!make(p, apart))
				continue;
			all[which](p, apart);
			p->drop();
		}
	}
}
