/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory of the DMA API that a thread of its own allocates.
 *
 * To move others' pages out of a CMA pool the kernel waits for every CPU, and no
 * signal ends that: where a real-time task keeps a CPU to itself, it waits for
 * ever. Here the thread does, and a run that waits for the thread can end (X6).
 * The thread frees what it got where no run waits for it any more (X7).
 */
#ifndef SHADOW_REGION_ALLOC_H
#define SHADOW_REGION_ALLOC_H

#include <linux/atomic.h>
#include <linux/sched.h>
#include <linux/types.h>
#include <linux/wait.h>

#include "run.h"

struct device;

#define SHADOW_REGION_SECONDS	30	/* the longest that a run waits for memory */

/**
 * struct shadow_region_alloc - memory, or how far its allocation is
 * @dev: for whom it is
 * @wanted: bytes to ask for
 * @wait: here a run waits for the thread
 * @task: the thread, alive or not; NULL before the first
 * @state: whether a run waits, see region_alloc.c
 * @va: where the memory is mapped, NULL for none
 * @dma: handle of the DMA API
 * @bytes: its size, at most @wanted
 */
struct shadow_region_alloc {
	struct device *dev;
	u64 wanted;
	wait_queue_head_t wait;
	struct task_struct *task;
	atomic_t state;
	void *va;
	dma_addr_t dma;
	u64 bytes;
};

/**
 * shadow_region_alloc_init() - begin to use it
 * @alloc: what to initialise; shadow_region_alloc_end() ends its use
 * @dev: for whom the memory is
 * @wanted: bytes to ask for, whole pages, at least one
 */
void shadow_region_alloc_init(struct shadow_region_alloc *alloc,
			      struct device *dev, u64 wanted);

/**
 * shadow_region_alloc_run() - allocate memory, half as much where that fails, and so
 *	on down to 1 MiB
 * @alloc: result; what it holds is freed
 * @run: what the memory is for; a stop or a signal ends the wait
 *
 * After a wait that had no end a thread still goes on: the next call waits for it.
 *
 * Return: 0, with or without memory; -EINTR after a signal, -ECANCELED after a stop;
 * -ETIMEDOUT where the kernel took longer than SHADOW_REGION_SECONDS; -ENOMEM or
 * -EAGAIN where there is no thread to have.
 */
int shadow_region_alloc_run(struct shadow_region_alloc *alloc,
			    struct shadow_run *run);

/**
 * shadow_region_alloc_free() - free the memory
 * @alloc: that has some
 */
void shadow_region_alloc_free(struct shadow_region_alloc *alloc);

/**
 * shadow_region_alloc_end() - wait until no thread goes on
 * @alloc: what shadow_region_alloc_init() set up; what it holds is freed
 *
 * As long as the kernel waits for a CPU, this does.
 */
void shadow_region_alloc_end(struct shadow_region_alloc *alloc);

#endif /* SHADOW_REGION_ALLOC_H */
