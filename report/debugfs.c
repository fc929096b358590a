// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files in debugfs. See report.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "../pt_map.h"
#include "report.h"

#define LONGEST_COMMAND	128

static int shadow_verdict_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;

	seq_printf(m, "%s\n",
		   shadow_verdict_line(report->plan->layout.verdict));
	return 0;
}

bool shadow_report_lock(struct seq_file *m, struct shadow_exercise *ex)
{
	mutex_lock(&ex->results);
	if (!ex->running)
		return true;
	seq_printf(m, "running: %s, %llu of %llu\n", READ_ONCE(ex->doing),
		   READ_ONCE(ex->done), READ_ONCE(ex->all));
	mutex_unlock(&ex->results);
	return false;
}

void shadow_report_unlock(struct shadow_exercise *ex)
{
	mutex_unlock(&ex->results);
}

static void number(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "%s: %llu\n", name, value);
}

static void address(struct seq_file *m, const char *name, u64 value)
{
	seq_printf(m, "%s: 0x%016llx\n", name, value);
}

static void summarise_layout(struct seq_file *m,
			     const struct shadow_layout *layout)
{
	u64 block = layout->pages ? SHADOW_PAGE_SIZE << layout->heap_order : 0;

	seq_printf(m, "verdict: %s\n", shadow_verdict_line(layout->verdict));
	number(m, "total_ram", layout->total_ram);
	number(m, "pages", layout->pages);
	number(m, "reserved_pages", layout->reserved_pages);
	number(m, "mem_map_bytes", layout->mem_map_bytes);
	address(m, "mem_map_base", layout->mem_map_base);
	number(m, "span_bytes", layout->span_bytes);
	number(m, "flat_mem_map_bytes", layout->flat_bytes);
	number(m, "heap_bytes", layout->heap_bytes);
	number(m, "heap_order", layout->heap_order);
	number(m, "heap_block_bytes", block);
	number(m, "heap_returned_bytes", block - layout->heap_bytes);
	address(m, "heap_base", layout->heap_base);
	number(m, "free_bytes", layout->free_pages << SHADOW_PAGE_SHIFT);
	number(m, "free_pages", layout->free_pages);
}

static void summarise_region(struct seq_file *m,
			     const struct shadow_region *region)
{
	u64 pool = region->has_pool ?
		   region->pool.last - region->pool.start + 1 : 0;

	seq_printf(m, "region: %s\n", shadow_region_kind_name(region->kind));
	address(m, "region_base", region->pa);
	number(m, "region_bytes", region->bytes);
	seq_printf(m, "region_pool: %s\n",
		   region->has_pool ? region->pool_name : "none");
	address(m, "region_pool_base", region->pool.start);
	number(m, "region_pool_bytes", pool);
}

static int shadow_summary_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_exercise *ex = report->exercise;

	seq_printf(m, "machine: %s\n", report->machine ?: "live");
	summarise_layout(m, &report->plan->layout);
	number(m, "problems", report->plan->dt.nr_problems);
	summarise_region(m, report->region);
	seq_puts(m, "exercise: ");
	if (!shadow_report_lock(m, ex))
		return 0;
	seq_printf(m, "%s\n", shadow_outcome_name(ex->outcome));
	number(m, "seed", ex->seed);
	shadow_report_unlock(ex);
	return 0;
}

/* Both maps: identity and higher half take equally many tables. */
static void count_tables(struct seq_file *m, const struct shadow_plan *plan,
			 const char *name, u64 largest)
{
	u64 tables[SHADOW_PT_LEVELS];
	u64 all = 2 * shadow_pt_count(&plan->ram, largest, tables);
	int level;

	for (level = 0; level < SHADOW_PT_LEVELS; level++)
		seq_printf(m, "tables_%s_level%d: %llu\n", name, level,
			   2 * tables[level]);
	seq_printf(m, "tables_%s: %llu\n", name, all);
	seq_printf(m, "boot_pool_suffices_%s: %s\n", name,
		   all <= SHADOW_PT_POOL_TABLES ? "yes" : "no");
}

static int shadow_pagetables_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_exercise *ex = report->exercise;

	number(m, "boot_pool_tables", SHADOW_PT_POOL_TABLES);
	count_tables(m, report->plan, "4k", SHADOW_PT_4K);
	count_tables(m, report->plan, "2m", SHADOW_PT_2M);
	count_tables(m, report->plan, "1g", SHADOW_PT_1G);
	number(m, "mapped_from_pool", READ_ONCE(ex->tables_pool));
	number(m, "mapped_from_buddy", READ_ONCE(ex->tables_buddy));
	return 0;
}

static int shadow_result_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_exercise *ex = report->exercise;

	if (!shadow_report_lock(m, ex))
		return 0;
	seq_write(m, ex->ktap.text, ex->ktap.len);
	shadow_report_unlock(ex);
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(shadow_verdict);
DEFINE_SHOW_ATTRIBUTE(shadow_report);
DEFINE_SHOW_ATTRIBUTE(shadow_summary);
DEFINE_SHOW_ATTRIBUTE(shadow_memory);
DEFINE_SHOW_ATTRIBUTE(shadow_reserved);
DEFINE_SHOW_ATTRIBUTE(shadow_free);
DEFINE_SHOW_ATTRIBUTE(shadow_layout);
DEFINE_SHOW_ATTRIBUTE(shadow_buddyinfo);
DEFINE_SHOW_ATTRIBUTE(shadow_pagetables);
DEFINE_SHOW_ATTRIBUTE(shadow_result);

/* The writer waits until the command has run; the outcome is in result. */
static ssize_t write_run(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct shadow_report *report = file->private_data;
	char *command;
	int err;

	/* Half a command must not run, and a number must not lose its end. */
	if (count > LONGEST_COMMAND) {
		pr_err("run: got %zu bytes, expected a command of at most %d\n",
		       count, LONGEST_COMMAND);
		return -EINVAL;
	}
	command = memdup_user_nul(buf, count);
	if (IS_ERR(command))
		return PTR_ERR(command);
	err = shadow_exercise_run(report->exercise, command);
	kfree(command);
	return err ? err : count;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = simple_open,
	.write = write_run,
	.llseek = noop_llseek,
};

struct dentry *shadow_report_create(struct shadow_report *report)
{
	static const struct {
		const char *name;
		const struct file_operations *fops;
	} files[] = {
		{ "verdict", &shadow_verdict_fops },
		{ "report", &shadow_report_fops },
		{ "summary", &shadow_summary_fops },
		{ "memory", &shadow_memory_fops },
		{ "reserved", &shadow_reserved_fops },
		{ "free", &shadow_free_fops },
		{ "layout", &shadow_layout_fops },
		{ "buddyinfo", &shadow_buddyinfo_fops },
		{ "pagetables", &shadow_pagetables_fops },
		{ "result", &shadow_result_fops },
	};
	struct dentry *folder = debugfs_create_dir("buddy_shadow", NULL);
	int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		debugfs_create_file(files[i].name, 0400, folder, report,
				    files[i].fops);
	debugfs_create_file("run", 0200, folder, report, &run_fops);
	return folder;
}

void shadow_report_remove(struct dentry *folder)
{
	debugfs_remove(folder);
}
