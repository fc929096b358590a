/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls of the target's allocator against the project's buddy (D3).
 * Documentation/replay.rst says what is printed.
 */
#ifndef TOOL_REPLAY_H
#define TOOL_REPLAY_H

#include <stdio.h>

#include "../dt/plan.h"

/**
 * tool_replay() - make the calls of a trace, up to the first that differs
 * @plan: the machine on which the trace was made
 * @trace: the trace, raw as a serial line gave it; read to its end or to the line
 *	that differs
 * @out: where the result goes
 *
 * The trace begins behind the heap's allocation, or with it (H3). Memory that this
 * takes depends on the machine, not on the trace.
 *
 * Return: TOOL_OK where no call differs, TOOL_DIFFERENT, or TOOL_UNUSABLE where
 * there is no call, where a line cannot be read and no other differs, or where the
 * target panics on this machine.
 */
int tool_replay(const struct shadow_plan *plan, FILE *trace, FILE *out);

/**
 * tool_sequence() - write calls for the target's own tests, with the right answers
 * @plan: the machine on which they will be made
 * @seed: any number; equal seeds give equal calls for equal machines
 * @nr: how many
 * @out: where they go, a trace as tool_replay() reads it
 *
 * The calls begin behind the heap's allocation, contain failed allocations and wrong
 * frees of each reason, and leave all free.
 *
 * Return: TOOL_OK, or TOOL_UNUSABLE where the target panics on this machine.
 */
int tool_sequence(const struct shadow_plan *plan, u64 seed, u64 nr, FILE *out);

#endif /* TOOL_REPLAY_H */
