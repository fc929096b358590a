// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that no kernel loads: it calls what no kernel has.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "wants-missing.h"

static int __init wants_missing_init(void)
{
	return shadow_of_nothing();
}
module_init(wants_missing_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Calls a function that no kernel has");
