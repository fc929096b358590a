/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a thread and two timers do on one CPU, beside those of others (B7).
 */
#ifndef SHADOW_SMP_WORKER_H
#define SHADOW_SMP_WORKER_H

#include <linux/atomic.h>
#include <linux/hrtimer.h>
#include <linux/sched.h>
#include <linux/wait.h>

#include "smp_steps.h"

#define SHADOW_SMP_LOOK		(HZ / 10)	/* between two looks at the run */

/**
 * enum shadow_worker_state - how far a worker is
 * @SHADOW_ABSENT: its thread did not run yet
 * @SHADOW_ARRIVED: it did
 * @SHADOW_SKIPPED: it did not in time, and is not to work any more
 * @SHADOW_THROUGH: it has nothing more to do but to end
 */
enum shadow_worker_state {
	SHADOW_ABSENT,
	SHADOW_ARRIVED,
	SHADOW_SKIPPED,
	SHADOW_THROUGH,
};

/**
 * struct shadow_group - all who work together
 * @run: what they do
 * @nr: how many
 * @nr_skipped: how many of them were skipped
 * @absent: how many did not arrive yet
 * @busy: how many are not through
 * @at_work: how many are in a burst now
 * @begun: they need not wait for each other any more
 * @wait: here they do, and who started them
 */
struct shadow_group {
	struct shadow_run *run;
	unsigned int nr;
	unsigned int nr_skipped;
	atomic_t absent;
	atomic_t busy;
	atomic_t at_work;
	bool begun;
	wait_queue_head_t wait;
};

struct shadow_worker;

/**
 * struct shadow_timed - a context with a timer
 * @worker: whose it is
 * @context: what it does
 * @timer: when it does it
 * @mode: of the timer
 * @began: when it fired last
 * @armed: it is going to fire
 */
struct shadow_timed {
	struct shadow_worker *worker;
	struct shadow_context *context;
	struct hrtimer timer;
	enum hrtimer_mode mode;
	ktime_t began;
	bool armed;
};

/**
 * struct shadow_worker - all contexts of a CPU
 * @group: the others
 * @cpu: its number
 * @context: SHADOW_NR_CONTEXTS of them
 * @soft: timer of the second
 * @hard: timer of the third
 * @task: thread that is the first and starts the timers
 * @state: enum shadow_worker_state
 * @depth: contexts in a burst now, one inside the other
 */
struct shadow_worker {
	struct shadow_group *group;
	unsigned int cpu;
	struct shadow_context *context;
	struct shadow_timed soft;
	struct shadow_timed hard;
	struct task_struct *task;
	atomic_t state;
	atomic_t depth;
};

/**
 * shadow_worker_run() - be a thread of a group
 * @worker: what it is to do, with its group, CPU and contexts
 *
 * It waits for the others and works until all is done or the run ends. Whoever made
 * the thread holds a reference, for kthread_stop().
 *
 * Return: 0.
 */
int shadow_worker_run(void *worker);

#endif /* SHADOW_SMP_WORKER_H */
