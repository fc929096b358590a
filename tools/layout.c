// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow-layout: what the target kernel would do with the memory of a device tree,
 * at the desk. See Documentation/shadow-layout.rst.
 */
#include <stdio.h>
#include <string.h>

#include "compare.h"
#include "json.h"
#include "machine.h"
#include "options.h"

static int compare(struct tool_machine *m, const char *path)
{
	FILE *log = strcmp(path, "-") ? fopen(path, "rb") : stdin;
	int status = TOOL_UNUSABLE;

	if (!log) {
		tool_say("%s: cannot be read", path);
		return status;
	}
	status = tool_compare(m, log, stdout);
	if (log != stdin)
		fclose(log);
	return status;
}

/* A format is one of the module's files, unless it has another name here. */
static int show_plan(struct tool_machine *m, const char *format)
{
	const char *text;

	if (!strcmp(format, "json")) {
		tool_json(m, stdout);
	} else {
		text = tool_file(m, strcmp(format, "text") ? format : "report");
		if (!text) {
			tool_say("--format %s: there is no such format, see --help",
				 format);
			return TOOL_UNUSABLE;
		}
		fputs(text, stdout);
	}
	return m->plan.layout.verdict == SHADOW_OK ? TOOL_OK : TOOL_VERDICT;
}

static int show(struct tool_options *options)
{
	struct tool_machine m;
	int status = TOOL_UNUSABLE;

	if (options->nr_paths != 1) {
		tool_say("%d files, expected one, see --help", options->nr_paths);
		return TOOL_UNUSABLE;
	}
	if (tool_machine_open(&m, options->paths[0], &options->target)) {
		if (options->log)
			status = compare(&m, options->log);
		else if (options->design)
			status = tool_design(&m, options->design, stdout);
		else
			status = show_plan(&m, options->format);
	}
	tool_machine_close(&m);
	return status;
}

int main(int argc, char **argv)
{
	struct tool_options options = { .mode = show, .format = "text" };
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
