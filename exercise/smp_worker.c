// SPDX-License-Identifier: GPL-2.0-only
/*
 * A thread and two timers on one CPU. See smp_worker.h; what each context does is in
 * smp_steps.c.
 *
 * It is the thread that starts a timer, for one burst, again and again. So between
 * two bursts of a timer the scheduler has had its turn, however slow the CPU is:
 * where all checks of a kernel are on, or many emulated CPUs share one, an
 * interrupt may take longer than any fixed interval between two of them.
 */
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/preempt.h>
#include <linux/version.h>

#include "smp_worker.h"

#define BURST		8	/* operations each time a timer fires */
#define INTERVAL_NS	(100 * NSEC_PER_USEC)
#define REST		4	/* times what the last burst took of the CPU */
#define MAX_REST_NS	(100 * NSEC_PER_MSEC)

/*
 * A burst, of which it is noted whether another CPU was in one meanwhile. It keeps
 * its CPU until it is through: what is in a burst is at work, and no task can make
 * a timer's burst wait in the middle (PREEMPT_RT).
 */
static bool burst(struct shadow_worker *worker, struct shadow_context *context,
		  bool meant)
{
	struct shadow_group *group = worker->group;
	u64 before = context->allocated;
	bool outer, beside, more;

	preempt_disable();
	/* A timer's burst inside of another one is on the same CPU. */
	outer = atomic_inc_return(&worker->depth) == 1;
	if (outer)
		atomic_inc(&group->at_work);
	beside = atomic_read(&group->at_work) > 1;
	more = shadow_context_step(context, BURST, meant);
	if (beside || atomic_read(&group->at_work) > 1)
		context->beside += context->allocated - before;
	if (outer)
		atomic_dec(&group->at_work);
	atomic_dec(&worker->depth);
	preempt_enable();
	return more;
}

static enum hrtimer_restart fire(struct shadow_timed *timed, bool in_context)
{
	timed->began = ktime_get();
	/* Once for each time that the thread started it. */
	burst(timed->worker, timed->context, in_context && timed->armed);
	/* Pairs with arm(). */
	smp_store_release(&timed->armed, false);
	wake_up_process(timed->worker->task);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	return fire(container_of(timer, struct shadow_timed, timer),
		    in_serving_softirq() && !hardirq_count());
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	return fire(container_of(timer, struct shadow_timed, timer), hardirq_count());
}

static void init_timer(struct shadow_worker *worker, struct shadow_timed *timed,
		       enum shadow_context_kind kind, enum hrtimer_mode mode,
		       enum hrtimer_restart (*function)(struct hrtimer *))
{
#if KERNEL_VERSION(6, 13, 0) <= LINUX_VERSION_CODE
	hrtimer_setup(&timed->timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(&timed->timer, CLOCK_MONOTONIC, mode);
	timed->timer.function = function;
#endif
	timed->worker = worker;
	timed->context = &worker->context[kind];
	timed->mode = mode;
	timed->began = ktime_get();
}

/*
 * Let the timer fire again unless it is going to; false once its context is
 * through. Since it began, the burst has kept the CPU from the thread and from
 * others: they get several times as long.
 */
static bool arm(struct shadow_timed *timed)
{
	ktime_t now, due;

	/* Pairs with fire(): what the burst wrote is seen. */
	if (smp_load_acquire(&timed->armed))
		return true;
	if (!timed->context->left)
		return false;
	now = ktime_get();
	due = ktime_add_ns(now, clamp_t(s64, REST * (now - timed->began),
					INTERVAL_NS, MAX_REST_NS));
	timed->armed = true;
	hrtimer_start(&timed->timer, due, timed->mode);
	return true;
}

static bool arm_timers(struct shadow_worker *worker)
{
	bool soft = arm(&worker->soft);
	bool hard = arm(&worker->hard);

	return soft || hard;
}

/*
 * Sleep until a timer has fired, to start it again, until both are through. One
 * that is never going to fire, for its CPU has no time, is given up with the run.
 */
static void finish_timers(struct shadow_worker *worker)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (shadow_run_stopped(worker->group->run) ||
		    !arm_timers(worker))
			break;
		schedule_timeout(SHADOW_SMP_LOOK);
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&worker->soft.timer);
	hrtimer_cancel(&worker->hard.timer);
	/* What they still hold is freed here. */
	shadow_context_step(worker->soft.context, 0, true);
	shadow_context_step(worker->hard.context, 0, true);
}

/* Wait for the others; false where they have begun already. */
static bool arrive(struct shadow_worker *worker)
{
	struct shadow_group *group = worker->group;

	if (atomic_cmpxchg(&worker->state, SHADOW_ABSENT, SHADOW_ARRIVED) !=
	    SHADOW_ABSENT)
		return false;
	if (atomic_dec_and_test(&group->absent))
		wake_up_all(&group->wait);
	/* Pairs with begin(). */
	wait_event_interruptible(group->wait, smp_load_acquire(&group->begun) ||
				 kthread_should_stop());
	return true;
}

static void work(struct shadow_worker *worker)
{
	struct shadow_group *group = worker->group;

	init_timer(worker, &worker->soft, SHADOW_SOFTIRQ,
		   HRTIMER_MODE_ABS_PINNED_SOFT, fire_soft);
	init_timer(worker, &worker->hard, SHADOW_HARDIRQ,
		   HRTIMER_MODE_ABS_PINNED_HARD, fire_hard);
	while (burst(worker, &worker->context[SHADOW_PROCESS], true)) {
		arm_timers(worker);
		shadow_run_look_at_clock(group->run);
		cond_resched();
	}
	finish_timers(worker);
	atomic_dec(&group->busy);
}

int shadow_worker_run(void *data)
{
	struct shadow_worker *worker = data;

	if (arrive(worker))
		work(worker);
	atomic_set(&worker->state, SHADOW_THROUGH);
	wake_up_all(&worker->group->wait);
	return 0;
}
