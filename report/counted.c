// SPDX-License-Identifier: GPL-2.0-only
/*
 * What counts as reserved beside the tree's reserved-memory (R3), and who says so: a
 * target has its image, initrd and blob at places of its own.
 */
#include <linux/seq_file.h>
#include <linux/string.h>

#include "report.h"

/* The entry of that name, which is no node's; NULL where there is none. */
static const struct shadow_dt_entry *find(const struct shadow_dt *dt,
					  const char *name)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &dt->entries, node)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

static void show_place(struct seq_file *m, const struct shadow_place *place)
{
	if (place->bytes)
		seq_printf(m, "0x%llx..0x%llx, as given\n", place->base,
			   place->base + (place->bytes - 1));
	else
		seq_puts(m, "none, as given\n");
}

/* What stands in for a place that was not given. */
static void show_stand_in(struct seq_file *m, const struct shadow_dt *dt,
			  const char *name, const char *whose, const char *none)
{
	const struct shadow_dt_entry *entry = find(dt, name);

	if (entry)
		seq_printf(m, "0x%llx..0x%llx, %s, in place of the target's\n",
			   entry->range.start, entry->range.last, whose);
	else
		seq_printf(m, "%s\n", none);
}

static void show_memreserve(struct seq_file *m,
			    const struct shadow_memreserve *list)
{
	seq_puts(m, "    memreserve  ");
	if (!list->given)
		seq_puts(m, "not known, none counts\n");
	else if (list->nr)
		seq_printf(m, "entries: %u, as given\n", list->nr);
	else
		seq_puts(m, "none, as given\n");
}

void shadow_counted_show(struct seq_file *m, const struct shadow_plan *plan)
{
	const struct shadow_place *place = plan->given.place;
	const char *unknown = "not known, none counts";
	int i;

	seq_puts(m, "  Counted as reserved, beside the tree's reserved-memory:\n");
	for (i = 0; i < SHADOW_NR_PLACED; i++) {
		seq_printf(m, "    %-11s ", shadow_placed_name(i));
		if (place[i].given)
			show_place(m, &place[i]);
		else if (i == SHADOW_IMAGE)
			show_stand_in(m, &plan->dt, "kernel", "this Linux's",
				      plan->dt.live ? "not found" : unknown);
		else if (i == SHADOW_INITRD)
			show_stand_in(m, &plan->dt, "initrd", "from /chosen",
				      "none in /chosen");
		else
			seq_printf(m, "%s\n", unknown);
	}
	show_memreserve(m, &plan->given.memreserve);
	seq_puts(m, "  What firmware or a hypervisor keeps out of the tree is not known.\n");
}
