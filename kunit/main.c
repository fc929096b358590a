// SPDX-License-Identifier: GPL-2.0-only
/*
 * The test module: each suite registers itself where it stands; here is where
 * their random numbers begin.
 */
#include <linux/module.h>
#include <linux/printk.h>
#include <linux/random.h>

#include "suites.h"

static unsigned long seed;
module_param(seed, ulong, 0444);
MODULE_PARM_DESC(seed, "where random tests begin; 0, the default, picks one");

unsigned long shadow_test_seed(void)
{
	if (!seed)
		seed = get_random_u32();
	pr_info("# %s.seed=%lu\n", KBUILD_MODNAME, seed);
	return seed;
}

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit suites of buddy_shadow");
