// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow-layout as a program. See desk.h.
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../host/host.h"
#include "../../tools/say.h"
#include "desk.h"
#include "fuzz.h"

#define NAME	"shadow-layout: "

/* main() of tools/layout.c. */
int desk_main(int argc, char **argv);

void desk_add(struct desk_command *command, const char *option,
	      const char *value)
{
	fuzz_expect(command->nr + 2 <= DESK_MOST_WORDS);
	if (option)
		command->word[command->nr++] = (char *)option;
	if (value)
		command->word[command->nr++] = (char *)value;
}

/* The words change their places. */
static void run(struct desk_command command, struct desk_done *done)
{
	FILE *screen = stderr, *shown = stdout;
	unsigned long mark = host_mark();

	stdout = open_memstream(&done->text, &done->length);
	stderr = open_memstream(&done->said, &done->said_length);
	optind = 0;
	done->status = desk_main(command.nr, command.word);
	fclose(stdout);
	fclose(stderr);
	stdout = shown;
	stderr = screen;
	fuzz_expect(!host_left(mark));
}

/* Lines, each with the program's name. */
static void expect_lines(const char *said)
{
	const char *end;

	for (; *said; said = end + 1) {
		fuzz_expect(!strncmp(said, NAME, strlen(NAME)));
		end = strchr(said, '\n');
		fuzz_expect(end && end > said + strlen(NAME));
	}
}

void desk_run(const struct desk_command *command, struct desk_done *done)
{
	struct desk_done again;

	run(*command, done);
	run(*command, &again);
	fuzz_expect(again.status == done->status);
	fuzz_expect(again.length == done->length);
	fuzz_expect(!memcmp(again.text, done->text, done->length));
	fuzz_expect(!strcmp(again.said, done->said));
	desk_free(&again);
	fuzz_expect(done->status >= TOOL_OK && done->status <= TOOL_DIFFERENT);
	expect_lines(done->said);
	fuzz_expect(done->status != TOOL_UNUSABLE || *done->said);
	fuzz_expect(done->status != TOOL_DIFFERENT || done->length);
}

void desk_free(struct desk_done *done)
{
	free(done->text);
	free(done->said);
}
