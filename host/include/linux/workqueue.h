/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stub for the host build: one thread, so delayed work runs when a test says that its
 * time has come.
 */
#pragma once

#include <linux/types.h>

struct work_struct {
	void (*function)(struct work_struct *work);
};

struct delayed_work {
	struct work_struct work;
	unsigned long delay;	/* in jiffies, 0 for nothing to do */
};

#define INIT_DELAYED_WORK(delayed, called) \
	(*(delayed) = (struct delayed_work){ .work.function = (called) })
#define to_delayed_work(pointer) \
	container_of(pointer, struct delayed_work, work)

static inline bool schedule_delayed_work(struct delayed_work *delayed,
					 unsigned long delay)
{
	bool idle = !delayed->delay;

	if (idle)
		delayed->delay = delay;
	return idle;
}

static inline bool cancel_delayed_work(struct delayed_work *delayed)
{
	bool pending = delayed->delay;

	delayed->delay = 0;
	return pending;
}

#define delayed_work_pending(delayed) ((delayed)->delay != 0)
#define cancel_delayed_work_sync cancel_delayed_work

/* The time has come. */
static inline void host_delayed_work(struct delayed_work *delayed)
{
	if (cancel_delayed_work(delayed))
		delayed->work.function(&delayed->work);
}
