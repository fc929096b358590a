/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A call of the target's allocator, as a line of a trace (D3).
 *
 *	alloc 3 0x0000000044008000		a block of order 3
 *	alloc 20 none				nothing suffices
 *	free 0x0000000044008000 3
 *	free 0x0000000044008000 3 refused		(B5)
 *	free 0x0000000044008000 3 refused: already free
 */
#ifndef TOOL_TRACE_H
#define TOOL_TRACE_H

#include <stdio.h>

#include <linux/types.h>

#include "../buddy.h"

/**
 * enum tool_call_kind - what a line is
 * @TOOL_CALL_NONE: something else
 * @TOOL_CALL_ALLOC: an allocation
 * @TOOL_CALL_FREE: a free
 * @TOOL_CALL_BAD: it begins like a call, and cannot be read
 */
enum tool_call_kind {
	TOOL_CALL_NONE,
	TOOL_CALL_ALLOC,
	TOOL_CALL_FREE,
	TOOL_CALL_BAD,
};

/**
 * struct tool_call - one call
 * @kind: which
 * @order: the order, any number
 * @pa: the address; SHADOW_NO_PAGE of an allocation that failed
 * @refused: the target refused to free it
 * @reason: the reason that it gave, SHADOW_ACCEPTED for none
 * @bad: what is wrong with a line that cannot be read
 */
struct tool_call {
	enum tool_call_kind kind;
	u32 order;
	u64 pa;
	bool refused;
	enum shadow_refusal reason;
	const char *bad;
};

/**
 * tool_call_parse() - read a line of a trace
 * @call: set to what the line says
 * @text: the line; any text may stand before the call, blanks alone after it
 *
 * A call begins with the word alloc and a digit, or with the word free and 0x.
 */
void tool_call_parse(struct tool_call *call, const char *text);

/**
 * tool_call_print() - write a line of a trace
 * @call: the call, not a bad one
 * @out: where to
 */
void tool_call_print(const struct tool_call *call, FILE *out);

#endif /* TOOL_TRACE_H */
