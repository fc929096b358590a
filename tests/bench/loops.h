/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The loops of a peer, around its own calls. Before it is included these have to be
 * there, best as macros or inline:
 *
 *	u64 do_alloc(unsigned int order);
 *	void do_free(u64 pa, unsigned int order);
 *
 * BENCH_LOOPS in the peer's structure names them all.
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include "bench.h"

static u64 loop_alloc(unsigned int order)
{
	return do_alloc(order);
}

static void loop_free(u64 pa, unsigned int order)
{
	do_free(pa, order);
}

static void loop_pairs(unsigned int order, u64 nr)
{
	while (nr--)
		do_free(do_alloc(order), order);
}

static void loop_turns(u64 nr)
{
	while (nr--) {
		unsigned int order = nr & 3;

		do_free(do_alloc(order), order);
	}
}

static void loop_take(u64 *pa, u64 nr, unsigned int order)
{
	while (nr--)
		*pa++ = do_alloc(order);
}

static void loop_give(const u64 *pa, u64 nr, unsigned int order)
{
	while (nr--)
		do_free(*pa++, order);
}

static u64 loop_churn(const u32 *op, u64 nr, u64 *pa)
{
	u64 failed = 0;

	for (; nr--; op++) {
		u64 *slot = pa + BENCH_OP_SLOT(*op);
		unsigned int order = BENCH_OP_ORDER(*op);

		if (!(*op & BENCH_OP_FREE)) {
			*slot = do_alloc(order);
			failed += *slot == BENCH_NO_PAGE;
		} else if (*slot != BENCH_NO_PAGE) {
			do_free(*slot, order);
		}
	}
	return failed;
}

#define BENCH_LOOPS \
	.alloc = loop_alloc, .free = loop_free, .pairs = loop_pairs, \
	.turns = loop_turns, .take = loop_take, .give = loop_give, \
	.churn = loop_churn

#endif /* BENCH_LOOPS_H */
