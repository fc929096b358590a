/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ledger: the project's buddy over a machine's layout, with descriptors only,
 * that makes the calls of a target as far as they are right, and knows which line of
 * the trace allocated and freed what (D3).
 *
 * It begins as the target does: the buddy has all free memory of the plan (M4), and
 * the heap is allocated, its tail freed (H3).
 *
 * Of several free blocks of one order B2 leaves open which is split. So the target's
 * choice counts: a right answer is the lowest part of *any* free block of the
 * smallest order that suffices.
 *
 * Beside the merged blocks the ledger keeps their parts: the blocks that an allocator
 * would have that did not merge what was freed, as far as the calls leave that open.
 * Once a block is allocated that is larger than its parts, they are one.
 *
 *	order 2   | F                             |	a free block ...
 *	parts     | line 7| line 9| from the start|	... and how it became one
 */
#ifndef TOOL_LEDGER_H
#define TOOL_LEDGER_H

#include <linux/types.h>

#include "../buddy.h"
#include "../dt/plan.h"

/**
 * struct tool_ledger - a buddy and its history
 * @plan: the machine
 * @buddy: the allocator
 * @map: its memory
 * @mark: for each descriptor: what begins there, see tool_mark_order()
 * @nr_parts: parts of free blocks, by order
 * @parts: bit n is set while there is a part of order n
 * @merges: some call showed that the target merges
 * @single_next: the page that the next alloc of order 0 must return (B3), or
 *	SHADOW_NO_PAGE
 * @single_end: the end of the fresh block that it comes from
 * @nr_held: blocks that the target holds, the heap aside
 * @held_pages: pages in them
 * @nr_choices: allocations for which @buddy alone would have taken another block
 * @first_choice: line of the first of them
 */
struct tool_ledger {
	const struct shadow_plan *plan;
	struct shadow_buddy buddy;
	void *map;
	u64 *mark;
	u64 nr_parts[SHADOW_NR_ORDERS];
	u32 parts;
	bool merges;
	u64 single_next;
	u64 single_end;
	u64 nr_held;
	u64 held_pages;
	u64 nr_choices;
	u64 first_choice;
};

/*
 * A mark is a line, whether that line freed the part, and an order plus 1; 0 where
 * neither a part nor an allocated block begins.
 */
static inline bool tool_mark_is_set(u64 mark)
{
	return mark & 0x1f;
}

static inline unsigned int tool_mark_order(u64 mark)
{
	return (mark & 0x1f) - 1;
}

static inline bool tool_mark_is_freed(u64 mark)
{
	return mark & 0x20;
}

/* 0: so it was from the start. */
static inline u64 tool_mark_line(u64 mark)
{
	return mark >> 6;
}

/**
 * tool_ledger_begin() - begin as a target does
 * @l: result; tool_ledger_end() releases it, after an error too
 * @plan: the machine; kept
 *
 * Return: whether that worked; if not, a line on standard error says why: the target
 * panics on this machine, or there is no memory for so many descriptors.
 */
bool tool_ledger_begin(struct tool_ledger *l, const struct shadow_plan *plan);

/**
 * tool_ledger_end() - release a ledger
 * @l: the ledger
 */
void tool_ledger_end(struct tool_ledger *l);

/**
 * tool_ledger_alloc() - make an allocation of the target, if it is right (B2)
 * @l: the ledger; as it was where it is not
 * @line: line of the trace
 * @order: any order
 * @pa: what the target got; SHADOW_NO_PAGE for nothing
 *
 * Return: whether the answer is right.
 */
bool tool_ledger_alloc(struct tool_ledger *l, u64 line, unsigned int order,
		       u64 pa);

/**
 * tool_ledger_free() - make a free of the target, if it is right (B4, B5)
 * @l: the ledger; as it was where it is not
 * @line: line of the trace
 * @pa: address
 * @order: any order
 *
 * The heap is never freed: that is refused as "inside a block".
 *
 * Return: SHADOW_ACCEPTED, or why not.
 */
enum shadow_refusal tool_ledger_free(struct tool_ledger *l, u64 line, u64 pa,
				     unsigned int order);

/**
 * tool_ledger_next() - what the buddy alone would return
 * @l: the ledger
 * @order: any order
 * @from: set to the order of the block that would be split
 *
 * Return: an address, or SHADOW_NO_PAGE where nothing suffices.
 */
u64 tool_ledger_next(const struct tool_ledger *l, unsigned int order,
		     unsigned int *from);

/**
 * tool_ledger_head() - the block that a page lies in
 * @l: the ledger
 * @pa: any address
 *
 * Return: descriptor of the first page of the free or allocated block, NULL where
 * the buddy does not have @pa.
 */
const struct shadow_page *tool_ledger_head(const struct tool_ledger *l, u64 pa);

/**
 * tool_ledger_mark() - the mark of a page
 * @l: the ledger
 * @page: its descriptor
 *
 * Return: see tool_mark_order().
 */
static inline u64 tool_ledger_mark(const struct tool_ledger *l,
				   const struct shadow_page *page)
{
	return l->mark[page - l->buddy.map];
}

/**
 * tool_ledger_in_heap() - is it the heap's?
 * @l: the ledger
 * @pa: any address
 *
 * Return: whether @pa lies in the heap, its freed tail aside.
 */
static inline bool tool_ledger_in_heap(const struct tool_ledger *l, u64 pa)
{
	const struct shadow_layout *layout = &l->plan->layout;

	return pa - layout->heap_base < layout->heap_bytes;
}

#endif /* TOOL_LEDGER_H */
