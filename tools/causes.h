/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which wrong design computes what a target printed (D1).
 */
#ifndef TOOL_CAUSES_H
#define TOOL_CAUSES_H

#include "designs.h"

#define TOOL_MOST_DESIGNS	24	/* variants too */

/**
 * struct tool_causes - what the wrong designs come to, once that is asked for
 * @plan: the machine
 * @figures: by row of tool_designs
 * @nr: how many; 0 before the first question
 * @named: by row, how many differences its design computes; in its first row
 */
struct tool_causes {
	const struct shadow_plan *plan;
	struct tool_figures figures[TOOL_MOST_DESIGNS];
	unsigned int nr;
	u32 named[TOOL_MOST_DESIGNS];
};

/**
 * tool_causes_name() - name the designs that compute what was printed
 * @causes: the designs; @causes->plan is set
 * @fits: is @printed what a design comes to?
 * @printed: what the target printed, and is not right
 * @out: gets a line a design
 */
void tool_causes_name(struct tool_causes *causes,
		      bool (*fits)(const struct tool_figures *figures,
				   const void *printed),
		      const void *printed, FILE *out);

/**
 * tool_causes_show() - how many differences each design computes
 * @causes: the designs
 * @out: gets a line for each that was named
 */
void tool_causes_show(const struct tool_causes *causes, FILE *out);

/**
 * tool_causes_free() - release them
 * @causes: what to release
 */
void tool_causes_free(struct tool_causes *causes);

#endif /* TOOL_CAUSES_H */
