/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How shadow-layout tells what went wrong: a line on standard error, and its exit
 * status.
 */
#ifndef TOOL_SAY_H
#define TOOL_SAY_H

#include <linux/kernel.h>

/* Exit status. */
#define TOOL_OK		0
#define TOOL_VERDICT	1	/* the target would panic (E) */
#define TOOL_UNUSABLE	2	/* a line on standard error says what */
#define TOOL_DIFFERENT	3

/**
 * tool_say() - one line on standard error, after the program's name
 * @format: as printf() takes it
 */
__printf(1, 2) void tool_say(const char *format, ...);

#endif /* TOOL_SAY_H */
