/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is done with the design on the running machine (X1, X2, X4, B7).
 *
 *	exercise.c	a buddy over the borrowed region; commands
 *	torture.c	X2: fill, patterns, random operations, drain
 *	whole_machine.c	X3: the same over the machine's layout, no memory touched
 *	contexts.c	B7: process, softirq and hardirq on all CPUs at once
 *	selftest.c	X4: clause by clause: the plan
 *	selftest_region.c	X4: clause by clause: the buddy
 *	tables.c	X4: clause by clause: page tables
 *
 * Results are KTAP. One run at a time; each leaves the buddy as it found it.
 */
#ifndef SHADOW_EXERCISE_H
#define SHADOW_EXERCISE_H

#include <linux/mutex.h>
#include <linux/types.h>

#include "../buddy.h"
#include "ktap.h"
#include "../dt/plan.h"
#include "../pt_alloc.h"
#include "region.h"

/**
 * enum shadow_outcome - how the last run went
 * @SHADOW_NOT_RUN: there was none
 * @SHADOW_PASSED: everything that could be tested held
 * @SHADOW_FAILED: something did not, see the results
 * @SHADOW_INTERRUPTED: a signal ended it
 */
enum shadow_outcome {
	SHADOW_NOT_RUN,
	SHADOW_PASSED,
	SHADOW_FAILED,
	SHADOW_INTERRUPTED,
};

/**
 * struct shadow_exercise - a buddy over the region, and the last results
 * @lock: one run at a time
 * @results: held for moments only: the results stay as they are, as long as
 *	nothing runs
 * @running: a run goes on, and the results are its own
 * @plan: the machine
 * @region: the memory
 * @ready: the buddy can be used: the region has memory
 * @buddy: an allocator over the region
 * @mem: its descriptors
 * @before: flags << 8 | order of each page of the region before the run
 * @held: blocks that a run holds, address | order
 * @ktap: results of the last run
 * @seed: seed of the last run
 * @outcome: how it went
 * @stop: a signal or "stop" came: leave everything as it was and end
 * @doing: what the run does now; read while it runs, like the next two
 * @done: how much of it is done
 * @all: how much that is in all
 * @pool: the boot pool of the page tables
 * @tables_pool: page tables that the last self-test took from the boot pool
 * @tables_buddy: and from the buddy
 */
struct shadow_exercise {
	struct mutex lock;	/* a run changes all below */
	struct mutex results;	/* @running; while it is false, all below */
	bool running;
	const struct shadow_plan *plan;
	const struct shadow_region *region;
	bool ready;
	struct shadow_buddy buddy;
	void *mem;
	u16 *before;
	u64 *held;
	struct shadow_ktap ktap;
	u64 seed;
	enum shadow_outcome outcome;
	bool stop;
	const char *doing;
	u64 done;
	u64 all;
	struct shadow_pt_page *pool;
	unsigned int tables_pool;
	unsigned int tables_buddy;
};

/**
 * shadow_exercise_begin() - set a buddy up over the region
 * @ex: the exercise
 * @plan: the machine; kept
 * @region: the memory; kept. Without memory there will be no buddy
 *
 * Return: 0 or -ENOMEM; shadow_exercise_end() releases in either case.
 */
int shadow_exercise_begin(struct shadow_exercise *ex,
			  const struct shadow_plan *plan,
			  const struct shadow_region *region);

/**
 * shadow_exercise_end() - release all that shadow_exercise_begin() took
 * @ex: the exercise
 */
void shadow_exercise_end(struct shadow_exercise *ex);

/**
 * shadow_exercise_run() - run a command and keep its results
 * @ex: the exercise
 * @command: "selftest", "torture", "smp" or "whole-machine", then "seed=N" and
 *	"ops=N" in any order; without a seed, or with 0, a random one is taken;
 *	or "stop", which ends the run of another
 *
 * Return: 0 where the command ran, whether it passed or not; -EINVAL for a
 * malformed one, with a log line; -ENODEV where it needs a region and there is
 * none, or where the target would have died; -EINTR after a signal,
 * -ECANCELED after a stop; -ENOMEM, or -EAGAIN where there is none for a
 * thread; -E2BIG for 16 TiB of RAM and more.
 */
int shadow_exercise_run(struct shadow_exercise *ex, const char *command);

/**
 * shadow_outcome_name() - an outcome in a word
 * @outcome: the outcome
 *
 * Return: "none", "passed", "failed" or "interrupted".
 */
const char *shadow_outcome_name(enum shadow_outcome outcome);

/* Between the files of the exercise: @ex->lock is held, results go to ktap. */

/* Has a signal or a "stop" come? The first also lets others run. */
bool shadow_exercise_stop(struct shadow_exercise *ex);

static inline bool shadow_exercise_stopped(const struct shadow_exercise *ex)
{
	return READ_ONCE(ex->stop);
}

/* Say how far the run is. */
static inline void shadow_exercise_progress(struct shadow_exercise *ex,
					    const char *doing, u64 done,
					    u64 all)
{
	WRITE_ONCE(ex->doing, doing);
	WRITE_ONCE(ex->done, done);
	WRITE_ONCE(ex->all, all);
}

/* Where the kernel mapped an address of the region. */
void *shadow_exercise_va(const struct shadow_exercise *ex, u64 pa);

/* Note the state of all pages, to compare with later. */
void shadow_exercise_remember(struct shadow_exercise *ex);

/* Results: the free lists are as remembered (B4), the invariants hold. */
void shadow_exercise_compare(struct shadow_exercise *ex, const char *after);

/* Fill memory with words that depend on address and seed; check them. */
void shadow_pattern_write(const struct shadow_exercise *ex, u64 pa, u64 bytes,
			  u64 seed);
u64 shadow_pattern_check(const struct shadow_exercise *ex, u64 pa, u64 bytes,
			 u64 seed);

int shadow_torture(struct shadow_exercise *ex, u64 seed, u64 ops);
int shadow_contexts(struct shadow_exercise *ex, u64 seed, u64 ops);
int shadow_whole_machine(struct shadow_exercise *ex, u64 seed, u64 ops);
void shadow_selftest_plan(struct shadow_exercise *ex);
void shadow_selftest_region(struct shadow_exercise *ex);
void shadow_selftest_tables(struct shadow_exercise *ex);

#endif /* SHADOW_EXERCISE_H */
