/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What shadow-layout does beside showing the plan: a function for each such option,
 * which main() calls with what the command line says.
 */
#ifndef TOOL_MODES_H
#define TOOL_MODES_H

#include "options.h"

/**
 * tool_mode_replay() - replay the trace @options->trace (D3)
 * @options: the command line
 *
 * Return: the exit status.
 */
int tool_mode_replay(struct tool_options *options);

/**
 * tool_mode_sequence() - write @options->nr_calls calls of @options->seed (D3)
 * @options: the command line
 *
 * Return: the exit status.
 */
int tool_mode_sequence(struct tool_options *options);

/**
 * tool_mode_diff() - write what differs between two machines
 * @options: the command line
 *
 * Return: the exit status.
 */
int tool_mode_diff(struct tool_options *options);

#endif /* TOOL_MODES_H */
