/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine as one JSON object, from the texts of the module's files.
 */
#ifndef TOOL_JSON_H
#define TOOL_JSON_H

#include <stdio.h>

#include "machine.h"

/**
 * tool_json() - print a machine as one JSON object
 * @m: the machine
 * @out: where to
 *
 * Figures are numbers, what is no decimal number is a string. Bytes that are no
 * UTF-8 come out as U+FFFD.
 */
void tool_json(struct tool_machine *m, FILE *out);

/**
 * tool_json_string() - print a string with quotes around it
 * @text: the string
 * @length: how many bytes of it
 * @out: where to
 */
void tool_json_string(const char *text, size_t length, FILE *out);

#endif /* TOOL_JSON_H */
