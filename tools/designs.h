/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Known wrong designs: what each comes to on a machine. They show what a mistake
 * costs, and name the cause of what a target printed (D1). wrong.c has them,
 * designs.c shows them.
 */
#ifndef TOOL_DESIGNS_H
#define TOOL_DESIGNS_H

#include <stdio.h>

#include <linux/types.h>

#include "../dt/plan.h"

/**
 * struct tool_figures - what a design comes to on a machine
 * @layout: its layout; its set of free ranges lies in @storage
 * @heap_order: order of the heap's block
 * @heap_block_bytes: size of that block
 * @heap_returned_bytes: what of it is freed again
 * @free_bytes: free memory before the heap is taken
 * @storage: from malloc()
 */
struct tool_figures {
	struct shadow_layout layout;
	u64 heap_order;
	u64 heap_block_bytes;
	u64 heap_returned_bytes;
	u64 free_bytes;
	struct shadow_range *storage;
};

/**
 * struct tool_design - a way to do it
 * @name: its name; variants of one mistake follow on one another with one name
 * @what: the mistake; NULL for all but the first of its variants
 * @lay_out: lay a machine out so; all but what follows from the layout
 * @none_returned: of the heap's block nothing is freed again
 */
struct tool_design {
	const char *name;
	const char *what;
	void (*lay_out)(struct tool_figures *figures,
			const struct shadow_plan *plan);
	bool none_returned;
};

/* All wrong designs; a name that is NULL ends them. */
extern const struct tool_design tool_designs[];

/* The decision record's own, which is not among them. */
extern const struct tool_design tool_record;

/**
 * tool_design_lay_out() - what a design comes to
 * @figures: result; tool_figures_free() releases it
 * @design: a row of tool_designs, or tool_record
 * @plan: the machine
 */
void tool_design_lay_out(struct tool_figures *figures,
			 const struct tool_design *design,
			 const struct shadow_plan *plan);

/**
 * tool_figure_at() - one of the figures by its number
 * @figures: the figures
 * @nth: which, in the order of `summary`, from 0 on
 * @value: set to it
 *
 * Return: its name; NULL where there are not so many.
 */
const char *tool_figure_at(const struct tool_figures *figures, unsigned int nth,
			   u64 *value);

/**
 * tool_figure() - one of the figures by its name in `summary`
 * @figures: the figures
 * @name: its name
 * @value: set to it
 *
 * Return: whether there is a figure of that name.
 */
bool tool_figure(const struct tool_figures *figures, const char *name,
		 u64 *value);

/* Room for a figure as text, with its end. */
#define TOOL_FIGURE_BYTES	24

/**
 * tool_figure_text() - one of the figures as `summary` shows it
 * @figures: the figures
 * @name: its name
 * @text: set to it, unless there is no figure of that name
 */
void tool_figure_text(const struct tool_figures *figures, const char *name,
		      char text[TOOL_FIGURE_BYTES]);

/**
 * tool_figures_free() - release what was laid out
 * @figures: what to release
 */
void tool_figures_free(struct tool_figures *figures);

/**
 * tool_design_find() - a wrong design by its name
 * @name: the name
 *
 * Return: the first of its variants, or NULL where there is none of that name.
 */
const struct tool_design *tool_design_find(const char *name);

/**
 * tool_design_overlaps() - name what lies over each other by a design (E8)
 * @plan: the machine
 * @figures: what the design comes to there
 * @most: no more than so many lines
 * @out: gets a line a pair
 *
 * Return: how many lines there would be, at most @most + 1.
 */
size_t tool_design_overlaps(const struct shadow_plan *plan,
			    const struct tool_figures *figures, size_t most,
			    FILE *out);

/**
 * tool_design_show() - a design beside the decision record's
 * @plan: the machine
 * @design: the design
 * @out: gets a line a figure, and what lies over each other (E8)
 */
void tool_design_show(const struct shadow_plan *plan,
		      const struct tool_design *design, FILE *out);

#endif /* TOOL_DESIGNS_H */
