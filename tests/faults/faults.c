// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exercises on an allocator, memory or a plan that does something wrong.
 *
 *	faults FAULT COMMAND	runs COMMAND with the fault, prints the results
 *	faults --list		prints the names of the faults
 *
 * The exercises' own objects are linked with --wrap: what they call comes here
 * first (wrap.h has the list), so that nothing in them knows of it. Afterwards the
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
#define REGION_BASE	0x7c000000ULL
#define REGION_BYTES	(2 * SZ_1M)

const struct fault *the_fault;
unsigned long fault_hits;

/* 97 MiB with a hole of a page, and the kernel's image in the middle. */
struct machine {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_range ram[2], reserved[1], free[4];
	struct resource iomem[2];
};

static void add_bank(struct machine *m, u64 start, u64 end)
{
	struct resource *bank = &m->iomem[m->plan.ram.nr];

	*bank = (struct resource){
		.name = "System RAM", .start = start, .end = end - 1,
		.sibling = iomem_resource.child,
	};
	iomem_resource.child = bank;
	shadow_ranges_add(&m->plan.ram, start, end - 1);
}

static void lay_out(struct machine *m)
{
	struct shadow_plan *plan = &m->plan;
	struct shadow_dt_reader r = { .dt = &plan->dt };
	struct shadow_range image = { RAM_BASE + 48 * SZ_1M + 5 * SZ_4K,
				      RAM_BASE + 49 * SZ_1M - 1 };

	*plan = (struct shadow_plan){ .dt.live = true };
	INIT_LIST_HEAD(&plan->dt.entries);
	INIT_LIST_HEAD(&plan->dt.problems);
	shadow_ranges_init(&plan->ram, m->ram, 2);
	shadow_ranges_init(&plan->reserved, m->reserved, 1);
	shadow_ranges_init(&plan->layout.free, m->free, 4);
	iomem_resource.child = NULL;
	add_bank(m, RAM_BASE, RAM_BASE + 96 * SZ_1M - SZ_8K);
	add_bank(m, RAM_BASE + 96 * SZ_1M - SZ_4K, RAM_BASE + 97 * SZ_1M);
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
	the_fault = NULL;
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

/* The one of that name; without a name, each is printed. */
static const struct fault *find(const char *name)
{
	const struct fault *const table[] = { buddy_faults, plan_faults };
	const struct fault *fault;
	int i;

	for (i = 0; i < ARRAY_SIZE(table); i++)
		for (fault = table[i]; fault->name; fault++)
			if (!name)
				printf("%s\n", fault->name);
			else if (!strcmp(fault->name, name))
				return fault;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct fault *fault;

	if (argc == 2 && !strcmp(argv[1], "--list"))
		return !!find(NULL);
	if (argc != 3) {
		fprintf(stderr, "usage: faults FAULT COMMAND | --list\n");
		return 2;
	}
	fault = find(argv[1]);
	if (fault)
		return run(fault, argv[2]);
	fprintf(stderr, "faults: %s: there is no such fault\n", argv[1]);
	return 2;
}
