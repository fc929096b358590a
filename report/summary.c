// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures, one a line, for scripts.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "../exercise/by_hand.h"
#include "../pt_map.h"
#include "version.h"
#include "report.h"

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

static const char *kind_name(enum shadow_region_kind kind)
{
	static const char * const names[] = {
		[SHADOW_REGION_NONE] = "none",
		[SHADOW_REGION_NOT_ALLOCATED] = "not-allocated",
		[SHADOW_REGION_CMA] = "cma",
		[SHADOW_REGION_DEFAULT_CMA] = "default-cma",
		[SHADOW_REGION_UNKNOWN] = "unknown",
	};

	return names[kind];
}

/* As it is, or was when it was held the last time (X7). */
static void summarise_region(struct seq_file *m, struct shadow_runner *runner)
{
	const struct shadow_region *region = runner->region;

	mutex_lock(&runner->lock);
	seq_printf(m, "region: %s\n", kind_name(region->kind));
	seq_printf(m, "region_held: %s\n", !region->va ? "no" :
		   runner->exercise == &shadow_by_hand_ops ? "by hand" : "yes");
	address(m, "region_base", region->pa);
	number(m, "region_bytes", region->bytes);
	seq_printf(m, "region_pool: %s\n",
		   region->has_pool ? region->pool_name : "none");
	address(m, "region_pool_base", region->pool.start);
	number(m, "region_pool_bytes", region->has_pool ?
	       region->pool.last - region->pool.start + 1 : 0);
	mutex_unlock(&runner->lock);
}

int shadow_summary_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_runner *runner = report->runner;

	seq_printf(m, "version: %s\n", SHADOW_VERSION);
	seq_printf(m, "machine: %s\n", report->machine ?: "live");
	summarise_layout(m, &report->plan->layout);
	number(m, "problems", report->plan->dt.nr_warnings);
	number(m, "hints", report->plan->dt.nr_hints);
	seq_printf(m, "placing: %s\n", report->plan->dt.row->name);
	if (!runner)
		return 0;
	summarise_region(m, runner);
	seq_puts(m, "exercise: ");
	if (!shadow_report_lock(m, runner))
		return 0;
	seq_printf(m, "%s\n", shadow_outcome_name(runner->outcome));
	number(m, "seed", runner->run.seed);
	shadow_report_unlock(runner);
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

int shadow_pagetables_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_runner *runner = report->runner;

	number(m, "boot_pool_tables", SHADOW_PT_POOL_TABLES);
	/* No tables map what they do not reach (E6). */
	if (!report->plan->layout.too_high) {
		count_tables(m, report->plan, "4k", SHADOW_PT_4K);
		count_tables(m, report->plan, "2m", SHADOW_PT_2M);
		count_tables(m, report->plan, "1g", SHADOW_PT_1G);
	}
	if (!runner)
		return 0;
	number(m, "mapped_from_pool", READ_ONCE(runner->run.tables_pool));
	number(m, "mapped_from_buddy", READ_ONCE(runner->run.tables_buddy));
	return 0;
}
