// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many trees in one call.
 *
 *	dt-read ROW DTB...	prints what is made of each blob after a line `tree`,
 *				by a row of ../../../dt/rows.h
 *	dt-read --blobs DIRECTORY <INPUTS
 *
 * INPUTS are lines of hexadecimal digits, each an input of the fuzz target `dt`;
 * their blobs become DIRECTORY/NUMBER.dtb, but for those that are none.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../host/host.h"
#include "../dt_blob.h"
#include "show.h"

#define MOST_TEXT	(4 << 20)

static int die(const char *what, const char *why)
{
	fprintf(stderr, "dt-read: %s: %s\n", what, why);
	return 2;
}

static int read_blob(const char *path, const struct shadow_row *row)
{
	static char text[MOST_TEXT];
	struct seq_file m = { .buf = text, .size = sizeof(text) };
	const char *error;
	struct device_node *root = host_tree_load(path, &error);
	unsigned long mark = host_mark();
	int err;

	if (!root)
		return die(path, error);
	err = shadow_show_tree(&m, root, row);
	host_tree_free(root);
	if (err || m.count == m.size || host_left(mark))
		return die(path, "no memory, too much text or a leak");
	printf("tree\n%.*s", (int)m.count, text);
	return 0;
}

/* A line's digits become bytes in its own place. */
static size_t from_hex(char *line)
{
	size_t nr;

	for (nr = 0; sscanf(line + 2 * nr, "%2hhx", (u8 *)line + nr) == 1; nr++)
		;
	return nr;
}

static int write_blobs(const char *directory)
{
	static u64 blob[DT_MOST_BYTES / sizeof(u64)];
	char *line = NULL, path[4096];
	u8 choices[DT_CHOICES];
	size_t room = 0, nr;

	for (nr = 0; getline(&line, &room, stdin) > 0; nr++) {
		struct shadow_input in = { (u8 *)line, from_hex(line) };
		size_t size = dt_blob(&in, choices, blob);
		struct device_node *root;
		const char *error;
		FILE *file;

		snprintf(path, sizeof(path), "%s/%zu.dtb", directory, nr);
		file = fopen(path, "wb");
		if (!file || fwrite(blob, 1, size, file) != size ||
		    fclose(file))
			return die(path, "cannot be written");
		root = host_tree_load(path, &error);
		if (root)
			host_tree_free(root);
		else
			remove(path);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	const struct shadow_row *row;
	int err = 0;

	if (argc == 3 && !strcmp(argv[1], "--blobs"))
		return write_blobs(argv[2]);
	row = argc > 1 ? shadow_row_find(argv[1]) : NULL;
	if (!row)
		return die(argv[1], "no such row");
	for (argv += 2; *argv && !err; argv++)
		err = read_blob(*argv, row);
	return err;
}
