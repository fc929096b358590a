// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each context does when several use the buddy at once. See smp_steps.h.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "pattern.h"
#include "smp_steps.h"

#define ORDERS		4	/* blocks are of orders 0 to 3 */
#define ENDS_BYTES	64	/* written at both ends of a block */

static const char * const kind_names[] = {
	[SHADOW_PROCESS] = "process",
	[SHADOW_SOFTIRQ] = "softirq",
	[SHADOW_HARDIRQ] = "hardirq",
};

static u64 upper_end(u64 pa, unsigned int order)
{
	return pa + (SHADOW_PAGE_SIZE << order) - ENDS_BYTES;
}

static bool kept(const struct shadow_context *c, u64 pa)
{
	return shadow_pattern_check(c->lab, pa, ENDS_BYTES, c->seed) ==
	       SHADOW_NO_PAGE;
}

static void release(struct shadow_context *c, u64 *held)
{
	u64 pa = *held & SHADOW_PAGE_MASK;
	unsigned int order = *held & ~SHADOW_PAGE_MASK;

	if (!kept(c, pa) || !kept(c, upper_end(pa, order)))
		c->wrong++;
	shadow_lab_free(c->lab, pa, order);
	*held = SHADOW_NO_PAGE;
}

static void allocate(struct shadow_context *c, u64 *held)
{
	unsigned int order = shadow_rng_below(&c->rng, ORDERS);
	u64 pa = shadow_lab_alloc(c->lab, order);

	if (pa == SHADOW_NO_PAGE)
		return;
	c->allocated++;
	shadow_pattern_write(c->lab, pa, ENDS_BYTES, c->seed);
	shadow_pattern_write(c->lab, upper_end(pa, order), ENDS_BYTES, c->seed);
	*held = pa | order;
}

void shadow_context_init(struct shadow_context *c, struct shadow_run *run,
			 struct shadow_lab *lab, unsigned int nr)
{
	int i;

	memset(c, 0, sizeof(*c));
	c->lab = lab;
	c->run = run;
	c->seed = run->seed + nr;
	shadow_rng_seed(&c->rng, c->seed);
	c->left = run->ops;
	for (i = 0; i < SHADOW_CONTEXT_HELD; i++)
		c->held[i] = SHADOW_NO_PAGE;
}

bool shadow_context_step(struct shadow_context *c, unsigned int nr, bool meant)
{
	unsigned int i;

	for (i = 0; i < nr && c->left; i++, c->left--) {
		u64 *held = &c->held[shadow_rng_below(&c->rng,
						      SHADOW_CONTEXT_HELD)];

		c->done++;
		if (!meant)
			c->unexpected++;
		if (*held != SHADOW_NO_PAGE)
			release(c, held);
		else
			allocate(c, held);
	}
	if (shadow_run_stopped(c->run) || shadow_lab_broken(c->lab))
		c->left = 0;
	if (c->left)
		return true;
	for (i = 0; i < SHADOW_CONTEXT_HELD; i++)
		if (c->held[i] != SHADOW_NO_PAGE)
			release(c, &c->held[i]);
	return false;
}

static void report_kind(struct shadow_run *run, struct shadow_lab *lab,
			const struct shadow_context *context,
			unsigned int nr_cpus, unsigned int kind)
{
	u64 done = 0, allocated = 0, wrong = 0, unexpected = 0;
	unsigned int i;

	for (i = kind; i < nr_cpus * SHADOW_NR_CONTEXTS;
	     i += SHADOW_NR_CONTEXTS) {
		done += context[i].done;
		allocated += context[i].allocated;
		wrong += context[i].wrong;
		unexpected += context[i].unexpected;
	}
	shadow_lab_result(lab, run, allocated && !wrong && !unexpected,
			  "B7 %llu operations in %s context on %u CPUs at once",
			  done, kind_names[kind], nr_cpus);
	if (wrong || unexpected)
		shadow_ktap_note(&run->ktap,
				 "lost patterns:%llu unexpected operations:%llu",
				 wrong, unexpected);
}

void shadow_contexts_report(struct shadow_run *run, struct shadow_lab *lab,
			    const struct shadow_context *context,
			    unsigned int nr_cpus)
{
	unsigned int kind;

	for (kind = 0; run->ops && kind < SHADOW_NR_CONTEXTS; kind++)
		report_kind(run, lab, context, nr_cpus, kind);
	shadow_lab_compare(lab, run, "use from all contexts");
}
