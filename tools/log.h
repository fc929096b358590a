/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a target printed: its raw serial log, cut into names and values (D1).
 *
 *	[    0.204117] los: memory-layout begin
 *	[    0.204530] los: total_ram: 1073741824
 *	[    0.204991] los: mem_map_base: 0x42000000
 *	[    0.205377] los: memory-layout end
 *	 ^ any prefix   ^ a name, a colon, a value
 *
 * A log may hold any bytes. NULs, colours and other control codes are skipped, a
 * carriage return ends a line, of a line the first TOOL_LINE_BYTES count. What
 * is kept has an upper bound, however long the log is.
 */
#ifndef TOOL_LOG_H
#define TOOL_LOG_H

#include <stdio.h>

#include <linux/types.h>

#include "../mem_map.h"

#define TOOL_VALUE_BYTES	160
#define TOOL_MOST_PLACES	(1U << 20)	/* of one kind */
#define TOOL_MOST_UNKNOWN	16

/**
 * struct tool_value - a value as it was printed
 * @text: the value, cut to fit; printable
 * @line: the line of the log, from 1; 0 where there is no value
 */
struct tool_value {
	char text[TOOL_VALUE_BYTES];
	u64 line;
};

/**
 * struct tool_printed - what was printed for a name
 * @name: the name
 * @first: the first value
 * @other: the first value that is another number or, if they are none, another text
 */
struct tool_printed {
	const char *name;
	struct tool_value first;
	struct tool_value other;
};

/**
 * enum tool_place_kind - what a target says of places, with a line for each
 * @TOOL_FREE: "free: PLACE", what its allocator got before the heap is taken
 * @TOOL_IMAGE: "image: PLACE", its own image
 * @TOOL_INITRD: "initrd: PLACE"
 * @TOOL_BLOB: "blob: PLACE", its device tree
 * @TOOL_NR_PLACES: how many kinds there are
 */
enum tool_place_kind {
	TOOL_FREE,
	TOOL_IMAGE,
	TOOL_INITRD,
	TOOL_BLOB,
	TOOL_NR_PLACES,
};

extern const char * const tool_place_names[TOOL_NR_PLACES];

/**
 * struct tool_places - the places of one kind, of the last part, in their order
 * @range: the places; those that follow on one another are one
 * @nr: how many
 * @room: how many fit into @range
 * @skipped: how many more there were than TOOL_MOST_PLACES
 * @bad: the first value that is no place
 */
struct tool_places {
	struct shadow_range *range;
	u32 nr;
	size_t room;
	u64 skipped;
	struct tool_value bad;
};

/**
 * struct tool_log - what a log holds
 * @printed: one for each name that was asked for, in that order
 * @nr_printed: how many
 * @places: by kind
 * @unknown: names that were not asked for, each once
 * @nr_unknown: how many, at most TOOL_MOST_UNKNOWN
 * @begun: a line with "memory-layout begin" came
 * @ended: after one of those, a line with "memory-layout end" came
 * @open: the line of the last begin, where no end came after it; else 0
 * @last_words: the lines of E1 to E6 that were printed byte for byte (E4)
 * @panic: the first other line of a panic
 * @panic_after: it came after an end, and not after another begin
 */
struct tool_log {
	struct tool_printed *printed;
	u32 nr_printed;
	struct tool_places places[TOOL_NR_PLACES];
	char unknown[TOOL_MOST_UNKNOWN][48];
	u32 nr_unknown;
	bool begun;
	bool ended;
	u64 open;
	struct tool_printed last_words;
	struct tool_value panic;
	bool panic_after;
};

/**
 * tool_log_read() - read a log to its end
 * @log: result; tool_log_free() releases it, after an error too
 * @names: what to look for, NULL at the end; the strings are kept
 * @file: the log
 *
 * Return: 0, or -EINVAL where @file cannot be read.
 */
int tool_log_read(struct tool_log *log, const char * const names[], FILE *file);

/**
 * tool_log_free() - release what was read
 * @log: what to release
 */
void tool_log_free(struct tool_log *log);

#endif /* TOOL_LOG_H */
