// SPDX-License-Identifier: GPL-2.0-only
/*
 * smp without threads and timers: the steps of all contexts, one after another, as
 * if each were beside the others.
 */
#include <linux/errno.h>
#include <linux/slab.h>

#include "../exercise/registry.h"
#include "../exercise/smp_steps.h"

#define CPUS		2
#define NR		(CPUS * SHADOW_NR_CONTEXTS)
#define BURST		8
#define SECONDS		60

static int smp(struct shadow_run *run, const struct shadow_setup *setup)
{
	struct shadow_context *context = kvcalloc(NR, sizeof(*context),
						  GFP_KERNEL);
	bool busy = true;
	int i;

	if (!context)
		return -ENOMEM;
	for (i = 0; i < NR; i++)
		shadow_context_init(&context[i], run, setup->lab, i, run->ops);
	shadow_lab_remember(setup->lab);
	shadow_run_limit(run, run->seconds ?: SECONDS);
	while (busy) {
		busy = false;
		for (i = 0; i < NR; i++) {
			busy |= shadow_context_step(&context[i], BURST, true);
			context[i].beside = context[i].allocated;
		}
		shadow_run_progress(run, "operations of all contexts",
				    NR * context->done, NR * run->ops);
		shadow_run_stop(run);
	}
	shadow_contexts_report(run, setup->lab, context, CPUS, CPUS);
	kvfree(context);
	return shadow_run_end(run);
}

const struct shadow_exercise_ops shadow_smp_ops = {
	.name = "smp",
	.help = "the steps of smp, one after another",
	.needs_region = true,
	.ops = 2000,
	.run = smp,
};
