// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test module: all suites, and where their random numbers begin.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/random.h>

#include "suites.h"

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "where random tests begin; 0, the default, draws one");

unsigned long shadow_test_seed(void)
{
	if (!seed)
		seed = get_random_u32();
	pr_info("# %s.seed=%lu\n", KBUILD_MODNAME, seed);
	return seed;
}

kunit_test_suites(&shadow_command_suite,
		  &shadow_ranges_suite,
		  &shadow_ranges_fit_suite,
		  &shadow_ranges_model_suite,
		  &shadow_heap_size_suite,
		  &shadow_mem_map_suite,
		  &shadow_verdict_suite,
		  &shadow_pixel6_suite,
		  &shadow_layout_buddy_suite,
		  &shadow_buddy_suite,
		  &shadow_buddy_refuse_suite,
		  &shadow_buddy_exact_suite,
		  &shadow_buddy_lookup_suite,
		  &shadow_buddy_check_suite,
		  &shadow_buddy_model_suite,
		  &shadow_pt_alloc_suite,
		  &shadow_pt_map_suite,
		  &shadow_pt_map_refuse_suite,
		  &shadow_pt_map_count_suite,
		  &shadow_pt_map_model_suite,
		  &shadow_dt_memory_suite,
		  &shadow_dt_reserved_suite,
		  &shadow_dt_malformed_suite,
		  &shadow_dt_pixel6_suite,
		  &shadow_plan_suite,
		  &shadow_exercise_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites of buddy_shadow");
