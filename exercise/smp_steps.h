/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What each context does when several use the buddy at once (B7): allocate, write
 * both ends of a block, check them, free. Who calls it, and where from, is the
 * caller's: on a machine smp.c, in process, softirq and hardirq context.
 */
#ifndef SHADOW_SMP_STEPS_H
#define SHADOW_SMP_STEPS_H

#include "lab.h"
#include "rng.h"
#include "run.h"

#define SHADOW_CONTEXT_HELD	16	/* blocks that a context holds at most */

enum shadow_context_kind {
	SHADOW_PROCESS,
	SHADOW_SOFTIRQ,
	SHADOW_HARDIRQ,
	SHADOW_NR_CONTEXTS,
};

/**
 * struct shadow_context - one user of the buddy
 * @lab: the buddy and its memory
 * @run: says when to stop
 * @rng: random numbers
 * @pattern: seed of the patterns: each context has another
 * @held: its blocks, address | order, or SHADOW_NO_PAGE
 * @left: operations that it still has to do
 * @done: operations that it did
 * @allocated: blocks that it got
 * @beside: those of them that it got while another CPU was at work
 * @wrong: blocks with a lost pattern
 * @unexpected: operations where or when none were meant
 */
struct shadow_context {
	struct shadow_lab *lab;
	struct shadow_run *run;
	struct shadow_rng rng;
	u64 pattern;
	u64 held[SHADOW_CONTEXT_HELD];
	u64 left;
	u64 done;
	u64 allocated;
	u64 beside;
	u64 wrong;
	u64 unexpected;
};

/**
 * shadow_context_init() - make a context that holds nothing
 * @c: the context
 * @run: seed, stop
 * @lab: the buddy and its memory
 * @nr: its number, another one for each context of a run, below 2^16
 * @ops: operations that it is to do
 */
void shadow_context_init(struct shadow_context *c, struct shadow_run *run,
			 struct shadow_lab *lab, unsigned int nr, u64 ops);

/**
 * shadow_context_step() - do some operations
 * @c: the context
 * @nr: how many at most
 * @meant: they were meant to be done here and now
 *
 * Return: true; false once all are done, or none shall be done any more, and
 * nothing is held.
 */
bool shadow_context_step(struct shadow_context *c, unsigned int nr, bool meant);

/**
 * shadow_contexts_report() - write what all contexts did (B7, B4)
 * @run: where to; what it was told to leave undone is no result
 * @lab: that of the contexts
 * @context: SHADOW_NR_CONTEXTS of each CPU, in the order of their kinds
 * @nr_cpus: how many CPUs those are of
 * @nr_at_work: how many of these had time
 */
void shadow_contexts_report(struct shadow_run *run, struct shadow_lab *lab,
			    const struct shadow_context *context,
			    unsigned int nr_cpus, unsigned int nr_at_work);

#endif /* SHADOW_SMP_STEPS_H */
