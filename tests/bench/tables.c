// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the cases work with: addresses, an order to free them in, and the operations of
 * the churn. Made before anything is measured, the same in every run.
 */
#include <linux/bitops.h>
#include <linux/kernel.h>

#include "bench.h"

#define MOST_ORDER	9
#define FILL		(BENCH_PAGES * 4 / 5)
#define CHURN		400000
/* To fill takes some 50,000 operations, a block has about 5 pages. */
#define OPS		(CHURN + BENCH_PAGES)

struct bench_tables bench_tables;

u32 bench_random(u64 *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (*seed * 0x2545f4914f6cdd1dULL) >> 32;
}

/* A number below @nr. */
static u32 below(u64 *seed, u32 nr)
{
	return ((u64)bench_random(seed) * nr) >> 32;
}

void bench_shuffle(u64 *pa, u64 nr, u64 seed)
{
	u64 i;

	for (i = nr - 1; i > 0; i--) {
		u64 other = below(&seed, i + 1);
		u64 kept = pa[i];

		pa[i] = pa[other];
		pa[other] = kept;
	}
}

/* Half of all blocks have order 0, a quarter order 1, and so on up to 9. */
static unsigned int geometric(u64 *seed)
{
	u32 bits = bench_random(seed) | 1U << MOST_ORDER;

	return __ffs64(bits);
}

/*
 * What is live is kept as words like operations, in the memory of the addresses. An
 * allocation is drawn while less than four fifths are taken, a free otherwise; once
 * that many are taken for the first time the measured part begins.
 */
static void make_churn(struct bench_tables *t)
{
	u64 seed = 14, pages = 0, at = 0, nr = 0, slots = 0, unused = 0;
	u64 *live = t->pa, *spare = t->by;

	t->nr_fill = 0;
	while (!t->nr_fill || at < t->nr_fill + CHURN) {
		if (pages < FILL) {
			unsigned int order = geometric(&seed);
			u64 slot = unused ? spare[--unused] : slots++;

			t->op[at++] = order << 24 | slot;
			live[nr++] = order << 24 | slot;
			pages += 1ULL << order;
		} else {
			u64 which = below(&seed, nr);
			u32 op = live[which];

			if (!t->nr_fill)
				t->nr_fill = at;
			live[which] = live[--nr];
			spare[unused++] = BENCH_OP_SLOT(op);
			t->op[at++] = op | BENCH_OP_FREE;
			pages -= 1ULL << BENCH_OP_ORDER(op);
		}
	}
	t->nr_ops = at;
	t->nr_slots = slots;
}

bool bench_init_tables(void)
{
	struct bench_tables *t = &bench_tables;

	t->pa = bench_get_memory(BENCH_PAGES * sizeof(u64));
	t->by = bench_get_memory(BENCH_PAGES * sizeof(u64));
	t->op = bench_get_memory(OPS * sizeof(u32));
	if (!t->pa || !t->by || !t->op)
		return false;
	make_churn(t);
	return true;
}

void bench_free_tables(void)
{
	bench_put_memory(bench_tables.pa);
	bench_put_memory(bench_tables.by);
	bench_put_memory(bench_tables.op);
}
