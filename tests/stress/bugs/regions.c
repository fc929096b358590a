// SPDX-License-Identifier: GPL-2.0-only
/*
 * No bug, but the neighbour that shows one: a driver whose regions come and go in
 * /proc/iomem without a break, below RAM and above. Who walks that tree without its
 * lock meets an entry that is freed.
 */
#include <linux/err.h>
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/sizes.h>

#define REGIONS	16

/* Nothing of QEMU's machine lies there. */
static const u64 places[] = { 0x0e000000, 0x6000000000 };
static struct task_struct *task;

static unsigned long rounds;
module_param(rounds, ulong, 0400);
MODULE_PARM_DESC(rounds, "how often all regions came and went");

static void come_and_go(u64 base)
{
	u64 end = base + REGIONS * SZ_4K, pa, last = base;

	while (last < end && request_mem_region(last, SZ_4K, "regions"))
		last += SZ_4K;
	for (pa = base; pa < last; pa += SZ_4K)
		release_mem_region(pa, SZ_4K);
}

static int busy(void *unused)
{
	int i;

	while (!kthread_should_stop()) {
		for (i = 0; i < ARRAY_SIZE(places); i++)
			come_and_go(places[i]);
		WRITE_ONCE(rounds, rounds + 1);
		cond_resched();
	}
	return 0;
}

static int __init regions_init(void)
{
	task = kthread_run(busy, NULL, "regions");
	return PTR_ERR_OR_ZERO(task);
}

static void __exit regions_exit(void)
{
	kthread_stop(task);
}

module_init(regions_init);
module_exit(regions_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Regions that come and go, to see that nobody minds");
