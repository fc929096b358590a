// SPDX-License-Identifier: GPL-2.0-only
/*
 * One run of an exercise. See run.h.
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "run.h"

bool shadow_run_stop(struct shadow_run *run)
{
	cond_resched();
	if (signal_pending(current))
		WRITE_ONCE(run->stop, true);
	return shadow_run_stopped(run);
}
