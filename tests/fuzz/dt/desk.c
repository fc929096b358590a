// SPDX-License-Identifier: GPL-2.0-only
/*
 * RAM and the initrd (R1, R3, R6). See desk.h; /reserved-memory is read in
 * desk_reserved.c.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "desk_node.h"

/* The name is all of the node's, or all before its unit address. */
static bool is_named(const struct node *node, const char *name)
{
	const char *own = strrchr(node->path, '/') + 1;

	return strcspn(own, "@") == strlen(name) &&
	       !strncmp(own, name, strlen(name));
}

static void add_ranges(struct desk *desk, const struct node *node,
		       const char *name, struct cells cells)
{
	struct shadow_range *ranges;
	int i, nr = desk_list(desk, node, name, cells, &ranges);

	for (i = 0; i < nr; i++)
		desk_add(desk, ranges[i], 0, 0, desk_format("%s", node->path));
	free(ranges);
}

/* R1 */
static void read_memory(struct desk *desk, const struct node *node,
			struct cells cells)
{
	const char *type;

	if (desk_text(desk, node, "device_type", &type) != TEXT_GOOD ||
	    strcmp(type, "memory") || !desk_available(desk, node))
		return;
	if (desk_prop(desk, node, "linux,usable-memory").bytes)
		add_ranges(desk, node, "linux,usable-memory", cells);
	else if (desk_prop(desk, node, "reg").bytes)
		add_ranges(desk, node, "reg", cells);
	else
		desk_problem(desk, node, "reg", "missing, entry skipped");
}

/* An address of one cell or of two, as its property's length says. */
static bool read_address(struct desk *desk, const struct node *node,
			 const char *name, u64 *address)
{
	struct prop prop = desk_prop(desk, node, name);

	if (!prop.bytes) {
		desk_problem(desk, node, name, "missing, entry skipped");
		return false;
	}
	if (prop.length != 4 && prop.length != 8) {
		desk_problem(desk, node, name,
			     "%d bytes, expected 4 or 8, entry skipped",
			     prop.length);
		return false;
	}
	*address = desk_number(prop.bytes, prop.length / 4);
	return true;
}

/* R3: one of the two properties alone is a mistake, none is not. */
static void read_initrd(struct desk *desk, const struct node *chosen)
{
	const char *from = "linux,initrd-start", *to = "linux,initrd-end";
	u64 start, end;
	bool both;

	if (!desk_prop(desk, chosen, from).bytes &&
	    !desk_prop(desk, chosen, to).bytes)
		return;
	both = read_address(desk, chosen, from, &start);
	both &= read_address(desk, chosen, to, &end);
	if (!both)
		return;
	if (end <= start)
		desk_problem(desk, chosen, to,
			     "0x%llx, expected more than the start, 0x%llx, entry skipped",
			     end, start);
	else
		desk_add(desk, (struct shadow_range){ start, end - 1 },
			 DESK_RESERVED, 0, desk_format("initrd"));
}

static void read_kind(struct desk *desk, struct walk *walk,
		      const struct node *root, const char *kind,
		      struct cells cells)
{
	int offset;

	fdt_for_each_subnode(offset, desk->blob, root->offset) {
		struct node node = desk_child(desk, root, offset);

		if (!strcmp(kind, "memory"))
			read_memory(desk, &node, cells);
		else if (!is_named(&node, kind))
			;
		else if (!strcmp(kind, "chosen"))
			read_initrd(desk, &node);
		else if (desk_available(desk, &node))
			desk_add_top(desk, walk, &node, cells);
		free(node.path);
	}
}

static int deepest(const void *blob)
{
	int offset, depth = 0, most = 0;

	for (offset = 0; offset >= 0 && depth >= 0;
	     offset = fdt_next_node(blob, offset, &depth))
		if (depth > most)
			most = depth;
	return most;
}

bool desk_is_sound(const void *blob, size_t size)
{
	return blob && !fdt_check_full(blob, size) &&
	       fdt_version(blob) >= 17 && fdt_get_name(blob, 0, NULL);
}

void desk_read(struct desk *desk, const void *blob)
{
	/* What Linux assumes of a root that says nothing. */
	struct cells cells = { 1, 1 };
	struct node nothing = { .path = "" };
	struct walk walk = {};
	struct node root;

	*desk = (struct desk){ .blob = blob, .depth = deepest(blob) };
	root = desk_child(desk, &nothing, 0);
	/* The root stands for the slash that every path begins with. */
	memmove(root.path, root.path + 1, strlen(root.path));
	desk_cells(desk, &root, &cells);
	read_kind(desk, &walk, &root, "memory", cells);
	read_kind(desk, &walk, &root, "chosen", cells);
	read_kind(desk, &walk, &root, "reserved-memory", cells);
	desk_read_reserved(desk, &walk);
	free(root.path);
}

void desk_free(struct desk *desk)
{
	unsigned int i;

	for (i = 0; i < desk->nr_entries; i++)
		free(desk->entry[i].name);
	for (i = 0; i < desk->nr_problems; i++)
		free(desk->problem[i]);
	free(desk->entry);
	free(desk->problem);
}
