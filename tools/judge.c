// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which clause a target's call breaks. See judge.h.
 */
#include <stdio.h>

#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/minmax.h>

#include "around.h"
#include "judge.h"

/* The parts of a free block that suffice for an order were all freed by lines. */
static bool only_freed(const struct tool_ledger *l,
		       const struct shadow_page *block, unsigned int order)
{
	u64 end = 1ULL << shadow_page_order(block);
	u64 at = 0;

	while (at < end) {
		u64 mark = tool_ledger_mark(l, block + at);

		if (tool_mark_order(mark) >= order && !tool_mark_is_freed(mark))
			return false;
		at += 1ULL << tool_mark_order(mark);
	}
	return true;
}

/*
 * Could an allocator have no block of the orders from @order up to @end, because
 * what was freed was not merged, or not freed?
 */
static bool could_lack(const struct tool_ledger *l, unsigned int order,
		       unsigned int end)
{
	const struct shadow_buddy *b = &l->buddy;
	unsigned int n;
	u64 at;

	for (n = order; n < end; n++)
		for (at = b->map[n].next; at != n; at = b->map[at].next)
			if (!only_freed(l, &b->map[at], order))
				return false;
	return true;
}

/* Could such an allocator have answered with that block of free memory? */
static bool could_be_part(const struct tool_ledger *l,
			  const struct tool_call *call)
{
	const struct shadow_page *page =
		__shadow_buddy_page(&l->buddy, call->pa);
	u64 mark = tool_ledger_mark(l, page);

	return tool_mark_is_set(mark) &&
	       could_lack(l, call->order,
			  max(tool_mark_order(mark), call->order));
}

/* Would one that never merged, and did all else by the clauses, do just that? */
static bool never_merges(const struct tool_ledger *l,
			 const struct tool_call *call)
{
	u32 suffices = l->parts >> call->order << call->order;
	const struct shadow_page *page;
	u64 mark;

	if (l->merges || call->pa == SHADOW_NO_PAGE)
		return !l->merges && !suffices;
	page = __shadow_buddy_page(&l->buddy, call->pa);
	mark = tool_ledger_mark(l, page);
	return tool_mark_is_set(mark) && suffices &&
	       tool_mark_order(mark) == __ffs(suffices) &&
	       shadow_page_order(tool_ledger_head(l, call->pa)) >
		       tool_mark_order(mark);
}

static void say_unmerged(const struct tool_ledger *l,
			 const struct tool_call *call, FILE *out)
{
	if (never_merges(l, call))
		fprintf(out, "B4  an allocator that never merges answers so");
	else
		fprintf(out, "B4 B2  what was freed was not merged or not freed (B4), or the wrong block is taken (B2)");
}

/* Ends the line. */
static void say_block(const struct tool_ledger *l,
		      const struct tool_block *block, FILE *out)
{
	fprintf(out, "0x%016llx..0x%016llx (", block->range.start,
		block->range.last);
	tool_block_print(l, block, out);
	fprintf(out, ")\n");
}

static void say_block_at(const struct tool_ledger *l, u64 pa, FILE *out)
{
	struct tool_block block;

	tool_block_at(l, pa, &block);
	say_block(l, &block, out);
}

static void judge_none(const struct tool_ledger *l,
		       const struct tool_call *call, FILE *out)
{
	unsigned int from = 0;
	u64 pa = tool_ledger_next(l, call->order, &from);

	if (could_lack(l, call->order, SHADOW_NR_ORDERS))
		say_unmerged(l, call, out);
	else
		fprintf(out, "B2  something suffices");
	fprintf(out, ": ");
	say_block_at(l, pa, out);
}

/* All of it is free, and yet it is not the lowest part of the right block. */
static void judge_free_memory(const struct tool_ledger *l,
			      const struct tool_call *call, FILE *out)
{
	const struct shadow_page *head = tool_ledger_head(l, call->pa);
	bool single = !call->order && l->single_next != SHADOW_NO_PAGE;
	unsigned int from = 0;
	u64 pa = tool_ledger_next(l, call->order, &from);

	if (could_be_part(l, call)) {
		pa = call->pa;
		say_unmerged(l, call, out);
		fprintf(out, ": it lies in ");
	} else if (shadow_page_order(head) > from) {
		fprintf(out, "B2%s  not of the smallest order that suffices: ",
			single ? " B3" : "");
	} else {
		pa = call->pa;
		fprintf(out, "B2%s  not the lowest part of ",
			!call->order && from ? " B3" : "");
	}
	say_block_at(l, pa, out);
	if (single)
		fprintf(out, "single pages of a fresh block ascend: 0x%016llx comes next (B3)\n",
			l->single_next);
}

/* Not all of it is free: @block is the first that is not. */
static void judge_taken(const struct tool_ledger *l,
			const struct tool_block *block, bool partly, FILE *out)
{
	switch (block->kind) {
	case TOOL_HOLE:
		fprintf(out, "B1  it does not lie in one range of RAM: ");
		break;
	case TOOL_RESERVED:
		fprintf(out, "M4  not all of it is the allocator's: ");
		break;
	case TOOL_HEAP:
		fprintf(out, "H3  the heap lies there: ");
		break;
	default:
		fprintf(out, partly ?
			"B4  what is free was merged with what is not: " :
			"B2  what is held is handed out again: ");
	}
	say_block(l, block, out);
}

/* An aligned block; it must not wrap. */
static void judge_block(const struct tool_ledger *l,
			const struct tool_call *call, FILE *out)
{
	u64 last = call->pa + ((SHADOW_PAGE_SIZE << call->order) - 1);
	struct tool_block block, taken = { .kind = TOOL_FREE_BLOCK };
	bool partly = false;
	u64 at = call->pa;

	do {
		tool_block_at(l, at, &block);
		if (block.kind == TOOL_FREE_BLOCK)
			partly = true;
		else if (taken.kind == TOOL_FREE_BLOCK)
			taken = block;
		at = block.range.last + 1;
	} while (block.range.last < last);
	if (taken.kind == TOOL_FREE_BLOCK)
		judge_free_memory(l, call, out);
	else
		judge_taken(l, &taken, partly, out);
}

void tool_judge_alloc(const struct tool_ledger *l, const struct tool_call *call,
		      FILE *out)
{
	if (call->pa == SHADOW_NO_PAGE)
		judge_none(l, call, out);
	else if (call->order > SHADOW_MAX_ORDER)
		fprintf(out, "B1  no block has an order over 20\n");
	else if (call->pa & ~SHADOW_PAGE_MASK)
		fprintf(out, "B1  the address is not that of a page\n");
	else if (call->pa & ((SHADOW_PAGE_SIZE << call->order) - 1))
		fprintf(out, "B1  a block of order %u is aligned to 0x%llx\n",
			call->order, SHADOW_PAGE_SIZE << call->order);
	else
		judge_block(l, call, out);
}

bool tool_reason_holds(const struct tool_ledger *l,
		       const struct tool_call *call,
		       enum shadow_refusal reason)
{
	struct tool_block block;
	bool first;

	tool_block_at(l, call->pa, &block);
	first = (call->pa & SHADOW_PAGE_MASK) == block.range.start;
	switch (reason) {
	case SHADOW_UNALIGNED:
		return call->pa & ~SHADOW_PAGE_MASK;
	case SHADOW_BAD_ORDER:
		return call->order > SHADOW_MAX_ORDER;
	case SHADOW_OUTSIDE:
		return block.kind == TOOL_HOLE;
	case SHADOW_NEVER_ALLOCATED:
		return block.kind == TOOL_RESERVED || block.kind == TOOL_FREE_BLOCK;
	case SHADOW_ALREADY_FREE:
		return block.kind == TOOL_FREE_BLOCK;
	case SHADOW_INSIDE:
		return block.kind == TOOL_HEAP ||
		       (block.kind == TOOL_HELD && !first);
	default:
		return (block.kind == TOOL_HELD || block.kind == TOOL_HEAP) &&
		       first && block.order != call->order;
	}
}

enum shadow_refusal tool_reason(const struct tool_ledger *l,
				const struct tool_call *call)
{
	static const enum shadow_refusal reasons[] = {
		SHADOW_BAD_ORDER, SHADOW_UNALIGNED, SHADOW_OUTSIDE,
		SHADOW_ALREADY_FREE, SHADOW_NEVER_ALLOCATED, SHADOW_INSIDE,
		SHADOW_WRONG_ORDER,
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(reasons); i++)
		if (tool_reason_holds(l, call, reasons[i]))
			return reasons[i];
	return SHADOW_ACCEPTED;
}

void tool_judge_free(const struct tool_ledger *l, const struct tool_call *call,
		     enum shadow_refusal refusal, FILE *out)
{
	if (!refusal)
		fprintf(out, "B4  what is held is not freed: ");
	else if (call->refused)
		fprintf(out, "B5  refused for another reason: %s: ",
			shadow_refusal_name(refusal));
	else
		fprintf(out, "B5  a wrong free is not refused: %s: ",
			shadow_refusal_name(refusal));
	say_block_at(l, call->pa, out);
}
