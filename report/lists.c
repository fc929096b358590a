// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges in debugfs: as /sys/kernel/debug/memblock, as /proc/iomem and as
 * /proc/buddyinfo show theirs.
 */
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "report.h"

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void show_range(struct seq_file *m, unsigned int nr, u64 start,
		       u64 last, const char *name)
{
	seq_printf(m, "%4u: 0x%016llx..0x%016llx %s", nr, start, last, name);
}

static void show_flags(struct seq_file *m, u32 flags)
{
	static const struct { u32 flag; const char *name; } names[] = {
		{ SHADOW_DT_NESTED, "nested" },
		{ SHADOW_DT_NOMAP, "no-map" },
		{ SHADOW_DT_REUSABLE, "reusable" },
		{ SHADOW_DT_BY_KERNEL, "placed by the kernel" },
		{ SHADOW_DT_BY_RULE, "placed by Linux's rule" },
	};
	const char *before = " (";
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(flags & names[i].flag))
			continue;
		seq_printf(m, "%s%s", before, names[i].name);
		before = ", ";
	}
	seq_puts(m, *before == ',' ? ")\n" : "\n");
}

static unsigned int show_entries(struct seq_file *m, u32 reserved)
{
	const struct shadow_report *report = m->private;
	const struct shadow_dt_entry *entry;
	unsigned int nr = 0;

	list_for_each_entry(entry, &report->plan->dt.entries, node) {
		if ((entry->flags & SHADOW_DT_RESERVED) != reserved)
			continue;
		show_range(m, nr++, entry->range.start, entry->range.last,
			   last_part(entry->name));
		show_flags(m, entry->flags);
	}
	return nr;
}

/* For a person, who knows that the leading digits are zeros. */
void shadow_reserved_list(struct seq_file *m, const struct shadow_dt *dt)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &dt->entries, node) {
		if (!(entry->flags & SHADOW_DT_RESERVED))
			continue;
		seq_printf(m, "  0x%llx..0x%llx %s", entry->range.start,
			   entry->range.last, last_part(entry->name));
		show_flags(m, entry->flags);
	}
}

int shadow_memory_show(struct seq_file *m, void *unused)
{
	show_entries(m, 0);
	return 0;
}

static u64 mem_map_last(const struct shadow_layout *layout)
{
	return layout->mem_map_base + shadow_layout_mem_map_room(layout) - 1;
}

static u64 heap_last(const struct shadow_layout *layout)
{
	return layout->heap_base + layout->heap_bytes - 1;
}

int shadow_reserved_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_layout *layout = &report->plan->layout;
	unsigned int nr = show_entries(m, SHADOW_DT_RESERVED);

	if (shadow_layout_has_mem_map(layout))
		show_range(m, nr, layout->mem_map_base, mem_map_last(layout),
			   "mem_map\n");
	return 0;
}

int shadow_free_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_layout *layout = &report->plan->layout;
	u32 i;

	for (i = 0; i < layout->free.nr; i++) {
		const struct shadow_range *range = &layout->free.range[i];
		bool heap = shadow_layout_has_heap(layout) &&
			    layout->heap_base >= range->start &&
			    layout->heap_base <= range->last;

		show_range(m, i, range->start, range->last,
			   heap ? "free, with the heap\n" : "free\n");
	}
	return 0;
}

struct item {
	u64 start;
	u64 last;
	const char *name;
	u32 nr;
};

/*
 * Ascending; what contains comes before what is contained. Of two that are equal
 * the one that was collected first does: RAM contains what is free.
 */
static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->last != y->last)
		return x->last > y->last ? -1 : 1;
	return x->nr < y->nr ? -1 : 1;
}

/* In whole pages (R4). */
static u32 collect(const struct shadow_plan *plan, struct item *item)
{
	const struct shadow_layout *layout = &plan->layout;
	const struct shadow_dt_entry *entry;
	u32 nr = 0, i;

	for (i = 0; i < plan->ram.nr; i++)
		item[nr++] = (struct item){ plan->ram.range[i].start,
					    plan->ram.range[i].last, "RAM" };
	list_for_each_entry(entry, &plan->dt.entries, node)
		if (entry->flags & SHADOW_DT_RESERVED)
			item[nr++] = (struct item){
				entry->range.start & SHADOW_PAGE_MASK,
				entry->range.last | ~SHADOW_PAGE_MASK,
				last_part(entry->name),
			};
	for (i = 0; i < layout->free.nr; i++)
		item[nr++] = (struct item){ layout->free.range[i].start,
					    layout->free.range[i].last,
					    "free" };
	if (shadow_layout_has_mem_map(layout))
		item[nr++] = (struct item){ layout->mem_map_base,
					    mem_map_last(layout), "mem_map" };
	if (shadow_layout_has_heap(layout))
		item[nr++] = (struct item){ layout->heap_base,
					    heap_last(layout), "heap" };
	return nr;
}

#define DEEPEST	8

int shadow_layout_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_plan *plan = report->plan;
	u32 most = plan->ram.nr + plan->dt.nr_reserved +
		   plan->layout.free.nr + 2;
	u64 inside[DEEPEST];
	unsigned int depth = 0;
	struct item *item;
	u32 nr, i;

	item = kvcalloc(most, sizeof(*item), GFP_KERNEL);
	if (!item)
		return -ENOMEM;
	nr = collect(plan, item);
	for (i = 0; i < nr; i++)
		item[i].nr = i;
	sort(item, nr, sizeof(*item), compare_items, NULL);
	for (i = 0; i < nr; i++) {
		while (depth && inside[depth - 1] < item[i].last)
			depth--;
		seq_printf(m, "%*s%012llx-%012llx : %s\n", 2 * depth, "",
			   item[i].start, item[i].last, item[i].name);
		if (depth < DEEPEST)
			inside[depth++] = item[i].last;
	}
	kvfree(item);
	return 0;
}

static void show_blocks(struct seq_file *m, const char *name,
			const u64 blocks[SHADOW_NR_ORDERS])
{
	int order;

	seq_printf(m, "%-8s", name);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		seq_printf(m, " %6llu", blocks[order]);
	seq_putc(m, '\n');
}

int shadow_buddyinfo_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	struct shadow_runner *runner = report->runner;
	int order;

	seq_printf(m, "%-8s", "order");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		seq_printf(m, " %6d", order);
	seq_putc(m, '\n');
	show_blocks(m, "plan", report->plan->layout.free_blocks);
	if (!runner)
		return 0;
	/* While it is held the lab stays, and others allocate and free. */
	mutex_lock(&runner->lock);
	if (runner->setup.lab)
		shadow_buddy_blocks(&runner->lab.buddy, runner->blocks);
	show_blocks(m, "region", runner->blocks);
	mutex_unlock(&runner->lock);
	return 0;
}
