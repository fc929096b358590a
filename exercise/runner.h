/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The runner: takes a command, runs the exercise, keeps its results. One run at a
 * time; each allocates the region's memory, and frees it (X7).
 */
#ifndef SHADOW_RUNNER_H
#define SHADOW_RUNNER_H

#include <linux/mutex.h>
#include <linux/workqueue.h>

#include "../dt/plan.h"
#include "lab.h"
#include "ops.h"
#include "region.h"
#include "run.h"

/**
 * enum shadow_outcome - how the last run went
 * @SHADOW_NOT_RUN: there was none
 * @SHADOW_PASSED: everything that could be tested held
 * @SHADOW_FAILED: something did not, see the results
 * @SHADOW_INTERRUPTED: a signal or "stop" ended it
 */
enum shadow_outcome {
	SHADOW_NOT_RUN,
	SHADOW_PASSED,
	SHADOW_FAILED,
	SHADOW_INTERRUPTED,
};

/**
 * struct shadow_runner_hand - the region in a person's hand; see by_hand.h
 * @busy: a command by hand goes on
 * @shown: the last command was one, so the file result shows @text
 * @text: what came of it; room for it is there once there was one
 * @expiry: gives the region back when no command comes
 */
struct shadow_runner_hand {
	bool busy;
	bool shown;
	struct shadow_ktap text;
	struct delayed_work expiry;
};

/**
 * struct shadow_runner - what runs exercises
 * @lock: held for moments only: guards @exercise, @setup.lab, @region, @blocks,
 *	@hand and, while @exercise is NULL, all else
 * @exercise: what runs now, and writes the results; NULL for nothing, and
 *	shadow_by_hand_ops while the region is held by hand
 * @setup: what exercises work on; its lab is NULL where no memory is held
 * @region: the memory
 * @lab: a buddy over it
 * @blocks: free blocks of each order in it, as last known
 * @run: the last run
 * @outcome: how it went
 * @hand: what is done by hand
 */
struct shadow_runner {
	struct mutex lock;	/* what is shared with readers */
	const struct shadow_exercise_ops *exercise;
	struct shadow_setup setup;
	struct shadow_region *region;
	struct shadow_lab lab;
	u64 blocks[SHADOW_NR_ORDERS];
	struct shadow_run run;
	enum shadow_outcome outcome;
	struct shadow_runner_hand hand;
};

/**
 * shadow_runner_begin() - set up what runs exercises
 * @runner: the runner
 * @plan: the machine; kept
 * @region: the memory; kept
 *
 * Return: 0 or -ENOMEM; shadow_runner_end() releases in either case.
 */
int shadow_runner_begin(struct shadow_runner *runner,
			const struct shadow_plan *plan,
			struct shadow_region *region);

/**
 * shadow_runner_end() - release all that the runner has
 * @runner: the runner; nothing runs
 */
void shadow_runner_end(struct shadow_runner *runner);

/**
 * shadow_runner_command() - run a command and keep its results
 * @runner: the runner
 * @text: the name of an exercise, then "seed=N", "ops=N" and "time=SECONDS" in any
 *	order; without a seed, or with 0, a random one is picked; or "stop", which
 *	ends the run of another; or a command by hand, see hand.h
 *
 * What did not go as asked is logged too.
 *
 * Return: 0 where the command ran, whether it passed or not; -EINVAL for a
 * malformed one; -EBUSY where another one runs, or the region is held by hand;
 * -ENODEV where it needs a region and there is none, or none is held for a command
 * by hand, or where the target would have panicked; -EINTR after a
 * signal, -ECANCELED after a stop; -ENOMEM, or -EAGAIN where there is none for a
 * thread.
 */
int shadow_runner_command(struct shadow_runner *runner, const char *text);

/**
 * shadow_runner_selftest() - run the self-test as at load (X4)
 * @runner: the runner
 * @seed: of random numbers, 0 for a random one
 * @seconds: the longest that random operations go on, 0 for as long as usual
 * @outcome: set to how it went, SHADOW_NOT_RUN where it could not begin
 *
 * It takes less time than the command: patterns cover 8 MiB.
 *
 * Return: as shadow_runner_command().
 */
int shadow_runner_selftest(struct shadow_runner *runner, u64 seed, u64 seconds,
			   enum shadow_outcome *outcome);

/*
 * Between the files of the runner. Allocate the region's memory and set up a lab
 * over it: 0 with setup.lab NULL where there is none to have (X1, X7), else an error,
 * and there is nothing to release then but what shadow_runner_release() releases.
 */
int shadow_runner_hold(struct shadow_runner *runner);
void shadow_runner_release(struct shadow_runner *runner);

/**
 * shadow_outcome_name() - an outcome in a word
 * @outcome: the outcome
 *
 * Return: "none", "passed", "failed" or "interrupted".
 */
const char *shadow_outcome_name(enum shadow_outcome outcome);

#endif /* SHADOW_RUNNER_H */
