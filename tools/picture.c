// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map of memory in colours, for a terminal. See picture.h.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/kernel.h>

#include "picture.h"

#define PLAIN	"\033[0m"

/* What report/map.c shows, by its characters; free memory and holes are plain. */
static const struct { char sign; const char *begin; } colours[] = {
	{ '!', "\033[1;41m" },	/* bold on red */
	{ 'M', "\033[35m" },	/* magenta */
	{ 'H', "\033[33m" },	/* yellow */
	{ 'K', "\033[36m" },	/* cyan */
	{ 'I', "\033[36m" },
	{ 'D', "\033[36m" },
	{ '#', "\033[34m" },	/* blue */
	{ 'C', "\033[32m" },	/* green */
};

static const char *colour_of(char sign)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(colours); i++)
		if (colours[i].sign == sign)
			return colours[i].begin;
	return NULL;
}

/* One colour for all characters that are alike and side by side. */
static void print_cells(const char *text, size_t length, FILE *out)
{
	size_t run;

	for (; length; text += run, length -= run) {
		const char *begin = colour_of(*text);

		for (run = 1; run < length && text[run] == *text; run++)
			;
		if (begin)
			fputs(begin, out);
		fwrite(text, 1, run, out);
		if (begin)
			fputs(PLAIN, out);
	}
}

bool tool_has_colours(FILE *out)
{
	const char *no = getenv("NO_COLOR");

	return isatty(fileno(out)) && !(no && *no);
}

void tool_print_map(const char *text, FILE *out)
{
	size_t length, address;
	bool legend = false;

	for (; *text; text += length) {
		length = strcspn(text, "\n") + 1;
		address = strspn(text, "0123456789abcdef");
		if (length == 1)
			legend = true;
		if (legend) {
			print_cells(text, 1, out);
			fwrite(text + 1, 1, length - 1, out);
		} else {
			fwrite(text, 1, address, out);
			print_cells(text + address, length - address, out);
		}
	}
}
