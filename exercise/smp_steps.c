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
	return shadow_pattern_check(c->lab, pa, ENDS_BYTES, c->pattern) ==
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
	shadow_pattern_write(c->lab, pa, ENDS_BYTES, c->pattern);
	shadow_pattern_write(c->lab, upper_end(pa, order), ENDS_BYTES, c->pattern);
	*held = pa | order;
}

void shadow_context_init(struct shadow_context *c, struct shadow_run *run,
			 struct shadow_lab *lab, unsigned int nr, u64 ops)
{
	int i;

	memset(c, 0, sizeof(*c));
	c->lab = lab;
	c->run = run;
	c->pattern = shadow_pattern_seed(run->pattern, nr);
	shadow_rng_seed(&c->rng, run->seed + nr);
	c->left = ops;
	for (i = 0; i < SHADOW_CONTEXT_HELD; i++)
		c->held[i] = SHADOW_NO_PAGE;
}

bool shadow_context_step(struct shadow_context *c, unsigned int nr, bool meant)
{
	unsigned int i;

	for (i = 0; i < nr && c->left; i++, c->left--) {
		u64 *held = &c->held[shadow_rng_below(&c->rng,
						      SHADOW_CONTEXT_HELD)];

		WRITE_ONCE(c->done, c->done + 1);
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

/* All contexts of a kind, together. */
static struct shadow_context sum_up(const struct shadow_context *context,
				    unsigned int nr_cpus, unsigned int kind)
{
	struct shadow_context sum = {};
	unsigned int i;

	for (i = kind; i < nr_cpus * SHADOW_NR_CONTEXTS;
	     i += SHADOW_NR_CONTEXTS) {
		sum.allocated += context[i].allocated;
		sum.beside += context[i].beside;
		sum.wrong += context[i].wrong;
		sum.unexpected += context[i].unexpected;
	}
	return sum;
}

/* Why nothing was seen to be wrong, nor to be right; NULL where it was. */
static const char *unreached(const struct shadow_run *run,
			     const struct shadow_context *sum,
			     unsigned int nr_cpus)
{
	if (sum->wrong || sum->unexpected ||
	    (nr_cpus > 1 ? sum->beside : sum->allocated))
		return NULL;
	if (shadow_run_stopped(run))
		return shadow_run_interrupted(run) ? "stopped" : "time";
	return sum->allocated ? "no other CPU was at work" : NULL;
}

static void report_kind(struct shadow_run *run, struct shadow_lab *lab,
			struct shadow_context sum, unsigned int nr_cpus,
			const char *kind)
{
	const char *why = unreached(run, &sum, nr_cpus);
	bool ok = sum.allocated && !sum.wrong && !sum.unexpected;

	if (why && !shadow_lab_broken(lab))
		shadow_ktap_skip(&run->ktap, "B7", why);
	else if (nr_cpus == 1)
		shadow_lab_result(lab, run, ok,
				  "B7 %llu blocks handed out in %s context on 1 CPU",
				  sum.allocated, kind);
	else
		shadow_lab_result(lab, run, ok,
				  "B7 %llu blocks handed out in %s context on %u CPUs, %llu of them while another CPU was at work",
				  sum.allocated, kind, nr_cpus,
				  sum.beside);
	if (sum.wrong || sum.unexpected)
		shadow_ktap_note(&run->ktap,
				 "lost patterns:%llu unexpected operations:%llu",
				 sum.wrong, sum.unexpected);
}

void shadow_contexts_report(struct shadow_run *run, struct shadow_lab *lab,
			    const struct shadow_context *context,
			    unsigned int nr_cpus, unsigned int nr_at_work)
{
	unsigned int kind;

	for (kind = 0; run->ops && kind < SHADOW_NR_CONTEXTS; kind++)
		report_kind(run, lab, sum_up(context, nr_cpus, kind),
			    nr_at_work, kind_names[kind]);
	/* Without a number of operations it is time that ends it. */
	if (nr_cpus == 1 || run->ops_given)
		shadow_run_note_time(run);
	shadow_lab_compare(lab, run, "use from all contexts");
}
