// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which wrong design computes what a target printed. See causes.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include "causes.h"

static void lay_out(struct tool_causes *causes)
{
	const struct tool_design *design;

	for (design = tool_designs; design->name; design++) {
		if (causes->nr == TOOL_MOST_DESIGNS)
			abort();
		tool_design_lay_out(&causes->figures[causes->nr++], design,
				    causes->plan);
	}
}

void tool_causes_name(struct tool_causes *causes,
		      bool (*fits)(const struct tool_figures *figures,
				   const void *printed),
		      const void *printed, FILE *out)
{
	const struct tool_design *first = NULL;
	unsigned int i, named = TOOL_MOST_DESIGNS;

	if (!causes->nr)
		lay_out(causes);
	for (i = 0; i < causes->nr; i++) {
		if (tool_designs[i].what)
			first = &tool_designs[i];
		/* One of its variants is enough. */
		if (named == first - tool_designs ||
		    !fits(&causes->figures[i], printed))
			continue;
		named = first - tool_designs;
		causes->named[named]++;
		fprintf(out, "    cause: %s: %s\n", first->name, first->what);
	}
}

void tool_causes_show(const struct tool_causes *causes, FILE *out)
{
	unsigned int i;

	for (i = 0; i < causes->nr; i++)
		if (causes->named[i])
			fprintf(out, "  %s computes what was printed in %u of these\n",
				tool_designs[i].name, causes->named[i]);
}

void tool_causes_free(struct tool_causes *causes)
{
	unsigned int i;

	for (i = 0; i < causes->nr; i++)
		tool_figures_free(&causes->figures[i]);
	causes->nr = 0;
}
