/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exercise and its runner tell each other while it runs: the results,
 * how far it is, and whether it is to stop (X6).
 */
#ifndef SHADOW_RUN_H
#define SHADOW_RUN_H

#include <linux/compiler.h>
#include <linux/ktime.h>
#include <linux/types.h>

#include "frag.h"
#include "ktap.h"

/**
 * enum shadow_stop - who ends a run before its end
 * @SHADOW_GO_ON: nobody
 * @SHADOW_STOP_COMMAND: the command "stop"
 * @SHADOW_STOP_SIGNAL: a signal
 */
enum shadow_stop {
	SHADOW_GO_ON,
	SHADOW_STOP_COMMAND,
	SHADOW_STOP_SIGNAL,
};

/**
 * struct shadow_progress - how far a run is
 * @doing: what it does; the text stays
 * @done: how much of it is done
 * @all: how much that is in all
 */
struct shadow_progress {
	const char *doing;
	u64 done;
	u64 all;
};

/**
 * struct shadow_run - one run of an exercise
 * @ktap: its results
 * @frag: free blocks in its course, or in that of an earlier run
 * @seed: of its random numbers, not 0
 * @ops: random operations that it is to do
 * @ops_given: somebody asked for that number
 * @seconds: how long random operations go on at most, 0 for as long as the
 *	exercise finds right
 * @cover: bytes of the region that patterns cover, from its start
 * @pattern: seed of the patterns, another one in each run
 * @stop: leave everything as it was and end
 * @deadline: when time is up, 0 for never
 * @late: time was up
 * @progress: read while it runs
 * @halted: what @progress was when the run saw @stop or @late
 * @tables_pool: page tables that the last self-test had from the boot pool
 * @tables_buddy: and from the buddy
 */
struct shadow_run {
	struct shadow_ktap ktap;
	struct shadow_frag frag;
	u64 seed;
	u64 ops;
	bool ops_given;
	u64 seconds;
	u64 cover;
	u64 pattern;
	enum shadow_stop stop;
	ktime_t deadline;
	bool late;
	struct shadow_progress progress;
	struct shadow_progress halted;
	unsigned int tables_pool;
	unsigned int tables_buddy;
};

/**
 * shadow_run_reset() - no time counts, and none was up
 * @run: the run, before it begins
 */
static inline void shadow_run_reset(struct shadow_run *run)
{
	WRITE_ONCE(run->deadline, 0);
	WRITE_ONCE(run->late, false);
	run->halted.doing = NULL;
}

/**
 * shadow_run_limit() - random operations begin: from now on time counts
 * @run: the run
 * @seconds: how long they go on, 1 to 10^6
 */
void shadow_run_limit(struct shadow_run *run, u64 seconds);

/**
 * shadow_run_no_limit() - random operations are over: time counts no more
 * @run: the run
 */
static inline void shadow_run_no_limit(struct shadow_run *run)
{
	WRITE_ONCE(run->deadline, 0);
}

/**
 * shadow_run_look_at_clock() - is time up?
 * @run: the run; from now on shadow_run_stopped() where it is
 *
 * From any context.
 */
void shadow_run_look_at_clock(struct shadow_run *run);

/**
 * shadow_run_stop() - has a signal or a "stop" come, or is time up?
 * @run: the run
 *
 * Also lets others have the CPU. Only for the task that runs the exercise.
 *
 * Return: whether to end what goes on.
 */
bool shadow_run_stop(struct shadow_run *run);

/**
 * shadow_run_interrupted() - was the run told to end?
 * @run: the run
 *
 * Return: whether to end the run, and not only what has a limit of time.
 */
static inline bool shadow_run_interrupted(const struct shadow_run *run)
{
	return READ_ONCE(run->stop) != SHADOW_GO_ON;
}

/**
 * shadow_run_stopped() - as shadow_run_stop(), from any context
 * @run: the run
 *
 * Return: whether to end what goes on, as far as is known by now.
 */
static inline bool shadow_run_stopped(const struct shadow_run *run)
{
	return shadow_run_interrupted(run) || READ_ONCE(run->late);
}

/**
 * shadow_run_note_time() - write what time has cut, if it has
 * @run: the run
 */
void shadow_run_note_time(struct shadow_run *run);

/**
 * shadow_run_end() - what an exercise returns that could be run
 * @run: the run
 *
 * Return: 0, -EINTR after a signal, -ECANCELED after a "stop".
 */
int shadow_run_end(const struct shadow_run *run);

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
	WRITE_ONCE(run->progress.doing, doing);
	WRITE_ONCE(run->progress.done, done);
	WRITE_ONCE(run->progress.all, all);
}

#endif /* SHADOW_RUN_H */
