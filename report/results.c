// SPDX-License-Identifier: GPL-2.0-only
/*
 * The results of the last run. While a run goes on, readers are told so instead
 * of waiting for its end.
 */
#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "../exercise/by_hand.h"
#include "report.h"

bool shadow_report_lock(struct seq_file *m, struct shadow_runner *runner)
{
	const struct shadow_progress *progress = &runner->run.progress;

	mutex_lock(&runner->lock);
	/* Held by hand, the results of the last run stay. */
	if (!runner->exercise ||
	    (runner->exercise == &shadow_by_hand_ops && !runner->hand.busy))
		return true;
	seq_printf(m, "running: %s, %llu of %llu\n",
		   READ_ONCE(progress->doing), READ_ONCE(progress->done),
		   READ_ONCE(progress->all));
	mutex_unlock(&runner->lock);
	return false;
}

void shadow_report_unlock(struct shadow_runner *runner)
{
	mutex_unlock(&runner->lock);
}

/* What was done by hand last, if that was the last command. */
static bool show_hand(struct seq_file *m, struct shadow_runner *runner)
{
	const struct shadow_ktap *text = &runner->hand.text;
	bool shown;

	mutex_lock(&runner->lock);
	shown = runner->hand.shown && !runner->hand.busy;
	if (shown)
		seq_write(m, text->text, text->len);
	mutex_unlock(&runner->lock);
	return shown;
}

int shadow_result_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_runner *runner = report->runner;

	if (show_hand(m, runner) || !shadow_report_lock(m, runner))
		return 0;
	seq_write(m, runner->run.ktap.text, runner->run.ktap.len);
	shadow_report_unlock(runner);
	return 0;
}
