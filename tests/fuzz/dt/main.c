// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trees for the kernel, and what the desk reader makes of each.
 *
 *	dt-desk RECORD TREES TEXTS <INPUTS
 *
 * INPUTS are lines of hexadecimal digits, each the bytes of one tree (see
 * generate.h). TREES gets the blobs, each filled up to RECORD bytes, and TEXTS
 * what was read in them. A blob that does not fit or that libfdt refuses is
 * left out, for the kernel trusts the blob that it is given, and TEXTS has a
 * line `left out` in its place.
 */
#include <ctype.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "generate.h"

/* Linux unflattens no deeper nodes, and warns. */
#define MOST_DEPTH	60

static void die(const char *what, const char *why)
{
	fprintf(stderr, "dt-desk: %s: %s\n", what, why);
	exit(2);
}

static int digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c - 'a' + 10;
}

/* A line's digits become bytes in its own place. */
static size_t from_hex(char *line)
{
	size_t nr = strspn(line, "0123456789abcdef"), i;

	if (nr % 2 || (line[nr] && line[nr] != '\n'))
		die("input", "expected pairs of hexadecimal digits on a line");
	for (i = 0; i < nr / 2; i++)
		line[i] = digit(line[2 * i]) << 4 | digit(line[2 * i + 1]);
	return nr / 2;
}

static const char *unfit(const void *blob, size_t size, size_t record)
{
	if (!desk_is_sound(blob, size))
		return "left out: not a sound blob";
	if (fdt_totalsize(blob) > record)
		return "left out: larger than a record";
	return NULL;
}

static void one_tree(const void *blob, size_t size, size_t record, FILE *trees,
		     FILE *texts)
{
	static const char zeroes[DT_MOST_BYTES];
	const char *reason = unfit(blob, size, record);
	struct desk_plan plan;
	struct desk desk;

	if (reason) {
		fprintf(texts, "%s\n", reason);
		return;
	}
	desk_read(&desk, blob);
	desk_plan_make(&plan, &desk);
	desk_check(&desk, &plan);
	if (desk.depth > MOST_DEPTH) {
		fprintf(texts, "left out: %d nodes deep\n", desk.depth);
	} else {
		size = fdt_totalsize(blob);
		fwrite(blob, 1, size, trees);
		fwrite(zeroes, 1, record - size, trees);
		fputs("tree\n", texts);
		desk_print(texts, &desk, &plan);
	}
	desk_plan_free(&plan);
	desk_free(&desk);
}

static FILE *create(const char *name)
{
	FILE *file = fopen(name, "wb");

	if (!file)
		die(name, "cannot be written");
	return file;
}

static void finish(FILE *file, const char *name)
{
	if (ferror(file) | fclose(file))
		die(name, "could not be written");
}

int main(int argc, char **argv)
{
	size_t record, size, room = 0;
	char *line = NULL;
	FILE *trees, *texts;

	if (argc != 4)
		die("arguments", "expected RECORD TREES TEXTS <INPUTS");
	record = strtoul(argv[1], NULL, 10);
	if (!record || record > DT_MOST_BYTES)
		die(argv[1], "expected the bytes of a record, 1 to 65536");
	trees = create(argv[2]);
	texts = create(argv[3]);
	while (getline(&line, &room, stdin) > 0) {
		size_t nr = from_hex(line);
		void *blob = dt_generate((unsigned char *)line, nr, &size);

		one_tree(blob, size, record, trees, texts);
		free(blob);
	}
	free(line);
	finish(trees, argv[2]);
	finish(texts, argv[3]);
	return 0;
}
