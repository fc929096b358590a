// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is a text JSON? See json.h. It knows the C library alone.
 */
#include <ctype.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

#define MOST_DEEP	16

static bool value(const char **at, int depth);

static const char *skip(const char **at)
{
	*at += strspn(*at, " \t\r\n");
	return *at;
}

static bool take(const char **at, char c)
{
	if (*skip(at) != c)
		return false;
	++*at;
	return true;
}

static bool string(const char **at)
{
	int i;

	if (!take(at, '"'))
		return false;
	for (; **at != '"'; ++*at) {
		if ((unsigned char)**at < ' ')
			return false;
		if (**at != '\\')
			continue;
		if (!*++*at || !strchr("\"\\/bfnrtu", **at))
			return false;
		for (i = **at == 'u' ? 4 : 0; i; i--)
			if (!isxdigit((unsigned char)*++*at))
				return false;
	}
	++*at;
	return true;
}

/* No others are written. */
static bool number(const char **at)
{
	size_t length = strspn(*at, "0123456789");
	bool good = length == 1 || (length && **at != '0');

	*at += length;
	return good;
}

static bool list(const char **at, char end, int depth)
{
	if (take(at, end))
		return true;
	do {
		if (end == '}' && (!string(at) || !take(at, ':')))
			return false;
		if (!value(at, depth))
			return false;
	} while (take(at, ','));
	return take(at, end);
}

static bool word(const char **at, const char *wanted)
{
	size_t length = strlen(wanted);
	bool good = !strncmp(*at, wanted, length);

	*at += good ? length : 0;
	return good;
}

static bool value(const char **at, int depth)
{
	switch (*skip(at)) {
	case '{':
		++*at;
		return depth < MOST_DEEP && list(at, '}', depth + 1);
	case '[':
		++*at;
		return depth < MOST_DEEP && list(at, ']', depth + 1);
	case '"':
		return string(at);
	case 't':
		return word(at, "true");
	case 'f':
		return word(at, "false");
	default:
		return number(at);
	}
}

bool fuzz_is_json(const char *text)
{
	const char *at = text;

	setlocale(LC_CTYPE, "C.UTF-8");
	return mbstowcs(NULL, text, 0) != (size_t)-1 && value(&at, 0) &&
	       !*skip(&at);
}
