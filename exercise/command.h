/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a user writes: the commands of "run", and the parameters that are
 * numbers, sizes or words of ours.
 *
 *	torture seed=7 ops=0x100 time=5
 *	NAME    OPTION=NUMBER ...	blanks between words, before and after
 *
 * A number is decimal, octal after 0 or hexadecimal after 0x, as everywhere in
 * Linux. It has no sign, and one that 64 bits do not hold is refused: nothing
 * wraps. Text is read in place and only as far as its NUL.
 */
#ifndef SHADOW_COMMAND_H
#define SHADOW_COMMAND_H

#include <linux/types.h>

#include "../dt/dt.h"
#include "ops.h"

#define SHADOW_MOST_OPS		1000000000ULL
#define SHADOW_MOST_SECONDS	1000000ULL
#define SHADOW_MOST_SIZE	(1024ULL << 30)
#define SHADOW_MOST_MEMRESERVE	64

/**
 * struct shadow_command - a command and its options
 * @exercise: what is to be done; NULL for "stop", which ends what runs
 * @seed: where random numbers begin, 0 for anywhere
 * @ops: random operations
 * @ops_given: @ops is not the exercise's own number
 * @seconds: the longest that they go on, 0 for what the exercise finds right
 */
struct shadow_command {
	const struct shadow_exercise_ops *exercise;
	u64 seed;
	u64 ops;
	bool ops_given;
	u64 seconds;
};

/**
 * enum shadow_on_panic - what to do where the target would panic (E4)
 * @SHADOW_ON_PANIC_REPORT: say so
 * @SHADOW_ON_PANIC_FAIL: and refuse to load
 * @SHADOW_ON_PANIC_PANIC: panic too
 */
enum shadow_on_panic {
	SHADOW_ON_PANIC_REPORT,
	SHADOW_ON_PANIC_FAIL,
	SHADOW_ON_PANIC_PANIC,
};

/**
 * shadow_digit_of() - the value of a digit in any base up to 16
 * @c: the character
 *
 * Return: 0 to 15, or 16 for what is no digit of such a base.
 */
static inline unsigned int shadow_digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' ^ 'A';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/**
 * shadow_command_parse() - read a command
 * @command: set to it; what is not in @text gets its default
 * @text: the name of an exercise, or "stop", which has no options; of an option
 *	that comes twice the last one counts
 * @exercises: those that there are; NULL ends the table
 *
 * Return: 0, or -EINVAL for anything else; @command is as it was then.
 */
int shadow_command_parse(struct shadow_command *command, const char *text,
			 const struct shadow_exercise_ops * const exercises[]);

/**
 * shadow_command_form() - what was expected in place of a command that is none
 * @form: set to the form of the command with whose name @text begins, be it an
 *	exercise, "stop" or one by hand, or to the names of all
 * @size: its room in bytes; what does not fit is cut off
 * @text: what shadow_command_parse() and shadow_hand_parse() refused
 * @exercises: as above
 */
void shadow_command_form(char *form, unsigned int size, const char *text,
			 const struct shadow_exercise_ops * const exercises[]);

/**
 * shadow_number_parse() - read a number
 * @text: the number and nothing else
 * @number: set to it
 *
 * Return: 0 or -EINVAL; @number is as it was then.
 */
int shadow_number_parse(const char *text, u64 *number);

/**
 * shadow_size_parse() - read a number of bytes
 * @text: a number, perhaps with one of the letters kKmMgGtT for a power of 1024
 * @bytes: set to it, at most 1 TiB
 *
 * Return: 0 or -EINVAL; @bytes is as it was then.
 */
int shadow_size_parse(const char *text, u64 *bytes);

/**
 * shadow_place_parse() - read a place, as of the kernel's image (R3)
 * @text: "BASE,SIZE", each as shadow_size_parse() takes it, but up to 64 bits; or
 *	"none"
 * @place: set to it
 *
 * Return: 0, or -EINVAL for anything else, a size of 0, and an end past 2^64; @place
 * is as it was then.
 */
int shadow_place_parse(const char *text, struct shadow_place *place);

/**
 * shadow_memreserve_parse() - read several places, as a blob reserves them (R3)
 * @text: "BASE,SIZE" as often as wanted, with commas between; or "none"
 * @list: set to them; its places have room for SHADOW_MOST_MEMRESERVE
 *
 * Return: 0, or -EINVAL as above, and for more than there is room for; @list is as
 * it was then.
 */
int shadow_memreserve_parse(const char *text, struct shadow_memreserve *list);

/**
 * shadow_on_panic_parse() - read one of the words of on_panic=
 * @text: "report", "fail" or "panic"
 * @what: set to what it stands for
 *
 * Return: 0 or -EINVAL; @what is as it was then.
 */
int shadow_on_panic_parse(const char *text, enum shadow_on_panic *what);

/**
 * shadow_on_panic_name() - the word again
 * @what: what it stands for
 *
 * Return: "report", "fail" or "panic".
 */
const char *shadow_on_panic_name(enum shadow_on_panic what);

#endif /* SHADOW_COMMAND_H */
