// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any context, all CPUs (B7): on each CPU a thread, a timer that fires in
 * softirq and one that fires in hardirq allocate and free at the same time. What
 * each does is in smp_steps.c; the threads and timers are here.
 *
 * It is the thread that starts a timer, for one burst, again and again. So between
 * two bursts of a timer the scheduler has had its turn, however slow the CPU is:
 * where all checks of a kernel are on, or many emulated CPUs share one, an
 * interrupt may take longer than any fixed interval between two of them.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/version.h>

#include "registry.h"
#include "smp_steps.h"

#define BURST		8	/* operations each time a timer fires */
#define INTERVAL_NS	(200 * NSEC_PER_USEC)
#define REST		4	/* times what the last burst took of the CPU */
#define MAX_REST_NS	(100 * NSEC_PER_MSEC)

/**
 * struct timed - a context with a timer
 * @context: what it does
 * @timer: when it does it
 * @mode: of the timer
 * @began: when it fired last
 * @armed: it is going to fire
 * @task: who starts it
 */
struct timed {
	struct shadow_context *context;
	struct hrtimer timer;
	enum hrtimer_mode mode;
	ktime_t began;
	bool armed;
	struct task_struct *task;
};

/**
 * struct worker - all contexts of a CPU
 * @context: SHADOW_NR_CONTEXTS of them
 * @soft: timer of the second
 * @hard: timer of the third
 * @task: thread that is the first and starts the timers
 * @finished: all are through
 */
struct worker {
	struct shadow_context *context;
	struct timed soft;
	struct timed hard;
	struct task_struct *task;
	struct completion finished;
};

static enum hrtimer_restart fire(struct timed *timed, bool in_context)
{
	timed->began = ktime_get();
	/* Once for each time that the thread started it. */
	shadow_context_step(timed->context, BURST, in_context && timed->armed);
	/* Pairs with arm(). */
	smp_store_release(&timed->armed, false);
	wake_up_process(timed->task);
	return HRTIMER_NORESTART;
}

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	return fire(container_of(timer, struct timed, timer),
		    in_serving_softirq() && !hardirq_count());
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	return fire(container_of(timer, struct timed, timer), hardirq_count());
}

static void init_timer(struct timed *timed, struct shadow_context *context,
		       enum hrtimer_mode mode,
		       enum hrtimer_restart (*function)(struct hrtimer *))
{
#if KERNEL_VERSION(6, 13, 0) <= LINUX_VERSION_CODE
	hrtimer_setup(&timed->timer, function, CLOCK_MONOTONIC, mode);
#else
	hrtimer_init(&timed->timer, CLOCK_MONOTONIC, mode);
	timed->timer.function = function;
#endif
	timed->context = context;
	timed->mode = mode;
	timed->began = ktime_get();
	timed->task = current;
}

/*
 * Let the timer fire again unless it is going to; false once its context is
 * through. Since it began, the burst has kept the CPU from the thread and from
 * others: they get several times as long.
 */
static bool arm(struct timed *timed)
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

static bool arm_timers(struct worker *worker)
{
	bool soft = arm(&worker->soft);
	bool hard = arm(&worker->hard);

	return soft || hard;
}

/* Sleep until a timer has fired, to start it again, until both are through. */
static void finish_timers(struct worker *worker)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!arm_timers(worker))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&worker->soft.timer);
	hrtimer_cancel(&worker->hard.timer);
}

static int work(void *data)
{
	struct worker *worker = data;

	init_timer(&worker->soft, &worker->context[SHADOW_SOFTIRQ],
		   HRTIMER_MODE_ABS_PINNED_SOFT, fire_soft);
	init_timer(&worker->hard, &worker->context[SHADOW_HARDIRQ],
		   HRTIMER_MODE_ABS_PINNED_HARD, fire_hard);
	while (shadow_context_step(&worker->context[SHADOW_PROCESS], BURST,
				   true)) {
		arm_timers(worker);
		cond_resched();
	}
	finish_timers(worker);
	complete(&worker->finished);

	/* Stay until kthread_stop() has seen the thread. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

/* Threads for all CPUs first, so that they begin at about the same time. */
static int start_workers(struct worker *workers, unsigned int nr)
{
	unsigned int cpu, i = 0;

	for_each_online_cpu(cpu) {
		struct task_struct *task;

		if (i == nr)
			break;
		task = kthread_create(work, &workers[i], "buddy_shadow/%u",
				      cpu);
		if (IS_ERR(task))
			return PTR_ERR(task);
		kthread_bind(task, cpu);
		workers[i++].task = task;
	}
	for (i = 0; i < nr; i++)
		wake_up_process(workers[i].task);
	return 0;
}

/* A thread that was never woken ends here without having run. */
static void stop_workers(struct worker *workers, unsigned int nr, bool running)
{
	struct shadow_run *run = workers->context->run;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (running &&
		    wait_for_completion_interruptible(&workers[i].finished)) {
			WRITE_ONCE(run->stop, true);
			wait_for_completion(&workers[i].finished);
		}
		if (workers[i].task)
			kthread_stop(workers[i].task);
	}
}

/* On @nr CPUs, or on as many as are online by now: @nr says so then. */
static int run_workers(struct worker *workers, unsigned int *nr)
{
	int err;

	cpus_read_lock();
	*nr = min(*nr, num_online_cpus());
	err = start_workers(workers, *nr);
	/* From here on a CPU may go: its thread and timers move to others. */
	cpus_read_unlock();
	stop_workers(workers, *nr, !err);
	return err;
}

static void init_workers(struct worker *workers,
			 struct shadow_context *context, unsigned int nr,
			 struct shadow_run *run, struct shadow_lab *lab)
{
	unsigned int i;

	for (i = 0; i < nr * SHADOW_NR_CONTEXTS; i++)
		shadow_context_init(&context[i], run, lab, i);
	for (i = 0; i < nr; i++) {
		init_completion(&workers[i].finished);
		workers[i].context = &context[i * SHADOW_NR_CONTEXTS];
	}
}

static int smp(struct shadow_run *run, const struct shadow_setup *setup)
{
	unsigned int nr = num_online_cpus();
	struct shadow_context *context;
	struct worker *workers;
	int err = -ENOMEM;

	workers = kvcalloc(nr, sizeof(*workers), GFP_KERNEL);
	context = kvcalloc(nr * SHADOW_NR_CONTEXTS, sizeof(*context),
			   GFP_KERNEL);
	if (workers && context) {
		init_workers(workers, context, nr, run, setup->lab);
		shadow_lab_remember(setup->lab);
		err = run_workers(workers, &nr);
	}
	if (!err)
		shadow_contexts_report(run, setup->lab, context, nr);
	kvfree(context);
	kvfree(workers);
	return err ? err : shadow_run_stopped(run) ? -EINTR : 0;
}

const struct shadow_exercise_ops shadow_smp_ops = {
	.name = "smp",
	.help = "allocate and free from all contexts of all CPUs at once (B7)",
	.needs_region = true,
	.ops = 20000,
	.run = smp,
};
