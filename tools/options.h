/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a user of shadow-layout says.
 *
 * An option is a row of the table in options.c. One that does something else than
 * show the plan has a function of its own, the mode, which main() calls.
 */
#ifndef TOOL_OPTIONS_H
#define TOOL_OPTIONS_H

#include "machine.h"
#include "say.h"

/**
 * struct tool_options - the command line
 * @mode: what to do; returns the exit status
 * @format: a name in the table of formats
 * @target: what is said of the machine
 * @log: what the target printed, to compare with; "-" for standard input
 * @design: a wrong design to show beside the decision record's
 * @trace: calls of the target's allocator; "-" for standard input
 * @seed: of a sequence of calls
 * @nr_calls: how many
 * @paths: the operands; NULL ends them
 * @nr_paths: how many
 */
struct tool_options {
	int (*mode)(struct tool_options *options);
	const char *format;
	struct tool_target target;
	const char *log;
	const char *design;
	const char *trace;
	u64 seed;
	u64 nr_calls;
	char **paths;
	int nr_paths;
};

/**
 * tool_options_parse() - read the command line
 * @options: set to it; what is not given is as it was
 * @argc: of main()
 * @argv: of main()
 *
 * Return: whether there is something to do; if not, @options->mode is NULL after
 * --help or --version, and a line on standard error says what is wrong otherwise.
 * tool_options_free() releases it in either case.
 */
bool tool_options_parse(struct tool_options *options, int argc, char **argv);

/**
 * tool_options_free() - release what was read
 * @options: the options
 */
void tool_options_free(struct tool_options *options);

#endif /* TOOL_OPTIONS_H */
