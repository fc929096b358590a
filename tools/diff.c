// SPDX-License-Identifier: GPL-2.0-only
/*
 * What differs between two machines. See diff.h.
 *
 * The module's files of both are compared: what they do not show does not differ.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "array.h"
#include "diff.h"
#include "pairs.h"
#include "say.h"

/*
 * A file, and how its ranges belong together.
 *
 * @signs: what stands before the first byte of a range, before the last, after it
 * @named: names say it
 * @only: names that count here, all where there is none
 */
struct section {
	const char *file;
	const char *signs[3];
	bool named;
	const char *only[3];
};

static const struct section sections[] = {
	{ "memory", { ": ", "..", " " }, true },
	{ "reserved", { ": ", "..", " " }, true },
	{ "free", { ": ", "..", " " } },
	/* The rest of it is in the other files. */
	{ "layout", { "", "-", " : " }, .only = { "RAM", "heap" } },
};

static bool piece_is(const struct tool_piece *piece, const char *text)
{
	return strlen(text) == piece->length &&
	       !memcmp(piece->at, text, piece->length);
}

static bool counts(const struct section *section, const struct tool_piece *name)
{
	int i;

	if (!section->only[0])
		return true;
	for (i = 0; section->only[i]; i++)
		if (piece_is(name, section->only[i]))
			return true;
	return false;
}

/* Behind a range: a name, and in parentheses what it is. */
static void read_name(const struct section *section, struct tool_item *item,
		      const char *at, size_t length)
{
	const char *note = memmem(at, length, " (", 2);

	item->name = (struct tool_piece){ at, note ? note - at : length };
	item->note = (struct tool_piece){ at + item->name.length,
				     length - item->name.length };
	/* "free, with the heap": where that is says layout. */
	if (!section->named && !section->only[0])
		item->name.length = strcspn(at, ",\n");
}

/* Behind a sign that comes next or, before the first number, later in the line. */
static const char *skip_sign(const char *at, const char *sign, bool later)
{
	const char *end = at + strcspn(at, "\n");
	size_t length = strlen(sign);

	while (strncmp(at, sign, length))
		if (!later || at++ == end)
			return NULL;
	return at + length;
}

/* Read a line's range; return what stands behind it, NULL where there is none. */
static const char *read_range(const struct section *section, const char *at,
			      struct shadow_range *range)
{
	char *end;

	at = skip_sign(at, section->signs[0], true);
	if (!at)
		return NULL;
	range->start = strtoull(at, &end, 16);
	at = skip_sign(end, section->signs[1], false);
	if (!at)
		return NULL;
	range->last = strtoull(at, &end, 16);
	return skip_sign(end, section->signs[2], false);
}

static void read_items(const struct section *section, const char *text,
		       struct tool_items *items)
{
	const char *at, *end;
	size_t lines = 0;

	for (end = text; (end = strchr(end, '\n')); end++)
		lines++;
	items->item = tool_array_new(lines, sizeof(*items->item));
	for (; (end = strchr(text, '\n')); text = end + 1) {
		struct tool_item *item = &items->item[items->nr];

		at = read_range(section, text, &item->range);
		if (!at)
			continue;
		read_name(section, item, at, end - at);
		items->nr += counts(section, &item->name);
	}
}

static const char *word(const struct tool_change *change)
{
	const struct shadow_range *from = &change->from.range;
	const struct shadow_range *to = &change->to.range;
	bool resized = from->last - from->start != to->last - to->start;

	if (!change->has_from)
		return "appeared";
	if (!change->has_to)
		return "went";
	if (from->start == to->start && !resized)
		return "changed";
	/* A range without a name keeps one of its ends. */
	return resized ? "resized" : "moved";
}

static void print_item(const struct tool_item *item, bool name, bool note,
		       FILE *out)
{
	if (name)
		fprintf(out, "%.*s ", (int)item->name.length, item->name.at);
	fprintf(out, "0x%016llx..0x%016llx", item->range.start,
		item->range.last);
	if (note)
		fprintf(out, "%.*s", (int)item->note.length, item->note.at);
}

/* Of a pair what is said once does not change. */
static void print_change(const struct tool_change *change, FILE *out)
{
	const struct tool_item *from = &change->from, *to = &change->to;
	bool pair = change->has_from && change->has_to;
	bool note = pair && tool_piece_compare(&from->note, &to->note);
	bool name = !pair || tool_piece_compare(&from->name, &to->name);

	fprintf(out, "  %-9s ", word(change));
	if (change->has_from)
		print_item(from, true, note || !pair, out);
	if (pair)
		fprintf(out, " -> ");
	if (change->has_to)
		print_item(to, name, true, out);
	if (note && !to->note.length)
		fprintf(out, " ()");
	fputc('\n', out);
}

/* Returns whether anything differs. */
static bool diff_section(const struct section *section, struct tool_machine *a,
			 struct tool_machine *b, FILE *out)
{
	struct tool_items from = {}, to = {};
	struct tool_changes changes = {};
	size_t i;

	read_items(section, tool_file(a, section->file), &from);
	read_items(section, tool_file(b, section->file), &to);
	changes.change = tool_array_new(from.nr + to.nr,
					sizeof(*changes.change));
	tool_items_compare(&from, &to, section->named, &changes);
	if (changes.nr)
		fprintf(out, "%s\n", section->file);
	for (i = 0; i < changes.nr; i++)
		print_change(&changes.change[i], out);
	free(changes.change);
	free(from.item);
	free(to.item);
	return changes.nr;
}

/* A line of summary: its name with the colon, its value. */
static bool read_figure(const char **text, struct tool_piece *name,
			struct tool_piece *value)
{
	const char *end = strchr(*text, '\n');
	const char *colon = end ? memchr(*text, ':', end - *text) : NULL;

	if (!colon)
		return false;
	*name = (struct tool_piece){ *text, colon + 1 - *text };
	colon += strspn(colon + 1, " ") + 1;
	*value = (struct tool_piece){ colon, end - colon };
	*text = end + 1;
	return true;
}

/* Names of the input, and what is done with memory, are no figures. */
static bool is_figure(const struct tool_piece *name)
{
	static const char * const others[] = {
		"version:", "machine:", "exercise:", "seed:",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (piece_is(name, others[i]))
			return false;
	return strncmp(name->at, "region", 6);
}

static bool find_figure(const char *text, const struct tool_piece *name,
			struct tool_piece *value)
{
	struct tool_piece other;

	while (read_figure(&text, &other, value))
		if (!tool_piece_compare(&other, name))
			return true;
	return false;
}

static void print_figure(const struct tool_piece *name, const struct tool_piece *from,
			 const struct tool_piece *to, int *status, FILE *out)
{
	static const struct tool_piece none = { "not there", 9 };

	from = from ?: &none;
	to = to ?: &none;
	if (*status == TOOL_OK)
		fprintf(out, "summary\n");
	*status = TOOL_DIFFERENT;
	fprintf(out, "  %.*s %.*s -> %.*s\n", (int)name->length, name->at,
		(int)from->length, from->at, (int)to->length, to->at);
}

static int diff_summary(const char *a, const char *b, FILE *out)
{
	struct tool_piece name, from, to;
	int status = TOOL_OK;
	const char *at = a;

	while (read_figure(&at, &name, &from)) {
		bool there = find_figure(b, &name, &to);

		if (is_figure(&name) && (!there || tool_piece_compare(&from, &to)))
			print_figure(&name, &from, there ? &to : NULL, &status,
				     out);
	}
	at = b;
	while (read_figure(&at, &name, &to))
		if (is_figure(&name) && !find_figure(a, &name, &from))
			print_figure(&name, NULL, &to, &status, out);
	return status;
}

int tool_diff(struct tool_machine *a, struct tool_machine *b, FILE *out)
{
	int status = diff_summary(tool_file(a, "summary"),
				  tool_file(b, "summary"), out);
	int i;

	for (i = 0; i < ARRAY_SIZE(sections); i++)
		if (diff_section(&sections[i], a, b, out))
			status = TOOL_DIFFERENT;
	return status;
}
