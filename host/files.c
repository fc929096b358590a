// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files in debugfs that the module shows for a blob, as with machine=.
 *
 *	files [OPTION...] DTB [NAME...]
 *	files [OPTION...] --each [NAME...] -- DTB...
 *
 * prints each file after a line "== NAME", without names all but run, and with
 * --each "=== DTB" before those of each blob. The region is 4 MiB of ordinary
 * memory that plays a CMA pool. With --run COMMAND that is written to "run" before;
 * --log prints the kernel's log last, as "== log"; --image, --initrd, --blob and
 * --memreserve take what the parameters take that are called so.
 * --linux names the row that places nodes without an address, 6.1-gki if not given.
 *
 * With --live the tree is that of the kernel that runs: its image lies in RAM, it
 * gave a node of the name vframe its place, and the region lies elsewhere where there
 * is that pool. Where there is none, there is no region either.
 *
 * Ends with 2 where a blob is none or a file is not there, with 1 where COMMAND
 * was refused.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/err.h>
#include <linux/sizes.h>
#include <linux/vmalloc.h>

#include "../exercise/command.h"
#include "../report/report.h"
#include "host.h"

#define POOL_BASE	0xfc000000ULL
#define POOL_BYTES	SZ_64M
#define REGION_BYTES	SZ_4M
#define LIVE_POOL	0x60000000
#define LIVE_POOL_BYTES	(40 * SZ_1M)
#define LIVE_REGION	0x70c00000

/* What to do with each blob. */
static const char *command;
static bool live, want_log, each;
static struct shadow_place memreserve[SHADOW_MOST_MEMRESERVE];
static struct shadow_given given = { .memreserve.place = memreserve };
static const struct shadow_row *row;
static char **names;
static int nr_names;

static int print_file(const char *name)
{
	size_t length;
	char *text = host_debugfs_read(name, &length);

	if (IS_ERR(text)) {
		fprintf(stderr, "files: %s: error %ld\n", name, PTR_ERR(text));
		return 2;
	}
	printf("== %s\n", name);
	fwrite(text, 1, length, stdout);
	free(text);
	return 0;
}

static int run_command(void)
{
	ssize_t length = strlen(command);
	ssize_t got = host_debugfs_write("run", command, length);

	if (got == length)
		return 0;
	fprintf(stderr, "files: run: \"%s\": error %zd\n", command, got);
	return 1;
}

static int print_files(void)
{
	int err = command ? run_command() : 0, i;
	const char *name;

	for (i = 0; i < nr_names && err < 2; i++)
		err = max(err, print_file(names[i]));
	for (i = 0; !nr_names && err < 2 && (name = host_debugfs_name(i)); i++)
		if (strcmp(name, "run"))
			err = max(err, print_file(name));
	if (want_log)
		printf("== log\n%s", host_log());
	return err;
}

static int alloc_memory(struct shadow_region *region, struct shadow_run *run)
{
	region->kind = live ? SHADOW_REGION_UNKNOWN : SHADOW_REGION_CMA;
	region->pa = live ? LIVE_REGION : POOL_BASE;
	region->bytes = REGION_BYTES;
	region->va = vmalloc(REGION_BYTES);
	host_map(region->va, region->pa);
	if (live)
		strcpy(region->note, "allocated from a place unknown");
	return 0;
}

static void free_memory(const struct shadow_region *region)
{
	vfree(region->va);
}

static const struct shadow_region_ops ops = { alloc_memory, free_memory };

static struct shadow_region described_region(const struct shadow_plan *plan)
{
	if (plan->layout.verdict != SHADOW_OK)
		return (struct shadow_region){};
	return (struct shadow_region){
		.kind = SHADOW_REGION_NOT_ALLOCATED,
		.ops = &ops,
		.has_pool = true,
		.pool = { POOL_BASE, POOL_BASE + POOL_BYTES - 1 },
		.pool_name = "buddy-shadow-pool",
	};
}

static struct shadow_region live_region(const struct shadow_plan *plan)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_BY_KERNEL)
			return (struct shadow_region){
				.kind = SHADOW_REGION_NOT_ALLOCATED,
				.ops = &ops,
				.has_pool = true,
				.pool = entry->range,
				.pool_name = "vframe",
			};
	return (struct shadow_region){
		.note = "the kernel could not spare 4194304 bytes",
	};
}

/* As the module's init does it, but for where the region comes from. */
static int show(struct shadow_report *report, struct shadow_plan *plan)
{
	struct shadow_region region;
	struct shadow_runner runner;
	struct dentry *directory;
	int err;

	region = live ? live_region(plan) : described_region(plan);
	if (plan->layout.verdict != SHADOW_OK)
		pr_err("%s\n", shadow_verdict_line(plan->layout.verdict));
	if (shadow_runner_begin(&runner, plan, &region))
		host_die("files", "the runner could not begin");
	report->runner = &runner;
	directory = shadow_report_create(report);
	err = print_files();
	shadow_report_remove(directory);
	shadow_runner_end(&runner);
	return err;
}

static int show_blob(const char *path)
{
	struct shadow_plan plan;
	struct shadow_report report = {
		.plan = &plan, .machine = live ? NULL : "/",
	};
	const struct shadow_dt_warning *warning, *hint;
	struct device_node *root;
	const char *error;
	int err;

	if (each)
		printf("=== %s\n", path);
	root = host_tree_load(path, &error);
	if (!root) {
		fprintf(stderr, "files: %s: %s\n", path, error);
		return 2;
	}
	host_log_clear();
	if (shadow_plan_make(&plan, root, live, &given, row))
		host_die("files", "there could be no plan");
	list_for_each_entry(warning, &plan.dt.warnings, node)
		pr_warn("%s\n", warning->text);
	list_for_each_entry(hint, &plan.dt.hints, node)
		pr_info("%s\n", hint->text);
	err = show(&report, &plan);
	shadow_plan_free(&plan);
	host_tree_free(root);
	if (host_left(0) || host_locks_held())
		host_die("files", "memory is left, or a lock is held");
	return err;
}

static int refuse(void)
{
	fprintf(stderr, "usage: files [--live] [--run COMMAND] [--PARAMETER VALUE] [--linux ROW] [--log] DTB [NAME...]\n"
		"       files [--live] [--run COMMAND] [--PARAMETER VALUE] [--linux ROW] [--log] --each [NAME...] -- DTB...\n");
	return 2;
}

/* Take a parameter of the module, such as --image; whether it is one. */
static bool take(const char *name, const char *value)
{
	int i;

	if (!strcmp(name, "memreserve"))
		return !shadow_memreserve_parse(value, &given.memreserve);
	for (i = 0; i < SHADOW_NR_PLACED; i++)
		if (!strcmp(name, shadow_placed_name(i)))
			return !shadow_place_parse(value, &given.place[i]);
	return false;
}

int main(int argc, char **argv)
{
	int err = 0;

	row = shadow_row_find("6.1-gki");
	for (argv++; *argv && !strncmp(*argv, "--", 2) && !each; argv++)
		if (!strcmp(*argv, "--run") && argv[1])
			command = *++argv;
		else if (argv[1] && take(*argv + 2, argv[1]))
			argv++;
		else if (!strcmp(*argv, "--linux") && argv[1] &&
			 shadow_row_find(argv[1]))
			row = shadow_row_find(*++argv);
		else if (!strcmp(*argv, "--live"))
			live = true;
		else if (!strcmp(*argv, "--log"))
			want_log = true;
		else if (!strcmp(*argv, "--each"))
			each = true;
		else
			return refuse();
	/* With --live this is asked for. */
	host_reserve("vframe", LIVE_POOL, LIVE_POOL_BYTES);
	names = argv + !each;
	while (argv[nr_names + !each] && strcmp(names[nr_names], "--"))
		nr_names++;
	if (!*argv || (each && !names[nr_names]))
		return refuse();
	if (!each)
		return show_blob(*argv);
	for (argv = names + nr_names + 1; *argv; argv++)
		err = max(err, show_blob(*argv));
	return err;
}
