// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the loops themselves cost: a peer whose operations are not even calls. The call
 * of an allocator belongs to what it costs.
 */
#include <linux/compiler.h>

#include "bench.h"

static inline u64 do_alloc(unsigned int order)
{
	u64 pa = order;

	/* For the compiler this may be any address. */
	asm volatile("" : "+r" (pa));
	return pa;
}

static inline void do_free(u64 pa, unsigned int order)
{
	asm volatile("" : : "r" (pa), "r" (order) : "memory");
}

#include "loops.h"

static void loop_holds(u64 pa, u64 nr)
{
	while (nr--) {
		do_free(pa, 0);
		do_free(pa, 0);
	}
}

static void loop_exact(u64 nr)
{
	while (nr--)
		do_free(do_alloc(0), 0);
}

static void loop_locks(u64 nr)
{
	while (nr--)
		do_free(0, 0);
}

static const char *refuse(unsigned int which, u64 nr)
{
	while (nr--)
		do_free(which, 0);
	return "none";
}

const struct bench_peer bench_none = {
	.name = "none",
	.holds = loop_holds,
	.locks = loop_locks,
	.exact = loop_exact,
	.refuse = refuse,
	BENCH_LOOPS,
};
