// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what may sleep where nothing may. The kernel has a test of its own for
 * each other detector.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/preempt.h>

static int __init sleep_in_atomic_init(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
	return 0;
}
module_init(sleep_in_atomic_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Sleeps in atomic context, to see that it is noticed");
