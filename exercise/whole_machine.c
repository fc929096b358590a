// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole machine's layout, with descriptors only (X3): the buddy gets the
 * free ranges of the plan, its blocks must be those that the plan predicts, and
 * it is filled, churned and drained. None of that memory is touched. The
 * descriptors, 48 MiB for 8 GiB, are ordinary memory of the running kernel.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "torture.h"

/*
 * Memory in such amounts may not be there. Better no run than one for which
 * the kernel kills somebody.
 */
static void *try_alloc(u64 bytes)
{
	void *mem = NULL;

	if (bytes <= INT_MAX)
		mem = kvmalloc(bytes, GFP_KERNEL | __GFP_RETRY_MAYFAIL |
				      __GFP_NOWARN);
	if (!mem)
		pr_err("run: whole-machine needs %llu bytes in one piece for its descriptors, the kernel cannot spare them\n",
		       bytes);
	return mem;
}

static void compare_plan(struct shadow_exercise *ex, struct shadow_buddy *b,
			 const char *when)
{
	const struct shadow_layout *layout = &ex->plan->layout;
	const char *broken;
	u64 where;

	shadow_ktap_result(&ex->ktap, b->nr_free == layout->free_pages &&
			   !memcmp(b->nr_blocks, layout->free_blocks,
				   sizeof(b->nr_blocks)),
			   "M4 the free blocks of every order are the plan's %s",
			   when);
	broken = __shadow_buddy_check(b, &where);
	shadow_ktap_result(&ex->ktap, !broken, "B4 every invariant holds %s",
			   when);
	if (broken)
		shadow_ktap_note(&ex->ktap, "%s at 0x%llx", broken, where);
}

static int give_all(const struct shadow_layout *layout, struct shadow_buddy *b)
{
	int err = 0;
	u32 i;

	for (i = 0; i < layout->free.nr && !err; i++)
		err = shadow_buddy_add_range(b, layout->free.range[i].start,
					     layout->free.range[i].last);
	return err;
}

static void test_heap_place(struct shadow_exercise *ex, struct shadow_buddy *b)
{
	const struct shadow_layout *layout = &ex->plan->layout;
	u64 pages = layout->heap_bytes >> SHADOW_PAGE_SHIFT;
	u64 pa = shadow_buddy_alloc_exact(b, pages);

	shadow_ktap_result(&ex->ktap, pa == layout->heap_base &&
			   b->nr_free == layout->free_pages - pages &&
			   !shadow_buddy_free_exact(b, pa, pages),
			   "H3 the heap of %llu bytes comes from where the plan says",
			   layout->heap_bytes);
}

/* The lock of @b is never contended: nobody else knows it. */
static int run(struct shadow_exercise *ex, struct shadow_buddy *b, u64 *held,
	       u64 seed, u64 ops)
{
	struct shadow_torture t = {
		.ex = ex,
		.buddy = b,
		.held = held,
		.seed = seed,
	};
	int err = give_all(&ex->plan->layout, b);

	if (err)
		return err;
	compare_plan(ex, b, "at the start");
	test_heap_place(ex, b);
	shadow_torture_run(&t, ops);
	compare_plan(ex, b, "after all was freed");
	return shadow_exercise_stopped(ex) ? -EINTR : 0;
}

int shadow_whole_machine(struct shadow_exercise *ex, u64 seed, u64 ops)
{
	const struct shadow_plan *plan = ex->plan;
	u64 bytes = shadow_buddy_bytes(&plan->ram);
	void *mem, *held = NULL;
	struct shadow_buddy *b;
	int err = -ENOMEM;

	if (!bytes) {
		pr_err("run: whole-machine can do with less than 16 TiB of RAM\n");
		return -E2BIG;
	}
	shadow_exercise_progress(ex, "descriptors", 0, plan->layout.pages);
	b = kzalloc(sizeof(*b), GFP_KERNEL);
	mem = try_alloc(bytes);
	if (mem)
		held = try_alloc(plan->layout.free_pages * sizeof(u64));
	if (b && held) {
		err = shadow_buddy_init(b, &plan->ram, mem);
		if (!err)
			err = run(ex, b, held, seed, ops);
	}
	kvfree(held);
	kvfree(mem);
	kfree(b);
	return err;
}
