// SPDX-License-Identifier: GPL-2.0-only
/*
 * A buddy over the borrowed region, and the commands that use it. See
 * exercise.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "command.h"
#include "exercise.h"

#define RESULT_BYTES	(64 << 10)

/* Descriptors are some 0.6 % of the region: 96 KiB for 16 MiB. */
static int begin_buddy(struct shadow_exercise *ex)
{
	u64 first = ex->region->pa;
	u64 last = first + ex->region->bytes - 1;
	u64 pages = ex->region->bytes >> SHADOW_PAGE_SHIFT;
	struct shadow_range range = { first, last };
	struct shadow_ranges ram = { &range, 1, 1 };
	int err;

	ex->mem = vmalloc(shadow_buddy_bytes(&ram));
	ex->before = kvcalloc(pages, sizeof(*ex->before), GFP_KERNEL);
	ex->held = kvcalloc(pages, sizeof(*ex->held), GFP_KERNEL);
	if (!ex->mem || !ex->before || !ex->held)
		return -ENOMEM;
	err = shadow_buddy_init(&ex->buddy, &ram, ex->mem);
	if (!err)
		err = shadow_buddy_add_range(&ex->buddy, first, last);
	ex->ready = !err;
	return err;
}

int shadow_exercise_begin(struct shadow_exercise *ex,
			  const struct shadow_plan *plan,
			  const struct shadow_region *region)
{
	memset(ex, 0, sizeof(*ex));
	mutex_init(&ex->lock);
	mutex_init(&ex->results);
	ex->plan = plan;
	ex->region = region;
	ex->ktap.text = vzalloc(RESULT_BYTES);
	if (!ex->ktap.text)
		return -ENOMEM;
	ex->ktap.size = RESULT_BYTES;
	ex->pool = vmalloc(SHADOW_PT_POOL_TABLES * sizeof(*ex->pool));
	if (!ex->pool)
		return -ENOMEM;
	return region->bytes ? begin_buddy(ex) : 0;
}
EXPORT_SYMBOL_GPL(shadow_exercise_begin);

void shadow_exercise_end(struct shadow_exercise *ex)
{
	kvfree(ex->held);
	kvfree(ex->before);
	vfree(ex->mem);
	vfree(ex->pool);
	vfree(ex->ktap.text);
	memset(ex, 0, sizeof(*ex));
}
EXPORT_SYMBOL_GPL(shadow_exercise_end);

bool shadow_exercise_stop(struct shadow_exercise *ex)
{
	cond_resched();
	if (signal_pending(current))
		WRITE_ONCE(ex->stop, true);
	return shadow_exercise_stopped(ex);
}

void *shadow_exercise_va(const struct shadow_exercise *ex, u64 pa)
{
	return ex->region->va + (pa - ex->region->pa);
}

static u16 state_of(const struct shadow_exercise *ex, u64 page)
{
	const struct shadow_page *desc = &ex->buddy.map[SHADOW_NR_ORDERS + page];

	return desc->flags << 8 | desc->order;
}

void shadow_exercise_remember(struct shadow_exercise *ex)
{
	u64 page;

	for (page = 0; page < ex->buddy.nr_pages; page++)
		ex->before[page] = state_of(ex, page);
}

void shadow_exercise_compare(struct shadow_exercise *ex, const char *after)
{
	const char *broken;
	u64 page, where;

	for (page = 0; page < ex->buddy.nr_pages; page++)
		if (ex->before[page] != state_of(ex, page))
			break;
	shadow_ktap_result(&ex->ktap, page == ex->buddy.nr_pages,
			   "B4 the free blocks equal the start after %s",
			   after);
	if (page < ex->buddy.nr_pages)
		shadow_ktap_note(&ex->ktap, "page %llu was %#x and is %#x",
				 page, ex->before[page], state_of(ex, page));

	broken = shadow_buddy_check(&ex->buddy, &where);
	shadow_ktap_result(&ex->ktap, !broken,
			   "B4 every invariant holds after %s", after);
	if (broken)
		shadow_ktap_note(&ex->ktap, "%s at 0x%llx", broken, where);
}

/* Any two words of the region differ, and no word stays with another seed. */
static u64 pattern(u64 pa, u64 seed)
{
	return (pa + seed) * 0x9e3779b97f4a7c15ULL;
}

void shadow_pattern_write(const struct shadow_exercise *ex, u64 pa, u64 bytes,
			  u64 seed)
{
	u64 *word = shadow_exercise_va(ex, pa);
	u64 end = pa + bytes;

	for (; pa < end; pa += sizeof(*word))
		WRITE_ONCE(*word++, pattern(pa, seed));
}
EXPORT_SYMBOL_GPL(shadow_pattern_write);

/* Returns the address of the first wrong word, SHADOW_NO_PAGE if none is. */
u64 shadow_pattern_check(const struct shadow_exercise *ex, u64 pa, u64 bytes,
			 u64 seed)
{
	const u64 *word = shadow_exercise_va(ex, pa);
	u64 end = pa + bytes;

	for (; pa < end; pa += sizeof(*word))
		if (READ_ONCE(*word++) != pattern(pa, seed))
			return pa;
	return SHADOW_NO_PAGE;
}
EXPORT_SYMBOL_GPL(shadow_pattern_check);

static int run_selftest(struct shadow_exercise *ex, u64 seed, u64 ops)
{
	int err;

	shadow_selftest_plan(ex);
	if (!ex->ready) {
		shadow_ktap_skip(&ex->ktap, "B1-B9, P1-P5, X1, X2",
				 "no region to exercise");
		return 0;
	}
	shadow_exercise_progress(ex, "clause by clause", 0, 0);
	shadow_selftest_region(ex);
	shadow_selftest_tables(ex);
	err = shadow_torture(ex, seed, ops);
	return err ? err : shadow_contexts(ex, seed, ops);
}

static const struct {
	int (*run)(struct shadow_exercise *ex, u64 seed, u64 ops);
	bool needs_region;
} runs[] = {
	[SHADOW_SELFTEST] = { run_selftest, false },
	[SHADOW_TORTURE] = { shadow_torture, true },
	[SHADOW_SMP] = { shadow_contexts, true },
	[SHADOW_WHOLE_MACHINE] = { shadow_whole_machine, false },
};

static int run(struct shadow_exercise *ex,
	       const struct shadow_command *command)
{
	const char *name = shadow_command_name(command->kind);
	u64 seed = command->seed;
	int err;

	while (!seed)
		get_random_bytes(&seed, sizeof(seed));
	ex->seed = seed;
	WRITE_ONCE(ex->stop, false);
	shadow_ktap_begin(&ex->ktap);
	shadow_ktap_note(&ex->ktap, "%s seed=%llu ops=%llu", name, seed,
			 command->ops);
	err = runs[command->kind].run(ex, seed, command->ops);
	/* Who is told EINTR tries again: one that was stopped shall not. */
	if (err == -EINTR && !signal_pending(current))
		err = -ECANCELED;
	if (err)
		shadow_ktap_note(&ex->ktap, "ended early: error %d", err);
	if (shadow_ktap_end(&ex->ktap) && !err)
		ex->outcome = SHADOW_PASSED;
	else if ((err == -EINTR || err == -ECANCELED) && !ex->ktap.failed)
		ex->outcome = SHADOW_INTERRUPTED;
	else
		ex->outcome = SHADOW_FAILED;
	pr_info("%s %s, %u of %u not ok, seed=%llu\n", name,
		shadow_outcome_name(ex->outcome), ex->ktap.failed, ex->ktap.nr,
		seed);
	return err;
}

/* Readers of the results are through before a run begins, and know of it. */
static void set_running(struct shadow_exercise *ex, bool running)
{
	mutex_lock(&ex->results);
	ex->running = running;
	shadow_exercise_progress(ex, "begins", 0, 0);
	mutex_unlock(&ex->results);
}

int shadow_exercise_run(struct shadow_exercise *ex, const char *text)
{
	struct shadow_command command;
	int err;

	if (shadow_command_parse(&command, text)) {
		pr_err("run: got \"%.64s\", expected selftest, torture, smp or whole-machine, then seed=NUMBER and ops=NUMBER (at most %llu), or stop\n",
		       text, SHADOW_MOST_OPS);
		return -EINVAL;
	}
	if (command.kind == SHADOW_STOP) {
		WRITE_ONCE(ex->stop, true);
		return 0;
	}
	if (ex->plan->layout.verdict != SHADOW_OK) {
		pr_err("run: the target would have died, so nothing is exercised; see the report\n");
		return -ENODEV;
	}
	if (runs[command.kind].needs_region && !ex->ready) {
		pr_err("run: %s needs a region, and there is none; see the report\n",
		       shadow_command_name(command.kind));
		return -ENODEV;
	}
	err = mutex_lock_interruptible(&ex->lock);
	if (err)
		return err;
	set_running(ex, true);
	err = run(ex, &command);
	set_running(ex, false);
	mutex_unlock(&ex->lock);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_exercise_run);

const char *shadow_outcome_name(enum shadow_outcome outcome)
{
	static const char * const names[] = {
		[SHADOW_NOT_RUN] = "none",
		[SHADOW_PASSED] = "passed",
		[SHADOW_FAILED] = "failed",
		[SHADOW_INTERRUPTED] = "interrupted",
	};

	return names[outcome];
}
EXPORT_SYMBOL_GPL(shadow_outcome_name);
