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
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../../exercise/runner.h"
#include "../../host/host.h"
#include "fault.h"

#define RAM_BASE	0x40000000ULL
#define REGION_BASE	0x7c000000ULL
#define REGION_BYTES	(2 * SZ_1M)

const struct fault *the_fault;
unsigned long fault_hits;

/* 96 MiB with a reserved range in the middle, and a hole below another bank. */
struct machine {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_range ram[2], reserved[1], free[4];
};

static void lay_out(struct machine *m)
{
	struct shadow_plan *plan = &m->plan;

	INIT_LIST_HEAD(&plan->dt.entries);
	INIT_LIST_HEAD(&plan->dt.problems);
	shadow_ranges_init(&plan->ram, m->ram, 2);
	shadow_ranges_init(&plan->reserved, m->reserved, 1);
	shadow_ranges_init(&plan->layout.free, m->free, 4);
	shadow_ranges_add(&plan->ram, RAM_BASE, RAM_BASE + 96 * SZ_1M - 1);
	shadow_ranges_add(&plan->ram, RAM_BASE + SZ_1G,
			  RAM_BASE + SZ_1G + SZ_1M - 1);
	shadow_ranges_add(&plan->reserved, RAM_BASE + 48 * SZ_1M + 5 * SZ_4K,
			  RAM_BASE + 49 * SZ_1M - 1);
	shadow_layout_compute(&plan->layout, &plan->ram, &plan->reserved);
}

static void begin(struct machine *m, struct shadow_runner *runner)
{
	lay_out(m);
	m->region = (struct shadow_region){
		.kind = SHADOW_REGION_CMA,
		.pa = REGION_BASE,
		.bytes = REGION_BYTES,
		.va = vmalloc(REGION_BYTES),
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

	begin(&m, &runner);
	the_fault = fault;
	if (fault->plan) {
		fault->plan(&m.plan.layout);
		fault_hits++;
	}
	shadow_runner_command(&runner, command);
	the_fault = NULL;
	fputs(runner.run.ktap.text, stdout);
	if (!fault_hits)
		status = 3;
	lay_out(&m);
	shadow_runner_command(&runner, command);
	if (runner.outcome != SHADOW_PASSED) {
		printf("# the next run, without the fault, does not pass\n%s",
		       runner.run.ktap.text);
		status = 1;
	}
	shadow_runner_end(&runner);
	vfree(m.region.va);
	return status;
}

int main(int argc, char **argv)
{
	const struct fault *fault;

	if (argc == 2 && !strcmp(argv[1], "--list")) {
		for (fault = faults; fault->name; fault++)
			printf("%s\n", fault->name);
		return 0;
	}
	if (argc != 3) {
		fprintf(stderr, "usage: faults FAULT COMMAND | --list\n");
		return 2;
	}
	for (fault = faults; fault->name; fault++)
		if (!strcmp(fault->name, argv[1]))
			return run(fault, argv[2]);
	fprintf(stderr, "faults: %s: there is no such fault\n", argv[1]);
	return 2;
}
