// SPDX-License-Identifier: GPL-2.0-only
/*
 * A raw serial log, cut into lines, the lines into names and values. See log.h.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <linux/errno.h>

#include "array.h"
#include "clauses.h"
#include "line.h"
#include "log.h"
#include "value.h"

#define BEGIN	"memory-layout begin"
#define END	"memory-layout end"

/* Of a panic's line that much before the word is shown. */
#define MOST_PREFIX	60

const char * const tool_place_names[TOOL_NR_PLACES] = {
	[TOOL_FREE] = "free",
	[TOOL_IMAGE] = "image",
	[TOOL_INITRD] = "initrd",
	[TOOL_BLOB] = "blob",
};

/**
 * struct reader - a log that is being read
 * @log: where the findings go
 * @line: the line, without control codes
 * @length: of @line
 * @number: of the line, from 1
 */
struct reader {
	struct tool_log *log;
	const char *line;
	size_t length;
	u64 number;
};

static bool in_word(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

static void keep(struct tool_value *value, u64 line, const char *text,
		 size_t length)
{
	tool_text_copy(value->text, sizeof(value->text), text, length);
	value->line = line;
}

static bool same_value(const struct tool_value *a, const struct tool_value *b)
{
	u64 one, other;

	return !strcmp(a->text, b->text) ||
	       (tool_number_parse(a->text, &one) &&
		tool_number_parse(b->text, &other) && one == other);
}

static void print(struct tool_printed *printed, u64 line, const char *text,
		  size_t length)
{
	struct tool_value value;

	keep(&value, line, text, length);
	if (!printed->first.line)
		printed->first = value;
	else if (!printed->other.line && !same_value(&printed->first, &value))
		printed->other = value;
}

static void add_place(struct tool_places *places,
		      const struct shadow_range *range)
{
	struct shadow_range *last = NULL;

	if (places->nr)
		last = &places->range[places->nr - 1];
	if (last && range->start && last->last == range->start - 1) {
		last->last = range->last;
		return;
	}
	if (places->nr == TOOL_MOST_PLACES) {
		places->skipped++;
		return;
	}
	places->range = tool_array_grow(places->range, places->nr, &places->room,
					sizeof(*places->range));
	places->range[places->nr++] = *range;
}

/* A value of a place: of its kind the first that is none is kept. */
static void read_place(struct reader *r, enum tool_place_kind kind,
		       const char *text, size_t length)
{
	struct tool_places *places = &r->log->places[kind];
	struct tool_value value;
	struct shadow_range range;

	keep(&value, r->number, text, length);
	if (tool_place_parse(value.text, &range))
		add_place(places, &range);
	else if (!places->bad.line)
		places->bad = value;
}

/*
 * The name number @i, or the kind of place behind the last name; NULL behind all.
 */
static const char *name_of(const struct tool_log *log, u32 i)
{
	if (i < log->nr_printed)
		return log->printed[i].name;
	i -= log->nr_printed;
	return i < TOOL_NR_PLACES ? tool_place_names[i] : NULL;
}

/* Not a part of "los::free:", of "free::list:" or of "not-free:". */
static bool is_alone(const char *line, const char *start, const char *colon)
{
	if (colon[1] == ':' || start == line)
		return colon[1] != ':';
	return start[-1] != '-' && start[-1] != '.' &&
	       (start - line < 2 || start[-1] != ':' || start[-2] != ':');
}

/*
 * The first "name:" from @from on, where the name is a word of its own; sets @which
 * and what follows its colon. NULL where there is none.
 */
static const char *find_name(const struct reader *r, const char *from,
			     u32 *which, const char **value)
{
	const char *colon, *name, *start;
	size_t length;
	u32 i;

	for (colon = strchr(from, ':'); colon; colon = strchr(colon + 1, ':')) {
		for (start = colon; start > from && in_word(start[-1]); start--)
			;
		length = is_alone(r->line, start, colon) ? colon - start : 0;
		for (i = 0; length && (name = name_of(r->log, i)); i++) {
			if (strncmp(start, name, length) || name[length])
				continue;
			*which = i;
			*value = colon + 1;
			return start;
		}
	}
	return NULL;
}

/* A value without the blanks around it. */
static void read_value(struct reader *r, u32 which, const char *text,
		       const char *end)
{
	while (text < end && *text == ' ')
		text++;
	while (text < end && end[-1] == ' ')
		end--;
	if (which < r->log->nr_printed)
		print(&r->log->printed[which], r->number, text, end - text);
	else
		read_place(r, which - r->log->nr_printed, text, end - text);
}

/* "some_name: ..." that nobody asked for, once each. */
static void read_unknown(struct reader *r)
{
	struct tool_log *log = r->log;
	const char *colon, *start;
	size_t length;
	u32 i;

	for (colon = strstr(r->line, ": "); colon;
	     colon = strstr(colon + 1, ": ")) {
		for (start = colon; start > r->line && in_word(start[-1]); start--)
			;
		length = is_alone(r->line, start, colon) ? colon - start : 0;
		if (length >= sizeof(log->unknown[0]) ||
		    !memchr(start, '_', length))
			continue;
		for (i = 0; i < log->nr_unknown; i++)
			if (!strncmp(log->unknown[i], start, length) &&
			    !log->unknown[i][length])
				break;
		if (i == TOOL_MOST_UNKNOWN || i < log->nr_unknown)
			continue;
		memcpy(log->unknown[i], start, length);
		log->nr_unknown++;
	}
}

/*
 * A line may have several names: the value of each ends where the next begins, and
 * one without a value belongs to the prefix. Returns whether there was a name.
 */
static bool read_names(struct reader *r)
{
	const char *value, *next, *next_value, *end = r->line + r->length;
	u32 which, next_which;
	const char *at = find_name(r, r->line, &which, &value);
	bool found = at;

	if (!found)
		read_unknown(r);
	for (; at; at = next, which = next_which, value = next_value) {
		next = find_name(r, value, &next_which, &next_value);
		if (!next || value + strspn(value, " ") < next)
			read_value(r, which, value, next ? next : end);
	}
	return found;
}

/* Is the word at @at, which begins with "panic", what a panic says? */
static bool is_panic(const char *line, const char *at)
{
	const char *after = at + strlen("panic");

	if (at > line && (in_word(at[-1]) || at[-1] == '-'))
		return false;
	if (!strncasecmp(after, "ked at", 6) || !strncmp(after, " at ", 4) ||
	    !strncmp(after, " - ", 3) || *after == ':' || *after == '!')
		return true;
	return !strncmp(at, "PANIC", 5) && !in_word(*after) &&
	       *after != '=' && *after != '-';
}

/* E4: the line of a verdict byte for byte, or else what looks like a panic. */
static void read_panic(struct reader *r)
{
	const char *end = r->line + r->length, *at;
	const enum shadow_verdict *panic;

	for (panic = tool_panics; *panic; panic++) {
		const char *line = shadow_verdict_line(*panic);

		if (!strstr(r->line, line))
			continue;
		print(&r->log->last_words, r->number, line, strlen(line));
		return;
	}
	at = r->log->panic.line ? NULL : strcasestr(r->line, "panic");
	for (; at; at = strcasestr(at + 1, "panic")) {
		if (!is_panic(r->line, at))
			continue;
		if (at - r->line < MOST_PREFIX)
			at = r->line;
		keep(&r->log->panic, r->number, at, end - at);
		r->log->panic_after = r->log->ended && !r->log->open;
		return;
	}
}

/* The target says anew where things are. */
static void forget_places(struct tool_log *log)
{
	int kind;

	for (kind = 0; kind < TOOL_NR_PLACES; kind++) {
		log->places[kind].nr = 0;
		log->places[kind].skipped = 0;
		log->places[kind].bad.line = 0;
	}
}

static void read_parts(struct reader *r)
{
	struct tool_log *log = r->log;

	if (strstr(r->line, BEGIN)) {
		log->begun = true;
		log->open = r->number;
		forget_places(log);
	} else if (log->open && strstr(r->line, END)) {
		log->ended = true;
		log->open = 0;
	} else if (!log->open || !read_names(r)) {
		read_panic(r);
	}
}

static void read_line(struct tool_log *log, const struct tool_line *line)
{
	struct reader r = { log, line->text, line->length, line->number };

	read_parts(&r);
}

int tool_log_read(struct tool_log *log, const char * const names[], FILE *file)
{
	static struct tool_line line;
	static char part[1 << 16];
	size_t got, i;

	memset(log, 0, sizeof(*log));
	while (names[log->nr_printed])
		log->nr_printed++;
	log->printed = tool_array_new(log->nr_printed, sizeof(*log->printed));
	for (i = 0; i < log->nr_printed; i++)
		log->printed[i].name = names[i];
	tool_line_begin(&line);
	while ((got = fread(part, 1, sizeof(part), file)))
		for (i = 0; i < got; i++)
			if (tool_line_add(&line, part[i]))
				read_line(log, &line);
	tool_line_add(&line, '\n');
	read_line(log, &line);
	return ferror(file) ? -EINVAL : 0;
}

void tool_log_free(struct tool_log *log)
{
	int kind;

	free(log->printed);
	for (kind = 0; kind < TOOL_NR_PLACES; kind++)
		free(log->places[kind].range);
}
