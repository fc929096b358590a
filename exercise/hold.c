// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a runner gets the region's memory, and gives it back (X7). See runner.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/errno.h>
#include <linux/kernel.h>

#include "runner.h"

/*
 * Allocate the memory; where there is none to have there is no lab (X1, X7). That is
 * slow: readers get the figures of the last time meanwhile.
 */
int shadow_runner_hold(struct shadow_runner *runner)
{
	struct shadow_region region = *runner->region;
	int err = 0;

	shadow_run_progress(&runner->run, "bytes of the region", 0,
			    region.wanted);
	if (region.ops)
		err = region.ops->alloc(&region, &runner->run);
	if (err)
		return err;
	if (region.ops && !region.bytes)
		pr_warn("no memory to exercise on: %s\n", region.note);
	shadow_run_progress(&runner->run, "descriptors of the region", 0,
			    region.bytes >> SHADOW_PAGE_SHIFT);
	if (region.bytes)
		err = shadow_lab_begin_memory(&runner->lab, region.pa,
					      region.bytes, region.va);
	mutex_lock(&runner->lock);
	*runner->region = region;
	if (region.bytes && !err)
		runner->setup.lab = &runner->lab;
	mutex_unlock(&runner->lock);
	return err;
}

void shadow_runner_release(struct shadow_runner *runner)
{
	struct shadow_region region = *runner->region;

	mutex_lock(&runner->lock);
	if (runner->setup.lab)
		shadow_buddy_blocks(&runner->lab.buddy, runner->blocks);
	runner->setup.lab = NULL;
	if (region.ops)
		runner->region->va = NULL;
	mutex_unlock(&runner->lock);
	shadow_lab_end(&runner->lab);
	if (region.ops && region.va)
		region.ops->free(&region);
}
