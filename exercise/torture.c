// SPDX-License-Identifier: GPL-2.0-only
/*
 * Torture: hand out everything in blocks of random orders, write a pattern into
 * every page, allocate and free at random, check every pattern, free in random
 * order, and compare with the state before (B4). Over the region (X2), or over
 * the whole machine's layout without touching its memory (X3).
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "torture.h"

static void blame(struct shadow_torture *t, u64 *counter, u64 where)
{
	if (!t->wrong_blocks && !t->wrong_pages && !t->wrong_frees)
		t->where = where;
	++*counter;
}

/* Half of all blocks have order 0, a quarter order 1, and so on. */
static unsigned int random_order(struct shadow_torture *t)
{
	return __ffs(shadow_rng_next(&t->rng) | 1U << SHADOW_MAX_ORDER);
}

/* Aligned, in RAM as a whole, and not more blocks than there are pages. */
static bool plausible(const struct shadow_torture *t, u64 pa,
		      unsigned int order)
{
	u64 bytes = SHADOW_PAGE_SIZE << order;
	const struct shadow_page *first = shadow_buddy_page(t->buddy, pa);
	const struct shadow_page *last = shadow_buddy_page(t->buddy,
							   pa + bytes - 1);

	return !(pa & (bytes - 1)) && first && last &&
	       last - first == (1L << order) - 1 &&
	       t->nr_held < t->buddy->nr_managed;
}

static bool take(struct shadow_torture *t, unsigned int order)
{
	u64 pa = shadow_buddy_alloc(t->buddy, order);

	if (pa == SHADOW_NO_PAGE)
		return false;
	if (!plausible(t, pa, order)) {
		/* Touching such a block would harm others: leave it alone. */
		blame(t, &t->wrong_blocks, pa);
		return false;
	}
	if (t->memory)
		shadow_pattern_write(t->ex, pa, SHADOW_PAGE_SIZE << order,
				     t->seed);
	t->held[t->nr_held++] = pa | order;
	return true;
}

static void release(struct shadow_torture *t, u64 i)
{
	u64 pa = t->held[i] & SHADOW_PAGE_MASK;
	unsigned int order = t->held[i] & ~SHADOW_PAGE_MASK;
	u64 bad = SHADOW_NO_PAGE;

	if (t->memory)
		bad = shadow_pattern_check(t->ex, pa,
					   SHADOW_PAGE_SIZE << order, t->seed);
	if (bad != SHADOW_NO_PAGE)
		blame(t, &t->wrong_pages, bad);
	if (shadow_buddy_free(t->buddy, pa, order))
		blame(t, &t->wrong_frees, pa);
	t->held[i] = t->held[--t->nr_held];
}

static void release_any(struct shadow_torture *t)
{
	release(t, shadow_rng_below(&t->rng, t->nr_held));
}

/* Once an order has nothing left, higher ones have nothing either. */
static void fill(struct shadow_torture *t)
{
	unsigned int limit = SHADOW_MAX_ORDER;

	while (!shadow_exercise_stop(t->ex)) {
		unsigned int order = min(random_order(t), limit);

		shadow_exercise_progress(t->ex, "pages taken",
					 t->buddy->nr_managed - t->buddy->nr_free,
					 t->buddy->nr_managed);
		if (take(t, order))
			continue;
		if (!order)
			break;
		limit = order - 1;
	}
}

static void churn(struct shadow_torture *t, u64 ops)
{
	u64 done;

	for (done = 0; done < ops && !shadow_exercise_stop(t->ex); done++) {
		shadow_exercise_progress(t->ex, "random operations", done, ops);
		if (t->nr_held && shadow_rng_next(&t->rng) & 1)
			release_any(t);
		else
			take(t, random_order(t));
	}
}

/* Runs to the end after a signal too: nothing may stay allocated. */
static void drain(struct shadow_torture *t)
{
	u64 all = t->nr_held;

	while (t->nr_held) {
		shadow_exercise_progress(t->ex, "blocks freed",
					 all - t->nr_held, all);
		release_any(t);
		cond_resched();
	}
}

static void report_full(struct shadow_torture *t)
{
	const char *id = t->memory ? "X2" : "X3";
	struct shadow_ktap *ktap = &t->ex->ktap;

	shadow_ktap_result(ktap, !t->buddy->nr_free,
			   "%s all %llu pages were handed out, in %llu blocks of random orders",
			   id, t->buddy->nr_managed, t->nr_held);
	shadow_ktap_result(ktap, shadow_buddy_alloc(t->buddy, 0) ==
			   SHADOW_NO_PAGE,
			   "B2 the exhausted buddy returns nothing");
}

static void report_blocks(struct shadow_torture *t, u64 ops)
{
	struct shadow_ktap *ktap = &t->ex->ktap;

	shadow_ktap_result(ktap, !t->wrong_blocks,
			   "B1 every block was aligned and inside RAM");
	if (t->memory)
		shadow_ktap_result(ktap, !t->wrong_pages,
				   "X2 every page kept its pattern through %llu random operations",
				   ops);
	shadow_ktap_result(ktap, !t->wrong_frees,
			   "B4 every block was taken back");
	if (t->wrong_blocks || t->wrong_pages || t->wrong_frees)
		shadow_ktap_note(ktap, "blocks:%llu pages:%llu frees:%llu, first at 0x%llx",
				 t->wrong_blocks, t->wrong_pages,
				 t->wrong_frees, t->where);
}

void shadow_torture_run(struct shadow_torture *t, u64 ops)
{
	shadow_rng_seed(&t->rng, t->seed);
	fill(t);
	if (!shadow_exercise_stopped(t->ex))
		report_full(t);
	churn(t, ops);
	drain(t);
	report_blocks(t, ops);
}

int shadow_torture(struct shadow_exercise *ex, u64 seed, u64 ops)
{
	struct shadow_torture t = {
		.ex = ex,
		.buddy = &ex->buddy,
		.held = ex->held,
		.memory = true,
		.seed = seed,
	};

	shadow_exercise_remember(ex);
	shadow_torture_run(&t, ops);
	shadow_exercise_compare(ex, "torture");
	return shadow_exercise_stopped(ex) ? -EINTR : 0;
}
