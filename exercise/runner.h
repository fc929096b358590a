/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The runner: takes a command, runs the exercise, keeps its results. One run at a
 * time; each leaves the buddy as it found it.
 */
#ifndef SHADOW_RUNNER_H
#define SHADOW_RUNNER_H

#include <linux/mutex.h>

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
 * struct shadow_runner - what runs exercises
 * @lock: one run at a time: it changes all below
 * @results: held for moments only: guards @running; while that is false, @run
 *	and @outcome stay as they are
 * @running: a run goes on, and the results are its own
 * @setup: what exercises work on; its lab is NULL where there is no region
 * @lab: a buddy over the region
 * @run: the last run
 * @outcome: how it went
 */
struct shadow_runner {
	struct mutex lock;	/* a run changes all below */
	struct mutex results;	/* @running; while it is false, all below */
	bool running;
	struct shadow_setup setup;
	struct shadow_lab lab;
	struct shadow_run run;
	enum shadow_outcome outcome;
};

/**
 * shadow_runner_begin() - set up a lab over the region
 * @runner: the runner
 * @plan: the machine; kept
 * @region: the memory; kept. Without memory there will be no lab
 *
 * Return: 0 or -ENOMEM; shadow_runner_end() releases in either case.
 */
int shadow_runner_begin(struct shadow_runner *runner,
			const struct shadow_plan *plan,
			const struct shadow_region *region);

/**
 * shadow_runner_end() - release all that shadow_runner_begin() allocated
 * @runner: the runner
 */
void shadow_runner_end(struct shadow_runner *runner);

/**
 * shadow_runner_command() - run a command and keep its results
 * @runner: the runner
 * @text: the name of an exercise, then "seed=N" and "ops=N" in any order; without
 *	a seed, or with 0, a random one is picked; or "stop", which ends the run of
 *	another
 *
 * Return: 0 where the command ran, whether it passed or not; -EINVAL for a
 * malformed one, with a log line; -ENODEV where it needs a region and there is
 * none, or where the target would have panicked; -EINTR after a signal,
 * -ECANCELED after a stop; -ENOMEM, or -EAGAIN where there is none for a
 * thread; -E2BIG for 16 TiB of RAM and more.
 */
int shadow_runner_command(struct shadow_runner *runner, const char *text);

/**
 * shadow_outcome_name() - an outcome in a word
 * @outcome: the outcome
 *
 * Return: "none", "passed", "failed" or "interrupted".
 */
const char *shadow_outcome_name(enum shadow_outcome outcome);

#endif /* SHADOW_RUNNER_H */
