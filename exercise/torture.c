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
#include <linux/minmax.h>
#include <linux/sched.h>

#include "pattern.h"
#include "registry.h"
#include "rng.h"
#include "torture.h"

#define SECONDS		60	/* of random operations, unless told otherwise */
#define CHUNK_BYTES	(64 << 10)	/* between two looks at the scheduler */

/*
 * A block that is held is an address, and below it an order and which pattern it
 * has: not the one of its last owner, so that a write that is lost is noticed.
 */
#define ORDER_MASK	0x1f
#define NR_PATTERNS	128
#define PATTERN_SHIFT	5

/**
 * struct torture - state of one run
 * @run: results, progress and signals
 * @lab: what is tortured
 * @rng: the random numbers
 * @nr_held: blocks in @lab->blocks
 * @held_pages: pages in them
 * @nr_blocks: blocks that were handed out
 * @full: everything was handed out, before the random operations
 * @step: random operations so far
 * @done: those of them that allocated or freed a block
 * @lost: blocks that did not keep their pattern
 * @where: address of the first wrong word
 */
struct torture {
	struct shadow_run *run;
	struct shadow_lab *lab;
	struct shadow_rng rng;
	u64 nr_held;
	u64 held_pages;
	u64 nr_blocks;
	bool full;
	u64 step;
	u64 done;
	u64 lost;
	u64 where;
};

/* Half of all blocks have order 0, a quarter order 1, and so on. */
static unsigned int random_order(struct torture *t)
{
	return __ffs(shadow_rng_next(&t->rng) | 1U << SHADOW_MAX_ORDER);
}

static u64 address(u64 block)
{
	return block & SHADOW_PAGE_MASK;
}

static unsigned int order_of(u64 block)
{
	return block & ORDER_MASK;
}

static unsigned int pattern_of(u64 block)
{
	return (block & ~SHADOW_PAGE_MASK) >> PATTERN_SHIFT;
}

/* Pages of the region that have patterns while they are held. */
static u64 covered_pages(const struct torture *t)
{
	return min(t->run->cover, t->lab->bytes) >> SHADOW_PAGE_SHIFT;
}

/*
 * Write, or check, what of a block patterns cover. It may be a GiB: others have
 * the CPU meanwhile, and a stop leaves the rest as it is.
 */
static u64 each_chunk(struct torture *t, u64 block,
		      u64 (*act)(const struct shadow_lab *lab, u64 pa,
				 u64 bytes, u64 seed))
{
	u64 end = t->lab->pa + (covered_pages(t) << SHADOW_PAGE_SHIFT);
	u64 seed = shadow_pattern_seed(t->run->pattern, pattern_of(block));
	u64 pa = address(block), bad = SHADOW_NO_PAGE;
	u64 bytes;

	end = min(end, pa + (SHADOW_PAGE_SIZE << order_of(block)));
	for (; pa < end && bad == SHADOW_NO_PAGE; pa += bytes) {
		bytes = min_t(u64, end - pa, CHUNK_BYTES);
		bad = act(t->lab, pa, bytes, seed);
		shadow_run_stop(t->run);
		if (shadow_run_interrupted(t->run))
			break;
	}
	return bad;
}

static u64 write(const struct shadow_lab *lab, u64 pa, u64 bytes, u64 seed)
{
	shadow_pattern_write(lab, pa, bytes, seed);
	return SHADOW_NO_PAGE;
}

static bool allocate(struct torture *t, unsigned int order)
{
	u64 block = shadow_lab_alloc(t->lab, order);

	/* No page is held twice, so there is room for each block. */
	if (block == SHADOW_NO_PAGE)
		return false;
	block |= t->nr_blocks++ % NR_PATTERNS << PATTERN_SHIFT | order;
	if (t->lab->va)
		each_chunk(t, block, write);
	t->lab->blocks[t->nr_held++] = block;
	t->held_pages += 1ULL << order;
	return true;
}

static void check_pattern(struct torture *t, u64 block)
{
	u64 bad = each_chunk(t, block, shadow_pattern_check);

	if (bad == SHADOW_NO_PAGE)
		return;
	if (!t->lost++)
		t->where = bad;
}

static void release(struct torture *t, u64 i)
{
	u64 *blocks = t->lab->blocks;
	u64 block = blocks[i];

	/* A stop may have come while a pattern was written. */
	if (t->lab->va && !shadow_run_interrupted(t->run))
		check_pattern(t, block);
	shadow_lab_free(t->lab, address(block), order_of(block));
	blocks[i] = blocks[--t->nr_held];
	t->held_pages -= 1ULL << order_of(block);
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
	unsigned int limit = SHADOW_MAX_ORDER;

	do {
		unsigned int order = min(random_order(t), limit);

		shadow_run_progress(t->run, "pages allocated", t->held_pages,
				    t->lab->pages);
		if (ends(t))
			return;
		if (allocate(t, order))
			continue;
		if (!order)
			t->full = true;
		else
			limit = order - 1;
	} while (!t->full);
}

/* For the file frag. What a broken buddy counts is worth nothing. */
static void count_free(struct torture *t,
		       void (*add)(struct shadow_frag *frag, u64 step,
				   const u64 blocks[SHADOW_NR_ORDERS]))
{
	u64 blocks[SHADOW_NR_ORDERS];

	if (!t->run->frag.on || shadow_lab_broken(t->lab))
		return;
	shadow_lab_blocks(t->lab, blocks);
	t->run->frag.pages = t->lab->pages;
	add(&t->run->frag, t->step, blocks);
}

static void churn(struct torture *t)
{
	u64 ops = t->run->ops;

	for (; t->step < ops; t->step++) {
		shadow_run_progress(t->run, "random operations", t->step, ops);
		if (shadow_frag_due(&t->run->frag, t->step))
			count_free(t, shadow_frag_add);
		if (ends(t))
			return;
		if (t->nr_held && shadow_rng_next(&t->rng) & 1) {
			release_any(t);
			t->done++;
		} else if (allocate(t, random_order(t))) {
			t->done++;
		}
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

static const char *clause(const struct torture *t)
{
	return t->lab->va ? "X2" : "X3";
}

/* What is skipped where there was no time to hand all out. */
static void skip_for_time(struct torture *t, const char *id)
{
	shadow_ktap_skip(&t->run->ktap, id, "time");
}

/* Before the random operations. */
static void report_full(struct torture *t)
{
	struct shadow_lab *lab = t->lab;
	u64 nr_free = shadow_buddy_nr_free(&lab->buddy);

	if (!t->full && !shadow_lab_broken(lab)) {
		skip_for_time(t, clause(t));
		skip_for_time(t, "B2");
		return;
	}
	shadow_lab_result(lab, t->run, t->full && !nr_free,
			  "%s all %llu pages were handed out, in %llu blocks of random orders",
			  clause(t), lab->pages, t->nr_held);
	shadow_lab_result(lab, t->run,
			  shadow_lab_alloc(lab, 0) == SHADOW_NO_PAGE,
			  "B2 the exhausted buddy returns nothing");
}

/* Of what was not looked at to the end nothing is said. */
static void report_pattern(struct torture *t)
{
	struct shadow_lab *lab = t->lab;

	if (!lab->va || shadow_run_interrupted(t->run))
		return;
	if (!t->full && !t->lost && !shadow_lab_broken(lab))
		skip_for_time(t, "X2");
	else
		shadow_lab_result(lab, t->run, !t->lost,
				  "X2 %llu pages kept their patterns through %llu random operations",
				  covered_pages(t), t->done);
}

static void report_blocks(struct torture *t)
{
	struct shadow_lab *lab = t->lab;

	if (!t->nr_blocks && shadow_run_interrupted(t->run))
		return;
	/* Where one is not, the lab is broken, and this is not run. */
	shadow_lab_result(lab, t->run, true,
			  "B1 each of %llu blocks was aligned and inside RAM",
			  t->nr_blocks);
	report_pattern(t);
	if (t->lost && !shadow_lab_broken(lab))
		shadow_ktap_note(&t->run->ktap,
				 "blocks with a lost pattern:%llu, first word at 0x%llx",
				 t->lost, t->where);
	shadow_lab_result(lab, t->run,
			  shadow_buddy_nr_free(&lab->buddy) == lab->pages,
			  "B4 every block was freed");
}

void shadow_torture_run(struct shadow_run *run, struct shadow_lab *lab,
			u64 seconds)
{
	struct torture t = { .run = run, .lab = lab };

	shadow_rng_seed(&t.rng, run->seed);
	count_free(&t, shadow_frag_add);
	shadow_run_limit(run, run->seconds ?: seconds);
	fill(&t);
	if (!shadow_run_interrupted(run))
		report_full(&t);
	churn(&t);
	count_free(&t, shadow_frag_last);
	shadow_run_no_limit(run);
	drain(&t);
	count_free(&t, shadow_frag_freed);
	report_blocks(&t);
	shadow_run_note_time(run);
}

static int torture(struct shadow_run *run, const struct shadow_setup *setup)
{
	shadow_lab_remember(setup->lab);
	shadow_torture_run(run, setup->lab, SECONDS);
	shadow_lab_compare(setup->lab, run, "torture");
	return shadow_run_end(run);
}

const struct shadow_exercise_ops shadow_torture_ops = {
	.name = "torture",
	.help = "fill the region, write patterns, allocate and free at random (X2)",
	.needs_region = true,
	.frag = true,
	.ops = 20000,
	.run = torture,
};
