// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark as a module, in a guest whose nanosecond is an instruction. It needs
 * buddy-shadow.ko, whose allocator it calls, and prints its lines as it is loaded:
 *
 *	bench: CASE PEER COUNT		instructions an operation
 *	bench: CASE SIZE COUNT		of all the work, with sizes=1
 *	bench: CASE PEER COUNT		blocks, with fragments=ROUNDS
 */
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/vmalloc.h>

#include <asm/barrier.h>
#include <asm/sysreg.h>

#include "bench.h"

static bool brief;
module_param(brief, bool, 0444);
MODULE_PARM_DESC(brief, "without Linux's own allocators");

static bool sizes;
module_param(sizes, bool, 0444);
MODULE_PARM_DESC(sizes, "only what grows with a machine");

static bool others;
module_param(others, bool, 0444);
MODULE_PARM_DESC(others, "only what takes two processors");

static unsigned int fragments;
module_param(fragments, uint, 0444);
MODULE_PARM_DESC(fragments, "only so many rounds of Linux's memory falling to pieces");

bool bench_has_drm_buddy;
module_param_named(drm_buddy, bench_has_drm_buddy, bool, 0444);
MODULE_PARM_DESC(drm_buddy, "drm_buddy.ko is loaded");

/*
 * Interrupts stay on, as they are for most callers, but the timer's, the only ones that
 * come here, have to wait.
 */
#define TIMER_MASKED	0x2
#define MOST_GIB	256	/* 1.5 GiB of descriptors */

static DEFINE_PER_CPU(unsigned long, timer);

void *bench_get_memory(u64 bytes)
{
	return vzalloc(bytes);
}

void bench_put_memory(void *mem)
{
	vfree(mem);
}

void *bench_get_map(u64 bytes)
{
	return bench_get_memory(bytes);
}

void bench_put_map(void *map, u64 bytes)
{
	bench_put_memory(map);
}

/* Who calls it stays on its processor. */
void bench_begin(void)
{
	unsigned long was = read_sysreg(cntv_ctl_el0);

	this_cpu_write(timer, was);
	write_sysreg(was | TIMER_MASKED, cntv_ctl_el0);
	isb();
}

void bench_end(void)
{
	write_sysreg(this_cpu_read(timer), cntv_ctl_el0);
	isb();
}

u64 bench_now(void)
{
	u64 now;

	isb();
	now = read_sysreg(cntvct_el0);
	isb();
	return now * (NSEC_PER_SEC / read_sysreg(cntfrq_el0));
}

void bench_say(const char *name, const char *peer, s64 cost, u64 nr)
{
	u64 hundredths = (cost > 0 ? cost : 0) * 100 / nr;

	pr_info("bench: %s %s %llu.%02llu\n", name, peer, hundredths / 100,
		hundredths % 100);
}

static int __init bench_start(void)
{
	static const struct bench_peer * const peers[] = {
		&bench_project, &bench_literal, &bench_linux, &bench_gen_pool,
		&bench_drm,
	};
	unsigned int nr = brief ? 2 : ARRAY_SIZE(peers);

	if (sizes) {
		bench_sizes();
		bench_starts(&bench_project, MOST_GIB);
		return 0;
	}
	if (fragments) {
		bench_fragment(&bench_linux, totalram_pages(), fragments);
		return 0;
	}
	if (!bench_init_tables()) {
		bench_free_tables();
		return -ENOMEM;
	}
	if (others)
		bench_others(peers, nr);
	else
		bench_cases(peers, nr);
	bench_free_tables();
	return 0;
}
module_init(bench_start);

static void __exit bench_stop(void)
{
}
module_exit(bench_stop);

MODULE_DESCRIPTION("What the buddy of buddy_shadow costs");
MODULE_LICENSE("GPL");
