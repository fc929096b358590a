// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parsers of command.c, written a second time. See text_reference.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "text_reference.h"

#define BLANKS	" \t\n\v\f\r"

/* strtoull() passes over blanks and takes a sign: we do not. */
static int leading_number(const char *text, char **end,
			  unsigned long long *number)
{
	if (!*text || !strchr("0123456789", *text))
		return 0;
	errno = 0;
	*number = strtoull(text, end, 0);
	return !errno;
}

int reference_number(const char *text, unsigned long long *number)
{
	unsigned long long found;
	char *end;

	if (!leading_number(text, &end, &found) || *end)
		return 0;
	*number = found;
	return 1;
}

static int bytes_up_to(const char *text, unsigned long long most,
		       unsigned long long *bytes)
{
	static const char letters[] = "kmgtKMGT";
	unsigned long long found;
	const char *letter;
	char *end;
	int power;

	if (!leading_number(text, &end, &found))
		return 0;
	letter = *end ? strchr(letters, *end) : NULL;
	if (letter) {
		for (power = (letter - letters) % 4; power >= 0; power--)
			if (__builtin_mul_overflow(found, 1024, &found))
				return 0;
		end++;
	}
	if (*end || found > most)
		return 0;
	*bytes = found;
	return 1;
}

int reference_size(const char *text, unsigned long long *bytes)
{
	return bytes_up_to(text, 1ULL << 40, bytes);
}

/* The text is cut at its commas; an empty piece is no number. */
static int pieces(char *text, unsigned long long *numbers, unsigned int most,
		  unsigned int *nr)
{
	unsigned int count = 0;
	char *piece;

	while ((piece = strsep(&text, ","))) {
		unsigned long long *number = numbers + count;

		if (count == 2 * most || !bytes_up_to(piece, ~0ULL, number))
			return 0;
		/* The last byte is one of 64 bits. */
		if (count % 2 && (!*number || number[-1] > 0 - *number))
			return 0;
		count++;
	}
	*nr = count / 2;
	return count % 2 == 0;
}

int reference_places(const char *text, unsigned long long *numbers,
		     unsigned int most, unsigned int *nr)
{
	char *copy = strdup(text);
	int good = 1;

	if (strcmp(text, "none"))
		good = pieces(copy, numbers, most, nr);
	else
		*nr = 0;
	free(copy);
	return good;
}

int reference_word(const char *text, int *index)
{
	static const char * const words[] = { "report", "fail", "panic" };
	int i;

	for (i = 0; i < 3; i++) {
		if (strcmp(text, words[i]))
			continue;
		*index = i;
		return 1;
	}
	return 0;
}

static int option(char *word, struct reference_command *command)
{
	char *value = strchr(word, '=');
	unsigned long long number;

	if (!value || !reference_number(value + 1, &number))
		return 0;
	*value = 0;
	if (!strcmp(word, "seed"))
		command->seed = number;
	else if (!strcmp(word, "time") && number <= 1000000)
		command->seconds = number;
	else if (!strcmp(word, "ops") && number <= 1000000000)
		command->ops = number;
	else
		return 0;
	command->ops_given |= !strcmp(word, "ops");
	return 1;
}

static int words(char *text, struct reference_command *command)
{
	static const struct {
		const char *name;
		unsigned long long ops;
	} known[] = {
		{ "selftest", 2000 }, { "torture", 20000 }, { "smp", 20000 },
		{ "whole-machine", 1000000 }, { "stop", 0 },
	};
	char *rest, *word = strtok_r(text, BLANKS, &rest);
	int i;

	for (i = 0; word && i < 5; i++)
		if (!strcmp(word, known[i].name))
			break;
	if (!word || i == 5)
		return 0;
	memset(command, 0, sizeof(*command));
	command->kind = i;
	command->ops = known[i].ops;
	while ((word = strtok_r(NULL, BLANKS, &rest)))
		if (i == 4 || !option(word, command))
			return 0;
	return 1;
}

int reference_command(const char *text, struct reference_command *command)
{
	struct reference_command found;
	char *copy = strdup(text);
	int good = words(copy, &found);

	if (good)
		*command = found;
	free(copy);
	return good;
}

/* Return: how many numbers the command wants, -1 where it is none. */
static int hand_numbers(const char *word, int *what)
{
	static const char * const names[] = {
		"alloc", "free", "show", "map", "reset",
	};
	static const int numbers[] = { 1, 2, 0, 0, 0 };

	for (*what = 0; *what < 5; ++*what)
		if (word && !strcmp(word, names[*what]))
			return numbers[*what];
	return -1;
}

int reference_hand(const char *text, struct reference_hand *hand)
{
	char *copy = strdup(text), *rest, *word;
	struct reference_hand found = {};
	unsigned long long order = 0;
	int nr;

	nr = hand_numbers(strtok_r(copy, BLANKS, &rest), &found.what);
	while (nr >= 0 && (word = strtok_r(NULL, BLANKS, &rest))) {
		found.pa = order;
		if (!nr-- || !reference_number(word, &order))
			nr = -1;
	}
	free(copy);
	if (nr)
		return 0;
	found.order = order > 0xffffffff ? 0xffffffff : order;
	*hand = found;
	return 1;
}
