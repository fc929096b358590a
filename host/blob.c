// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tree from a blob, as the kernel unpacks it.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>

#include "host.h"

static char *read_file(const char *path, long *size)
{
	FILE *file = fopen(path, "rb");
	char *bytes;

	if (!file)
		return NULL;
	*size = fseek(file, 0, SEEK_END) ? -1 : ftell(file);
	rewind(file);
	bytes = *size < 0 ? NULL : malloc(*size);
	if (bytes && fread(bytes, 1, *size, file) != (size_t)*size) {
		free(bytes);
		bytes = NULL;
	}
	fclose(file);
	return bytes;
}

static void add_properties(const void *blob, int node, struct device_node *np)
{
	const char *name;
	const void *value;
	int at, length;

	fdt_for_each_property_offset(at, blob, node) {
		value = fdt_getprop_by_offset(blob, at, &name, &length);
		host_tree_property(np, name, value, length);
	}
}

struct device_node *host_tree_unpack(const void *blob, const char **error)
{
	struct device_node *open[HOST_MOST_DEEP + 1] = {};
	int depth = 0, node;

	/* Behind the root's end the depth is -1. */
	for (node = 0; node >= 0 && depth >= 0;
	     node = fdt_next_node(blob, node, &depth)) {
		if (depth > HOST_MOST_DEEP) {
			*error = "its nodes lie deeper than the kernel reads";
			host_tree_free(open[0]);
			return NULL;
		}
		open[depth] = host_tree_node(depth ? open[depth - 1] : NULL,
					     fdt_get_name(blob, node, NULL));
		add_properties(blob, node, open[depth]);
	}
	return open[0];
}

struct device_node *host_tree_load(const char *path, const char **error)
{
	struct device_node *root = NULL;
	long size = 0;
	char *blob = read_file(path, &size);
	int err;

	if (!blob) {
		*error = "cannot be read";
		return NULL;
	}
	err = fdt_check_full(blob, size);
	*error = fdt_strerror(err);
	if (!err)
		root = host_tree_unpack(blob, error);
	free(blob);
	return root;
}
