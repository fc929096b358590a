// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow-layout: what the target kernel would do with the memory of a device tree,
 * at the desk. See Documentation/shadow-layout.rst.
 */
#include <stdio.h>

#include "modes.h"

int main(int argc, char **argv)
{
	struct tool_options options = { .mode = tool_mode_show, .format = "text" };
	int status = TOOL_OK;

	if (tool_options_parse(&options, argc, argv))
		status = options.mode(&options);
	else if (options.mode)
		status = TOOL_UNUSABLE;
	tool_options_free(&options);
	if (fflush(stdout) || ferror(stdout)) {
		tool_say("standard output cannot be written");
		return TOOL_UNUSABLE;
	}
	return status;
}
