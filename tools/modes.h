/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What shadow-layout does: a function for each kind of it, which main() calls with
 * what the command line says.
 */
#ifndef TOOL_MODES_H
#define TOOL_MODES_H

#include "options.h"

/**
 * tool_mode_show() - show the plan, or compare it with @options->log or
 *	@options->design (D1)
 * @options: the command line
 *
 * Return: the exit status.
 */
int tool_mode_show(struct tool_options *options);

/**
 * tool_mode_census() - write a line of JSON for each of many machines
 * @options: the command line
 *
 * Return: the exit status.
 */
int tool_mode_census(struct tool_options *options);

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
