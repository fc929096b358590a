/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parsers of command.c, written a second time with the C library: text is
 * cut into words first, and strtoull() reads the numbers.
 */
#ifndef FUZZ_TEXT_REFERENCE_H
#define FUZZ_TEXT_REFERENCE_H

/* A command: which of those known it is, and its options. */
struct reference_command {
	int kind;
	unsigned long long seed;
	unsigned long long ops;
	int ops_given;
	unsigned long long seconds;
};

/* A command by hand: its place in the list, and its numbers. */
struct reference_hand {
	int what;
	unsigned long long pa;
	unsigned int order;
};

/* Each sets its result and returns 1, or returns 0 for what is malformed. */
int reference_number(const char *text, unsigned long long *number);
int reference_size(const char *text, unsigned long long *bytes);
int reference_word(const char *text, int *index);
int reference_command(const char *text, struct reference_command *command);
int reference_hand(const char *text, struct reference_hand *hand);

/*
 * "none", or as many places as are wanted: base and size of each by turns. Sets
 * how many there are; at most so many that there is room for.
 */
int reference_places(const char *text, unsigned long long *numbers,
		     unsigned int most, unsigned int *nr);

#endif
