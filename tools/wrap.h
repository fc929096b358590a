/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text for a person, in lines of at most 80 columns.
 */
#ifndef TOOL_WRAP_H
#define TOOL_WRAP_H

#include <stdio.h>

/**
 * struct tool_wrap - text that is kept until its lines are broken
 * @in: what is written there is kept
 * @text: it, from malloc()
 * @bytes: how much that is
 */
struct tool_wrap {
	FILE *in;
	char *text;
	size_t bytes;
};

/**
 * tool_wrap_begin() - get something to write to
 * @wrap: gets all of it
 *
 * Return: @wrap->in. Where this machine has no memory, the program ends.
 */
FILE *tool_wrap_begin(struct tool_wrap *wrap);

/**
 * tool_wrap_end() - break lines of over 80 columns, and release the text
 * @wrap: from tool_wrap_begin()
 * @out: where the lines go
 *
 * A line is broken between words with one blank between them: the columns of a table
 * have more. What is broken off stands four columns to the right of where the line
 * begins behind its mark. From a double quote on a line is left as it is, and so is a
 * word that is too long.
 */
void tool_wrap_end(struct tool_wrap *wrap, FILE *out);

#endif /* TOOL_WRAP_H */
