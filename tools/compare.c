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
#include "options.h"

int tool_compare(struct tool_machine *m, FILE *log, FILE *out)
{
	const char *summary = tool_file(m, "summary");
	const char *pagetables = tool_file(m, "pagetables");
	s64 differences = tool_difference(&m->plan, summary, pagetables, log,
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
	const struct tool_design *design;
	char names[256] = "";

	if (tool_design_show(&m->plan, name, out))
		return TOOL_OK;
	for (design = tool_designs; design->name; design++) {
		if (!design->what)
			continue;
		if (*names)
			strcat(names, ", ");
		strcat(names, design->name);
	}
	tool_say("--design %s: expected one of %s", name, names);
	return TOOL_UNUSABLE;
}
