// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands are run here. See runner.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "command.h"
#include "registry.h"
#include "runner.h"

#define RESULT_BYTES	(64 << 10)
#define NAMES_BYTES	128

int shadow_runner_begin(struct shadow_runner *runner,
			const struct shadow_plan *plan,
			const struct shadow_region *region)
{
	int err;

	memset(runner, 0, sizeof(*runner));
	mutex_init(&runner->lock);
	mutex_init(&runner->results);
	runner->setup.plan = plan;
	runner->setup.region = region;
	runner->run.ktap.text = vzalloc(RESULT_BYTES);
	if (!runner->run.ktap.text)
		return -ENOMEM;
	runner->run.ktap.size = RESULT_BYTES;
	if (!region->bytes)
		return 0;
	err = shadow_lab_begin_memory(&runner->lab, region->pa, region->bytes,
				      region->va);
	if (!err)
		runner->setup.lab = &runner->lab;
	return err;
}
EXPORT_SYMBOL_GPL(shadow_runner_begin);

void shadow_runner_end(struct shadow_runner *runner)
{
	shadow_lab_end(&runner->lab);
	vfree(runner->run.ktap.text);
	memset(runner, 0, sizeof(*runner));
}
EXPORT_SYMBOL_GPL(shadow_runner_end);

/* A run whose buddy broke leaves that to the next one (X5). */
static int prepare(struct shadow_runner *runner,
		   const struct shadow_command *command)
{
	struct shadow_run *run = &runner->run;

	run->ops = command->ops;
	run->seed = command->seed;
	while (!run->seed)
		get_random_bytes(&run->seed, sizeof(run->seed));
	WRITE_ONCE(run->stop, false);
	shadow_ktap_begin(&run->ktap);
	shadow_ktap_note(&run->ktap, "%s seed=%llu ops=%llu",
			 command->exercise->name, run->seed, run->ops);
	if (runner->setup.lab && shadow_lab_broken(runner->setup.lab))
		return shadow_lab_rebuild(runner->setup.lab);
	return 0;
}

static void judge(struct shadow_runner *runner, int err)
{
	struct shadow_ktap *ktap = &runner->run.ktap;

	if (err)
		shadow_ktap_note(ktap, "ended early: error %d", err);
	if (shadow_ktap_end(ktap) && !err)
		runner->outcome = SHADOW_PASSED;
	else if ((err == -EINTR || err == -ECANCELED) && !ktap->failed)
		runner->outcome = SHADOW_INTERRUPTED;
	else
		runner->outcome = SHADOW_FAILED;
}

static int run(struct shadow_runner *runner,
	       const struct shadow_command *command)
{
	const struct shadow_exercise_ops *exercise = command->exercise;
	struct shadow_run *run = &runner->run;
	int err = prepare(runner, command);

	if (!err)
		err = exercise->run(run, &runner->setup);
	/* Who is told EINTR tries again: one that was stopped shall not. */
	if (err == -EINTR && !signal_pending(current))
		err = -ECANCELED;
	judge(runner, err);
	pr_info("%s %s, %u of %u not ok, seed=%llu\n", exercise->name,
		shadow_outcome_name(runner->outcome), run->ktap.failed,
		run->ktap.nr, run->seed);
	return err;
}

/* Readers of the results are through before a run begins, and know of it. */
static void set_running(struct shadow_runner *runner, bool running)
{
	mutex_lock(&runner->results);
	runner->running = running;
	shadow_run_progress(&runner->run, "begins", 0, 0);
	mutex_unlock(&runner->results);
}

/* The log line for a command that is none, with those that there are. */
static void say_expected(const char *text)
{
	char names[NAMES_BYTES] = "";
	size_t len = 0;
	int i;

	for (i = 0; shadow_exercises[i]; i++)
		len += scnprintf(names + len, sizeof(names) - len, "%s%s",
				 i ? ", " : "", shadow_exercises[i]->name);
	pr_err("run: got \"%.64s\", expected one of %s, then seed=NUMBER and ops=NUMBER (at most %llu), or stop\n",
	       text, names, SHADOW_MOST_OPS);
}

/* Why an exercise cannot run on this machine; NULL where it can. */
static const char *why_not(const struct shadow_runner *runner,
			   const struct shadow_exercise_ops *exercise)
{
	if (runner->setup.plan->layout.verdict != SHADOW_OK)
		return "the target would have panicked, so nothing is exercised";
	if (exercise->needs_region && !runner->setup.lab)
		return "it needs a region, and there is none";
	return NULL;
}

int shadow_runner_command(struct shadow_runner *runner, const char *text)
{
	struct shadow_command command;
	const char *why;
	int err;

	if (shadow_command_parse(&command, text, shadow_exercises)) {
		say_expected(text);
		return -EINVAL;
	}
	if (!command.exercise) {
		WRITE_ONCE(runner->run.stop, true);
		return 0;
	}
	why = why_not(runner, command.exercise);
	if (why) {
		pr_err("run: %s: %s; see the report\n", command.exercise->name,
		       why);
		return -ENODEV;
	}
	err = mutex_lock_interruptible(&runner->lock);
	if (err)
		return err;
	set_running(runner, true);
	err = run(runner, &command);
	set_running(runner, false);
	mutex_unlock(&runner->lock);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_runner_command);

const char *shadow_outcome_name(enum shadow_outcome outcome)
{
	static const char * const names[] = {
		[SHADOW_NOT_RUN] = "none",
		[SHADOW_PASSED] = "passed",
		[SHADOW_FAILED] = "failed",
		[SHADOW_INTERRUPTED] = "interrupted",
	};

	return names[outcome];
}
EXPORT_SYMBOL_GPL(shadow_outcome_name);
