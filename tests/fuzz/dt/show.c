// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plan as text. See show.h.
 */
#include <linux/kernel.h>
#include <linux/list.h>

#include "show.h"

static void show_set(struct seq_file *m, const char *name,
		     const struct shadow_ranges *set)
{
	u32 i;

	for (i = 0; i < set->nr; i++)
		seq_printf(m, "%s 0x%llx..0x%llx\n", name, set->range[i].start,
			   set->range[i].last);
}

static void show_entries(struct seq_file *m, const struct shadow_dt *dt)
{
	static const struct { u32 flag; const char *word; } words[] = {
		{ SHADOW_DT_RESERVED, " reserved" },
		{ SHADOW_DT_NESTED, " nested" },
		{ SHADOW_DT_NOMAP, " no-map" },
		{ SHADOW_DT_REUSABLE, " reusable" },
		{ SHADOW_DT_BY_RULE, " by-rule" },
		{ SHADOW_DT_BY_KERNEL, " by-kernel" },
	};
	const struct shadow_dt_entry *entry;
	u32 i;

	list_for_each_entry(entry, &dt->entries, node) {
		seq_printf(m, "entry 0x%llx..0x%llx", entry->range.start,
			   entry->range.last);
		for (i = 0; i < ARRAY_SIZE(words); i++)
			if (entry->flags & words[i].flag)
				seq_puts(m, words[i].word);
		seq_printf(m, " %s\n", entry->name);
	}
}

static void show_layout(struct seq_file *m, const struct shadow_layout *layout)
{
	int order;

	seq_printf(m, "verdict %s\n", shadow_verdict_line(layout->verdict));
	seq_printf(m, "total_ram %llu\npages %llu\nreserved_pages %llu\n",
		   layout->total_ram, layout->pages, layout->reserved_pages);
	seq_printf(m, "free_pages %llu\nspan_bytes %llu\nflat_bytes %llu\n",
		   layout->free_pages, layout->span_bytes, layout->flat_bytes);
	seq_printf(m, "mem_map_bytes %llu\nmem_map_base %llu\n",
		   layout->mem_map_bytes, layout->mem_map_base);
	seq_printf(m, "heap_bytes %llu\nheap_order %u\nheap_base %llu\n",
		   layout->heap_bytes, layout->heap_order, layout->heap_base);
	seq_puts(m, "free_blocks");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		seq_printf(m, " %llu", layout->free_blocks[order]);
	seq_putc(m, '\n');
}

int shadow_show_tree(struct seq_file *m, struct device_node *root,
		     const struct shadow_row *row)
{
	const struct shadow_dt_warning *warning;
	static const struct shadow_given given;
	struct shadow_plan plan;
	int err = shadow_plan_make(&plan, root, false, &given, row);

	if (!err) {
		show_entries(m, &plan.dt);
		list_for_each_entry(warning, &plan.dt.warnings, node)
			seq_printf(m, "warning %s\n", warning->text);
		seq_printf(m, "warnings %u\n", plan.dt.nr_warnings);
		list_for_each_entry(warning, &plan.dt.hints, node)
			seq_printf(m, "hint %s\n", warning->text);
		show_set(m, "ram", &plan.ram);
		show_set(m, "reserved", &plan.reserved);
		show_set(m, "free", &plan.layout.free);
		show_layout(m, &plan.layout);
	}
	shadow_plan_free(&plan);
	return err;
}
