/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a target printed, beside what is expected of it (D1).
 */
#ifndef TOOL_DIFFERENCE_H
#define TOOL_DIFFERENCE_H

#include <stdio.h>

#include "../dt/plan.h"
#include "designs.h"

/**
 * tool_difference() - compare a log with a plan
 * @plan: the machine
 * @summary: the text of the file `summary` for it
 * @pagetables: the text of the file `pagetables`
 * @design: a wrong design, which gets a column beside; or NULL
 * @log: what the target printed
 * @out: gets what differs, and what does not
 *
 * Return: how many differences there are, -EINVAL where @log cannot be read, or
 * -ENOENT where it holds neither a "memory-layout begin" nor a panic.
 */
s64 tool_difference(const struct shadow_plan *plan, const char *summary,
		    const char *pagetables, const struct tool_design *design,
		    FILE *log, FILE *out);

#endif /* TOOL_DIFFERENCE_H */
