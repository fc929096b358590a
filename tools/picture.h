/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The map of memory in colours.
 */
#ifndef TOOL_PICTURE_H
#define TOOL_PICTURE_H

#include <stdbool.h>
#include <stdio.h>

/**
 * tool_has_colours() - may colours be printed?
 * @out: where
 *
 * Return: @out is a terminal, and the variable NO_COLOR is not there, or empty.
 */
bool tool_has_colours(FILE *out);

/**
 * tool_print_map() - print a map in colours
 * @text: the file map of the report
 * @out: where, a terminal
 */
void tool_print_map(const char *text, FILE *out);

#endif /* TOOL_PICTURE_H */
