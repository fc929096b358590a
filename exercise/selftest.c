// SPDX-License-Identifier: GPL-2.0-only
/*
 * The self-test. See selftest.h.
 */
#include "registry.h"
#include "selftest.h"

#define PARTS	5	/* of which the last two show progress of their own */

static int selftest(struct shadow_run *run, const struct shadow_setup *setup)
{
	int err;

	shadow_run_progress(run, "parts of the self-test", 0, PARTS);
	shadow_selftest_ram(run, setup);
	shadow_selftest_plan(run, setup->plan);
	if (!setup->lab) {
		shadow_ktap_skip(&run->ktap, "B1-B9, M5, P1-P5, X1, X2",
				 "no region to exercise");
		return 0;
	}
	shadow_run_progress(run, "parts of the self-test", 1, PARTS);
	shadow_selftest_buddy(run, setup);
	shadow_run_progress(run, "parts of the self-test", 2, PARTS);
	err = shadow_selftest_pt(run, setup);
	if (!err)
		err = shadow_torture_ops.run(run, setup);
	return err ? err : shadow_smp_ops.run(run, setup);
}

const struct shadow_exercise_ops shadow_selftest_ops = {
	.name = "selftest",
	.help = "every clause that can be checked here, one result each (X4)",
	.ops = 2000,
	.run = selftest,
};
