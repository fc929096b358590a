// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was found in a device tree: lists of ranges and of warnings. See dt.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "reader.h"

void shadow_dt_add_warning(struct shadow_dt_reader *r, char *text)
{
	struct shadow_dt_warning *warning;

	warning = kmalloc(sizeof(*warning), GFP_KERNEL);
	if (!warning || !text) {
		kfree(warning);
		kfree(text);
		r->err = -ENOMEM;
		return;
	}
	warning->text = text;
	list_add_tail(&warning->node, &r->dt->warnings);
	r->dt->nr_warnings++;
}

void shadow_dt_note(struct shadow_dt_reader *r, const struct device_node *np,
		    const char *prop, char *what)
{
	/* %pOF leaves a root without a name. */
	const char *prefix = np->parent ? "" : "/";
	char *text = NULL;

	if (what)
		text = kasprintf(GFP_KERNEL, "%s%pOF: %s: %s", prefix, np, prop,
				 what);
	kfree(what);
	shadow_dt_add_warning(r, text);
}

void shadow_dt_add(struct shadow_dt_reader *r, const struct shadow_range *range,
		   u32 flags, const char *name)
{
	struct shadow_dt_entry *entry = NULL;
	size_t length = name ? strlen(name) + 1 : 0;

	if (name)
		entry = kmalloc(sizeof(*entry) + length, GFP_KERNEL);
	if (!entry) {
		r->err = -ENOMEM;
		return;
	}
	entry->range = *range;
	entry->flags = flags;
	memcpy(entry->name, name, length);
	list_add_tail(&entry->node, &r->dt->entries);
	if (flags & SHADOW_DT_RESERVED)
		r->dt->nr_reserved++;
	else
		r->dt->nr_ram++;
}

void shadow_dt_add_of(struct shadow_dt_reader *r,
		      const struct shadow_range *range, u32 flags,
		      const struct device_node *np)
{
	char *name = kasprintf(GFP_KERNEL, "%pOF", np);

	shadow_dt_add(r, range, flags, name);
	kfree(name);
}

int shadow_dt_ranges_but(const struct shadow_dt *dt, u32 flags,
			 struct shadow_ranges *ram,
			 struct shadow_ranges *reserved)
{
	const struct shadow_dt_entry *entry;
	int err;

	list_for_each_entry(entry, &dt->entries, node) {
		if (entry->flags & flags)
			continue;
		err = shadow_ranges_add(entry->flags & SHADOW_DT_RESERVED ?
					reserved : ram,
					entry->range.start, entry->range.last);
		if (err)
			return err;
	}
	shadow_ranges_round_in(ram);
	shadow_ranges_round_out(reserved);
	return 0;
}

int shadow_dt_ranges(const struct shadow_dt *dt, struct shadow_ranges *ram,
		     struct shadow_ranges *reserved)
{
	return shadow_dt_ranges_but(dt, 0, ram, reserved);
}
EXPORT_SYMBOL_GPL(shadow_dt_ranges);

void shadow_dt_free(struct shadow_dt *dt)
{
	struct shadow_dt_warning *warning, *next_warning;
	struct shadow_dt_entry *entry, *next_entry;

	list_for_each_entry_safe(entry, next_entry, &dt->entries, node)
		kfree(entry);
	list_for_each_entry_safe(warning, next_warning, &dt->warnings, node) {
		kfree(warning->text);
		kfree(warning);
	}
	INIT_LIST_HEAD(&dt->entries);
	INIT_LIST_HEAD(&dt->warnings);
}
EXPORT_SYMBOL_GPL(shadow_dt_free);
