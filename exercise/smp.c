// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any context, all CPUs (B7): on each CPU a thread, a timer that fires in
 * softirq and one that fires in hardirq allocate and free at the same time.
 * Each of them is a lane with blocks of its own; what one lane wrote into its
 * blocks, no other may change.
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
#include <linux/string.h>

#include "exercise.h"
#include "rng.h"

#define LANE_HELD	16	/* blocks that a lane holds at most */
#define LANE_ORDERS	4	/* of orders 0 to 3 */
#define BURST		8	/* operations each time a timer fires */
#define INTERVAL_NS	(200 * NSEC_PER_USEC)
#define REST		4	/* times what the last burst took of the CPU */
#define MAX_REST_NS	(100 * NSEC_PER_MSEC)

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
	u64 strays;		/* operations where or when none were meant */
	/* Of a lane with a timer: */
	struct hrtimer timer;
	enum hrtimer_mode mode;
	ktime_t began;		/* when it fired last */
	bool armed;		/* it is going to fire */
	struct task_struct *task;	/* who starts it */
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
static bool step(struct lane *lane, unsigned int burst, bool meant)
{
	unsigned int i;

	for (i = 0; i < burst && lane->left; i++, lane->left--) {
		u64 *held = &lane->held[shadow_rng_below(&lane->rng,
							 LANE_HELD)];

		lane->done++;
		if (!meant)
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

static enum hrtimer_restart fire(struct lane *lane, bool in_context)
{
	lane->began = ktime_get();
	/* Once for each time that the thread started it. */
	step(lane, BURST, in_context && lane->armed);
	/* Pairs with arm(). */
	smp_store_release(&lane->armed, false);
	wake_up_process(lane->task);
	return HRTIMER_NORESTART;
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

static void init_timer(struct worker *worker, int context,
		       enum hrtimer_mode mode,
		       enum hrtimer_restart (*function)(struct hrtimer *))
{
	struct lane *lane = &worker->lane[context];

	hrtimer_init(&lane->timer, CLOCK_MONOTONIC, mode);
	lane->timer.function = function;
	lane->mode = mode;
	lane->began = ktime_get();
	lane->task = current;
}

/*
 * Let the timer fire again unless it is going to; false once its lane is through.
 * Since it began, the burst has kept the CPU from the thread and from others: they
 * get some times as long.
 */
static bool arm(struct lane *lane)
{
	ktime_t now, due;

	/* Pairs with fire(): what the burst wrote is seen. */
	if (smp_load_acquire(&lane->armed))
		return true;
	if (!lane->left)
		return false;
	now = ktime_get();
	due = ktime_add_ns(now, clamp_t(s64, REST * (now - lane->began),
					INTERVAL_NS, MAX_REST_NS));
	lane->armed = true;
	hrtimer_start(&lane->timer, due, lane->mode);
	return true;
}

static bool arm_timers(struct worker *worker)
{
	bool soft = arm(&worker->lane[SOFTIRQ]);
	bool hard = arm(&worker->lane[HARDIRQ]);

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
	hrtimer_cancel(&worker->lane[SOFTIRQ].timer);
	hrtimer_cancel(&worker->lane[HARDIRQ].timer);
}

static int work(void *data)
{
	struct worker *worker = data;

	init_timer(worker, SOFTIRQ, HRTIMER_MODE_ABS_PINNED_SOFT, fire_soft);
	init_timer(worker, HARDIRQ, HRTIMER_MODE_ABS_PINNED_HARD, fire_hard);
	while (step(&worker->lane[PROCESS], BURST, true)) {
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
