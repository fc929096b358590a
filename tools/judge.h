/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which clause a target's call breaks (D3).
 *
 * What a call shows decides: a block that is held, a part that is not the lowest, a
 * block although a smaller one suffices. A merge shows nothing until a later
 * allocation: that one is B4's where an allocator that follows the clauses, but did
 * not merge or did not free what earlier lines freed, would have answered so.
 */
#ifndef TOOL_JUDGE_H
#define TOOL_JUDGE_H

#include <stdio.h>

#include "ledger.h"
#include "trace.h"

/**
 * tool_judge_alloc() - say what is wrong with an allocation
 * @l: the ledger, as it was before the call
 * @call: the call; tool_ledger_alloc() found it wrong
 * @out: where to: the clauses, two blanks, a sentence; perhaps a second line
 */
void tool_judge_alloc(const struct tool_ledger *l, const struct tool_call *call,
		      FILE *out);

/**
 * tool_judge_free() - say what is wrong with a free
 * @l: the ledger, as it was before the call
 * @call: the call
 * @refusal: what the ledger says to it
 * @out: as above
 */
void tool_judge_free(const struct tool_ledger *l, const struct tool_call *call,
		     enum shadow_refusal refusal, FILE *out);

/**
 * tool_reason_holds() - is a free wrong for this reason, among others? (B5)
 * @l: the ledger, as it was before the call
 * @call: the call
 * @reason: the reason
 *
 * Where several hold, B5 leaves open which is named.
 *
 * Return: whether it is.
 */
bool tool_reason_holds(const struct tool_ledger *l,
		       const struct tool_call *call,
		       enum shadow_refusal reason);

/**
 * tool_reason() - why is a free wrong? (B5)
 * @l: the ledger, as it was before the call
 * @call: the call
 *
 * Return: the reason that the buddy would name, SHADOW_ACCEPTED where it is right.
 */
enum shadow_refusal tool_reason(const struct tool_ledger *l,
				const struct tool_call *call);

#endif /* TOOL_JUDGE_H */
