// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command line. See options.h.
 */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../version.h"
#include "machine.h"
#include "modes.h"
#include "options.h"

/**
 * struct option_row - an option
 * @name: its name, without "--"
 * @value: what its value is called in the help, NULL where it has none
 * @help: what it is for
 * @expected: what a value must be, for the message about one that is not
 * @set: take the value; returns 0, or else it is refused
 */
struct option_row {
	const char *name;
	const char *value;
	const char *help;
	const char *expected;
	int (*set)(struct tool_options *options, const char *value);
};

static const char place[] =
	"none or BASE,SIZE in bytes, for example 0x40210000,24M";

static int set_format(struct tool_options *options, const char *value)
{
	options->format = value;
	return 0;
}

static int set_image(struct tool_options *options, const char *value)
{
	return shadow_image_parse(value, &options->image);
}

static int set_log(struct tool_options *options, const char *value)
{
	options->log = value;
	return 0;
}

static int set_design(struct tool_options *options, const char *value)
{
	options->design = value;
	return 0;
}

static int set_replay(struct tool_options *options, const char *value)
{
	options->mode = tool_mode_replay;
	options->trace = value;
	return 0;
}

/* Decimal digits up to @end, which ends the number. */
static bool read_number(const char *text, char end, u64 *number)
{
	char *at;

	errno = 0;
	*number = strtoull(text, &at, 10);
	return !errno && isdigit((unsigned char)*text) && *at == end;
}

static int set_sequence(struct tool_options *options, const char *value)
{
	const char *comma = strchr(value, ',');

	options->mode = tool_mode_sequence;
	return !comma || !read_number(value, ',', &options->seed) ||
	       !read_number(comma + 1, 0, &options->nr_calls);
}

static int set_diff(struct tool_options *options, const char *value)
{
	options->mode = tool_mode_diff;
	return 0;
}

static int help(struct tool_options *options, const char *value);

static int version(struct tool_options *options, const char *value)
{
	puts("shadow-layout " SHADOW_VERSION);
	options->mode = NULL;
	return 0;
}

static const struct option_row rows[] = {
	{ "format", "FORMAT", "text (default), summary, or a file of debugfs: memory, free ...",
	  "text, summary or the name of a file", set_format },
	{ "image", "BASE,SIZE|none", "the target's image (default: none)", place,
	  set_image },
	{ "compare", "LOG", "compare what the target printed with the plan",
	  NULL, set_log },
	{ "design", "NAME", "show what a wrong design comes to: flat, trailing-zeros ...",
	  NULL, set_design },
	{ "replay", "TRACE", "run the calls of the target's allocator, \"alloc ORDER ADDRESS\" ...",
	  NULL, set_replay },
	{ "sequence", "SEED,N", "write N calls with the right answers, for the target's tests",
	  "SEED,N, two numbers, for example 7,1000", set_sequence },
	{ "diff", NULL, "show what differs between two files", NULL, set_diff },
	{ "help", NULL, "show this", NULL, help },
	{ "version", NULL, "show the version", NULL, version },
};

static int help(struct tool_options *options, const char *value)
{
	char head[48];
	int i;

	puts("usage: shadow-layout [OPTION...] FILE\n"
	     "       shadow-layout [OPTION...] --diff FILE FILE\n\n"
	     "What the target kernel would do with the memory of a device tree.\n\n"
	     "  FILE                     a device tree blob");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(head, sizeof(head), "--%s %s", rows[i].name,
			 rows[i].value ?: "");
		printf("  %-24s %s\n", head, rows[i].help);
	}
	puts("\nexit status: 0 verdict OK, 1 the target would panic, 2 unusable input;\n"
	     "with --compare, --replay or --diff 0 no difference, 3 differences, 2 unusable input");
	options->mode = NULL;
	return 0;
}

static bool take(struct tool_options *options, const struct option_row *row,
		 const char *value)
{
	if (!row->set(options, value))
		return true;
	tool_say("--%s %s: expected %s", row->name, value, row->expected);
	return false;
}

bool tool_options_parse(struct tool_options *options, int argc, char **argv)
{
	struct option known[ARRAY_SIZE(rows) + 1] = {};
	int i, at;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		known[i] = (struct option){
			rows[i].name, rows[i].value ? required_argument :
						      no_argument, NULL, i
		};
	/* Its own messages begin with argv[0]; say that in one line of ours. */
	opterr = 0;
	while ((at = getopt_long(argc, argv, ":", known, NULL)) >= 0) {
		if (at == '?' || at == ':') {
			tool_say("%s: %s, see --help", argv[optind - 1],
				 at == ':' ? "a value is missing" :
					     "no such option");
			return false;
		}
		if (!take(options, &rows[at], optarg) || !options->mode)
			return false;
	}
	options->paths = argv + optind;
	options->nr_paths = argc - optind;
	return true;
}
