/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shadow-layout as a program: its own main(), with what it prints in memory.
 */
#ifndef FUZZ_DESK_H
#define FUZZ_DESK_H

#include <stddef.h>

#define DESK_MOST_WORDS	24

/* What it is called with; the words are not kept. */
struct desk_command {
	char *word[DESK_MOST_WORDS + 1];
	int nr;
};

/* What became of it; each text ends with a NUL and is from malloc(). */
struct desk_done {
	int status;
	char *text;
	size_t length;
	char *said;
	size_t said_length;
};

void desk_add(struct desk_command *command, const char *option,
	      const char *value);

/*
 * Twice, with the same result. Its status is one of those that there are, 2 with a
 * line that says why, and where something differs that is shown.
 */
void desk_run(const struct desk_command *command, struct desk_done *done);

void desk_free(struct desk_done *done);

#endif /* FUZZ_DESK_H */
