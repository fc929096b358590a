/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine at the desk: its device tree from a file, read, laid out and reported
 * by the module's own code (D2). Nothing is exercised.
 */
#ifndef TOOL_MACHINE_H
#define TOOL_MACHINE_H

#include "../report/report.h"

#define TOOL_MOST_FILES	16

/**
 * struct tool_machine - a machine, and what the module would show of it
 * @root: its device tree
 * @plan: what follows from that
 * @report: what the files show; its machine is the name of the input
 * @names: files that were read so far
 * @texts: their texts
 * @nr_texts: how many
 */
struct tool_machine {
	struct device_node *root;
	struct shadow_plan plan;
	struct shadow_report report;
	const char *names[TOOL_MOST_FILES];
	char *texts[TOOL_MOST_FILES];
	unsigned int nr_texts;
};

/**
 * tool_say() - one line on standard error, after the program's name
 * @format: as printf() takes it
 */
__printf(1, 2) void tool_say(const char *format, ...);

/**
 * tool_machine_open() - read a machine and lay it out
 * @m: result; tool_machine_close() releases it, after an error too
 * @path: a device tree blob
 * @image: the target's image, given or none
 *
 * Return: whether that worked; if not, a line on standard error says why.
 */
bool tool_machine_open(struct tool_machine *m, const char *path,
		       const struct shadow_image *image);

/**
 * tool_file() - the text of one of the module's files in debugfs
 * @m: the machine
 * @name: the file, one that does not depend on a run
 *
 * Return: all of it, kept by @m; NULL where there is no such file.
 */
const char *tool_file(struct tool_machine *m, const char *name);

/**
 * tool_machine_close() - release a machine
 * @m: the machine
 */
void tool_machine_close(struct tool_machine *m);

#endif /* TOOL_MACHINE_H */
