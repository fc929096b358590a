// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine as one JSON object. See json.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "line.h"

void tool_json_string(const char *text, size_t length, FILE *out)
{
	size_t nr;

	putc('"', out);
	for (; length; text += nr ?: 1, length -= nr ?: 1) {
		nr = tool_utf8_length(text, length);
		if (!nr)
			fputs("\\ufffd", out);
		else if ((unsigned char)*text < 0x20 || *text == 0x7f)
			fprintf(out, "\\u%04x", *text);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			fwrite(text, 1, nr, out);
	}
	putc('"', out);
}

/* The lines of a file, one after another; a line ends where the next begins. */
static bool next_line(const char **text, const char **line, size_t *length)
{
	if (!**text)
		return false;
	*line = *text;
	*length = strcspn(*line, "\n");
	*text += *length + ((*line)[*length] == '\n');
	return true;
}

/* "name: value" */
static void print_pairs(const char *text, FILE *out)
{
	const char *line, *value;
	size_t length, name;

	while (next_line(&text, &line, &length)) {
		name = strcspn(line, ":");
		if (name + 2 > length)
			continue;
		value = line + name + 2;
		length -= name + 2;
		fputs("  ", out);
		tool_json_string(line, name, out);
		fputs(": ", out);
		if (length && strspn(value, "0123456789") == length)
			fwrite(value, 1, length, out);
		else
			tool_json_string(value, length, out);
		fputs(",\n", out);
	}
}

/* "..., ...": a list of strings. */
static void print_words(const char *text, size_t length, FILE *out)
{
	const char *comma;

	putc('[', out);
	while ((comma = memmem(text, length, ", ", 2))) {
		tool_json_string(text, comma - text, out);
		fputs(", ", out);
		length -= comma + 2 - text;
		text = comma + 2;
	}
	if (length)
		tool_json_string(text, length, out);
	putc(']', out);
}

/* "name" or "name (remark, remark)" */
static void print_named(const char *text, size_t length, FILE *out)
{
	const char *open = memrchr(text, '(', length);
	size_t name = length;

	if (open && open > text && text[length - 1] == ')' && open[-1] == ' ')
		name = open - 1 - text;
	fputs("\"name\": ", out);
	tool_json_string(text, name, out);
	fputs(", \"remarks\": ", out);
	if (name < length)
		print_words(open + 1, length - (open + 1 - text) - 1, out);
	else
		fputs("[]", out);
}

static bool skip(const char **at, const char *word)
{
	size_t length = strlen(word);
	bool there = !strncmp(*at, word, length);

	*at += there ? length : 0;
	return there;
}

static bool read_hex(const char **at, unsigned long long *number)
{
	char *end;

	*number = strtoull(*at, &end, 16);
	if (end == *at)
		return false;
	*at = end;
	return true;
}

/* "   0: 0x0000000040000000..0x000000007fffffff name (remarks)" */
static bool print_listed(const char *line, size_t length, FILE *out)
{
	const char *at = line + strspn(line, " 0123456789");
	unsigned long long start, last;

	if (!skip(&at, ": 0x") || !read_hex(&at, &start) ||
	    !skip(&at, "..0x") || !read_hex(&at, &last) || !skip(&at, " "))
		return false;
	fprintf(out, "    {\"start\": \"0x%llx\", \"last\": \"0x%llx\", ", start,
		last);
	print_named(at, line + length - at, out);
	putc('}', out);
	return true;
}

/* "  000040000000-00007fffffff : name", with two blanks for each level */
static bool print_nested(const char *line, size_t length, FILE *out)
{
	unsigned int blanks = strspn(line, " ");
	const char *at = line + blanks;
	unsigned long long start, last;

	if (!read_hex(&at, &start) || !skip(&at, "-") ||
	    !read_hex(&at, &last) || !skip(&at, " : "))
		return false;
	fprintf(out, "    {\"start\": \"0x%llx\", \"last\": \"0x%llx\", \"depth\": %u, \"name\": ",
		start, last, blanks / 2);
	tool_json_string(at, line + length - at, out);
	putc('}', out);
	return true;
}

static void print_range(const char *line, size_t length, FILE *out)
{
	if (print_listed(line, length, out) || print_nested(line, length, out))
		return;
	/* A part of a name that has a line's end in it. */
	fputs("    {\"name\": ", out);
	tool_json_string(line, length, out);
	putc('}', out);
}

static void print_ranges(struct tool_machine *m, const char *file, FILE *out)
{
	const char *text = tool_file(m, file), *line, *before = "\n";
	size_t length;

	fprintf(out, "  \"%s\": [", file);
	while (next_line(&text, &line, &length)) {
		fputs(before, out);
		print_range(line, length, out);
		before = ",\n";
	}
	fputs(*before == ',' ? "\n  ],\n" : "],\n", out);
}

static void print_blocks(const struct shadow_layout *layout, FILE *out)
{
	int order;

	fputs("  \"buddyinfo\": [", out);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		fprintf(out, "%s%llu", order ? ", " : "",
			layout->free_blocks[order]);
	fputs("],\n", out);
}

static void print_texts(const char *name, const struct list_head *list,
			const char *end, FILE *out)
{
	const struct shadow_dt_warning *warning;
	const char *before = "\n";

	fprintf(out, "  \"%s\": [", name);
	list_for_each_entry(warning, list, node) {
		fprintf(out, "%s    ", before);
		tool_json_string(warning->text, strlen(warning->text), out);
		before = ",\n";
	}
	fprintf(out, "%s]%s\n", *before == ',' ? "\n  " : "", end);
}

void tool_json(struct tool_machine *m, FILE *out)
{
	static const char * const lists[] = {
		"memory", "reserved", "free", "layout",
	};
	int i;

	fputs("{\n", out);
	print_pairs(tool_file(m, "summary"), out);
	print_pairs(tool_file(m, "pagetables"), out);
	for (i = 0; i < ARRAY_SIZE(lists); i++)
		print_ranges(m, lists[i], out);
	print_blocks(&m->plan.layout, out);
	print_texts("warnings", &m->plan.dt.warnings, ",", out);
	print_texts("hint_texts", &m->plan.dt.hints, "", out);
	fputs("}\n", out);
}
