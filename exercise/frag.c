// SPDX-License-Identifier: GPL-2.0-only
/*
 * Free blocks in the course of a run. See frag.h.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "frag.h"

/* For the line after the last operation. */
#define SPARE	1

/* Of the fresh memory is one, of steps an even number: the next one stays due. */
static_assert((SHADOW_FRAG_LINES - 1 - SPARE) % 2 == 0);

int shadow_frag_begin(struct shadow_frag *frag, const char *name, u64 seed,
		      u64 ops)
{
	struct shadow_frag_line *line = frag->line;

	if (!line)
		line = vzalloc(SHADOW_FRAG_LINES * sizeof(*line));
	if (!line)
		return -ENOMEM;
	*frag = (struct shadow_frag){
		.on = true, .name = name, .seed = seed, .ops = ops,
		.every = 1, .line = line,
	};
	return 0;
}

void shadow_frag_end(struct shadow_frag *frag)
{
	vfree(frag->line);
	memset(frag, 0, sizeof(*frag));
}

static void write(struct shadow_frag_line *line, u64 step, const u64 *blocks)
{
	line->step = step;
	memcpy(line->blocks, blocks, sizeof(line->blocks));
}

/* Every other line goes, but for that of the fresh memory. */
static void thin(struct shadow_frag *frag)
{
	u32 from, to = 1;

	frag->every *= 2;
	for (from = 1; from < frag->nr; from++)
		if (shadow_frag_due(frag, frag->line[from].step))
			frag->line[to++] = frag->line[from];
	frag->nr = to;
}

void shadow_frag_add(struct shadow_frag *frag, u64 step,
		     const u64 blocks[SHADOW_NR_ORDERS])
{
	if (frag->nr == SHADOW_FRAG_LINES - SPARE)
		thin(frag);
	write(&frag->line[frag->nr++], step, blocks);
}

void shadow_frag_last(struct shadow_frag *frag, u64 step,
		      const u64 blocks[SHADOW_NR_ORDERS])
{
	/* The first line is of step 0, and not after it. */
	if (frag->nr < 2 || frag->line[frag->nr - 1].step != step)
		write(&frag->line[frag->nr++], step, blocks);
}

void shadow_frag_freed(struct shadow_frag *frag, u64 step,
		       const u64 blocks[SHADOW_NR_ORDERS])
{
	frag->all_freed = true;
	write(&frag->freed, step, blocks);
}
