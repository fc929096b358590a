// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the DMA API. See region_alloc.h.
 *
 * Thread and run agree by one word, which each changes at once: the run that ends
 * before the thread does writes LEFT over WANTED, the thread DONE over either. The
 * later of the two sees what the other one wrote, and frees or keeps the memory.
 */
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched/task.h>
#include <linux/sizes.h>

#include "region_alloc.h"

#define LEAST_BYTES	SZ_1M	/* asking for less than this is given up */
#define LOOK		(HZ / 10)	/* between two looks at the run */

enum state {
	WANTED,	/* the thread allocates, a run waits for it */
	LEFT,	/* the thread allocates, nobody waits */
	DONE,	/* it is through */
};

static void alloc_most(struct shadow_region_alloc *alloc)
{
	alloc->bytes = alloc->wanted;
	do {
		alloc->va = dma_alloc_attrs(alloc->dev, alloc->bytes,
					    &alloc->dma, GFP_KERNEL,
					    DMA_ATTR_NO_WARN);
		if (alloc->va || alloc->bytes <= LEAST_BYTES)
			return;
		alloc->bytes = PAGE_ALIGN(alloc->bytes / 2);
	} while (true);
}

static int alloc_thread(void *data)
{
	struct shadow_region_alloc *alloc = data;

	alloc_most(alloc);
	if (atomic_xchg(&alloc->state, DONE) == LEFT && alloc->va)
		shadow_region_alloc_free(alloc);
	wake_up_all(&alloc->wait);
	return 0;
}

void shadow_region_alloc_end(struct shadow_region_alloc *alloc)
{
	if (!alloc->task)
		return;
	kthread_stop(alloc->task);
	put_task_struct(alloc->task);
	alloc->task = NULL;
}

static int begin_thread(struct shadow_region_alloc *alloc)
{
	struct task_struct *task = kthread_create(alloc_thread, alloc,
						  "buddy_shadow");

	if (IS_ERR(task))
		return PTR_ERR(task);
	/* It ends before it is stopped. */
	get_task_struct(task);
	alloc->task = task;
	atomic_set(&alloc->state, WANTED);
	wake_up_process(task);
	return 0;
}

void shadow_region_alloc_init(struct shadow_region_alloc *alloc,
			      struct device *dev, u64 wanted)
{
	memset(alloc, 0, sizeof(*alloc));
	alloc->dev = dev;
	alloc->wanted = wanted;
	atomic_set(&alloc->state, DONE);
	init_waitqueue_head(&alloc->wait);
}

static bool done(struct shadow_region_alloc *alloc)
{
	/* What the thread wrote before is seen. */
	return atomic_read_acquire(&alloc->state) == DONE;
}

int shadow_region_alloc_run(struct shadow_region_alloc *alloc,
			    struct shadow_run *run)
{
	/* That of an earlier run may go on: it is for this one now. */
	if (atomic_cmpxchg(&alloc->state, LEFT, WANTED) == DONE) {
		int err;

		shadow_region_alloc_end(alloc);
		err = begin_thread(alloc);
		/* Who is killed gets no thread. */
		if (err && shadow_run_stop(run))
			return shadow_run_end(run) ?: err;
		if (err)
			return err;
	}
	shadow_run_limit(run, SHADOW_REGION_SECONDS);
	while (!done(alloc) && !shadow_run_stop(run))
		wait_event_interruptible_timeout(alloc->wait, done(alloc), LOOK);
	shadow_run_no_limit(run);
	/* One that fails orders nothing: done() does. */
	if (atomic_cmpxchg(&alloc->state, WANTED, LEFT) != WANTED && done(alloc))
		return 0;
	return shadow_run_end(run) ?: -ETIMEDOUT;
}

void shadow_region_alloc_free(struct shadow_region_alloc *alloc)
{
	dma_free_attrs(alloc->dev, alloc->bytes, alloc->va, alloc->dma,
		       DMA_ATTR_NO_WARN);
	alloc->va = NULL;
}
