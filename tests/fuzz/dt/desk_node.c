// SPDX-License-Identifier: GPL-2.0-only
/*
 * Nodes of a blob, their properties as strings and numbers. See desk_node.h.
 */
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "desk_node.h"

void *desk_grow(void *memory, size_t bytes)
{
	memory = realloc(memory, bytes ? bytes : 1);
	if (!memory) {
		fprintf(stderr, "dt: out of memory\n");
		abort();
	}
	return memory;
}

static char *format_list(const char *format, va_list list)
{
	va_list copy;
	char *text;
	int length;

	va_copy(copy, list);
	length = vsnprintf(NULL, 0, format, copy);
	va_end(copy);
	text = desk_grow(NULL, length + 1);
	vsnprintf(text, length + 1, format, list);
	return text;
}

char *desk_format(const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = format_list(format, list);
	va_end(list);
	return text;
}

void desk_problem(struct desk *desk, const struct node *node, const char *prop,
		  const char *format, ...)
{
	va_list list;
	char *what;

	va_start(list, format);
	what = format_list(format, list);
	va_end(list);
	desk->problem = desk_grow(desk->problem, (desk->nr_problems + 1) *
				  sizeof(*desk->problem));
	/* The root has no name, and a path is nothing without a slash. */
	desk->problem[desk->nr_problems++] =
		desk_format("%s%s: %s: %s", node->offset ? "" : "/",
			    node->path, prop, what);
	free(what);
}

void desk_add(struct desk *desk, struct shadow_range range, unsigned int flags,
	      u64 align, char *name)
{
	desk->entry = desk_grow(desk->entry, (desk->nr_entries + 1) *
				sizeof(*desk->entry));
	desk->entry[desk->nr_entries++] = (struct desk_entry){
		.range = range, .flags = flags, .align = align, .name = name,
	};
}

/* A name with a slash in it is against the rules: its last part counts. */
struct node desk_child(const struct desk *desk, const struct node *parent,
		       int offset)
{
	const char *name = fdt_get_name(desk->blob, offset, NULL);
	const char *slash = strrchr(name, '/');

	return (struct node){
		.offset = offset,
		.path = desk_format("%s/%s", parent->path,
				    slash ? slash + 1 : name),
	};
}

struct prop desk_prop(const struct desk *desk, const struct node *node,
		      const char *name)
{
	struct prop prop = {};

	prop.bytes = fdt_getprop(desk->blob, node->offset, name, &prop.length);
	return prop;
}

enum text desk_text(struct desk *desk, const struct node *node,
		    const char *name, const char **text)
{
	struct prop prop = desk_prop(desk, node, name);

	if (!prop.bytes)
		return TEXT_MISSING;
	if (!prop.length || prop.bytes[prop.length - 1]) {
		desk_problem(desk, node, name,
			     "no NUL ends its %d bytes, entry skipped",
			     prop.length);
		return TEXT_BAD;
	}
	*text = (const char *)prop.bytes;
	return TEXT_GOOD;
}

bool desk_available(struct desk *desk, const struct node *node)
{
	const char *status;

	switch (desk_text(desk, node, "status", &status)) {
	case TEXT_MISSING:
		return true;
	case TEXT_GOOD:
		return !strcmp(status, "okay") || !strcmp(status, "ok");
	default:
		return false;
	}
}

static void read_cells(struct desk *desk, const struct node *node,
		       const char *name, unsigned int *cells)
{
	struct prop prop = desk_prop(desk, node, name);
	u64 number;

	if (!prop.bytes)
		return;
	*cells = 0;
	if (prop.length != 4) {
		desk_problem(desk, node, name,
			     "%d bytes, expected 4, what it measures is skipped",
			     prop.length);
		return;
	}
	number = desk_number(prop.bytes, 1);
	if (number < 1 || number > 2)
		desk_problem(desk, node, name,
			     "%llu, expected 1 or 2, what it measures is skipped",
			     number);
	else
		*cells = number;
}

void desk_cells(struct desk *desk, const struct node *node,
		struct cells *cells)
{
	read_cells(desk, node, "#address-cells", &cells->addr);
	read_cells(desk, node, "#size-cells", &cells->size);
}

u64 desk_number(const unsigned char *bytes, unsigned int cells)
{
	u64 number = 0;
	unsigned int i;

	for (i = 0; i < cells * 4; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* R6: is a pair a range? Otherwise it is a problem. */
static bool is_range(struct desk *desk, const struct node *node,
		     const char *name, unsigned int i, u64 start, u64 size)
{
	unsigned __int128 end = start;

	end += size;
	if (!size)
		desk_problem(desk, node, name,
			     "range %u, at 0x%llx, has size 0, entry skipped",
			     i, start);
	else if ((end - 1) >> 64)
		desk_problem(desk, node, name,
			     "range %u, 0x%llx + 0x%llx, goes past 2^64, entry skipped",
			     i, start, size);
	else
		return true;
	return false;
}

int desk_list(struct desk *desk, const struct node *node, const char *name,
	      struct cells cells, struct shadow_range **ranges)
{
	struct prop prop = desk_prop(desk, node, name);
	int pair = (cells.addr + cells.size) * 4;
	int at, nr = 0;

	*ranges = NULL;
	if (!cells.addr || !cells.size)
		return -1;
	if (!prop.length || prop.length % pair) {
		desk_problem(desk, node, name,
			     "%d bytes, expected a multiple of %d (%u + %u cells), entry skipped",
			     prop.length, pair, cells.addr, cells.size);
		return -1;
	}
	*ranges = desk_grow(NULL, prop.length / pair * sizeof(**ranges));
	for (at = 0; at < prop.length; at += pair) {
		const unsigned char *bytes = prop.bytes + at;
		u64 start = desk_number(bytes, cells.addr);
		u64 size = desk_number(bytes + cells.addr * 4, cells.size);

		if (is_range(desk, node, name, at / pair, start, size))
			(*ranges)[nr++] = (struct shadow_range){
				start, start + (size - 1) };
	}
	return nr;
}
