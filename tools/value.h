/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Numbers and places as programs print them (D1).
 */
#ifndef TOOL_VALUE_H
#define TOOL_VALUE_H

#include <linux/types.h>

#include "../ranges.h"

/**
 * tool_number_parse() - read a number that a target printed
 * @text: decimal, or hexadecimal after 0x; with _ between digits, and perhaps a
 *	sign; what follows a blank, a comma or a semicolon is not read
 * @number: set to it
 *
 * Return: whether it is a number of 64 bits.
 */
bool tool_number_parse(const char *text, u64 *number);

/**
 * tool_place_parse() - read a place that a target printed
 * @text: "BASE,SIZE", "BASE..LAST" or "BASE-LAST"; a LAST that is a multiple of
 *	4096 is the first byte behind the place, as a range of Rust has it
 * @range: set to it
 *
 * Return: whether it is a place with at least one byte.
 */
bool tool_place_parse(const char *text, struct shadow_range *range);

#endif /* TOOL_VALUE_H */
