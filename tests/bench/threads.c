// SPDX-License-Identifier: GPL-2.0-only
/*
 * What processors do to each other, as far as two threads show it: one frees what the
 * other one has allocated, and both allocate and free at once.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench.h"

#define PAIRS	100000

struct job {
	const struct bench_peer *peer;
	pthread_barrier_t *together;
	u64 nr;
	s64 cost;
};

static void run(pthread_t *thread, void *(*work)(void *), struct job *job)
{
	if (pthread_create(thread, NULL, work, job)) {
		perror("native");
		exit(2);
	}
}

static void *give(void *data)
{
	struct job *job = data;

	job->cost = BENCH_COST(job->peer->give(bench_tables.pa, job->nr, 0));
	return NULL;
}

static void *pairs(void *data)
{
	struct job *job = data;

	pthread_barrier_wait(job->together);
	job->cost = BENCH_COST(job->peer->pairs(0, job->nr));
	return NULL;
}

/* In random order, like free-random; the loop itself is not taken away. */
static void other_frees(const struct bench_peer *p)
{
	struct job job = { p, NULL, BENCH_PAGES, 0 };
	pthread_t thread;

	p->take(bench_tables.pa, BENCH_PAGES, 0);
	bench_shuffle(bench_tables.pa, BENCH_PAGES, 4);
	run(&thread, give, &job);
	pthread_join(thread, NULL);
	bench_say("free-by-other", p->name, job.cost, job.nr);
}

static void both(const struct bench_peer *p, unsigned int nr)
{
	pthread_barrier_t together;
	struct job job[2];
	pthread_t thread[2];
	s64 cost = 0;
	unsigned int i;

	pthread_barrier_init(&together, NULL, nr);
	for (i = 0; i < nr; i++) {
		job[i] = (struct job){ p, &together, PAIRS, 0 };
		run(&thread[i], pairs, &job[i]);
	}
	for (i = 0; i < nr; i++) {
		pthread_join(thread[i], NULL);
		cost += job[i].cost;
	}
	pthread_barrier_destroy(&together);
	bench_say(nr > 1 ? "pair-two-threads" : "pair-one-thread", p->name,
		  cost, nr * PAIRS);
}

void bench_threads(const struct bench_peer *p)
{
	struct shadow_range range = { BENCH_GIB, 2 * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };

	if (!p->make(&ram))
		return;
	other_frees(p);
	/* One page is held, as in pair0-steady. */
	p->alloc(0);
	both(p, 1);
	both(p, 2);
	p->drop();
}
