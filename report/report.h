/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files in debugfs. Documentation/debugfs.rst gives the form of each.
 */
#ifndef SHADOW_REPORT_H
#define SHADOW_REPORT_H

#include "../exercise/registry.h"
#include "../exercise/runner.h"

/**
 * struct shadow_report - what the files show
 * @plan: the machine
 * @runner: what is done with its memory, and with what memory; NULL at the desk,
 *	where nothing is exercised: the lines about that are missing then
 * @machine: path of the node that describes the machine, NULL for the live tree
 */
struct shadow_report {
	const struct shadow_plan *plan;
	struct shadow_runner *runner;
	const char *machine;
};

/**
 * shadow_report_create() - make the directory buddy_shadow in debugfs
 * @report: what the files show; kept
 *
 * Return: the directory, for shadow_report_remove(). Files that cannot be made
 * are missing, as is usual in debugfs; that is no error.
 */
struct dentry *shadow_report_create(struct shadow_report *report);

/**
 * shadow_report_remove() - remove the directory
 * @dir: what shadow_report_create() returned
 *
 * No file of it is in use when this returns.
 */
void shadow_report_remove(struct dentry *dir);

/**
 * shadow_report_plan_event() - write the trace event of a plan, if it is on
 * @plan: the plan
 */
void shadow_report_plan_event(const struct shadow_plan *plan);

/*
 * Between the files of the report: show functions, and how they get at the
 * results. While a run goes on, they say so instead of waiting for its end.
 */
struct seq_file;
bool shadow_report_lock(struct seq_file *m, struct shadow_runner *runner);
void shadow_report_unlock(struct shadow_runner *runner);
void shadow_reserved_list(struct seq_file *m, const struct shadow_dt *dt);
void shadow_counted_show(struct seq_file *m, const struct shadow_plan *plan);
/* "16 MiB", "1.50 GiB", "12 KiB": the largest unit of which there is one. */
void shadow_size_show(struct seq_file *m, u64 bytes);
int shadow_summary_show(struct seq_file *m, void *unused);
int shadow_pagetables_show(struct seq_file *m, void *unused);
int shadow_result_show(struct seq_file *m, void *unused);
int shadow_frag_show(struct seq_file *m, void *unused);
int shadow_memory_show(struct seq_file *m, void *unused);
int shadow_reserved_show(struct seq_file *m, void *unused);
int shadow_free_show(struct seq_file *m, void *unused);
int shadow_layout_show(struct seq_file *m, void *unused);
int shadow_buddyinfo_show(struct seq_file *m, void *unused);
int shadow_map_show(struct seq_file *m, void *unused);
int shadow_report_show(struct seq_file *m, void *unused);

#endif /* SHADOW_REPORT_H */
