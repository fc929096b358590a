// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow-layout: what the target kernel would do with the memory of a device tree,
 * at the desk. See Documentation/shadow-layout.rst.
 */
#include <stdio.h>
#include <string.h>

#include "machine.h"
#include "options.h"

/* The module's file behind a format: itself, unless it has another name here. */
static const char *file_of(const char *format)
{
	return strcmp(format, "text") ? format : "report";
}

static int show(struct tool_options *options)
{
	struct tool_machine m;
	const char *text = NULL;
	int status = TOOL_UNUSABLE;

	if (options->nr_paths != 1) {
		tool_say("%d files, expected one, see --help", options->nr_paths);
		return TOOL_UNUSABLE;
	}
	if (tool_machine_open(&m, options->paths[0], &options->image)) {
		text = tool_file(&m, file_of(options->format));
		if (!text)
			tool_say("--format %s: there is no such format, see --help",
				 options->format);
	}
	if (text) {
		fputs(text, stdout);
		status = m.plan.layout.verdict == SHADOW_OK ? TOOL_OK :
							      TOOL_VERDICT;
	}
	tool_machine_close(&m);
	return status;
}

int main(int argc, char **argv)
{
	static const struct shadow_image none = { .given = true };
	struct tool_options options = {
		.mode = show, .format = "text", .image = none,
	};
	int status = TOOL_OK;

	if (tool_options_parse(&options, argc, argv))
		status = options.mode(&options);
	else if (options.mode)
		return TOOL_UNUSABLE;
	if (fflush(stdout) || ferror(stdout)) {
		tool_say("standard output cannot be written");
		return TOOL_UNUSABLE;
	}
	return status;
}
