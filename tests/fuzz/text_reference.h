/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parsers of command.c, written a second time with the C library: text is
 * cut into words first, and strtoull() reads the numbers.
 */
#ifndef FUZZ_TEXT_REFERENCE_H
#define FUZZ_TEXT_REFERENCE_H

/* Each sets its result and returns 1, or returns 0 for what is malformed. */
int reference_number(const char *text, unsigned long long *number);
int reference_size(const char *text, unsigned long long *bytes);
int reference_word(const char *text, int *index);
int reference_command(const char *text, int *kind, unsigned long long *seed,
		      unsigned long long *ops);

#endif
