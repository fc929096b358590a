// SPDX-License-Identifier: GPL-2.0-only
/*
 * Torture: allocate everything in blocks of random orders, write a pattern into
 * every page, allocate and free at random, check every pattern, free in random
 * order, and compare with the state before (B4). Over the region (X2), or over
 * the whole machine's layout without touching its memory (X3).
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "pattern.h"
#include "registry.h"
#include "rng.h"
#include "torture.h"

/**
 * struct torture - state of one run
 * @run: results, progress and signals
 * @lab: what is tortured
 * @rng: the random numbers
 * @nr_held: blocks in @lab->blocks
 * @lost: pages that did not keep their pattern
 * @where: address of the first of those
 */
struct torture {
	struct shadow_run *run;
	struct shadow_lab *lab;
	struct shadow_rng rng;
	u64 nr_held;
	u64 lost;
	u64 where;
};

/* Half of all blocks have order 0, a quarter order 1, and so on. */
static unsigned int random_order(struct torture *t)
{
	return __ffs(shadow_rng_next(&t->rng) | 1U << SHADOW_MAX_ORDER);
}

static bool allocate(struct torture *t, unsigned int order)
{
	u64 pa = shadow_lab_alloc(t->lab, order);

	/* No page is held twice, so there is room for each block. */
	if (pa == SHADOW_NO_PAGE)
		return false;
	shadow_pattern_write(t->lab, pa, SHADOW_PAGE_SIZE << order,
			     t->run->seed);
	t->lab->blocks[t->nr_held++] = pa | order;
	return true;
}

static void check_pattern(struct torture *t, u64 pa, unsigned int order)
{
	u64 bad = shadow_pattern_check(t->lab, pa, SHADOW_PAGE_SIZE << order,
				       t->run->seed);

	if (bad == SHADOW_NO_PAGE)
		return;
	if (!t->lost++)
		t->where = bad;
}

static void release(struct torture *t, u64 i)
{
	u64 *blocks = t->lab->blocks;
	u64 pa = blocks[i] & SHADOW_PAGE_MASK;
	unsigned int order = blocks[i] & ~SHADOW_PAGE_MASK;

	if (t->lab->va)
		check_pattern(t, pa, order);
	shadow_lab_free(t->lab, pa, order);
	blocks[i] = blocks[--t->nr_held];
}

static void release_any(struct torture *t)
{
	release(t, shadow_rng_below(&t->rng, t->nr_held));
}

/* To begin with, to fill or to churn makes no sense any more. */
static bool ends(struct torture *t)
{
	return shadow_run_stop(t->run) || shadow_lab_broken(t->lab);
}

/* Once an order has nothing left, higher ones have nothing either. */
static void fill(struct torture *t)
{
	struct shadow_buddy *b = &t->lab->buddy;
	unsigned int limit = SHADOW_MAX_ORDER;

	while (!ends(t)) {
		unsigned int order = min(random_order(t), limit);

		shadow_run_progress(t->run, "pages allocated",
				    b->nr_managed - b->nr_free, b->nr_managed);
		if (allocate(t, order))
			continue;
		if (!order)
			break;
		limit = order - 1;
	}
}

static void churn(struct torture *t)
{
	u64 ops = t->run->ops;
	u64 done;

	for (done = 0; done < ops && !ends(t); done++) {
		shadow_run_progress(t->run, "random operations", done, ops);
		if (t->nr_held && shadow_rng_next(&t->rng) & 1)
			release_any(t);
		else
			allocate(t, random_order(t));
	}
}

/* Runs to the end after a signal too: nothing may stay allocated. */
static void drain(struct torture *t)
{
	u64 all = t->nr_held;

	while (t->nr_held && !shadow_lab_broken(t->lab)) {
		shadow_run_progress(t->run, "blocks freed", all - t->nr_held,
				    all);
		release_any(t);
		cond_resched();
	}
}

static void report_full(struct torture *t)
{
	struct shadow_lab *lab = t->lab;
	u64 nr_free = lab->buddy.nr_free;

	shadow_lab_result(lab, t->run, !nr_free,
			  "%s all %llu pages were handed out, in %llu blocks of random orders",
			  lab->va ? "X2" : "X3", lab->pages, t->nr_held);
	shadow_lab_result(lab, t->run,
			  shadow_lab_alloc(lab, 0) == SHADOW_NO_PAGE,
			  "B2 the exhausted buddy returns nothing");
}

static void report_blocks(struct torture *t)
{
	struct shadow_lab *lab = t->lab;

	shadow_lab_result(lab, t->run, true,
			  "B1 every block was aligned and inside RAM");
	if (lab->va)
		shadow_lab_result(lab, t->run, !t->lost,
				  "X2 every page kept its pattern through %llu random operations",
				  t->run->ops);
	if (t->lost && !shadow_lab_broken(lab))
		shadow_ktap_note(&t->run->ktap,
				 "blocks with a lost pattern:%llu, first word at 0x%llx",
				 t->lost, t->where);
	shadow_lab_result(lab, t->run, !t->nr_held,
			  "B4 every block was freed");
}

void shadow_torture_run(struct shadow_run *run, struct shadow_lab *lab)
{
	struct torture t = { .run = run, .lab = lab };

	shadow_rng_seed(&t.rng, run->seed);
	fill(&t);
	if (!shadow_run_stopped(run))
		report_full(&t);
	churn(&t);
	drain(&t);
	report_blocks(&t);
}

static int torture(struct shadow_run *run, const struct shadow_setup *setup)
{
	shadow_lab_remember(setup->lab);
	shadow_torture_run(run, setup->lab);
	shadow_lab_compare(setup->lab, run, "torture");
	return shadow_run_stopped(run) ? -EINTR : 0;
}

const struct shadow_exercise_ops shadow_torture_ops = {
	.name = "torture",
	.help = "fill the region, write patterns, allocate and free at random (X2)",
	.needs_region = true,
	.ops = 20000,
	.run = torture,
};
