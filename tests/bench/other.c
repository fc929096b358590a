// SPDX-License-Identifier: GPL-2.0-only
/*
 * One processor frees what another one has allocated, in a guest of two. QEMU counts
 * the instructions of both, so the first one sleeps meanwhile, its timer too:
 *
 *	CPU 0	allocates, shuffles, masks its timer | sleeps in wfi       |
 *	CPU 1				     sleeps | masks its own, frees | sleeps
 *
 * Beside it, all of it on CPU 1: what differs is whose pages these are.
 */
#include <linux/cpumask.h>
#include <linux/workqueue.h>

#include "bench.h"

struct job {
	const struct bench_peer *peer;
	s64 cost;
};

static long take(void *data)
{
	struct job *job = data;
	u64 nr = job->peer->most;

	job->peer->take(bench_tables.pa, nr, 0);
	bench_shuffle(bench_tables.pa, nr, 4);
	return 0;
}

static long give(void *data)
{
	struct job *job = data;

	job->cost = BENCH_NET(job->peer, give, bench_tables.pa,
			      job->peer->most, 0);
	return 0;
}

static long mask(void *unused)
{
	bench_begin();
	return 0;
}

static long unmask(void *unused)
{
	bench_end();
	return 0;
}

static void one(const struct bench_peer *p, const char *name, int taker)
{
	struct shadow_range range = { BENCH_GIB, 2 * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	struct job job = { p };

	if (!p->make(&ram))
		return;
	work_on_cpu(taker, take, &job);
	work_on_cpu(0, mask, NULL);
	work_on_cpu(1, give, &job);
	work_on_cpu(0, unmask, NULL);
	bench_say(name, p->name, job.cost, p->most);
	p->drop();
}

void bench_others(const struct bench_peer * const *peer, unsigned int nr)
{
	unsigned int i;

	if (!cpu_online(1))
		return;
	for (i = 0; i < nr; i++) {
		one(peer[i], "free-by-same", 1);
		one(peer[i], "free-by-other", 0);
	}
}
