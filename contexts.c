// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any context, all CPUs (B7): on each CPU a thread, a timer that fires in
 * softirq and one that fires in hardirq allocate and free at the same time.
 * Each of them is a lane with blocks of its own; what one lane wrote into its
 * blocks, no other may change.
 */
#include <linux/completion.h>
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/hrtimer.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "exercise.h"
#include "rng.h"

#define LANE_HELD	16	/* blocks that a lane holds at most */
#define LANE_ORDERS	4	/* of orders 0 to 3 */
#define BURST		8	/* operations each time a timer fires */
#define INTERVAL_NS	(200 * NSEC_PER_USEC)
#define REST		4	/* times what the last burst took, at least */

enum { PROCESS, SOFTIRQ, HARDIRQ, NR_CONTEXTS };

static const char * const context_names[NR_CONTEXTS] = {
	"process", "softirq", "hardirq",
};

struct lane {
	struct shadow_exercise *ex;
	struct shadow_rng rng;
	u64 seed;
	u64 held[LANE_HELD];	/* address | order, or SHADOW_NO_PAGE */
	u64 left;		/* operations to do */
	u64 done;
	u64 wrong;		/* lost patterns, refused frees */
	u64 strays;		/* operations in another context than meant */
	struct hrtimer timer;
	struct completion finished;
};

struct worker {
	struct lane lane[NR_CONTEXTS];
	struct task_struct *task;
	struct completion finished;
};

static void drop(struct lane *lane, u64 *held)
{
	u64 pa = *held & SHADOW_PAGE_MASK;
	unsigned int order = *held & ~SHADOW_PAGE_MASK;
	u64 bytes = SHADOW_PAGE_SIZE << order;

	if (shadow_pattern_check(lane->ex, pa, 64, lane->seed) !=
	    SHADOW_NO_PAGE ||
	    shadow_pattern_check(lane->ex, pa + bytes - 64, 64, lane->seed) !=
	    SHADOW_NO_PAGE)
		lane->wrong++;
	if (shadow_buddy_free(&lane->ex->buddy, pa, order))
		lane->wrong++;
	*held = SHADOW_NO_PAGE;
}

static void grab(struct lane *lane, u64 *held)
{
	unsigned int order = shadow_rng_below(&lane->rng, LANE_ORDERS);
	u64 pa = shadow_buddy_alloc(&lane->ex->buddy, order);
	u64 bytes = SHADOW_PAGE_SIZE << order;

	if (pa == SHADOW_NO_PAGE)
		return;
	shadow_pattern_write(lane->ex, pa, 64, lane->seed);
	shadow_pattern_write(lane->ex, pa + bytes - 64, 64, lane->seed);
	*held = pa | order;
}

/* Some operations; false once the lane has done all and holds nothing. */
static bool step(struct lane *lane, unsigned int burst, bool in_context)
{
	unsigned int i;

	for (i = 0; i < burst && lane->left; i++, lane->left--) {
		u64 *held = &lane->held[shadow_rng_below(&lane->rng,
							 LANE_HELD)];

		lane->done++;
		if (!in_context)
			lane->strays++;
		if (*held != SHADOW_NO_PAGE)
			drop(lane, held);
		else
			grab(lane, held);
	}
	if (shadow_exercise_stopped(lane->ex))
		lane->left = 0;
	if (lane->left)
		return true;
	for (i = 0; i < LANE_HELD; i++)
		if (lane->held[i] != SHADOW_NO_PAGE)
			drop(lane, &lane->held[i]);
	return false;
}

/*
 * Where a burst takes longer than the interval, as in an emulated kernel with all
 * checks on, a timer that came back at once would leave nothing of its CPU.
 */
static enum hrtimer_restart fire(struct lane *lane, bool in_context)
{
	ktime_t start = ktime_get(), end;

	if (!step(lane, BURST, in_context)) {
		complete(&lane->finished);
		return HRTIMER_NORESTART;
	}
	end = ktime_get();
	hrtimer_set_expires(&lane->timer,
			    ktime_add_ns(end, max_t(u64, INTERVAL_NS,
						    REST * (end - start))));
	return HRTIMER_RESTART;
}

static enum hrtimer_restart fire_soft(struct hrtimer *timer)
{
	return fire(container_of(timer, struct lane, timer),
		    in_serving_softirq() && !hardirq_count());
}

static enum hrtimer_restart fire_hard(struct hrtimer *timer)
{
	return fire(container_of(timer, struct lane, timer), hardirq_count());
}

static void start_timer(struct lane *lane, enum hrtimer_mode mode,
			enum hrtimer_restart (*function)(struct hrtimer *))
{
	init_completion(&lane->finished);
	hrtimer_init(&lane->timer, CLOCK_MONOTONIC, mode);
	lane->timer.function = function;
	hrtimer_start(&lane->timer, ns_to_ktime(INTERVAL_NS), mode);
}

static void finish_timer(struct lane *lane)
{
	/* No signal reaches a kernel thread; a long sleep of this kind is fine. */
	while (wait_for_completion_interruptible(&lane->finished))
		;
	hrtimer_cancel(&lane->timer);
}

static int work(void *data)
{
	struct worker *worker = data;

	start_timer(&worker->lane[SOFTIRQ], HRTIMER_MODE_REL_PINNED_SOFT,
		    fire_soft);
	start_timer(&worker->lane[HARDIRQ], HRTIMER_MODE_REL_PINNED_HARD,
		    fire_hard);
	while (step(&worker->lane[PROCESS], BURST, true))
		cond_resched();
	finish_timer(&worker->lane[SOFTIRQ]);
	finish_timer(&worker->lane[HARDIRQ]);
	complete(&worker->finished);

	/* Stay until kthread_stop() has seen the thread. */
	while (!kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

static void init_worker(struct worker *worker, struct shadow_exercise *ex,
			u64 seed, u64 ops, unsigned int cpu)
{
	int i, j;

	init_completion(&worker->finished);
	for (i = 0; i < NR_CONTEXTS; i++) {
		struct lane *lane = &worker->lane[i];

		lane->ex = ex;
		lane->seed = seed + cpu * NR_CONTEXTS + i;
		shadow_rng_seed(&lane->rng, lane->seed);
		lane->left = ops;
		for (j = 0; j < LANE_HELD; j++)
			lane->held[j] = SHADOW_NO_PAGE;
	}
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
	struct shadow_exercise *ex = workers->lane->ex;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (running &&
		    wait_for_completion_interruptible(&workers[i].finished)) {
			WRITE_ONCE(ex->stop, true);
			wait_for_completion(&workers[i].finished);
		}
		if (workers[i].task)
			kthread_stop(workers[i].task);
	}
}

static void report_context(struct shadow_exercise *ex,
			   const struct worker *workers, unsigned int nr,
			   int context)
{
	u64 done = 0, wrong = 0, strays = 0;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		done += workers[i].lane[context].done;
		wrong += workers[i].lane[context].wrong;
		strays += workers[i].lane[context].strays;
	}
	shadow_ktap_result(&ex->ktap, done && !wrong && !strays,
			   "B7 %llu operations in %s context on %u CPUs at once",
			   done, context_names[context], nr);
	if (wrong || strays)
		shadow_ktap_note(&ex->ktap, "wrong:%llu strays:%llu", wrong,
				 strays);
}

/* @ops operations in each context on each CPU (B7) */
int shadow_contexts(struct shadow_exercise *ex, u64 seed, u64 ops)
{
	unsigned int nr, i;
	struct worker *workers;
	int err;

	cpus_read_lock();
	nr = num_online_cpus();
	workers = kvcalloc(nr, sizeof(*workers), GFP_KERNEL);
	if (!workers) {
		cpus_read_unlock();
		return -ENOMEM;
	}
	for (i = 0; i < nr; i++)
		init_worker(&workers[i], ex, seed, ops, i);

	shadow_exercise_remember(ex);
	err = start_workers(workers, nr);
	/* From here on a CPU may go: its thread and timers move to others. */
	cpus_read_unlock();
	stop_workers(workers, nr, !err);
	for (i = 0; i < NR_CONTEXTS && !err && ops; i++)
		report_context(ex, workers, nr, i);
	if (!err)
		shadow_exercise_compare(ex, "use from all contexts");
	kvfree(workers);
	if (err)
		return err;
	return shadow_exercise_stopped(ex) ? -EINTR : 0;
}
