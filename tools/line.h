/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines of what a terminal would show, from the bytes that it was sent (D1).
 */
#ifndef TOOL_LINE_H
#define TOOL_LINE_H

#include <linux/types.h>

#define TOOL_LINE_BYTES	2048

/**
 * enum tool_escape - where in a control sequence a byte is
 * @TOOL_PLAIN: in none
 * @TOOL_ESCAPE: behind ESC
 * @TOOL_CSI: behind ESC [, up to a letter: colours, say
 * @TOOL_OSC: behind ESC ], up to BEL: a title, say
 */
enum tool_escape {
	TOOL_PLAIN,
	TOOL_ESCAPE,
	TOOL_CSI,
	TOOL_OSC,
};

/**
 * struct tool_line - a line that grows
 * @text: its text so far, without control codes; with NUL behind it when it ended
 * @length: of @text; what does not fit is not kept
 * @number: of the line, from 1
 * @escape: where in a control sequence; the end of a line is the end of that
 * @end: the byte that ended it, or 0
 */
struct tool_line {
	char text[TOOL_LINE_BYTES];
	size_t length;
	u64 number;
	enum tool_escape escape;
	char end;
};

/**
 * tool_line_begin() - begin with line 1
 * @line: the line
 */
void tool_line_begin(struct tool_line *line);

/**
 * tool_line_add() - take a byte
 * @line: the line; if it ended, the next one begins
 * @c: the byte
 *
 * Return: whether the line ended with it.
 */
bool tool_line_add(struct tool_line *line, char c);

/**
 * tool_utf8_length() - how long a character of UTF-8 is
 * @text: where it begins
 * @left: bytes there, at least 1
 *
 * Return: 1 to 4 bytes, or 0 where no character begins.
 */
size_t tool_utf8_length(const char *text, size_t left);

/**
 * tool_text_copy() - copy text so that a terminal may be shown it
 * @to: where to; a NUL is added
 * @size: room there, at least 5
 * @text: from where; what is no character of UTF-8 becomes a question mark
 * @length: of @text; the end may not fit
 */
void tool_text_copy(char *to, size_t size, const char *text, size_t length);

#endif /* TOOL_LINE_H */
