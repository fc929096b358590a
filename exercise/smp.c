// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any context, several CPUs (B7): on each CPU that the caller may run on a thread,
 * a timer that fires in softirq and one that fires in hardirq allocate and free at
 * the same time. What each does is in smp_steps.c; the threads and timers are here.
 *
 * It is the thread that starts a timer, for one burst, again and again. So between
 * two bursts of a timer the scheduler has had its turn, however slow the CPU is:
 * where all checks of a kernel are on, or many emulated CPUs share one, an
 * interrupt may take longer than any fixed interval between two of them.
 *
 * Whatever another task does to a CPU, the run ends (X6): who waits for threads
 * wakes up ten times a second, and before they have to end they are moved to the
 * CPU on which it runs itself.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/irqflags.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/version.h>
#include <linux/wait.h>

#include "registry.h"
#include "smp_steps.h"

#define BURST		8	/* operations each time a timer fires */
#define INTERVAL_NS	(100 * NSEC_PER_USEC)
#define REST		4	/* times what the last burst took of the CPU */
#define MAX_REST_NS	(100 * NSEC_PER_MSEC)
#define LOOK		(HZ / 10)	/* between two looks at the run */

/*
 * How long it goes on, unless told otherwise. Two CPUs that share no lock need up
 * to a second to get into each other's way; on one CPU a number of operations ends
 * it, and this is for a CPU that has no time.
 */
#define SECONDS		1
#define SECONDS_ALONE	60
#define START_SECONDS	10	/* the longest that some wait for others */

/**
 * struct crew - all who work together
 * @run: what they do
 * @nr: how many
 * @absent: how many did not arrive yet
 * @busy: how many are not through
 * @at_work: how many are in a burst now
 * @begun: they need not wait for each other any more
 * @wait: here they do, and who started them
 */
struct crew {
	struct shadow_run *run;
	unsigned int nr;
	atomic_t absent;
	atomic_t busy;
	atomic_t at_work;
	bool begun;
	wait_queue_head_t wait;
};

struct worker;

/**
 * struct timed - a context with a timer
 * @worker: whose it is
 * @context: what it does
 * @timer: when it does it
 * @mode: of the timer
 * @began: when it fired last
 * @armed: it is going to fire
 */
struct timed {
	struct worker *worker;
	struct shadow_context *context;
	struct hrtimer timer;
	enum hrtimer_mode mode;
	ktime_t began;
	bool armed;
};

/**
 * struct worker - all contexts of a CPU
 * @crew: the others
 * @cpu: its number
 * @context: SHADOW_NR_CONTEXTS of them
 * @soft: timer of the second
 * @hard: timer of the third
 * @task: thread that is the first and starts the timers
 * @arrived: it has run
 * @depth: contexts in a burst now, one inside the other
 */
struct worker {
	struct crew *crew;
	unsigned int cpu;
	struct shadow_context *context;
	struct timed soft;
	struct timed hard;
	struct task_struct *task;
	bool arrived;
	atomic_t depth;
};

/* A burst, of which it is noted whether another CPU was in one meanwhile. */
static bool burst(struct worker *worker, struct shadow_context *context,
		  bool meant)
{
	struct crew *crew = worker->crew;
	u64 before = context->allocated;
	unsigned long flags;
	bool beside, more;

	if (atomic_inc_return(&worker->depth) == 1)
		atomic_inc(&crew->at_work);
	beside = atomic_read(&crew->at_work) > 1;
	more = shadow_context_step(context, BURST, meant);
	if (beside || atomic_read(&crew->at_work) > 1)
		context->beside += context->allocated - before;
	/* A timer that fired in between would take its own CPU for another one. */
	local_irq_save(flags);
	if (!atomic_dec_return(&worker->depth))
		atomic_dec(&crew->at_work);
	local_irq_restore(flags);
	return more;
}

static enum hrtimer_restart fire(struct timed *timed, bool in_context)
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
	return fire(container_of(timer, struct timed, timer),
		    in_serving_softirq() && !hardirq_count());
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	return fire(container_of(timer, struct timed, timer), hardirq_count());
}

static void init_timer(struct worker *worker, struct timed *timed,
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

/*
 * Sleep until a timer has fired, to start it again, until both are through. One
 * that is never going to fire, for its CPU has no time, is given up with the run.
 */
static void finish_timers(struct worker *worker)
{
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (shadow_run_stopped(worker->crew->run) ||
		    !arm_timers(worker))
			break;
		schedule_timeout(LOOK);
	}
	__set_current_state(TASK_RUNNING);
	hrtimer_cancel(&worker->soft.timer);
	hrtimer_cancel(&worker->hard.timer);
	/* What they still hold is freed here. */
	shadow_context_step(worker->soft.context, 0, true);
	shadow_context_step(worker->hard.context, 0, true);
}

/* On several CPUs it goes on as long as it may, unless told for how long. */
static bool counts(const struct crew *crew)
{
	return crew->nr == 1 || crew->run->ops_given;
}

static u64 limit(const struct crew *crew)
{
	return crew->run->seconds ?: crew->nr > 1 ? SECONDS : SECONDS_ALONE;
}

/* The time of all begins to count when the last one has arrived. */
static void begin(struct crew *crew)
{
	shadow_run_limit(crew->run, limit(crew));
	WRITE_ONCE(crew->begun, true);
	wake_up_all(&crew->wait);
}

static void arrive(struct worker *worker)
{
	struct crew *crew = worker->crew;

	WRITE_ONCE(worker->arrived, true);
	if (atomic_dec_and_test(&crew->absent))
		wake_up_all(&crew->wait);
	wait_event_interruptible(crew->wait, READ_ONCE(crew->begun) ||
				 kthread_should_stop());
}

static int work(void *data)
{
	struct worker *worker = data;
	struct crew *crew = worker->crew;

	init_timer(worker, &worker->soft, SHADOW_SOFTIRQ,
		   HRTIMER_MODE_ABS_PINNED_SOFT, fire_soft);
	init_timer(worker, &worker->hard, SHADOW_HARDIRQ,
		   HRTIMER_MODE_ABS_PINNED_HARD, fire_hard);
	arrive(worker);
	while (burst(worker, &worker->context[SHADOW_PROCESS], true)) {
		arm_timers(worker);
		shadow_run_look_at_clock(crew->run);
		cond_resched();
	}
	finish_timers(worker);
	if (atomic_dec_and_test(&crew->busy))
		wake_up_all(&crew->wait);

	/* Stay until kthread_stop() has seen the thread. */
	set_current_state(TASK_INTERRUPTIBLE);
	while (!kthread_should_stop()) {
		schedule();
		set_current_state(TASK_INTERRUPTIBLE);
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* Where a CPU goes meanwhile, its thread and timers move to others. */
static int start_workers(struct crew *crew, struct worker *workers)
{
	unsigned int i;

	for (i = 0; i < crew->nr; i++) {
		struct task_struct *task;

		shadow_run_progress(crew->run, "threads started", i, crew->nr);
		task = kthread_create(work, &workers[i], "buddy_shadow/%u",
				      workers[i].cpu);
		if (IS_ERR(task))
			return PTR_ERR(task);
		kthread_bind(task, workers[i].cpu);
		workers[i].task = task;
	}
	for (i = 0; i < crew->nr; i++)
		wake_up_process(workers[i].task);
	return 0;
}

/*
 * They begin at the same time. Those on a CPU that somebody else keeps to itself
 * would never: the others begin without them.
 */
static void wait_for_start(struct crew *crew, const struct worker *workers)
{
	unsigned int nr, i;

	shadow_run_limit(crew->run, START_SECONDS);
	while ((nr = atomic_read(&crew->absent)) && !shadow_run_stop(crew->run)) {
		shadow_run_progress(crew->run, "threads that got their CPU",
				    crew->nr - nr, crew->nr);
		wait_event_interruptible_timeout(crew->wait,
						 !atomic_read(&crew->absent),
						 LOOK);
	}
	for (i = 0; i < crew->nr && nr; i++)
		if (!READ_ONCE(workers[i].arrived) &&
		    !shadow_run_interrupted(crew->run)) {
			pr_warn("smp: CPU %u had no time for a thread, so smp begins without it\n",
				workers[i].cpu);
			shadow_ktap_note(&crew->run->ktap,
					 "CPU %u had no time for a thread",
					 workers[i].cpu);
		}
	begin(crew);
}

static u64 operations(const struct crew *crew, const struct worker *workers)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < crew->nr * SHADOW_NR_CONTEXTS; i++)
		sum += READ_ONCE(workers->context[i].done);
	return sum;
}

/* Of operations, where their number ends it, else of time. */
static void show_progress(struct crew *crew, const struct worker *workers)
{
	struct shadow_run *run = crew->run;
	u64 ms = limit(crew) * MSEC_PER_SEC;

	if (counts(crew))
		shadow_run_progress(run, "operations of all contexts",
				    operations(crew, workers), run->ops *
				    crew->nr * SHADOW_NR_CONTEXTS);
	else
		shadow_run_progress(run, "ms of work in all contexts",
				    ms - ktime_ms_delta(run->deadline,
							ktime_get()), ms);
}

static void wait_for_end(struct crew *crew, const struct worker *workers)
{
	do {
		show_progress(crew, workers);
		wait_event_interruptible_timeout(crew->wait,
						 !atomic_read(&crew->busy),
						 LOOK);
	} while (atomic_read(&crew->busy) && !shadow_run_stop(crew->run));
}

/*
 * Where a thread could not run to its end, or has not run at all, it does so
 * here. One that was never woken ends without having run.
 */
static void end_workers(struct worker *workers, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr && workers[i].task; i++) {
		set_cpus_allowed_ptr(workers[i].task,
				     cpumask_of(task_cpu(current)));
		kthread_stop(workers[i].task);
	}
}

/* A worker for each CPU of the caller's own affinity; how many of them. */
static unsigned int assign(struct worker *workers, unsigned int most)
{
	unsigned int cpu, nr = 0;

	for_each_online_cpu(cpu) {
		if (nr == most)
			break;
		if (!cpumask_test_cpu(cpu, current->cpus_ptr))
			continue;
		if (workers)
			workers[nr].cpu = cpu;
		nr++;
	}
	return nr;
}

static void init_workers(struct crew *crew, struct worker *workers,
			 struct shadow_context *context,
			 struct shadow_lab *lab)
{
	u64 ops = counts(crew) ? crew->run->ops : U64_MAX;
	unsigned int i;

	for (i = 0; i < crew->nr * SHADOW_NR_CONTEXTS; i++)
		shadow_context_init(&context[i], crew->run, lab, i, ops);
	for (i = 0; i < crew->nr; i++) {
		workers[i].crew = crew;
		workers[i].context = &context[i * SHADOW_NR_CONTEXTS];
	}
	init_waitqueue_head(&crew->wait);
	atomic_set(&crew->absent, crew->nr);
	atomic_set(&crew->busy, crew->nr);
}

static int run_workers(struct crew *crew, struct worker *workers,
		       struct shadow_context *context, struct shadow_lab *lab)
{
	int err;

	crew->nr = assign(workers, crew->nr);
	init_workers(crew, workers, context, lab);
	shadow_lab_remember(lab);
	err = start_workers(crew, workers);
	if (!err) {
		wait_for_start(crew, workers);
		wait_for_end(crew, workers);
	}
	end_workers(workers, crew->nr);
	/* Who is killed gets no thread. */
	shadow_run_stop(crew->run);
	if (err && !shadow_run_interrupted(crew->run))
		return err;
	shadow_contexts_report(crew->run, lab, context, crew->nr);
	return shadow_run_end(crew->run);
}

static int smp(struct shadow_run *run, const struct shadow_setup *setup)
{
	struct crew crew = { .run = run, .nr = assign(NULL, UINT_MAX) };
	struct shadow_context *context;
	struct worker *workers;
	int err = -ENOMEM;

	shadow_run_progress(run, "threads started", 0, crew.nr);
	workers = kvcalloc(crew.nr, sizeof(*workers), GFP_KERNEL);
	context = kvcalloc(crew.nr * SHADOW_NR_CONTEXTS, sizeof(*context),
			   GFP_KERNEL);
	if (workers && context)
		err = run_workers(&crew, workers, context, setup->lab);
	kvfree(context);
	kvfree(workers);
	return err;
}

const struct shadow_exercise_ops shadow_smp_ops = {
	.name = "smp",
	.help = "allocate and free from all contexts of several CPUs at once (B7)",
	.needs_region = true,
	.ops = 2000,
	.run = smp,
};
