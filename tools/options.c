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

#include "../exercise/command.h"
#include "../report/version.h"
#include "array.h"
#include "modes.h"
#include "options.h"

/**
 * struct option_row - an option
 * @name: its name, without "--"
 * @value: what its value is called in the help, NULL where it has none
 * @help: what it is for, in lines of at most 48 characters
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

#define PLACE	"BASE,SIZE|none"

static const char place[] =
	"none or BASE,SIZE in bytes, for example 0x40210000,24M";

static int set_format(struct tool_options *options, const char *value)
{
	options->format = value;
	return 0;
}

static int set_image(struct tool_options *options, const char *value)
{
	return shadow_place_parse(value,
				  &options->target.given.place[SHADOW_IMAGE]);
}

static int set_initrd(struct tool_options *options, const char *value)
{
	return shadow_place_parse(value,
				  &options->target.given.place[SHADOW_INITRD]);
}

static int set_blob(struct tool_options *options, const char *value)
{
	return shadow_place_parse(value,
				  &options->target.given.place[SHADOW_BLOB]);
}

static int set_memreserve(struct tool_options *options, const char *value)
{
	static struct shadow_place places[SHADOW_MOST_MEMRESERVE];

	options->target.given.memreserve.place = places;
	return shadow_memreserve_parse(value,
				       &options->target.given.memreserve);
}

/* As often as there are banks. */
static int add_ram(struct tool_options *options, const char *value)
{
	struct tool_target *target = &options->target;
	struct shadow_place place;

	if (shadow_place_parse(value, &place) || !place.bytes)
		return -EINVAL;
	target->ram = tool_array_grow(target->ram, target->nr_ram,
				      &target->room, sizeof(place));
	target->ram[target->nr_ram++] = place;
	return 0;
}

static int set_linux(struct tool_options *options, const char *value)
{
	options->target.row = shadow_row_find(value);
	return options->target.row ? 0 : -EINVAL;
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

static int set_census(struct tool_options *options, const char *value)
{
	options->mode = tool_mode_census;
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
	{ "format", "FORMAT", "text (default), summary, json, or a file of\ndebugfs",
	  NULL, set_format },
	{ "ram", "BASE,SIZE", "a bank that the boot loader adds to the tree;\nonce for each",
	  "BASE,SIZE in bytes, for example 0x40000000,2G", add_ram },
	{ "image", PLACE, "the target's image (default: none)", place, set_image },
	{ "initrd", PLACE, "the target's initrd (default: that of /chosen)", place,
	  set_initrd },
	{ "blob", PLACE, "the target's device tree blob (default: none)", place,
	  set_blob },
	{ "memreserve", PLACE, "what the blob reserves, with commas between\n(default: the file's)",
	  "none or BASE,SIZE in bytes, up to 64 times with commas between, for example 0x45e00000,1M",
	  set_memreserve },
	{ "linux", "ROW", "the Linux that places nodes without an address\n(default: " TOOL_ROW ")",
	  NULL, set_linux },
	{ "compare", "LOG", "compare what the target printed with the plan",
	  NULL, set_log },
	{ "design", "NAME", "show what a wrong design comes to: flat,\ntrailing-zeros ...",
	  NULL, set_design },
	{ "replay", "TRACE", "run the calls of the target's allocator,\n\"alloc ORDER ADDRESS\" ...",
	  NULL, set_replay },
	{ "sequence", "SEED,N", "write N calls with the right answers, for the\ntarget's tests",
	  "SEED,N, two numbers, for example 7,1000", set_sequence },
	{ "diff", NULL, "show what differs between two files", NULL, set_diff },
	{ "census", NULL, "write a line of JSON for each of many files", NULL,
	  set_census },
	{ "help", NULL, "show this", NULL, help },
	{ "version", NULL, "show the version", NULL, version },
};

static void say_option(const struct option_row *row)
{
	const char *text = row->help, *end;
	char head[48];

	snprintf(head, sizeof(head), "--%s %s", row->name, row->value ?: "");
	printf("  %-29s ", head);
	while ((end = strchr(text, '\n'))) {
		printf("%.*s\n%32s", (int)(end - text), text, "");
		text = end + 1;
	}
	puts(text);
}

static int help(struct tool_options *options, const char *value)
{
	int i;

	puts("usage: shadow-layout [OPTION...] FILE\n"
	     "       shadow-layout [OPTION...] --diff FILE FILE\n"
	     "       shadow-layout [OPTION...] --census FILE...\n\n"
	     "What the target kernel would do with the memory of a device tree.\n\n"
	     "  FILE                          a device tree blob, - for standard input, or a\n"
	     "                                directory as /proc/device-tree");
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		say_option(&rows[i]);
	puts("\nexit status: 0 verdict OK, 1 the target would panic, 2 unusable input;\n"
	     "with --compare, --replay or --diff 0 no difference, 3 differences, 2 as before");
	options->mode = NULL;
	return 0;
}

/* Which there are is in another table. */
static void say_rows(const char *value)
{
	char names[256] = "";
	const struct shadow_row *row;
	int length = 0, i;

	for (i = 0; (row = shadow_row_at(i)); i++)
		length += scnprintf(names + length, sizeof(names) - length,
				    "%s%s", i ? ", " : "", row->name);
	tool_say("--linux %s: expected one of %s", value, names);
}

static bool take(struct tool_options *options, const struct option_row *row,
		 const char *value)
{
	if (!row->set(options, value))
		return true;
	if (row->expected)
		tool_say("--%s %s: expected %s", row->name, value,
			 row->expected);
	else
		say_rows(value);
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

void tool_options_free(struct tool_options *options)
{
	free(options->target.ram);
}
