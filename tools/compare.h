/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a target did, beside what the decision record gives for its machine (D1).
 */
#ifndef TOOL_COMPARE_H
#define TOOL_COMPARE_H

#include <stdio.h>

#include "machine.h"

/**
 * tool_compare() - compare what a target printed with the plan (D1)
 * @m: its machine
 * @log: the raw serial log
 * @design: the name of a wrong design, which gets a column beside; or NULL
 * @out: gets the comparison
 *
 * Return: the exit status: 0 where nothing differs, whatever the verdict is; 3
 * where something does; 2 where @log holds nothing to compare or there is no
 * such design.
 */
int tool_compare(struct tool_machine *m, FILE *log, const char *design,
		 FILE *out);

/**
 * tool_design() - show what a wrong design comes to
 * @m: the machine
 * @name: the name of the design
 * @out: gets its figures beside the decision record's
 *
 * Return: the exit status: 0, or 2 where there is no such design; a line on
 * standard error names those that there are.
 */
int tool_design(struct tool_machine *m, const char *name, FILE *out);

#endif /* TOOL_COMPARE_H */
