// SPDX-License-Identifier: GPL-2.0-only
/*
 * One run of an exercise. See run.h.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>

#include "run.h"

void shadow_run_limit(struct shadow_run *run, u64 seconds)
{
	WRITE_ONCE(run->deadline, ktime_add_ns(ktime_get(),
					       seconds * NSEC_PER_SEC));
	WRITE_ONCE(run->late, false);
	run->halted.doing = NULL;
}

void shadow_run_look_at_clock(struct shadow_run *run)
{
	ktime_t deadline = READ_ONCE(run->deadline);

	if (deadline && ktime_get() >= deadline)
		WRITE_ONCE(run->late, true);
}

bool shadow_run_stop(struct shadow_run *run)
{
	cond_resched();
	if (signal_pending(current) && !shadow_run_interrupted(run))
		WRITE_ONCE(run->stop, SHADOW_STOP_SIGNAL);
	shadow_run_look_at_clock(run);
	if (!shadow_run_stopped(run))
		return false;
	if (!run->halted.doing)
		run->halted = run->progress;
	return true;
}

void shadow_run_note_time(struct shadow_run *run)
{
	if (READ_ONCE(run->late) && !shadow_run_interrupted(run))
		shadow_ktap_note(&run->ktap, "time was up after %llu of %llu %s",
				 run->halted.done, run->halted.all,
				 run->halted.doing);
}

int shadow_run_end(const struct shadow_run *run)
{
	switch (READ_ONCE(run->stop)) {
	case SHADOW_STOP_SIGNAL:
		return -EINTR;
	case SHADOW_STOP_COMMAND:
		return -ECANCELED;
	default:
		return 0;
	}
}
