// SPDX-License-Identifier: GPL-2.0-only
/*
 * The results of the last run, and how free blocks went in one. While a run goes on,
 * readers are told so instead of waiting for its end.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
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

static void show_blocks(struct seq_file *m, const struct shadow_frag *frag,
			const struct shadow_frag_line *line)
{
	u64 nr_free = 0, used;
	unsigned int order;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		nr_free += line->blocks[order] << order;
	/* A faulty buddy may count more than there is. */
	used = frag->pages - min(frag->pages, nr_free);
	seq_printf(m, "%llu %llu", line->step,
		   frag->pages ? 1000 * used / frag->pages : 0);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		seq_printf(m, " %llu", line->blocks[order]);
	seq_putc(m, '\n');
}

int shadow_frag_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_frag *frag = &report->runner->run.frag;
	unsigned int order;
	u32 i;

	if (!shadow_report_lock(m, report->runner))
		return 0;
	seq_puts(m, "# step used");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		seq_printf(m, " n%u", order);
	if (frag->name)
		seq_printf(m, "\n# %s seed=%llu ops=%llu heap_order=%u\n",
			   frag->name, frag->seed, frag->ops,
			   report->plan->layout.heap_order);
	else
		seq_puts(m, "\n# nothing ran yet, no torture and no whole-machine\n");
	for (i = 0; i < frag->nr; i++)
		show_blocks(m, frag, &frag->line[i]);
	if (frag->all_freed) {
		seq_puts(m, "# after all was freed: ");
		show_blocks(m, frag, &frag->freed);
	}
	shadow_report_unlock(report->runner);
	return 0;
}
