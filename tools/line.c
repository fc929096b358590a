// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines of what a terminal would show. See line.h.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "line.h"

void tool_line_begin(struct tool_line *line)
{
	*line = (struct tool_line){ .number = 1 };
}

/* One byte of a control sequence. */
static enum tool_escape next_escape(enum tool_escape escape, char c)
{
	if (escape == TOOL_ESCAPE)
		return c == '[' ? TOOL_CSI : c == ']' ? TOOL_OSC :
		       c >= ' ' && c <= '/' ? TOOL_ESCAPE : TOOL_PLAIN;
	if (escape == TOOL_CSI)
		return c >= ' ' && c <= '?' ? TOOL_CSI : TOOL_PLAIN;
	return c == '\a' ? TOOL_PLAIN : TOOL_OSC;
}

bool tool_line_add(struct tool_line *line, char c)
{
	if (line->end) {
		line->number += line->end == '\n';
		line->length = 0;
		line->end = 0;
	}
	if (c == '\n' || c == '\r') {
		line->text[line->length] = 0;
		line->escape = TOOL_PLAIN;
		line->end = c;
	} else if (c == '\033') {
		/* ESC \ is the end of what began with ESC ], too. */
		line->escape = TOOL_ESCAPE;
	} else if (c && line->escape != TOOL_PLAIN) {
		line->escape = next_escape(line->escape, c);
	} else if (line->length < sizeof(line->text) - 1) {
		if (c == '\t')
			c = ' ';
		if ((unsigned char)c >= ' ' && c != 0x7f)
			line->text[line->length++] = c;
	}
	return line->end;
}

size_t tool_utf8_length(const char *text, size_t left)
{
	unsigned char first = *text;
	size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	unsigned int least = length == 3 ? 0x800 : length == 4 ? 0x10000 : 0x80;
	unsigned int code = first & (0xff >> (length + 1));
	size_t i;

	if (length == 1)
		return 1;
	if (first < 0xc2 || first > 0xf4 || length > left)
		return 0;
	for (i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (text[i] & 0x3f);
	}
	return code < least || code > 0x10ffff || (code & ~0x7ffu) == 0xd800 ?
	       0 : length;
}

/* Control codes of 8 bits, which are characters of two bytes. */
static bool is_control(const char *text, size_t length)
{
	return length == 2 && *text == '\xc2' && (unsigned char)text[1] < 0xa0;
}

void tool_text_copy(char *to, size_t size, const char *text, size_t length)
{
	while (length && size > 4) {
		size_t bytes = tool_utf8_length(text, length);

		if (is_control(text, bytes))
			bytes = 0;
		if (bytes)
			memcpy(to, text, bytes);
		else
			*to = '?';
		bytes = max_t(size_t, bytes, 1);
		to += bytes;
		size -= bytes;
		text += bytes;
		length -= bytes;
	}
	*to = 0;
}
