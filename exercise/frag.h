/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How free memory falls to pieces: free blocks of each order in the course of a run,
 * from the fresh memory on, in a bounded number of lines.
 *
 * Nobody knows before its end how far a run gets. So each step has a line at first;
 * when there is no room for one more, every other line goes, and from then on half as
 * many come. What stays is spread evenly, however many steps there were.
 */
#ifndef SHADOW_FRAG_H
#define SHADOW_FRAG_H

#include "../buddy.h"

#define SHADOW_FRAG_LINES	200

/**
 * struct shadow_frag_line - free memory between two operations
 * @step: how many operations were done
 * @blocks: free blocks of each order
 */
struct shadow_frag_line {
	u64 step;
	u64 blocks[SHADOW_NR_ORDERS];
};

/**
 * struct shadow_frag - the lines of the last run that wrote some
 * @on: the run that goes on writes them
 * @name: of the exercise that wrote them, NULL for none
 * @seed: of its random numbers
 * @ops: operations that it was to do
 * @pages: pages that the buddy manages
 * @every: a line comes each so many steps, a power of two
 * @nr: lines
 * @line: room for SHADOW_FRAG_LINES, from the first run on that writes some
 * @all_freed: @freed is set
 * @freed: after all was freed
 */
struct shadow_frag {
	bool on;
	const char *name;
	u64 seed;
	u64 ops;
	u64 pages;
	u64 every;
	u32 nr;
	struct shadow_frag_line *line;
	bool all_freed;
	struct shadow_frag_line freed;
};

/**
 * shadow_frag_begin() - a run begins that writes lines; forget those of earlier ones
 * @frag: the lines
 * @name: of the exercise; kept
 * @seed: of its random numbers
 * @ops: operations that it is to do
 *
 * Return: 0 or -ENOMEM, and nothing is forgotten then.
 */
int shadow_frag_begin(struct shadow_frag *frag, const char *name, u64 seed,
		      u64 ops);

/**
 * shadow_frag_end() - release what the lines take
 * @frag: the lines
 */
void shadow_frag_end(struct shadow_frag *frag);

/**
 * shadow_frag_due() - is it time for a line?
 * @frag: the lines
 * @step: operations done so far
 *
 * Return: whether to count free blocks for shadow_frag_add(), if @frag is on.
 */
static inline bool shadow_frag_due(const struct shadow_frag *frag, u64 step)
{
	return !(step & (frag->every - 1));
}

/**
 * shadow_frag_add() - write a line
 * @frag: the lines; the first one is of memory that is all free
 * @step: operations done so far, 0 for two lines, then ascending; it is due
 * @blocks: free blocks of each order
 */
void shadow_frag_add(struct shadow_frag *frag, u64 step,
		     const u64 blocks[SHADOW_NR_ORDERS]);

/**
 * shadow_frag_last() - write the line after the last operation, if it is missing
 * @frag: the lines
 * @step: operations done, due or not
 * @blocks: free blocks of each order
 */
void shadow_frag_last(struct shadow_frag *frag, u64 step,
		      const u64 blocks[SHADOW_NR_ORDERS]);

/**
 * shadow_frag_freed() - write what is free after all was freed
 * @frag: the lines
 * @step: operations done
 * @blocks: free blocks of each order
 */
void shadow_frag_freed(struct shadow_frag *frag, u64 step,
		       const u64 blocks[SHADOW_NR_ORDERS]);

#endif /* SHADOW_FRAG_H */
