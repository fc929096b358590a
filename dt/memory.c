// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory nodes and the initrd (R1, R3). See dt.h.
 */
#include <linux/string.h>

#include "reader.h"

static bool is_memory(struct shadow_dt_reader *r, const struct device_node *np)
{
	return shadow_dt_string_ok(r, np, "device_type") &&
	       shadow_dt_says(np, "device_type", "memory");
}

static void read_memory_node(struct shadow_dt_reader *r,
			     const struct device_node *np,
			     struct shadow_dt_cells cells)
{
	const char *prop = "linux,usable-memory";

	if (!is_memory(r, np) || !shadow_dt_usable(r, np))
		return;
	if (!of_find_property(np, prop, NULL))
		prop = "reg";
	if (of_find_property(np, prop, NULL))
		shadow_dt_add_list(r, np, prop, cells, 0);
	else
		shadow_dt_skip(r, np, prop, "missing");
}

static void read_initrd(struct shadow_dt_reader *r,
			const struct device_node *chosen)
{
	const char *start_prop = "linux,initrd-start";
	const char *end_prop = "linux,initrd-end";
	struct shadow_range range;
	u64 end;
	bool ok;

	if (!of_find_property(chosen, start_prop, NULL) &&
	    !of_find_property(chosen, end_prop, NULL))
		return;
	ok = shadow_dt_read_address(r, chosen, start_prop, &range.start);
	if (!shadow_dt_read_address(r, chosen, end_prop, &end) || !ok)
		return;
	if (end <= range.start) {
		shadow_dt_skip(r, chosen, end_prop,
			       "0x%llx, expected more than the start, 0x%llx",
			       end, range.start);
		return;
	}
	range.last = end - 1;
	shadow_dt_add(r, &range, SHADOW_DT_RESERVED | SHADOW_DT_INITRD,
		      "initrd");
}

void shadow_dt_read_memory(struct shadow_dt_reader *r,
			   const struct device_node *root,
			   struct shadow_dt_cells cells)
{
	struct device_node *np;

	for_each_child_of_node(root, np)
		read_memory_node(r, np, cells);
}

void shadow_dt_read_initrd(struct shadow_dt_reader *r,
			   const struct device_node *root)
{
	struct device_node *np;

	for_each_child_of_node(root, np)
		if (shadow_dt_is_named(np, "chosen"))
			read_initrd(r, np);
}
