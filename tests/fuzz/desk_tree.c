// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device tree as directories and files. See desk_tree.h. It knows the C library and
 * libfdt alone.
 */
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "desk_tree.h"

static char path[PATH_MAX];

static void expect(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	abort();
}

static bool can_be(const char *name)
{
	return *name && *name != '.' && !strchr(name, '/');
}

static void make_property(const void *blob, int at, int directory)
{
	const char *name;
	const void *value;
	int file, length;

	value = fdt_getprop_by_offset(blob, at, &name, &length);
	if (!can_be(name))
		return;
	file = openat(directory, name, O_WRONLY | O_CREAT, 0600);
	if (file < 0)
		return;
	expect(write(file, value, length) == length, name);
	close(file);
}

/* @directory is closed. */
static void make_node(const void *blob, int node, int directory)
{
	const char *name;
	int at, child;

	if (directory < 0)
		return;
	fdt_for_each_property_offset(at, blob, node)
		make_property(blob, at, directory);
	fdt_for_each_subnode(at, blob, node) {
		name = fdt_get_name(blob, at, NULL);
		if (!can_be(name) || mkdirat(directory, name, 0700))
			continue;
		child = openat(directory, name, O_RDONLY | O_DIRECTORY);
		make_node(blob, at, child);
	}
	close(directory);
}

const char *desk_tree_make(const void *blob, size_t size)
{
	const char *where = getenv("TMPDIR");

	snprintf(path, sizeof(path), "%s/desk-XXXXXX", where ? where : "/tmp");
	expect(mkdtemp(path), path);
	if (!fdt_check_full(blob, size))
		make_node(blob, 0, open(path, O_RDONLY | O_DIRECTORY));
	return path;
}

static int remove_one(const char *name, const struct stat *stat, int kind,
		      struct FTW *place)
{
	return remove(name);
}

void desk_tree_remove(void)
{
	expect(!nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS), path);
}
