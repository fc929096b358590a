// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands are run here. See runner.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/random.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "by_hand.h"
#include "command.h"
#include "registry.h"
#include "runner.h"

#define RESULT_BYTES	(64 << 10)
#define FORM_BYTES	128	/* of what should have been written */
#define SHOWN_BYTES	64	/* of a command that is none */
#define LOAD_COVER	SZ_8M	/* of the region, by patterns at load */

int shadow_runner_begin(struct shadow_runner *runner,
			const struct shadow_plan *plan,
			struct shadow_region *region)
{
	memset(runner, 0, sizeof(*runner));
	mutex_init(&runner->lock);
	shadow_by_hand_begin(runner);
	runner->setup.plan = plan;
	runner->setup.region = region;
	runner->region = region;
	runner->run.ktap.text = vzalloc(RESULT_BYTES);
	if (!runner->run.ktap.text)
		return -ENOMEM;
	runner->run.ktap.size = RESULT_BYTES;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_runner_begin);

void shadow_runner_end(struct shadow_runner *runner)
{
	if (runner->setup.plan)
		shadow_by_hand_end(runner);
	shadow_frag_end(&runner->run.frag);
	vfree(runner->run.ktap.text);
	memset(runner, 0, sizeof(*runner));
}
EXPORT_SYMBOL_GPL(shadow_runner_end);

static void begin_results(struct shadow_runner *runner,
			  const struct shadow_command *command, bool has_region)
{
	struct shadow_run *run = &runner->run;
	struct shadow_ktap *ktap = &run->ktap;

	shadow_ktap_begin(ktap);
	if (run->seconds)
		shadow_ktap_note(ktap, "%s seed=%llu ops=%llu time=%llu",
				 command->exercise->name, run->seed, run->ops,
				 run->seconds);
	else
		shadow_ktap_note(ktap, "%s seed=%llu ops=%llu",
				 command->exercise->name, run->seed, run->ops);
	if (has_region && *runner->region->note)
		shadow_ktap_note(ktap, "region: %s", runner->region->note);
}

static void set_options(struct shadow_run *run,
			const struct shadow_command *command, u64 cover)
{
	run->ops = command->ops;
	run->ops_given = command->ops_given;
	run->seconds = command->seconds;
	run->cover = cover;
	run->frag.on = false;
	shadow_run_reset(run);
	run->seed = command->seed;
	while (!run->seed)
		get_random_bytes(&run->seed, sizeof(run->seed));
	/* What an earlier run of this seed left in memory is another pattern. */
	get_random_bytes(&run->pattern, sizeof(run->pattern));
}

/* Results and log say what ended the run; the log also where nothing did. */
static void log_outcome(const struct shadow_runner *runner, int err,
			const struct shadow_progress *at)
{
	const char *name = runner->exercise->name;
	const struct shadow_run *run = &runner->run;
	const struct shadow_ktap *ktap = &run->ktap;

	if (runner->outcome == SHADOW_PASSED)
		pr_info("%s passed, %u ok, %u skipped, seed=%llu\n", name,
			shadow_ktap_passed(ktap), ktap->skipped, run->seed);
	else if (runner->outcome == SHADOW_INTERRUPTED)
		pr_info("%s stopped after %llu of %llu %s, seed=%llu\n", name,
			at->done, at->all, at->doing, run->seed);
	else if (err)
		pr_err("%s failed, %u of %u not ok, ended by %pe at %llu of %llu %s, seed=%llu\n",
		       name, ktap->failed, ktap->nr, ERR_PTR(err), at->done,
		       at->all, at->doing, run->seed);
	else
		pr_err("%s failed, %u of %u not ok, seed=%llu\n", name,
		       ktap->failed, ktap->nr, run->seed);
}

static void judge(struct shadow_runner *runner, int err)
{
	struct shadow_run *run = &runner->run;
	const struct shadow_progress *at = run->halted.doing ? &run->halted :
							       &run->progress;
	bool stopped = err == -EINTR || err == -ECANCELED;
	struct shadow_ktap *ktap = &run->ktap;
	bool clean = !ktap->failed;

	if (stopped)
		shadow_ktap_result(ktap, false,
				   "stopped by %s after %llu of %llu %s",
				   err == -EINTR ? "signal" : "stop", at->done,
				   at->all, at->doing);
	else if (err)
		shadow_ktap_result(ktap, false,
				   "ended by %pe after %llu of %llu %s",
				   ERR_PTR(err), at->done, at->all, at->doing);
	if (shadow_ktap_end(ktap) && !err)
		runner->outcome = SHADOW_PASSED;
	else
		runner->outcome = stopped && clean ? SHADOW_INTERRUPTED :
						     SHADOW_FAILED;
	log_outcome(runner, err, at);
}

static int run(struct shadow_runner *runner,
	       const struct shadow_command *command, u64 cover)
{
	const struct shadow_exercise_ops *exercise = command->exercise;
	int err;

	shadow_run_reset(&runner->run);
	err = exercise->no_region ? 0 : shadow_runner_hold(runner);
	set_options(&runner->run, command, cover);
	begin_results(runner, command, !err && !exercise->no_region);
	if (!err && exercise->needs_region && !runner->setup.lab) {
		pr_err("run: %s: it needs a region, and there is none; see the report\n",
		       exercise->name);
		err = -ENODEV;
	}
	if (!err && exercise->frag)
		err = shadow_frag_begin(&runner->run.frag, exercise->name,
					runner->run.seed, runner->run.ops);
	if (!err)
		err = exercise->run(&runner->run, &runner->setup);
	judge(runner, err);
	shadow_runner_release(runner);
	return err;
}

/* Nothing runs: from now on this does, and a stop is meant for it. */
static bool claim(struct shadow_runner *runner,
		  const struct shadow_exercise_ops *exercise)
{
	const struct shadow_exercise_ops *busy;

	mutex_lock(&runner->lock);
	busy = runner->exercise;
	if (!busy) {
		runner->exercise = exercise;
		runner->hand.shown = false;
		WRITE_ONCE(runner->run.stop, SHADOW_GO_ON);
		shadow_run_progress(&runner->run, "begins", 0, 0);
	}
	mutex_unlock(&runner->lock);
	if (busy == &shadow_by_hand_ops)
		pr_err("run: %s: the region is held by hand; write reset to give it back\n",
		       exercise->name);
	else if (busy)
		pr_err("run: %s: %s runs; write stop to end it\n",
		       exercise->name, busy->name);
	return !busy;
}

static int claim_and_run(struct shadow_runner *runner,
			 const struct shadow_command *command, u64 cover,
			 enum shadow_outcome *outcome)
{
	int err;

	*outcome = SHADOW_NOT_RUN;

	if (runner->setup.plan->layout.verdict != SHADOW_OK) {
		pr_err("run: %s: the target would have panicked, so nothing is exercised; see the report\n",
		       command->exercise->name);
		return -ENODEV;
	}
	if (!claim(runner, command->exercise))
		return -EBUSY;
	err = run(runner, command, cover);
	mutex_lock(&runner->lock);
	/* The next run may be another's. */
	*outcome = runner->outcome;
	runner->exercise = NULL;
	mutex_unlock(&runner->lock);
	return err;
}

static void stop(struct shadow_runner *runner)
{
	mutex_lock(&runner->lock);
	if (runner->exercise)
		WRITE_ONCE(runner->run.stop, SHADOW_STOP_COMMAND);
	mutex_unlock(&runner->lock);
}

/* The line of the log for a command that is none, with what it should have been. */
static void say_expected(const char *text)
{
	char form[FORM_BYTES], shown[SHOWN_BYTES + 1];
	int i;

	shadow_command_form(form, sizeof(form), text, shadow_exercises);
	/* One line, whatever was written. */
	for (i = 0; i < SHOWN_BYTES && text[i]; i++)
		shown[i] = text[i] >= ' ' && text[i] <= '~' ? text[i] : ' ';
	while (i && shown[i - 1] == ' ')
		i--;
	shown[i] = 0;
	pr_err("run: got \"%s\", expected %s\n", shown, form);
}

int shadow_runner_command(struct shadow_runner *runner, const char *text)
{
	enum shadow_outcome outcome;
	struct shadow_command command;
	struct shadow_hand hand;

	if (!shadow_hand_parse(&hand, text))
		return shadow_by_hand(runner, &hand);
	if (shadow_command_parse(&command, text, shadow_exercises)) {
		say_expected(text);
		return -EINVAL;
	}
	if (command.exercise)
		return claim_and_run(runner, &command, U64_MAX, &outcome);
	stop(runner);
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_runner_command);

int shadow_runner_selftest(struct shadow_runner *runner, u64 seed, u64 seconds,
			   enum shadow_outcome *outcome)
{
	const struct shadow_command command = {
		.exercise = &shadow_selftest_ops,
		.seed = seed,
		.ops = shadow_selftest_ops.ops,
		.seconds = seconds,
	};

	return claim_and_run(runner, &command, LOAD_COVER, outcome);
}

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
