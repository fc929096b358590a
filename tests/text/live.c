// SPDX-License-Identifier: GPL-2.0-only
/*
 * host/files.c for the tree of a kernel that runs. The linker puts these in the
 * way of its calls: the tree is live, the kernel image lies in RAM, a node
 * without an address has got one, and what is exercised on is ordinary memory
 * in place of a CMA pool, or none where there is no such node. expect.py knows
 * the numbers.
 */
#include <linux/ioport.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "../../host/host.h"
#include "../../report/report.h"

#define POOL_BASE	0x60000000
#define POOL_BYTES	(40 * SZ_1M)
#define REGION_BASE	0x70c00000

typeof(shadow_plan_make) __real_shadow_plan_make, __wrap_shadow_plan_make;
typeof(shadow_runner_begin) __real_shadow_runner_begin,
	__wrap_shadow_runner_begin;
typeof(shadow_report_create) __real_shadow_report_create,
	__wrap_shadow_report_create;

int __wrap_shadow_plan_make(struct shadow_plan *plan, struct device_node *root,
			    bool live)
{
	static struct resource code = {
		.name = "Kernel code", .start = 0x40210000, .end = 0x40ffffff,
	};
	static struct resource data = {
		.name = "Kernel data", .start = 0x41300000, .end = 0x4169ffff,
	};
	static struct resource ram = {
		.name = "System RAM", .start = 0x40000000, .end = 0x5fffffff,
		.flags = IORESOURCE_SYSRAM, .child = &code,
	};

	code.sibling = &data;
	iomem_resource.child = &ram;
	host_reserve_none();
	host_reserve("vframe", POOL_BASE, POOL_BYTES);
	return __real_shadow_plan_make(plan, root, true);
}

int __wrap_shadow_runner_begin(struct shadow_runner *runner,
			       const struct shadow_plan *plan,
			       const struct shadow_region *in_file)
{
	/* host/files.c has it in a variable that is not constant. */
	struct shadow_region *region = (struct shadow_region *)in_file;
	const struct shadow_dt_entry *entry;
	void *va = region->va;

	*region = (struct shadow_region){
		.va = va,
		.note = "the kernel could not spare 4194304 bytes",
	};
	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_BY_KERNEL)
			*region = (struct shadow_region){
				.kind = SHADOW_REGION_PAGES,
				.pa = REGION_BASE,
				.bytes = SZ_4M,
				.va = va,
				.has_pool = true,
				.pool = entry->range,
				.pool_name = "vframe",
				.note = "allocated ordinary pages",
			};
	return __real_shadow_runner_begin(runner, plan, region);
}

struct dentry *__wrap_shadow_report_create(struct shadow_report *report)
{
	report->machine = NULL;
	return __real_shadow_report_create(report);
}
