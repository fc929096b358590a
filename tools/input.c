// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees from files. See input.h.
 */
#include <fcntl.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../host/host.h"
#include "array.h"
#include "input.h"
#include "say.h"

/* Linux takes a blob of 2 MiB; many are kept in one file. */
#define MOST_BYTES	(64 << 20)

static char *read_stream(FILE *file, const char *path, size_t *size)
{
	size_t room = 0, got;
	char *bytes = NULL;

	*size = 0;
	do {
		bytes = tool_array_grow(bytes, *size, &room, 1);
		got = fread(bytes + *size, 1, room - *size, file);
		*size += got;
	} while (got && *size < MOST_BYTES);
	if (!ferror(file) && *size < MOST_BYTES)
		return bytes;
	if (ferror(file))
		tool_say("%s: %m", path);
	else
		tool_say("%s: more than %d bytes, no device tree is so large",
			 path, MOST_BYTES);
	free(bytes);
	return NULL;
}

static char *read_file(const char *path, size_t *size)
{
	FILE *file;
	char *bytes;

	if (!strcmp(path, "-"))
		return read_stream(stdin, "standard input", size);
	file = fopen(path, "rb");
	if (!file) {
		tool_say("%s: %m", path);
		return NULL;
	}
	bytes = read_stream(file, path, size);
	fclose(file);
	return bytes;
}

/* Most sources have a comment before this line. */
static bool is_source(const char *bytes, size_t size)
{
	static const char version[] = "/dts-v1/";

	return memmem(bytes, size, version, strlen(version)) &&
	       !memchr(bytes, 0, size);
}

/* The usual mistakes in words, the others as libfdt calls them. */
static bool is_blob(const char *path, const char *bytes, size_t size)
{
	int err = fdt_check_full(bytes, size);

	if (!size)
		tool_say("%s: it is empty, expected a device tree blob", path);
	else if (err && is_source(bytes, size))
		tool_say("%s: the source of a device tree, expected a blob; dtc makes one of it",
			 path);
	else if (err == -FDT_ERR_TRUNCATED && size >= sizeof(struct fdt_header))
		tool_say("%s: a device tree blob that is cut short: %zu bytes, its header says %u",
			 path, size, fdt_totalsize(bytes));
	else if (err)
		tool_say("%s: no valid device tree blob: %s", path,
			 fdt_strerror(err));
	return size && !err;
}

/* Boot images keep blobs one after another, some with zeros between. */
static void say_what_follows(const char *path, const char *blob, size_t size)
{
	size_t at = fdt_totalsize(blob);
	struct fdt_header header;	/* a copy, since it may lie anywhere */
	unsigned int nr = 1;

	while (at + sizeof(header) <= size) {
		memcpy(&header, blob + at, sizeof(header));
		if (fdt_check_header(&header) && blob[at])
			break;
		if (fdt_check_header(&header)) {
			at++;
			continue;
		}
		at += fdt_totalsize(&header);
		nr++;
	}
	if (nr > 1)
		tool_say("%s: %u device tree blobs one after another, the first is used",
			 path, nr);
}

static void read_memreserve(const char *blob, struct shadow_memreserve *list)
{
	int nr = fdt_num_mem_rsv(blob), i;
	uint64_t base, bytes;

	list->given = true;
	list->nr = nr;
	list->place = tool_array_new(nr, sizeof(*list->place));
	for (i = 0; i < nr && !fdt_get_mem_rsv(blob, i, &base, &bytes); i++)
		list->place[i] = (struct shadow_place){ true, base, bytes };
}

static struct device_node *read_blob(const char *path,
				     struct shadow_memreserve *memreserve)
{
	struct device_node *root = NULL;
	const char *error;
	size_t size;
	char *blob = read_file(path, &size);

	if (blob && is_blob(path, blob, size)) {
		root = host_tree_unpack(blob, &error);
		if (!root)
			tool_say("%s: %s", path, error);
	}
	if (root) {
		say_what_follows(path, blob, size);
		read_memreserve(blob, memreserve);
	}
	free(blob);
	return root;
}

struct device_node *tool_input_read(const char *path,
				    struct shadow_memreserve *memreserve)
{
	int directory = strcmp(path, "-") ? open(path, O_PATH | O_DIRECTORY) : -1;

	*memreserve = (struct shadow_memreserve){};
	if (directory < 0)
		return read_blob(path, memreserve);
	close(directory);
	return tool_directory_read(path);
}
