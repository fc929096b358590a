// SPDX-License-Identifier: GPL-2.0-only
/*
 * What scripts/pixel6 sees of KUnit as a module: its parameter.
 */
#include <linux/module.h>

static bool enable;
module_param(enable, bool, 0444);
MODULE_PARM_DESC(enable, "whether suites are run");

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Stands in for KUnit in a test");
