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
#include <linux/slab.h>
#include <linux/string.h>

#include "../dt/plan.h"
#include "registry.h"
#include "torture.h"

#define SECONDS		600	/* of random operations, unless told otherwise */

static void compare_plan(struct shadow_run *run, struct shadow_lab *lab,
			 const struct shadow_layout *layout, const char *when)
{
	u64 blocks[SHADOW_NR_ORDERS];
	u64 nr_free = shadow_lab_blocks(lab, blocks);

	shadow_lab_result(lab, run, nr_free == layout->free_pages &&
			  !memcmp(blocks, layout->free_blocks, sizeof(blocks)),
			  "M4 the free blocks of every order are the plan's %s",
			  when);
	shadow_lab_check(lab, run, when);
}

static void test_heap_place(struct shadow_run *run, struct shadow_lab *lab,
			    const struct shadow_layout *layout)
{
	u64 pages = layout->heap_bytes >> SHADOW_PAGE_SHIFT;
	u64 pa = shadow_lab_alloc_exact(lab, pages);
	u64 left = shadow_buddy_nr_free(&lab->buddy);

	if (pa != SHADOW_NO_PAGE)
		shadow_lab_free_exact(lab, pa, pages);
	shadow_lab_result(lab, run, pa == layout->heap_base &&
			  left == layout->free_pages - pages,
			  "H3 the heap of %llu bytes comes from where the plan says",
			  layout->heap_bytes);
}

static int whole_machine(struct shadow_run *run,
			 const struct shadow_setup *setup)
{
	const struct shadow_plan *plan = setup->plan;
	const struct shadow_layout *layout = &plan->layout;
	struct shadow_lab *lab;
	int err;

	shadow_run_progress(run, "descriptors", 0, layout->pages);
	lab = kzalloc(sizeof(*lab), GFP_KERNEL);
	if (!lab)
		return -ENOMEM;
	/* Nobody else knows the lab: its lock is never contended. */
	err = shadow_lab_begin(lab, &plan->ram, &layout->free);
	if (err == -ENOMEM)
		pr_err("run: whole-machine needs %llu bytes for this machine, the kernel cannot spare them\n",
		       shadow_lab_bytes(&plan->ram, &layout->free));
	if (!err) {
		compare_plan(run, lab, layout, "at the start");
		test_heap_place(run, lab, layout);
		shadow_torture_run(run, lab, SECONDS);
		compare_plan(run, lab, layout, "after all was freed");
		err = shadow_run_end(run);
	}
	shadow_lab_end(lab);
	kfree(lab);
	return err;
}

const struct shadow_exercise_ops shadow_whole_machine_ops = {
	.name = "whole-machine",
	.help = "the same over the machine's layout, with descriptors only (X3)",
	.no_region = true,
	.frag = true,
	.ops = 1000000,
	.run = whole_machine,
};
