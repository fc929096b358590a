// SPDX-License-Identifier: GPL-2.0-only
/*
 * What shadow-layout does. See modes.h.
 */
#include <stdio.h>
#include <string.h>

#include "census.h"
#include "compare.h"
#include "diff.h"
#include "json.h"
#include "machine.h"
#include "modes.h"
#include "picture.h"
#include "replay.h"
#include "wrap.h"

static bool has_paths(const struct tool_options *options, int nr)
{
	if (options->nr_paths == nr)
		return true;
	tool_say("%d files, expected %s, see --help", options->nr_paths,
		 nr == 1 ? "one" : "two");
	return false;
}

static bool open_machine(struct tool_machine *m,
			 const struct tool_options *options, int nr)
{
	return tool_machine_open(m, options->paths[nr], &options->target);
}

static FILE *open_log(const char *path)
{
	FILE *file = strcmp(path, "-") ? fopen(path, "rb") : stdin;

	if (!file)
		tool_say("%s: cannot be read", path);
	return file;
}

static void close_log(FILE *file)
{
	if (file != stdin)
		fclose(file);
}

static int compare(struct tool_machine *m, const struct tool_options *options)
{
	FILE *log = open_log(options->log);
	int status = TOOL_UNUSABLE;
	struct tool_wrap wrap;

	if (log) {
		status = tool_compare(m, log, options->design,
				      tool_wrap_begin(&wrap));
		tool_wrap_end(&wrap, stdout);
		close_log(log);
	}
	return status;
}

static int design(struct tool_machine *m, const char *name)
{
	struct tool_wrap wrap;
	int status = tool_design(m, name, tool_wrap_begin(&wrap));

	tool_wrap_end(&wrap, stdout);
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
		if (!strcmp(format, "map") && tool_has_colours(stdout))
			tool_print_map(text, stdout);
		else
			fputs(text, stdout);
	}
	return m->plan.layout.verdict == SHADOW_OK ? TOOL_OK : TOOL_VERDICT;
}

int tool_mode_show(struct tool_options *options)
{
	int status = TOOL_UNUSABLE;
	struct tool_machine m;

	if (!has_paths(options, 1))
		return status;
	if (open_machine(&m, options, 0)) {
		if (options->log)
			status = compare(&m, options);
		else if (options->design)
			status = design(&m, options->design);
		else
			status = show_plan(&m, options->format);
	}
	tool_machine_close(&m);
	return status;
}

/* A file that cannot be used is said, and the others have their lines. */
int tool_mode_census(struct tool_options *options)
{
	int status = TOOL_OK, i;

	if (!options->nr_paths) {
		has_paths(options, 1);
		return TOOL_UNUSABLE;
	}
	for (i = 0; i < options->nr_paths; i++)
		if (!tool_census(options->paths[i], &options->target, stdout))
			status = TOOL_UNUSABLE;
	return status;
}

int tool_mode_replay(struct tool_options *options)
{
	int status = TOOL_UNUSABLE;
	struct tool_machine m;
	struct tool_wrap wrap;
	FILE *trace;

	if (!has_paths(options, 1))
		return status;
	trace = open_log(options->trace);
	if (!trace)
		return status;
	if (open_machine(&m, options, 0)) {
		status = tool_replay(&m.plan, trace, tool_wrap_begin(&wrap));
		tool_wrap_end(&wrap, stdout);
	}
	tool_machine_close(&m);
	close_log(trace);
	return status;
}

int tool_mode_sequence(struct tool_options *options)
{
	int status = TOOL_UNUSABLE;
	struct tool_machine m;

	if (!has_paths(options, 1))
		return status;
	if (open_machine(&m, options, 0))
		status = tool_sequence(&m.plan, options->seed,
				       options->nr_calls, stdout);
	tool_machine_close(&m);
	return status;
}

int tool_mode_diff(struct tool_options *options)
{
	struct tool_machine a, b = {};
	int status = TOOL_UNUSABLE;

	if (!has_paths(options, 2))
		return status;
	if (open_machine(&a, options, 0) && open_machine(&b, options, 1))
		status = tool_diff(&a, &b, stdout);
	tool_machine_close(&b);
	tool_machine_close(&a);
	return status;
}
