// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any context, several CPUs (B7): on each CPU that the caller may run on a thread,
 * a timer that fires in softirq and one that fires in hardirq allocate and free at
 * the same time. Here they are started, watched and ended; smp_worker.c has what
 * each of them does.
 *
 * Whatever another task does to a CPU, the run ends (X6): who waits for threads
 * wakes up ten times a second, and a thread that cannot end is moved to where it can.
 * Not so with PREEMPT_RT, where a thread of the kernel's own runs timers, see
 * security.rst.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "registry.h"
#include "smp_worker.h"

/*
 * How long it goes on, unless told otherwise. Two CPUs that share no lock need up
 * to a second to get into each other's way; on one CPU a number of operations ends
 * it, and this is for a CPU that has no time.
 */
#define SECONDS		1
#define SECONDS_ALONE	60
#define START_SECONDS	10	/* the longest that some wait for others */

/* On several CPUs it goes on as long as it may, unless told for how long. */
static bool counts(const struct shadow_group *group)
{
	return group->nr == 1 || group->run->ops_given;
}

static u64 limit(const struct shadow_group *group)
{
	return group->run->seconds ?: group->nr > 1 ? SECONDS : SECONDS_ALONE;
}

/* The time of all begins to count when the last one has arrived. */
static void begin(struct shadow_group *group)
{
	shadow_run_limit(group->run, limit(group));
	/* Pairs with arrive(): who sees it sees the limit, too. */
	smp_store_release(&group->begun, true);
	wake_up_all(&group->wait);
}

/* Where a CPU goes meanwhile, its thread and timers move to others. */
static int start_workers(struct shadow_group *group,
			 struct shadow_worker *workers)
{
	unsigned int i;

	for (i = 0; i < group->nr; i++) {
		struct task_struct *task;

		shadow_run_progress(group->run, "threads started", i, group->nr);
		task = kthread_create(shadow_worker_run, &workers[i],
				      "buddy_shadow/%u", workers[i].cpu);
		if (IS_ERR(task))
			return PTR_ERR(task);
		kthread_bind(task, workers[i].cpu);
		/* It may end before it is stopped. */
		get_task_struct(task);
		workers[i].task = task;
	}
	for (i = 0; i < group->nr; i++)
		wake_up_process(workers[i].task);
	return 0;
}

/* Who has not arrived by now is skipped; log and results name it. */
static void skip_absent(struct shadow_group *group, struct shadow_worker *worker)
{
	if (atomic_cmpxchg(&worker->state, SHADOW_ABSENT, SHADOW_SKIPPED) !=
	    SHADOW_ABSENT)
		return;
	group->nr_skipped++;
	atomic_dec(&group->busy);
	if (shadow_run_interrupted(group->run))
		return;
	pr_warn("smp: CPU %u had no time for a thread, so smp begins without it\n",
		worker->cpu);
	shadow_ktap_note(&group->run->ktap, "CPU %u had no time for a thread",
			 worker->cpu);
}

/*
 * They begin at the same time. Those on a CPU that somebody else keeps to itself
 * would never: the others begin without them.
 */
static void wait_for_start(struct shadow_group *group,
			   struct shadow_worker *workers)
{
	unsigned int nr, i;

	shadow_run_limit(group->run, START_SECONDS);
	while ((nr = atomic_read(&group->absent)) && !shadow_run_stop(group->run)) {
		shadow_run_progress(group->run, "threads that got their CPU",
				    group->nr - nr, group->nr);
		wait_event_interruptible_timeout(group->wait,
						 !atomic_read(&group->absent),
						 SHADOW_SMP_LOOK);
	}
	for (i = 0; i < group->nr; i++)
		skip_absent(group, &workers[i]);
	begin(group);
}

static u64 operations(const struct shadow_group *group,
		      const struct shadow_worker *workers)
{
	u64 sum = 0;
	unsigned int i;

	for (i = 0; i < group->nr * SHADOW_NR_CONTEXTS; i++)
		sum += READ_ONCE(workers->context[i].done);
	return sum;
}

/* Of operations, where their number ends it, else of time. */
static void show_progress(struct shadow_group *group,
			  const struct shadow_worker *workers)
{
	struct shadow_run *run = group->run;
	u64 ms = limit(group) * MSEC_PER_SEC;

	if (counts(group))
		shadow_run_progress(run, "operations of all contexts",
				    operations(group, workers), run->ops *
				    (group->nr - group->nr_skipped) *
				    SHADOW_NR_CONTEXTS);
	else
		shadow_run_progress(run, "ms of work in all contexts",
				    min_t(u64, ms, ms -
					  ktime_ms_delta(run->deadline,
							 ktime_get())), ms);
}

static void wait_for_end(struct shadow_group *group,
			 const struct shadow_worker *workers)
{
	do {
		show_progress(group, workers);
		wait_event_interruptible_timeout(group->wait,
						 !atomic_read(&group->busy),
						 SHADOW_SMP_LOOK);
	} while (atomic_read(&group->busy) && !shadow_run_stop(group->run));
}

/* Is a worker through, or does it get there on a CPU? */
static bool gets_through(struct shadow_group *group,
			 struct shadow_worker *worker, unsigned int cpu)
{
	if (atomic_read(&worker->state) == SHADOW_THROUGH)
		return true;
	set_cpus_allowed_ptr(worker->task, cpumask_of(cpu));
	return wait_event_timeout(group->wait, atomic_read(&worker->state) ==
				  SHADOW_THROUGH, SHADOW_SMP_LOOK);
}

/*
 * A thread that has no time on its CPU gets it on another one, first on that where
 * this runs: it has time here and now, or none for a thread, where this is a
 * real-time task. Its last steps, or its only ones where it was never woken, are
 * taken on any CPU, from here on.
 */
static void end_worker(struct shadow_group *group, struct shadow_worker *worker,
		       bool woken)
{
	unsigned int cpu = task_cpu(current);
	bool through = !woken || gets_through(group, worker, cpu);

	while (!through)
		for_each_online_cpu(cpu)
			through = through || gets_through(group, worker, cpu);
	set_cpus_allowed_ptr(worker->task, cpumask_of(task_cpu(current)));
	set_cpus_allowed_ptr(worker->task, cpu_online_mask);
	kthread_stop(worker->task);
	put_task_struct(worker->task);
}

/* A worker for each CPU of the caller's own affinity; how many of them. */
static unsigned int assign(struct shadow_worker *workers, unsigned int most)
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

static void init_workers(struct shadow_group *group,
			 struct shadow_worker *workers,
			 struct shadow_context *context,
			 struct shadow_lab *lab)
{
	u64 ops = counts(group) ? group->run->ops : U64_MAX;
	unsigned int i;

	for (i = 0; i < group->nr * SHADOW_NR_CONTEXTS; i++)
		shadow_context_init(&context[i], group->run, lab, i, ops);
	for (i = 0; i < group->nr; i++) {
		workers[i].group = group;
		workers[i].context = &context[i * SHADOW_NR_CONTEXTS];
	}
	init_waitqueue_head(&group->wait);
	atomic_set(&group->absent, group->nr);
	atomic_set(&group->busy, group->nr);
}

static int run_workers(struct shadow_group *group,
		       struct shadow_worker *workers,
		       struct shadow_context *context, struct shadow_lab *lab)
{
	unsigned int i;
	int err;

	group->nr = assign(workers, group->nr);
	init_workers(group, workers, context, lab);
	shadow_lab_remember(lab);
	err = start_workers(group, workers);
	if (!err) {
		wait_for_start(group, workers);
		wait_for_end(group, workers);
	}
	for (i = 0; i < group->nr && workers[i].task; i++)
		end_worker(group, &workers[i], !err);
	if (!err)
		show_progress(group, workers);
	shadow_run_no_limit(group->run);
	/* Who is killed gets no thread. By now all is done that will be. */
	if (shadow_run_stop(group->run))
		group->run->halted = group->run->progress;
	if (err && !shadow_run_interrupted(group->run))
		return err;
	shadow_contexts_report(group->run, lab, context, group->nr,
			       group->nr - group->nr_skipped);
	return shadow_run_end(group->run);
}

static int smp(struct shadow_run *run, const struct shadow_setup *setup)
{
	struct shadow_group group = { .run = run, .nr = assign(NULL, UINT_MAX) };
	struct shadow_context *context;
	struct shadow_worker *workers;
	int err = -ENOMEM;

	shadow_run_progress(run, "threads started", 0, group.nr);
	workers = kvcalloc(group.nr, sizeof(*workers), GFP_KERNEL);
	context = kvcalloc(group.nr * SHADOW_NR_CONTEXTS, sizeof(*context),
			   GFP_KERNEL);
	if (workers && context)
		err = run_workers(&group, workers, context, setup->lab);
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
