/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exercise and its runner tell each other while it runs: the results,
 * how far it is, and whether it is to stop.
 */
#ifndef SHADOW_RUN_H
#define SHADOW_RUN_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "ktap.h"

/**
 * struct shadow_run - one run of an exercise
 * @ktap: its results
 * @seed: of its random numbers, not 0
 * @ops: random operations that it is to do
 * @stop: a signal or "stop" came: leave everything as it was and end
 * @doing: what it does now; read while it runs, like the next two
 * @done: how much of it is done
 * @all: how much that is in all
 * @tables_pool: page tables that the last self-test had from the boot pool
 * @tables_buddy: and from the buddy
 */
struct shadow_run {
	struct shadow_ktap ktap;
	u64 seed;
	u64 ops;
	bool stop;
	const char *doing;
	u64 done;
	u64 all;
	unsigned int tables_pool;
	unsigned int tables_buddy;
};

/**
 * shadow_run_stop() - has a signal or a "stop" come?
 * @run: the run
 *
 * Also lets others have the CPU.
 *
 * Return: whether to end the run.
 */
bool shadow_run_stop(struct shadow_run *run);

/**
 * shadow_run_stopped() - the same, from any context
 * @run: the run
 *
 * Return: whether to end the run.
 */
static inline bool shadow_run_stopped(const struct shadow_run *run)
{
	return READ_ONCE(run->stop);
}

/**
 * shadow_run_progress() - say how far the run is
 * @run: the run
 * @doing: what it does now; the text stays
 * @done: how much of it is done
 * @all: how much that is in all
 */
static inline void shadow_run_progress(struct shadow_run *run,
				       const char *doing, u64 done, u64 all)
{
	WRITE_ONCE(run->doing, doing);
	WRITE_ONCE(run->done, done);
	WRITE_ONCE(run->all, all);
}

#endif /* SHADOW_RUN_H */
