/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine, a region that lies where that machine has no RAM, a runner and the files
 * in debugfs: what the suites about runs begin and end with.
 */
#include <stdlib.h>

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../kunit/suites.h"
#include "../../report/report.h"

#define POOL	0xfc000000ULL

/* Each way to come into the reader: ranges, containers, dynamic, malformed. */
static struct device_node *machine(struct kunit *test)
{
	shadow_tree_add(test,
			TREE_MEMORY("memory@40000000", 0, SZ_1G, 0, SZ_1G,
				    0, 0, 0, 0),
			TREE_CELLS("chosen", "linux,initrd-start", 0x48000000),
			TREE_CELLS("chosen", "linux,initrd-end", 0x48000801),
			TREE_BUS("reserved-memory", 2, 2),
			TREE_CELLS("reserved-memory/firmware", "reg",
				   0, SZ_1G, 0, SZ_1M),
			TREE_CELLS("reserved-memory/pool", "size", 0, SZ_1M),
			TREE_CELLS("reserved-memory/odd", "size", SZ_1M),
			TREE_CELLS("reserved-memory/box/inner", "reg",
				   0, SZ_1G + SZ_4M, 0, SZ_1M));
	return shadow_tree_at(test, "");
}

static const struct shadow_given nothing_given;
static struct shadow_plan plan;
static struct shadow_region region;
static struct shadow_runner runner;
static struct shadow_report report = { &plan, &runner, NULL };
static struct dentry *directory;

static int files_init(struct kunit *test)
{
	shadow_tree_init(test);
	KUNIT_ASSERT_EQ(test, shadow_plan_make(&plan, machine(test), false,
					       &nothing_given, NULL), 0);
	region = (struct shadow_region){
		.kind = SHADOW_REGION_UNKNOWN, .pa = POOL, .bytes = SZ_1M,
		.va = vmalloc(SZ_1M),
	};
	directory = shadow_report_create(&report);
	return shadow_runner_begin(&runner, &plan, &region);
}

static void files_exit(struct kunit *test)
{
	host_meanwhile = NULL;
	host_tick = 0;
	shadow_report_remove(directory);
	shadow_runner_end(&runner);
	vfree(region.va);
	shadow_plan_free(&plan);
	shadow_tree_exit(test);
}

static void expect_in(struct kunit *test, const char *name, const char *words)
{
	size_t length;
	char *text = host_debugfs_read(name, &length);

	KUNIT_EXPECT_EQ_MSG(test, !strstr(text, words), false, "%s", text);
	free(text);
}

static void expect_logged(struct kunit *test, const char *line)
{
	KUNIT_EXPECT_EQ_MSG(test, !strstr(host_log(), line), false, "%s",
			    host_log());
}
