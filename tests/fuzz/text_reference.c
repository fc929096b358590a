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

int reference_size(const char *text, unsigned long long *bytes)
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
	if (*end || found > 1ULL << 40)
		return 0;
	*bytes = found;
	return 1;
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

static int option(char *word, unsigned long long *seed,
		  unsigned long long *ops)
{
	char *value = strchr(word, '=');
	unsigned long long number;

	if (!value || !reference_number(value + 1, &number))
		return 0;
	*value = 0;
	if (!strcmp(word, "seed"))
		*seed = number;
	else if (!strcmp(word, "ops") && number <= 1000000000)
		*ops = number;
	else
		return 0;
	return 1;
}

static int words(char *text, int *kind, unsigned long long *seed,
		 unsigned long long *ops)
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
	*kind = i;
	*seed = 0;
	*ops = known[i].ops;
	while ((word = strtok_r(NULL, BLANKS, &rest)))
		if (i == 4 || !option(word, seed, ops))
			return 0;
	return 1;
}

int reference_command(const char *text, int *kind, unsigned long long *seed,
		      unsigned long long *ops)
{
	char *copy = strdup(text);
	int good = words(copy, kind, seed, ops);

	free(copy);
	return good;
}
