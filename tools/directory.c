// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device tree as directories and files. See input.h.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "../host/host.h"
#include "array.h"
#include "input.h"
#include "say.h"

#define SYSFS			0x62656572	/* as statfs() calls it */
#define MOST_PROPERTY_BYTES	(4 << 20)

/* A property or a node. */
struct item {
	u64 number;
	bool is_node;
	char name[256];
};

struct list {
	struct item *item;
	size_t nr;
	size_t room;
};

/* How the items of a directory are put in order. */
static bool numbered;

static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (numbered && x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* Of a call of the C library: %m is what it says of that. */
static bool failed(const char *path, const char *name)
{
	tool_say("%s: %s: %m", path, name);
	return false;
}

static bool add_item(struct list *list, const struct dirent *entry,
		     const char *path)
{
	struct item *item;

	if (entry->d_type != DT_DIR && entry->d_type != DT_REG) {
		tool_say("%s: %s: neither a file nor a directory, expected a device tree",
			 path, entry->d_name);
		return false;
	}
	list->item = tool_array_grow(list->item, list->nr, &list->room,
				     sizeof(*item));
	item = &list->item[list->nr++];
	item->number = entry->d_ino;
	item->is_node = entry->d_type == DT_DIR;
	snprintf(item->name, sizeof(item->name), "%s", entry->d_name);
	return true;
}

static bool add_items(struct list *list, DIR *directory, const char *path)
{
	struct dirent *entry;

	while ((entry = readdir(directory)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") &&
		    !add_item(list, entry, path))
			return false;
	if (list->nr)
		qsort(list->item, list->nr, sizeof(*list->item), compare);
	return true;
}

static bool read_property(struct device_node *np, int directory,
			  const char *name, const char *path)
{
	static char value[MOST_PROPERTY_BYTES];
	ssize_t got;
	size_t size = 0;
	int file = openat(directory, name, O_RDONLY);

	if (file < 0)
		return failed(path, name);
	do {
		got = read(file, value + size, MOST_PROPERTY_BYTES - size);
		size += got > 0 ? got : 0;
	} while (got > 0);
	close(file);
	if (got < 0)
		return failed(path, name);
	if (size == MOST_PROPERTY_BYTES) {
		tool_say("%s: %s: no property is so large", path, name);
		return false;
	}
	host_tree_property(np, name, value, size);
	return true;
}

static bool read_node(struct device_node *np, int file, const char *path,
		      int depth);

static bool read_item(struct device_node *np, int directory,
		      const struct item *item, const char *path, int depth)
{
	int file;

	/* Linux shows these to root alone; none is about memory. */
	if (!item->is_node && !strncmp(item->name, "security-", 9))
		return true;
	if (!item->is_node)
		return read_property(np, directory, item->name, path);
	if (depth == HOST_MOST_DEEP) {
		tool_say("%s: its nodes lie deeper than the kernel reads", path);
		return false;
	}
	file = openat(directory, item->name, O_RDONLY | O_DIRECTORY);
	if (file < 0)
		return failed(path, item->name);
	return read_node(host_tree_node(np, item->name), file, path, depth + 1);
}

/* The directory is closed in any case. */
static bool read_node(struct device_node *np, int file, const char *path,
		      int depth)
{
	DIR *directory = fdopendir(file);
	struct list list = {};
	bool good;
	size_t i;

	if (!directory) {
		close(file);
		return failed(path, np->name);
	}
	good = add_items(&list, directory, path);
	for (i = 0; i < list.nr && good; i++)
		good = read_item(np, file, &list.item[i], path, depth);
	closedir(directory);
	free(list.item);
	return good;
}

/* Any directory can be read as a tree; a tree it is by what any root has. */
static bool is_tree(const struct device_node *root)
{
	static const char * const names[] = {
		"#address-cells", "#size-cells", "compatible", "model", "name",
	};
	const struct device_node *np;
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (of_find_property(root, names[i], NULL))
			return true;
	for (np = root->child; np; np = np->sibling)
		if (!strncmp(np->name, "memory", 6))
			return true;
	return false;
}

struct device_node *tool_directory_read(const char *path)
{
	struct device_node *root;
	struct statfs system;
	int file = open(path, O_RDONLY | O_DIRECTORY);

	if (file < 0 || fstatfs(file, &system)) {
		tool_say("%s: %m", path);
		return NULL;
	}
	numbered = system.f_type == SYSFS;
	root = host_tree_node(NULL, "");
	if (read_node(root, file, path, 0)) {
		if (is_tree(root)) {
			if (!numbered)
				tool_say("%s: a copy has lost the order of the nodes, they are sorted by name",
					 path);
			return root;
		}
		tool_say("%s: a directory without a device tree", path);
	}
	host_tree_free(root);
	return NULL;
}
