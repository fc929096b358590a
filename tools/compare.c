// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a target did, beside what the decision record gives. See compare.h.
 */
#include <stdio.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>

#include "compare.h"
#include "designs.h"
#include "difference.h"
#include "say.h"

/* Says which there are where there is none of that name. */
static const struct tool_design *find(const char *name)
{
	const struct tool_design *design = tool_design_find(name);
	char names[256] = "";

	if (design)
		return design;
	for (design = tool_designs; design->name; design++) {
		if (!design->what)
			continue;
		if (*names)
			strcat(names, ", ");
		strcat(names, design->name);
	}
	tool_say("--design %s: expected one of %s", name, names);
	return NULL;
}

int tool_compare(struct tool_machine *m, FILE *log, const char *design,
		 FILE *out)
{
	const struct tool_design *beside = design ? find(design) : NULL;
	const char *summary = tool_file(m, "summary");
	const char *pagetables = tool_file(m, "pagetables");
	s64 differences;

	if (design && !beside)
		return TOOL_UNUSABLE;
	differences = tool_difference(&m->plan, summary, pagetables, beside, log,
				      out);
	if (differences == -EINVAL)
		tool_say("the log cannot be read");
	else if (differences == -ENOENT)
		tool_say("the log has no line with \"memory-layout begin\", and no panic");
	if (differences < 0)
		return TOOL_UNUSABLE;
	return differences ? TOOL_DIFFERENT : TOOL_OK;
}

int tool_design(struct tool_machine *m, const char *name, FILE *out)
{
	const struct tool_design *design = find(name);

	if (!design)
		return TOOL_UNUSABLE;
	tool_design_show(&m->plan, design, out);
	return TOOL_OK;
}
