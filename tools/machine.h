/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine at the desk: its device tree, read, laid out and reported by the module's
 * own code (D2). Nothing is exercised.
 */
#ifndef TOOL_MACHINE_H
#define TOOL_MACHINE_H

#include "../dt/rows.h"
#include "../report/report.h"
#include "input.h"

#define TOOL_MOST_FILES	16
#define TOOL_ROW	"6.1-gki"	/* the Pixel 6's Linux */

/**
 * struct tool_target - what a user says of a target, beside its tree
 * @given: as the module's parameters give it; a memreserve that is not given is
 *	that of the blob
 * @ram: banks that its boot loader adds to the tree
 * @nr_ram: how many
 * @room: how many fit into @ram
 * @row: the Linux that places dynamic nodes; NULL for TOOL_ROW
 */
struct tool_target {
	struct shadow_given given;
	struct shadow_place *ram;
	u32 nr_ram;
	size_t room;
	const struct shadow_row *row;
};

/**
 * struct tool_machine - a machine, and what the module would show of it
 * @root: its device tree
 * @memreserve: what its blob reserves beside that
 * @plan: what follows from both
 * @report: what the files show; its machine is the name of the input
 * @names: files that were read so far
 * @texts: their texts
 * @nr_texts: how many
 */
struct tool_machine {
	struct device_node *root;
	struct shadow_memreserve memreserve;
	struct shadow_plan plan;
	struct shadow_report report;
	const char *names[TOOL_MOST_FILES];
	char *texts[TOOL_MOST_FILES];
	unsigned int nr_texts;
};

/**
 * tool_machine_open() - read a machine and lay it out
 * @m: result; tool_machine_close() releases it, after an error too
 * @path: see tool_input_read()
 * @target: what is said of it
 *
 * Return: whether that worked; if not, a line on standard error says why.
 */
bool tool_machine_open(struct tool_machine *m, const char *path,
		       const struct tool_target *target);

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
