// SPDX-License-Identifier: GPL-2.0-only
/*
 * Properties cut into numbers, with the cells that their parents give. See
 * reader.h.
 *
 * Only functions that a phone's kernel offers to modules are used, so the cells
 * are cut by hand here.
 */
#include <linux/string.h>

#include "reader.h"

/* Malformed cells are named here and are 0 from here on. */
static void read_cells(struct shadow_dt_reader *r, const struct device_node *np,
		       const char *name, u32 *cells)
{
	const struct property *prop = of_find_property(np, name, NULL);

	if (!prop)
		return;
	if (prop->length != sizeof(__be32)) {
		shadow_dt_warning(r, np, name,
				  "%d bytes, expected 4, what it measures is skipped",
				  prop->length);
		*cells = 0;
		return;
	}
	*cells = be32_to_cpup(prop->value);
	if (*cells == 1 || *cells == 2)
		return;
	shadow_dt_warning(r, np, name,
			  "%u, expected 1 or 2, what it measures is skipped",
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

/* Each value is found once: a tree may change between two looks. */
static bool is_text(const struct property *prop)
{
	const char *text = prop->value;

	return prop->length > 0 && !text[prop->length - 1];
}

static bool says(const struct property *prop, const char *text)
{
	return is_text(prop) && !strcmp(prop->value, text);
}

bool shadow_dt_says(const struct device_node *np, const char *name,
		    const char *text)
{
	const struct property *prop = of_find_property(np, name, NULL);

	return prop && says(prop, text);
}

bool shadow_dt_is_available(const struct device_node *np)
{
	const struct property *prop = of_find_property(np, "status", NULL);

	return !prop || says(prop, "okay") || says(prop, "ok");
}

bool shadow_dt_string_ok(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *name)
{
	const struct property *prop = of_find_property(np, name, NULL);

	if (!prop || is_text(prop))
		return true;
	shadow_dt_skip(r, np, name, "no NUL ends its %d bytes", prop->length);
	return false;
}

bool shadow_dt_usable(struct shadow_dt_reader *r, const struct device_node *np)
{
	return shadow_dt_string_ok(r, np, "status") &&
	       shadow_dt_is_available(np);
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
		shadow_dt_skip(r, np, name,
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
		shadow_dt_skip(r, list->np, list->prop,
			       "range %u, at 0x%llx, has size 0", i,
			       start);
		return false;
	}
	if (size - 1 > U64_MAX - start) {
		shadow_dt_skip(r, list->np, list->prop,
			       "range %u, 0x%llx + 0x%llx, goes past 2^64",
			       i, start, size);
		return false;
	}
	range->start = start;
	range->last = start + (size - 1);
	return true;
}

bool shadow_dt_add_list(struct shadow_dt_reader *r,
			const struct device_node *np, const char *prop,
			struct shadow_dt_cells cells, u32 flags)
{
	struct shadow_dt_list list;
	struct shadow_range range;
	char *name;
	u32 i;

	if (!shadow_dt_list_open(r, &list, np, prop, cells))
		return false;
	/* Once for all ranges: a list may have many. */
	name = kasprintf(GFP_KERNEL, "%pOF", np);
	for (i = 0; i < list.nr; i++)
		if (shadow_dt_list_range(r, &list, i, &range))
			shadow_dt_add(r, &range, flags, name);
	kfree(name);
	return true;
}

bool shadow_dt_is_named(const struct device_node *np, const char *name)
{
	const char *own = kbasename(np->full_name);
	size_t len = strlen(name);

	return !strncmp(own, name, len) && (!own[len] || own[len] == '@');
}

bool shadow_dt_read_address(struct shadow_dt_reader *r,
			    const struct device_node *np, const char *name,
			    u64 *pa)
{
	const struct property *prop = of_find_property(np, name, NULL);

	if (!prop) {
		shadow_dt_skip(r, np, name, "missing");
		return false;
	}
	if (prop->length != sizeof(u32) && prop->length != sizeof(u64)) {
		shadow_dt_skip(r, np, name, "%d bytes, expected 4 or 8",
			       prop->length);
		return false;
	}
	*pa = of_read_number(prop->value, prop->length / sizeof(__be32));
	return true;
}
