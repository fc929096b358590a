// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user writes. See command.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/types.h>

#include "command.h"
#include "hand.h"

static const char * const on_panic_names[] = {
	[SHADOW_ON_PANIC_REPORT] = "report",
	[SHADOW_ON_PANIC_FAIL] = "fail",
	[SHADOW_ON_PANIC_PANIC] = "panic",
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/* What follows a prefix of the text, or NULL where it begins otherwise. */
static const char *skip_prefix(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return NULL;
	return text;
}

static bool equal(const char *text, const char *word)
{
	text = skip_prefix(text, word);
	return text && !*text;
}

/* What follows a whole word and the blanks after it, or NULL. */
static const char *skip_word(const char *text, const char *word)
{
	text = skip_prefix(text, word);
	return text && (!*text || is_blank(*text)) ? skip_blanks(text) : NULL;
}

/* Read a number and return what follows it, or NULL where there is none. */
static const char *read_number(const char *text, u64 *number)
{
	unsigned int base = 10;
	u64 sum = 0;

	if (shadow_digit_of(*text) >= base)
		return NULL;
	if (*text == '0') {
		base = 8;
		if ((text[1] == 'x' || text[1] == 'X') &&
		    shadow_digit_of(text[2]) < 16) {
			base = 16;
			text += 2;
		}
	}
	for (; shadow_digit_of(*text) < base; text++) {
		unsigned int digit = shadow_digit_of(*text);

		if (sum > (U64_MAX - digit) / base)
			return NULL;
		sum = sum * base + digit;
	}
	*number = sum;
	return text;
}

/* "NAME=NUMBER": what follows it and the blanks after it, or NULL. */
static const char *read_option(const char *text, const char *name, u64 most,
			       u64 *value)
{
	u64 number;

	text = skip_prefix(text, name);
	text = text ? read_number(text, &number) : NULL;
	if (!text || number > most || (*text && !is_blank(*text)))
		return NULL;
	*value = number;
	return skip_blanks(text);
}

/* What follows the option that comes first, or NULL where it is none. */
static const char *read_any(struct shadow_command *command, const char *text)
{
	const char *next = read_option(text, "seed=", U64_MAX, &command->seed);

	if (!next)
		next = read_option(text, "time=", SHADOW_MOST_SECONDS,
				   &command->seconds);
	if (next)
		return next;
	next = read_option(text, "ops=", SHADOW_MOST_OPS, &command->ops);
	command->ops_given = command->ops_given || next;
	return next;
}

static int read_options(struct shadow_command *command, const char *text)
{
	while (*text) {
		text = read_any(command, text);
		if (!text || !command->exercise)
			return -EINVAL;
	}
	return 0;
}

int shadow_command_parse(struct shadow_command *command, const char *text,
			 const struct shadow_exercise_ops * const exercises[])
{
	struct shadow_command found = {};
	const char *options;
	unsigned int i;

	text = skip_blanks(text);
	options = skip_word(text, "stop");
	for (i = 0; exercises[i] && !options; i++) {
		options = skip_word(text, exercises[i]->name);
		found.exercise = exercises[i];
		found.ops = exercises[i]->ops;
	}
	if (!options || read_options(&found, options))
		return -EINVAL;
	*command = found;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_command_parse);

static const struct {
	const char *name;
	const char *form;
	enum shadow_hand_what what;
	unsigned int numbers;
} by_hand[] = {
	{ "alloc", "alloc ORDER, the order from 0 to 20", SHADOW_HAND_ALLOC, 1 },
	{ "free", "free ADDRESS ORDER, such as free 0x80000000 3",
	  SHADOW_HAND_FREE, 2 },
	{ "show", "show alone", SHADOW_HAND_SHOW, 0 },
	{ "map", "map alone", SHADOW_HAND_MAP, 0 },
	{ "reset", "reset alone", SHADOW_HAND_RESET, 0 },
};

/* So many numbers, with blanks behind each but the last: what follows, or NULL. */
static const char *read_numbers(const char *text, unsigned int nr, u64 *number)
{
	const char *next;

	for (; nr; nr--, number++) {
		next = read_number(text, number);
		if (!next || (*next && !is_blank(*next)))
			return NULL;
		text = skip_blanks(next);
	}
	return text;
}

int shadow_hand_parse(struct shadow_hand *hand, const char *text)
{
	const char *name = skip_blanks(text);
	unsigned int i, numbers;
	u64 number[2] = {};

	for (i = 0; i < ARRAY_SIZE(by_hand); i++) {
		numbers = by_hand[i].numbers;
		text = skip_word(name, by_hand[i].name);
		text = text ? read_numbers(text, numbers, number) : NULL;
		if (!text || *text)
			continue;
		hand->what = by_hand[i].what;
		hand->pa = number[0];
		hand->order = min_t(u64, numbers ? number[numbers - 1] : 0,
				    U32_MAX);
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(shadow_hand_parse);

/* The names of all commands. */
static void list_names(char *form, size_t size,
		       const struct shadow_exercise_ops * const exercises[])
{
	size_t len = scnprintf(form, size, "one of ");
	unsigned int i;

	for (i = 0; exercises[i]; i++)
		len += scnprintf(form + len, size - len, "%s, ",
				 exercises[i]->name);
	len += scnprintf(form + len, size - len, "stop");
	for (i = 0; i < ARRAY_SIZE(by_hand); i++)
		len += scnprintf(form + len, size - len, ", %s",
				 by_hand[i].name);
}

void shadow_command_form(char *form, unsigned int size, const char *text,
			 const struct shadow_exercise_ops * const exercises[])
{
	unsigned int i;

	text = skip_blanks(text);
	for (i = 0; i < ARRAY_SIZE(by_hand); i++) {
		if (!skip_word(text, by_hand[i].name))
			continue;
		scnprintf(form, size, "%s", by_hand[i].form);
		return;
	}
	for (i = 0; exercises[i]; i++) {
		if (!skip_word(text, exercises[i]->name))
			continue;
		scnprintf(form, size, "%s [seed=NUMBER] [ops=NUMBER] [time=SECONDS], at most ops=%llu and time=%llu",
			  exercises[i]->name, SHADOW_MOST_OPS,
			  SHADOW_MOST_SECONDS);
		return;
	}
	if (skip_word(text, "stop"))
		scnprintf(form, size, "stop alone");
	else
		list_names(form, size, exercises);
}
EXPORT_SYMBOL_GPL(shadow_command_form);

int shadow_number_parse(const char *text, u64 *number)
{
	u64 found;

	text = read_number(text, &found);
	if (!text || *text)
		return -EINVAL;
	*number = found;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_number_parse);

/* The power of two that a letter stands for, 0 for no letter of a size. */
static unsigned int shift_of(char c)
{
	switch (c | ('a' ^ 'A')) {
	case 'k':
		return 10;
	case 'm':
		return 20;
	case 'g':
		return 30;
	case 't':
		return 40;
	default:
		return 0;
	}
}

/* Read a number with or without such a letter: what follows it, or NULL. */
static const char *read_bytes(const char *text, u64 most, u64 *bytes)
{
	unsigned int shift;
	u64 number;

	text = read_number(text, &number);
	if (!text)
		return NULL;
	shift = shift_of(*text);
	if (number > most >> shift)
		return NULL;
	*bytes = number << shift;
	return shift ? text + 1 : text;
}

int shadow_size_parse(const char *text, u64 *bytes)
{
	u64 found;

	text = read_bytes(text, SHADOW_MOST_SIZE, &found);
	if (!text || *text)
		return -EINVAL;
	*bytes = found;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_size_parse);

/* "BASE,SIZE": what follows it, or NULL. */
static const char *read_place(const char *text, struct shadow_place *place)
{
	struct shadow_place found = { .given = true };

	text = read_bytes(text, U64_MAX, &found.base);
	text = text ? skip_prefix(text, ",") : NULL;
	text = text ? read_bytes(text, U64_MAX, &found.bytes) : NULL;
	if (!text || !found.bytes ||
	    found.base + (found.bytes - 1) < found.base)
		return NULL;
	*place = found;
	return text;
}

int shadow_place_parse(const char *text, struct shadow_place *place)
{
	struct shadow_place found = { .given = true };

	if (!equal(text, "none")) {
		text = read_place(text, &found);
		if (!text || *text)
			return -EINVAL;
	}
	*place = found;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_place_parse);

/* How many places the text gives, or 0 where it is no list of some. */
static u32 count_places(const char *text)
{
	struct shadow_place place;
	u32 nr = 0;

	for (;; text++) {
		text = read_place(text, &place);
		if (!text || nr == SHADOW_MOST_MEMRESERVE)
			return 0;
		nr++;
		if (*text != ',')
			return *text ? 0 : nr;
	}
}

int shadow_memreserve_parse(const char *text, struct shadow_memreserve *list)
{
	u32 nr = 0, i;

	if (!equal(text, "none")) {
		nr = count_places(text);
		if (!nr)
			return -EINVAL;
	}
	for (i = 0; i < nr; i++)
		text = read_place(text, &list->place[i]) + 1;
	list->given = true;
	list->nr = nr;
	return 0;
}
EXPORT_SYMBOL_GPL(shadow_memreserve_parse);

int shadow_on_panic_parse(const char *text, enum shadow_on_panic *what)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(on_panic_names); i++) {
		if (!equal(text, on_panic_names[i]))
			continue;
		*what = i;
		return 0;
	}
	return -EINVAL;
}
EXPORT_SYMBOL_GPL(shadow_on_panic_parse);

const char *shadow_on_panic_name(enum shadow_on_panic what)
{
	return on_panic_names[what];
}
EXPORT_SYMBOL_GPL(shadow_on_panic_name);
