/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between two machines (D2): two boards, or two versions of a firmware.
 */
#ifndef TOOL_DIFF_H
#define TOOL_DIFF_H

#include <stdio.h>

#include "machine.h"

/**
 * tool_diff() - write what differs between two machines
 * @a: one
 * @b: the other
 * @out: where to; nothing where they are equal
 *
 * Figures of summary, and ranges of memory, reserved, free and layout. Ranges belong
 * together by the node's name, by its name without the unit address, and where they
 * have no name of their own by their first or last byte.
 *
 * Return: TOOL_OK where nothing differs, TOOL_DIFFERENT, or TOOL_UNUSABLE where
 * there is no memory for that.
 */
int tool_diff(struct tool_machine *a, struct tool_machine *b, FILE *out);

#endif /* TOOL_DIFF_H */
