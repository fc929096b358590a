// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exercises on an allocator, memory or a plan that does something wrong.
 *
 *	faults FAULT COMMAND	runs COMMAND with the fault, prints the results
 *	faults --list		prints the names of the faults
 *
 * The exercises' own objects are linked with --wrap: what they call comes here
 * first (fault.h has the list), so that nothing in them knows of it. Afterwards the
 * same command runs without the fault: it must pass, or the status is 1. Where a
 * fault had no effect the status is 3: such a run shows nothing.
 */
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../../dt/reader.h"
#include "../../exercise/runner.h"
#include "../../host/host.h"
#include "fault.h"

#define RAM_BASE	0x40000000ULL
#define REGION_BASE	(RAM_BASE + 64 * SZ_1M)
#define REGION_BYTES	(2 * SZ_1M)

static const struct fault none;
const struct fault *the_fault = &none;
struct fault *faults;
unsigned long fault_hits;

/* 97 MiB with a hole of a page, and the kernel's image in the middle. */
struct machine {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_range ram[2], reserved[1], free[4];
};

static struct resource high = {
	.name = "System RAM", .start = RAM_BASE + 96 * SZ_1M - SZ_4K,
	.end = RAM_BASE + 97 * SZ_1M - 1,
};

static struct resource low = {
	.name = "System RAM", .start = RAM_BASE,
	.end = RAM_BASE + 96 * SZ_1M - SZ_8K - 1, .sibling = &high,
};

static void lay_out(struct machine *m)
{
	struct shadow_plan *plan = &m->plan;
	struct shadow_dt_reader r = { .dt = &plan->dt };
	struct shadow_range image = { RAM_BASE + 48 * SZ_1M + 5 * SZ_4K,
				      RAM_BASE + 49 * SZ_1M - 1 };

	*plan = (struct shadow_plan){ .dt.live = true };
	INIT_LIST_HEAD(&plan->dt.entries);
	INIT_LIST_HEAD(&plan->dt.warnings);
	INIT_LIST_HEAD(&plan->dt.hints);
	shadow_ranges_init(&plan->ram, m->ram, 2);
	shadow_ranges_init(&plan->reserved, m->reserved, 1);
	shadow_ranges_init(&plan->layout.free, m->free, 4);
	iomem_resource.child = &low;
	shadow_ranges_add(&plan->ram, low.start, low.end);
	shadow_ranges_add(&plan->ram, high.start, high.end);
	shadow_dt_add(&r, &image, SHADOW_DT_RESERVED, "kernel");
	shadow_ranges_add(&plan->reserved, image.start, image.last);
	shadow_layout_compute(&plan->layout, &plan->ram, &plan->reserved);
}

static void begin(struct machine *m, struct shadow_runner *runner, u64 bytes)
{
	lay_out(m);
	m->region = (struct shadow_region){
		.kind = SHADOW_REGION_CMA,
		.pa = REGION_BASE,
		.bytes = bytes,
		.va = vmalloc(bytes),
		.has_pool = true,
		.pool = { REGION_BASE, REGION_BASE + REGION_BYTES - 1 },
		.pool_name = "pool",
	};
	host_map(m->region.va, m->region.pa);
	if (shadow_runner_begin(runner, &m->plan, &m->region))
		host_die("faults", "the runner could not begin");
}

static int run(const struct fault *fault, const char *command)
{
	struct shadow_runner runner;
	struct machine m = {};
	int status = 0;

	begin(&m, &runner, fault->pages ? fault->pages * SZ_4K : REGION_BYTES);
	the_fault = fault;
	if (fault->plan) {
		fault->plan(&m.plan, &m.plan.layout);
		fault_hits++;
	}
	shadow_runner_command(&runner, command);
	the_fault = &none;
	fputs(runner.run.ktap.text, stdout);
	if (!fault_hits)
		status = 3;
	shadow_dt_free(&m.plan.dt);
	lay_out(&m);
	shadow_runner_command(&runner, command);
	if (runner.outcome != SHADOW_PASSED) {
		printf("# the next run, without the fault, does not pass\n%s",
		       runner.run.ktap.text);
		status = 1;
	}
	shadow_runner_end(&runner);
	shadow_dt_free(&m.plan.dt);
	vfree(m.region.va);
	return status;
}

int main(int argc, char **argv)
{
	bool list = argc == 2 && !strcmp(argv[1], "--list");
	const struct fault *fault;

	for (fault = faults; fault; fault = fault->next)
		if (list)
			printf("%s\n", fault->name);
		else if (argc == 3 && !strcmp(argv[1], fault->name))
			return run(fault, argv[2]);
	if (!list)
		fprintf(stderr, "usage: faults FAULT COMMAND, or --list\n");
	return list ? 0 : 2;
}
