// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text for a person, in lines of at most 80 columns. See wrap.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "array.h"
#include "wrap.h"

#define WIDTH	80
#define DEEPER	4

FILE *tool_wrap_begin(struct tool_wrap *wrap)
{
	wrap->in = tool_memory(open_memstream(&wrap->text, &wrap->bytes));
	return wrap->in;
}

/* A character of UTF-8 has one column, and one byte that does not go on with it. */
static bool begins_column(char byte)
{
	return (byte & 0xc0) != 0x80;
}

/*
 * The last blank of @text that stands alone and has at most @room columns before it,
 * or NULL: where there is none, and where all of @text has room.
 */
static const char *find_blank(const char *text, const char *end, size_t room)
{
	const char *at, *found = NULL;
	bool quoted = false;

	for (at = text; at < end; at++) {
		quoted = quoted || *at == '"';
		if (!quoted && at > text && at[-1] != ' ' && *at == ' ' &&
		    at[1] != ' ')
			found = at;
		if (!begins_column(*at))
			continue;
		if (!room--)
			return found;
	}
	return NULL;
}

static void wrap_line(const char *line, const char *end, FILE *out)
{
	size_t lead = strspn(line, " !>"), room = WIDTH - lead;
	const char *blank;

	fwrite(line, 1, lead, out);
	line += lead;
	while ((blank = find_blank(line, end, room))) {
		fwrite(line, 1, blank - line, out);
		fprintf(out, "\n%*s", (int)lead + DEEPER, "");
		line = blank + 1;
		room = WIDTH - DEEPER - lead;
	}
	fwrite(line, 1, end - line, out);
}

void tool_wrap_end(struct tool_wrap *wrap, FILE *out)
{
	const char *line, *end;

	if (ferror(wrap->in) || fclose(wrap->in))
		tool_memory(NULL);
	for (line = wrap->text; *line; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		wrap_line(line, end, out);
		if (*end)
			putc('\n', out);
	}
	free(wrap->text);
}
