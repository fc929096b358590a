// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cases over one bank of 1 GiB. Descriptors only: no page of it is touched, there
 * need not be any.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bench.h"

/*
 * So many pairs in one go, and so many goes: the best one counts. On the host a clock
 * is slower to read, and rounds are compared by who reads the lines.
 */
#ifdef __KERNEL__
#define PAIRS	4000
#define GOES	3
#else
#define PAIRS	100000
#define GOES	1
#endif

#define REGION(name, first, size) \
	struct shadow_range name##_range = { first, (first) + (size) - 1 }; \
	const struct shadow_ranges name = { &name##_range, 1, 1 }

/* The least of some goes. */
#define BEST(p, loop, ...) ({						\
	s64 best__ = BENCH_NET(p, loop, __VA_ARGS__);			\
	unsigned int go__;						\
									\
	for (go__ = 1; go__ < GOES; go__++) {				\
		s64 cost__ = BENCH_NET(p, loop, __VA_ARGS__);		\
									\
		best__ = cost__ < best__ ? cost__ : best__;		\
	}								\
	best__;								\
})

/* @held: a block of that order is held, so that nothing splits and merges. */
static void pair(const struct bench_peer *p, const char *name,
		 unsigned int order, bool held)
{
	u64 pa = held ? p->alloc(order) : 0;

	bench_say(name, p->name, BEST(p, pairs, order, PAIRS), PAIRS);
	if (held)
		p->free(pa, order);
}

static void pair0_steady(const struct bench_peer *p)
{
	pair(p, "pair0-steady", 0, true);
}

static void pair0_fresh(const struct bench_peer *p)
{
	pair(p, "pair0-fresh", 0, false);
}

static void pair9_steady(const struct bench_peer *p)
{
	pair(p, "pair9-steady", 9, true);
}

static void pair9_fresh(const struct bench_peer *p)
{
	pair(p, "pair9-fresh", 9, false);
}

static void get_put(const struct bench_peer *p)
{
	u64 pa = p->alloc(0);

	if (p->holds)
		bench_say("get-put", p->name, BEST(p, holds, pa, PAIRS), PAIRS);
	p->free(pa, 0);
}

/* Each operation has one; a pair has two. */
static void lock(const struct bench_peer *p)
{
	if (p->locks)
		bench_say("lock-alone", p->name, BEST(p, locks, PAIRS), PAIRS);
}

static void exact(const struct bench_peer *p)
{
	if (p->exact)
		bench_say("exact-pair", p->name, BEST(p, exact, PAIRS), PAIRS);
}

/* All pages are allocated and freed in that order, and once more in another. */
static void bulk(const struct bench_peer *p)
{
	u64 *pa = bench_tables.pa;
	u64 nr = p->most;

	bench_say("bulk", p->name, BENCH_NET(p, take, pa, nr, 0), nr);
	bench_shuffle(pa, nr, 4);
	bench_say("free-random", p->name, BENCH_NET(p, give, pa, nr, 0), nr);
	p->take(pa, nr, 0);
	bench_say("free-sequential", p->name, BENCH_NET(p, give, pa, nr, 0),
		  nr);
}

/* What is live at the end goes back: for Linux there is no other way. */
static void free_live(const struct bench_peer *p)
{
	const struct bench_tables *t = &bench_tables;
	u64 i;

	for (i = 0; i < t->nr_ops; i++)
		t->by[BENCH_OP_SLOT(t->op[i])] = t->op[i];
	for (i = 0; i < t->nr_slots; i++)
		if (!(t->by[i] & BENCH_OP_FREE) && t->pa[i] != BENCH_NO_PAGE)
			p->free(t->pa[i], BENCH_OP_ORDER(t->by[i]));
}

/* The measured part begins with four fifths taken, and keeps to that. */
static void churn(const struct bench_peer *p)
{
	const struct bench_tables *t = &bench_tables;
	const u32 *op = t->op + t->nr_fill;
	u64 nr = t->nr_ops - t->nr_fill;
	u64 failed;
	s64 cost;

	if (p->most < BENCH_PAGES)
		return;
	bench_none.churn(t->op, t->nr_fill, t->pa);
	cost = -BENCH_COST(bench_none.churn(op, nr, t->pa));
	failed = p->churn(t->op, t->nr_fill, t->pa);
	cost += BENCH_COST(failed += p->churn(op, nr, t->pa));
	bench_say("churn", p->name, cost, nr);
	if (failed)
		bench_say("churn-failed", p->name, failed, 1);
	free_live(p);
}

static void refusals(const struct bench_peer *p)
{
	unsigned int which;
	const char *name;

	if (!p->refuse)
		return;
	for (which = 0; (name = p->refuse(which, 0)); which++) {
		bench_say(name, p->name, BEST(p, refuse, which, PAIRS), PAIRS);
		p->drop();
	}
}

/* A map for 8 GiB, next to the mere setting of its bytes. */
static void start(const struct bench_peer *p)
{
	REGION(ram, 16 * BENCH_GIB, 8 * BENCH_GIB);
	u64 bytes = p->start ? p->start_bytes(&ram) : 0;
	void *mem = bytes ? bench_get_memory(bytes) : NULL;

	if (!mem)
		return;
	bench_say("init-8g", p->name, BENCH_COST(p->start(&ram, mem)),
		  8 * BENCH_PAGES);
	if (p->refuse)
		bench_say("init-8g", "memset",
			  BENCH_COST(memset(mem, 0, bytes)),
			  8 * BENCH_PAGES);
	bench_put_memory(mem);
}

static void (*const all[])(const struct bench_peer *p) = {
	pair0_steady, pair0_fresh, pair9_steady, pair9_fresh, get_put, lock,
	exact, bulk, churn,
};

void bench_cases(const struct bench_peer * const *peer, unsigned int nr)
{
	REGION(ram, BENCH_GIB, BENCH_GIB);
	unsigned int i, which;

	for (which = 0; which < ARRAY_SIZE(all); which++) {
		for (i = 0; i < nr; i++) {
			if (!peer[i]->make(&ram)) {
				if (!which)
					bench_say("absent", peer[i]->name, 0,
						  1);
				continue;
			}
			all[which](peer[i]);
			peer[i]->drop();
		}
	}
	for (i = 0; i < nr; i++) {
		refusals(peer[i]);
		start(peer[i]);
		if (peer[i]->banks)
			bench_turns(peer[i]);
	}
}
