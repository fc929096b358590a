// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files in debugfs. See report.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "report.h"

#define LONGEST_COMMAND	128

static int shadow_verdict_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;

	seq_printf(m, "%s\n",
		   shadow_verdict_line(report->plan->layout.verdict));
	return 0;
}

/* What can be written to this file, and what each does. */
static int shadow_run_show(struct seq_file *m, void *unused)
{
	int i;

	for (i = 0; shadow_exercises[i]; i++)
		seq_printf(m, "%-14s %s\n", shadow_exercises[i]->name,
			   shadow_exercises[i]->help);
	seq_printf(m, "%-14s end what runs\n", "stop");
	seq_puts(m, "options: seed=NUMBER ops=NUMBER time=SECONDS\n"
		    "\nby hand, on the region, which is held from the first alloc to the reset:\n"
		    "alloc ORDER          allocate a block of order 0 to 20\n"
		    "free ADDRESS ORDER   free it\n"
		    "show                 blocks that are allocated, and free ones by order\n"
		    "map                  a picture of the region\n"
		    "reset                give the region back; ten minutes without a command do, too\n");
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(shadow_verdict);
DEFINE_SHOW_ATTRIBUTE(shadow_report);
DEFINE_SHOW_ATTRIBUTE(shadow_summary);
DEFINE_SHOW_ATTRIBUTE(shadow_memory);
DEFINE_SHOW_ATTRIBUTE(shadow_reserved);
DEFINE_SHOW_ATTRIBUTE(shadow_free);
DEFINE_SHOW_ATTRIBUTE(shadow_layout);
DEFINE_SHOW_ATTRIBUTE(shadow_map);
DEFINE_SHOW_ATTRIBUTE(shadow_buddyinfo);
DEFINE_SHOW_ATTRIBUTE(shadow_pagetables);
DEFINE_SHOW_ATTRIBUTE(shadow_result);
DEFINE_SHOW_ATTRIBUTE(shadow_frag);

/*
 * The kernel lets one call at a time use the position of an open file, and a write
 * takes as long as its command. No command needs the position: whoever shares the
 * open file can write stop meanwhile (X6).
 */
static int open_run(struct inode *inode, struct file *file)
{
	file->f_mode &= ~FMODE_ATOMIC_POS;
	return single_open(file, shadow_run_show, inode->i_private);
}

/* The writer waits until the command has run; the outcome is in result. */
static ssize_t write_run(struct file *file, const char __user *buf,
			 size_t count, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	struct shadow_report *report = m->private;
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
	/* A command ends where its text does, and nothing hides behind it. */
	if (strlen(command) == count) {
		shadow_report_plan_event(report->plan);
		err = shadow_runner_command(report->runner, command);
	} else {
		pr_err("run: got a NUL at byte %zu, expected text\n",
		       strlen(command));
		err = -EINVAL;
	}
	kfree(command);
	return err ? err : count;
}

static const struct file_operations run_fops = {
	.owner = THIS_MODULE,
	.open = open_run,
	.read = seq_read,
	.write = write_run,
	.llseek = seq_lseek,
	.release = single_release,
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
		{ "map", &shadow_map_fops },
		{ "buddyinfo", &shadow_buddyinfo_fops },
		{ "pagetables", &shadow_pagetables_fops },
	};
	struct dentry *dir = debugfs_create_dir("buddy_shadow", NULL);
	int i;

	for (i = 0; i < ARRAY_SIZE(files); i++)
		debugfs_create_file(files[i].name, 0400, dir, report,
				    files[i].fops);
	if (!report->runner)
		return dir;
	debugfs_create_file("frag", 0400, dir, report, &shadow_frag_fops);
	debugfs_create_file("result", 0400, dir, report, &shadow_result_fops);
	debugfs_create_file("run", 0600, dir, report, &run_fops);
	return dir;
}

void shadow_report_remove(struct dentry *dir)
{
	debugfs_remove(dir);
}
