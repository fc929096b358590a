// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hints: what in a tree is well formed and yet not what was meant. See dt.h.
 */
#include <linux/export.h>
#include <linux/string.h>

#include "reader.h"

#define MOST_LISTED	8

/* A memory node that counts (R1). What is malformed was said before. */
static bool is_memory(const struct device_node *np)
{
	return shadow_dt_says(np, "device_type", "memory") &&
	       shadow_dt_is_available(np);
}

static bool has_memory(const struct device_node *root)
{
	struct device_node *np;
	bool found = false;

	for_each_child_of_node(root, np)
		found |= is_memory(np);
	return found;
}

/* The next node of a tree, parents first; @np is put. */
static struct device_node *node_after(struct device_node *np)
{
	struct device_node *next = of_get_next_child(np, NULL);

	while (!next && np->parent) {
		struct device_node *parent = of_node_get(np->parent);

		next = of_get_next_child(parent, np);
		np = parent;
	}
	of_node_put(np);
	return next;
}

/* The list with the path of its nth node, counted from 0; @list is freed. */
static char *with_path(char *list, int n, const struct device_node *np)
{
	char *longer;

	/* %pOF leaves a root without a name. */
	if (n < MOST_LISTED)
		longer = kasprintf(GFP_KERNEL, "%s%s%s%pOF", list ?: "",
				   n ? ", " : "", np->parent ? "" : "/", np);
	else
		longer = kasprintf(GFP_KERNEL, "%s, and more", list);
	kfree(list);
	return longer;
}

char *shadow_dt_machines(struct device_node *np)
{
	char *list = NULL;
	int nr = 0;

	while (np->parent)
		np = np->parent;
	of_node_get(np);
	while (np && nr <= MOST_LISTED) {
		if (has_memory(np)) {
			list = with_path(list, nr++, np);
			if (!list)
				break;
		}
		np = node_after(np);
	}
	of_node_put(np);
	return nr ? list : kstrdup("none", GFP_KERNEL);
}
EXPORT_SYMBOL_GPL(shadow_dt_machines);

/* Linux wants device_type on arm64, too. Returns whether a node lacks it. */
static bool hint_at_type(struct shadow_dt_reader *r,
			 const struct device_node *root)
{
	struct device_node *np;
	bool lacks = false;

	for_each_child_of_node(root, np) {
		if (!shadow_dt_is_named(np, "memory") ||
		    shadow_dt_has(np, "device_type"))
			continue;
		shadow_dt_hint(r, np, "device_type",
			       "missing, so this node is not counted as RAM");
		lacks = true;
	}
	return lacks;
}

/* That of linux,usable-memory too, where it replaces reg. */
static bool is_empty(const struct device_node *np, const char *name,
		     struct shadow_dt_cells cells)
{
	u32 nr = cells.addr + cells.size, length, at;
	const struct property *prop = of_find_property(np, name, NULL);

	length = prop ? prop->length / sizeof(__be32) : 0;
	for (at = 0; at + nr <= length; at += nr)
		if (of_read_number((const __be32 *)prop->value + at + cells.addr,
				   cells.size))
			return false;
	return at && prop->length == at * sizeof(__be32);
}

/* As compiled: who boots the machine fills the banks in. */
static void hint_at_banks(struct shadow_dt_reader *r,
			  const struct device_node *root,
			  struct shadow_dt_cells cells)
{
	struct device_node *np;

	for_each_child_of_node(root, np) {
		const char *prop = "linux,usable-memory";

		if (!shadow_dt_has(np, prop))
			prop = "reg";
		if (!is_memory(np) || !is_empty(np, prop, cells))
			continue;
		shadow_dt_hint(r, np, prop,
			       "every bank has size 0, a bootloader has to fill them in");
		of_node_put(np);
		return;
	}
}

static void hint_at_machines(struct shadow_dt_reader *r,
			     struct device_node *root)
{
	char *machines = shadow_dt_machines(root);
	char *what = NULL;

	if (machines)
		what = kasprintf(GFP_KERNEL,
				 "no child has \"memory\"; nodes with such a child: %s",
				 machines);
	kfree(machines);
	shadow_dt_note_hint(r, root, "device_type", what);
}

/* From 6.1 on, EFI's stub hands an initrd over in a table that no tree shows. */
static void hint_at_initrd(struct shadow_dt_reader *r,
			   const struct device_node *chosen)
{
	const char *prop = "linux,initrd-start";

	if (shadow_dt_has(chosen, "linux,uefi-system-table") &&
	    !shadow_dt_has(chosen, prop) &&
	    !shadow_dt_has(chosen, "linux,initrd-end"))
		shadow_dt_hint(r, chosen, prop,
			       "missing, but EFI may keep an initrd in a table of its own, which is not counted");
}

void shadow_dt_read_hints(struct shadow_dt_reader *r, struct device_node *root,
			  struct shadow_dt_cells cells)
{
	bool lacks = hint_at_type(r, root);
	struct device_node *np;

	if (!r->dt->nr_ram && cells.addr && cells.size)
		hint_at_banks(r, root, cells);
	if (!lacks && !r->dt->live && !has_memory(root))
		hint_at_machines(r, root);
	for_each_child_of_node(root, np)
		if (shadow_dt_is_named(np, "chosen"))
			hint_at_initrd(r, np);
}
