// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device tree's memory nodes, its initrd, and the kernel's own image. See
 * dt_memory.h; /reserved-memory is read in dt_reserved.c.
 *
 * Only functions that a phone's kernel offers to modules are used, so the cells
 * are cut by hand here.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/string.h>

#include "reader.h"

/*
 * What Linux takes for a root that does not say. The specification of device
 * trees would have 2 and 1.
 */
#define ROOT_ADDRESS_CELLS	1
#define ROOT_SIZE_CELLS		1

static void add_problem(struct shadow_dt_reader *r, char *text)
{
	struct shadow_dt_problem *problem;

	problem = kmalloc(sizeof(*problem), GFP_KERNEL);
	if (!problem || !text) {
		kfree(problem);
		kfree(text);
		r->err = -ENOMEM;
		return;
	}
	problem->text = text;
	list_add_tail(&problem->node, &r->dt->problems);
	r->dt->nr_problems++;
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
	add_problem(r, text);
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

/* Malformed cells are named here and are 0 from here on. */
static void read_cells(struct shadow_dt_reader *r, const struct device_node *np,
		       const char *name, u32 *cells)
{
	const struct property *prop = of_find_property(np, name, NULL);

	if (!prop)
		return;
	if (prop->length != sizeof(__be32)) {
		shadow_dt_problem(r, np, name,
				  "%d bytes, expected 4, what it counts is left out",
				  prop->length);
		*cells = 0;
		return;
	}
	*cells = be32_to_cpup(prop->value);
	if (*cells == 1 || *cells == 2)
		return;
	shadow_dt_problem(r, np, name,
			  "%u, expected 1 or 2, what it counts is left out",
			  *cells);
	*cells = 0;
}

void shadow_dt_read_cells(struct shadow_dt_reader *r,
			  const struct device_node *np,
			  struct shadow_dt_cells *cells)
{
	read_cells(r, np, "#address-cells", &cells->addr);
	read_cells(r, np, "#size-cells", &cells->size);
}

bool shadow_dt_string_ok(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *name)
{
	const struct property *prop = of_find_property(np, name, NULL);
	const char *text;

	if (!prop)
		return true;
	text = prop->value;
	if (prop->length > 0 && !text[prop->length - 1])
		return true;
	shadow_dt_leave_out(r, np, name, "no NUL ends its %d bytes",
			    prop->length);
	return false;
}

bool shadow_dt_usable(struct shadow_dt_reader *r, const struct device_node *np)
{
	return shadow_dt_string_ok(r, np, "status") &&
	       of_device_is_available(np);
}

bool shadow_dt_list_open(struct shadow_dt_reader *r,
			 struct shadow_dt_list *list,
			 const struct device_node *np, const char *name,
			 struct shadow_dt_cells cells)
{
	u32 pair = (cells.addr + cells.size) * sizeof(__be32);
	const struct property *prop;
	u32 length;

	/* Malformed cells were named where they are. */
	if (!cells.addr || !cells.size)
		return false;
	prop = of_find_property(np, name, NULL);
	length = prop ? prop->length : 0;
	if (!length || length % pair) {
		shadow_dt_leave_out(r, np, name,
				    "%u bytes, expected a multiple of %u (%u + %u cells)",
				    length, pair, cells.addr, cells.size);
		return false;
	}
	list->np = np;
	list->prop = name;
	list->value = prop->value;
	list->cells = cells;
	list->nr = length / pair;
	return true;
}

bool shadow_dt_list_range(struct shadow_dt_reader *r,
			  const struct shadow_dt_list *list, u32 i,
			  struct shadow_range *range)
{
	struct shadow_dt_cells cells = list->cells;
	const __be32 *pair = list->value + i * (cells.addr + cells.size);
	u64 start = of_read_number(pair, cells.addr);
	u64 size = of_read_number(pair + cells.addr, cells.size);

	if (!size) {
		shadow_dt_leave_out(r, list->np, list->prop,
				    "range %u, at 0x%llx, has size 0", i,
				    start);
		return false;
	}
	if (size - 1 > U64_MAX - start) {
		shadow_dt_leave_out(r, list->np, list->prop,
				    "range %u, 0x%llx + 0x%llx, goes past 2^64",
				    i, start, size);
		return false;
	}
	range->start = start;
	range->last = start + (size - 1);
	return true;
}

void shadow_dt_add_list(struct shadow_dt_reader *r,
			const struct device_node *np, const char *prop,
			struct shadow_dt_cells cells, u32 flags)
{
	struct shadow_dt_list list;
	struct shadow_range range;
	char *name;
	u32 i;

	if (!shadow_dt_list_open(r, &list, np, prop, cells))
		return;
	/* Once for all ranges: a list may have many. */
	name = kasprintf(GFP_KERNEL, "%pOF", np);
	for (i = 0; i < list.nr; i++)
		if (shadow_dt_list_range(r, &list, i, &range))
			shadow_dt_add(r, &range, flags, name);
	kfree(name);
}

bool shadow_dt_is_named(const struct device_node *np, const char *name)
{
	const char *own = kbasename(np->full_name);
	size_t len = strlen(name);

	return !strncmp(own, name, len) && (!own[len] || own[len] == '@');
}

static bool is_memory(struct shadow_dt_reader *r, const struct device_node *np)
{
	const char *type;

	if (!shadow_dt_string_ok(r, np, "device_type"))
		return false;
	type = of_get_property(np, "device_type", NULL);
	return type && !strcmp(type, "memory");
}

static void read_memory(struct shadow_dt_reader *r,
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
		shadow_dt_leave_out(r, np, prop, "missing");
}

/* An address whose size says of itself how many cells it has. */
static bool read_address(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *name,
			 u64 *pa)
{
	const struct property *prop = of_find_property(np, name, NULL);

	if (!prop) {
		shadow_dt_leave_out(r, np, name, "missing");
		return false;
	}
	if (prop->length != sizeof(u32) && prop->length != sizeof(u64)) {
		shadow_dt_leave_out(r, np, name, "%d bytes, expected 4 or 8",
				    prop->length);
		return false;
	}
	*pa = of_read_number(prop->value, prop->length / sizeof(__be32));
	return true;
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
	ok = read_address(r, chosen, start_prop, &range.start);
	if (!read_address(r, chosen, end_prop, &end) || !ok)
		return;
	if (end <= range.start) {
		shadow_dt_leave_out(r, chosen, end_prop,
				    "0x%llx, expected more than the start, 0x%llx",
				    end, range.start);
		return;
	}
	range.last = end - 1;
	shadow_dt_add(r, &range, SHADOW_DT_RESERVED, "initrd");
}

int shadow_dt_read(struct shadow_dt *dt, struct device_node *root, bool live)
{
	struct shadow_dt_reader r = { .dt = dt };
	struct shadow_dt_cells cells = {
		.addr = ROOT_ADDRESS_CELLS,
		.size = ROOT_SIZE_CELLS,
	};
	struct device_node *np;

	*dt = (struct shadow_dt){ .live = live };
	INIT_LIST_HEAD(&dt->entries);
	INIT_LIST_HEAD(&dt->problems);

	shadow_dt_read_cells(&r, root, &cells);
	for_each_child_of_node(root, np)
		read_memory(&r, np, cells);
	for_each_child_of_node(root, np)
		if (shadow_dt_is_named(np, "chosen"))
			read_initrd(&r, np);
	shadow_dt_read_reserved(&r, root, cells);
	return r.err;
}
EXPORT_SYMBOL_GPL(shadow_dt_read);

/*
 * Part of the kernel's image as /proc/iomem shows it below System RAM. The
 * lock of that tree is closed to modules. RAM and the image stay as they are
 * from boot on, but a device that comes or goes in this moment could lead the
 * walk astray: it looks at no device's children and copies nothing but numbers.
 */
static bool find_image_part(const char *name, struct shadow_range *range)
{
	const struct resource *ram, *part;

	for (ram = iomem_resource.child; ram; ram = ram->sibling) {
		if (!(ram->flags & IORESOURCE_SYSRAM))
			continue;
		for (part = ram->child; part; part = part->sibling) {
			if (!part->name || strcmp(part->name, name))
				continue;
			range->start = part->start;
			range->last = part->end;
			return true;
		}
	}
	return false;
}

int shadow_dt_add_kernel(struct shadow_dt *dt)
{
	const char *missing =
		"/proc/iomem: Kernel code, Kernel data: not found, entry left out";
	struct shadow_dt_reader r = { .dt = dt };
	struct shadow_range code, data;

	if (find_image_part("Kernel code", &code) &&
	    find_image_part("Kernel data", &data) && code.start <= data.last) {
		code.last = data.last;
		shadow_dt_add(&r, &code, SHADOW_DT_RESERVED, "kernel");
	} else {
		add_problem(&r, kstrdup(missing, GFP_KERNEL));
	}
	return r.err;
}
EXPORT_SYMBOL_GPL(shadow_dt_add_kernel);

int shadow_dt_ranges(const struct shadow_dt *dt, struct shadow_ranges *ram,
		     struct shadow_ranges *reserved)
{
	const struct shadow_dt_entry *entry;
	int err;

	list_for_each_entry(entry, &dt->entries, node) {
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
EXPORT_SYMBOL_GPL(shadow_dt_ranges);

void shadow_dt_free(struct shadow_dt *dt)
{
	struct shadow_dt_problem *problem, *next_problem;
	struct shadow_dt_entry *entry, *next_entry;

	list_for_each_entry_safe(entry, next_entry, &dt->entries, node)
		kfree(entry);
	list_for_each_entry_safe(problem, next_problem, &dt->problems, node) {
		kfree(problem->text);
		kfree(problem);
	}
	INIT_LIST_HEAD(&dt->entries);
	INIT_LIST_HEAD(&dt->problems);
}
EXPORT_SYMBOL_GPL(shadow_dt_free);
