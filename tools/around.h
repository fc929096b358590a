/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What lies at an address, and on both sides of it, as a ledger has it (D3).
 */
#ifndef TOOL_AROUND_H
#define TOOL_AROUND_H

#include <stdio.h>

#include "ledger.h"

/**
 * enum tool_block_kind - what a run of addresses is
 * @TOOL_HOLE: no RAM
 * @TOOL_RESERVED: RAM that the allocator never got
 * @TOOL_HEAP: the heap
 * @TOOL_HELD: a block that the target allocated
 * @TOOL_FREE_BLOCK: a free block
 */
enum tool_block_kind {
	TOOL_HOLE,
	TOOL_RESERVED,
	TOOL_HEAP,
	TOOL_HELD,
	TOOL_FREE_BLOCK,
};

/**
 * struct tool_block - a run of addresses
 * @kind: what it is
 * @range: first and last byte
 * @order: of a block
 * @line: of a held block: what allocated it
 * @name: of reserved memory
 */
struct tool_block {
	enum tool_block_kind kind;
	struct shadow_range range;
	unsigned int order;
	u64 line;
	const char *name;
};

/**
 * tool_block_at() - what lies at an address
 * @l: the ledger
 * @pa: any address
 * @block: set to it
 */
void tool_block_at(const struct tool_ledger *l, u64 pa,
		   struct tool_block *block);

/**
 * tool_block_print() - say what a run of addresses is, without its range
 * @l: the ledger
 * @block: the run
 * @out: where to
 */
void tool_block_print(const struct tool_ledger *l,
		      const struct tool_block *block, FILE *out);

/**
 * tool_around_print() - say what lies around an address, and what is free
 * @l: the ledger
 * @pa: any address
 * @out: where to
 */
void tool_around_print(const struct tool_ledger *l, u64 pa, FILE *out);

#endif /* TOOL_AROUND_H */
