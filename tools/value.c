// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers and places as programs print them. See value.h.
 */
#include <string.h>

#include <linux/kernel.h>

#include "../exercise/command.h"
#include "value.h"

/* Read a number and return what follows it, or NULL where there is none. */
static const char *read_number(const char *text, u64 *number)
{
	unsigned int base = 10, digit;
	u64 sum = 0;

	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
		base = 16;
		text += 2;
	}
	if (shadow_digit_of(*text) >= base)
		return NULL;
	for (; *text == '_' || shadow_digit_of(*text) < base; text++) {
		if (*text == '_')
			continue;
		digit = shadow_digit_of(*text);
		if (sum > (U64_MAX - digit) / base)
			return NULL;
		sum = sum * base + digit;
	}
	*number = sum;
	return text;
}

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " ");
}

bool tool_number_parse(const char *text, u64 *number)
{
	bool minus = *text == '-';
	u64 found;

	text = read_number(text + minus, &found);
	if (!text || (*text && !strchr(" ,;", *text)))
		return false;
	*number = minus ? -found : found;
	return true;
}

bool tool_place_parse(const char *text, struct shadow_range *range)
{
	u64 start, other;
	bool size;

	text = read_number(text, &start);
	if (!text)
		return false;
	text = skip_blanks(text);
	size = *text == ',';
	if (!strncmp(text, "..=", 3))
		text += 3;
	else if (!strncmp(text, "..", 2))
		text += 2;
	else if (size || *text == '-')
		text++;
	else
		return false;
	text = read_number(skip_blanks(text), &other);
	if (!text || !other || (*text && !strchr(" ,;", *text)))
		return false;
	if (size)
		other = start + (other - 1);
	else if (!(other & ~SHADOW_PAGE_MASK))
		other--;
	if (other < start)
		return false;
	*range = (struct shadow_range){ start, other };
	return true;
}
