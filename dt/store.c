// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was found in a device tree: lists of ranges and of warnings. See dt.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/string.h>

#include "reader.h"

/* Out of memory where there is no text. */
static bool add_text(struct shadow_dt_reader *r, struct list_head *list,
		     char *text)
{
	struct shadow_dt_warning *warning;

	warning = kmalloc(sizeof(*warning), GFP_KERNEL);
	if (!warning || !text) {
		kfree(warning);
		kfree(text);
		r->err = -ENOMEM;
		return false;
	}
	warning->text = text;
	list_add_tail(&warning->node, list);
	return true;
}

void shadow_dt_add_warning(struct shadow_dt_reader *r, char *text)
{
	r->dt->nr_warnings += add_text(r, &r->dt->warnings, text);
}

void shadow_dt_add_hint(struct shadow_dt_reader *r, char *text)
{
	r->dt->nr_hints += add_text(r, &r->dt->hints, text);
}

/* "<path>: <property>: <what>" */
static char *text_of(const struct device_node *np, const char *prop, char *what)
{
	/* %pOF leaves a root without a name. */
	const char *prefix = np->parent ? "" : "/";
	char *text = NULL;

	if (what)
		text = kasprintf(GFP_KERNEL, "%s%pOF: %s: %s", prefix, np, prop,
				 what);
	kfree(what);
	return text;
}

void shadow_dt_note(struct shadow_dt_reader *r, const struct device_node *np,
		    const char *prop, char *what)
{
	shadow_dt_add_warning(r, text_of(np, prop, what));
}

void shadow_dt_note_hint(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *prop,
			 char *what)
{
	shadow_dt_add_hint(r, text_of(np, prop, what));
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

static int add_entries(struct shadow_ranges *set, const struct shadow_dt *dt,
		       u32 flag)
{
	const struct shadow_dt_entry *entry;
	u32 nr = 0;

	list_for_each_entry(entry, &dt->entries, node) {
		if ((entry->flags & SHADOW_DT_RESERVED) != flag)
			continue;
		if (nr == set->max)
			return -ENOSPC;
		set->range[nr++] = entry->range;
	}
	return shadow_ranges_add_all(set, set->range, nr);
}

int shadow_dt_ranges(const struct shadow_dt *dt, struct shadow_ranges *ram,
		     struct shadow_ranges *reserved)
{
	int err = add_entries(ram, dt, 0);

	if (!err)
		err = add_entries(reserved, dt, SHADOW_DT_RESERVED);
	if (err)
		return err;
	shadow_ranges_round_in(ram);
	shadow_ranges_round_out(reserved);
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_dt_ranges);

static void free_texts(struct list_head *list)
{
	struct shadow_dt_warning *warning, *next;

	list_for_each_entry_safe(warning, next, list, node) {
		kfree(warning->text);
		kfree(warning);
	}
	INIT_LIST_HEAD(list);
}

void shadow_dt_free(struct shadow_dt *dt)
{
	struct shadow_dt_entry *entry, *next;

	list_for_each_entry_safe(entry, next, &dt->entries, node)
		kfree(entry);
	INIT_LIST_HEAD(&dt->entries);
	free_texts(&dt->warnings);
	free_texts(&dt->hints);
}
EXPORT_SYMBOL_GPL(shadow_dt_free);
