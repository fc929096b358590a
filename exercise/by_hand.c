// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who holds the region while blocks are allocated and freed by hand. See by_hand.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/vmalloc.h>

#include "by_hand.h"

#define TEXT_BYTES	(16 << 10)
#define MOST_SECONDS	600	/* without a command */

const struct shadow_exercise_ops shadow_by_hand_ops = {
	.name = "by hand",
};

/* Take what is held, or, to allocate, what nobody has. */
static int claim(struct shadow_runner *runner, bool to_alloc)
{
	const struct shadow_exercise_ops *busy;
	int err = 0;

	mutex_lock(&runner->lock);
	busy = runner->exercise;
	if (busy ? busy != &shadow_by_hand_ops || runner->hand.busy : !to_alloc)
		err = busy ? -EBUSY : -ENODEV;
	if (!err) {
		runner->exercise = &shadow_by_hand_ops;
		runner->hand.busy = true;
		WRITE_ONCE(runner->run.stop, SHADOW_GO_ON);
		shadow_run_progress(&runner->run, "begins", 0, 0);
	}
	mutex_unlock(&runner->lock);
	if (err == -EBUSY)
		pr_err("run: by hand: %s runs; wait for its end, or write stop\n",
		       busy == &shadow_by_hand_ops ?
		       "another command by hand" : busy->name);
	else if (err)
		pr_err("run: by hand: no region is held; write alloc ORDER first\n");
	return err;
}

/*
 * Without a lab nothing is held, and others may run. What could not be done leaves
 * the results of the last run.
 */
static void unclaim(struct shadow_runner *runner, int err)
{
	mutex_lock(&runner->lock);
	runner->hand.busy = false;
	runner->hand.shown = runner->hand.shown || !err;
	if (!runner->setup.lab)
		runner->exercise = NULL;
	mutex_unlock(&runner->lock);
}

static int get_text(struct shadow_ktap *text)
{
	if (!text->text)
		text->text = vzalloc(TEXT_BYTES);
	if (!text->text)
		return -ENOMEM;
	text->size = TEXT_BYTES;
	return 0;
}

/* The region is ours for the first time: a lab over it, or why there is none. */
static int take(struct shadow_runner *runner)
{
	int err;

	shadow_run_reset(&runner->run);
	err = shadow_runner_hold(runner);
	if (!err && !runner->setup.lab) {
		pr_err("run: by hand: it needs a region, and there is none; see the report\n");
		err = -ENODEV;
	}
	if (err)
		shadow_runner_release(runner);
	return err;
}

static int run(struct shadow_runner *runner, const struct shadow_hand *hand)
{
	struct shadow_ktap *text = &runner->hand.text;
	int err = get_text(text);

	if (!err && !runner->setup.lab)
		err = take(runner);
	if (err)
		return err;
	shadow_ktap_clear(text);
	cancel_delayed_work(&runner->hand.expiry);
	if (hand->what == SHADOW_HAND_RESET) {
		shadow_runner_release(runner);
		shadow_ktap_print(text, "reset: the region was given back\n");
	} else {
		shadow_hand_do(&runner->lab, hand, text);
		schedule_delayed_work(&runner->hand.expiry, MOST_SECONDS * HZ);
	}
	return 0;
}

int shadow_by_hand(struct shadow_runner *runner, const struct shadow_hand *hand)
{
	int err;

	if (runner->setup.plan->layout.verdict != SHADOW_OK) {
		pr_err("run: by hand: the target would have panicked, so nothing is exercised; see the report\n");
		return -ENODEV;
	}
	err = claim(runner, hand->what == SHADOW_HAND_ALLOC);
	if (err)
		return err;
	err = run(runner, hand);
	unclaim(runner, err);
	return err;
}

/* A command that goes on, or came after the time was up, begins it anew. */
static void expire(struct work_struct *work)
{
	struct shadow_runner *runner = container_of(to_delayed_work(work),
						    struct shadow_runner,
						    hand.expiry);
	const struct shadow_hand reset = { .what = SHADOW_HAND_RESET };
	bool idle;

	mutex_lock(&runner->lock);
	idle = runner->exercise == &shadow_by_hand_ops && !runner->hand.busy &&
	       !delayed_work_pending(&runner->hand.expiry);
	runner->hand.busy = runner->hand.busy || idle;
	mutex_unlock(&runner->lock);
	if (!idle)
		return;
	pr_info("by hand: %d minutes without a command\n", MOST_SECONDS / 60);
	unclaim(runner, run(runner, &reset));
}

void shadow_by_hand_begin(struct shadow_runner *runner)
{
	INIT_DELAYED_WORK(&runner->hand.expiry, expire);
}

void shadow_by_hand_end(struct shadow_runner *runner)
{
	cancel_delayed_work_sync(&runner->hand.expiry);
	if (runner->exercise == &shadow_by_hand_ops)
		shadow_runner_release(runner);
	vfree(runner->hand.text.text);
}
