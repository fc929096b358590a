/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Ranges of two machines that belong together, and what became of each.
 *
 * What is the same in both, range, name and note, counts no more. Of the rest ranges
 * with one name belong together in the order of their addresses, then those with
 * one name up to the unit address. Where names say nothing, ranges with the
 * same first byte do, then those with the same last byte. n log n.
 */
#ifndef TOOL_PAIRS_H
#define TOOL_PAIRS_H

#include <stddef.h>

#include "../ranges.h"

/**
 * struct tool_piece - a part of a text that somebody else keeps
 * @at: its first character
 * @length: how many
 */
struct tool_piece {
	const char *at;
	size_t length;
};

/**
 * struct tool_item - a range of a machine
 * @range: first and last byte
 * @name: its name
 * @note: what stands behind that
 */
struct tool_item {
	struct shadow_range range;
	struct tool_piece name;
	struct tool_piece note;
};

/**
 * struct tool_items - ranges of a machine
 * @item: the ranges
 * @nr: how many
 */
struct tool_items {
	struct tool_item *item;
	size_t nr;
};

/**
 * struct tool_change - what differs
 * @from: the range of one machine
 * @to: that of the other
 * @has_from: whether there is @from
 * @has_to: whether there is @to
 */
struct tool_change {
	struct tool_item from;
	struct tool_item to;
	bool has_from;
	bool has_to;
};

/**
 * struct tool_changes - all that differs
 * @change: the caller's storage
 * @nr: how many
 */
struct tool_changes {
	struct tool_change *change;
	size_t nr;
};

/**
 * tool_piece_compare() - compare two pieces as strings
 * @a: one
 * @b: the other
 *
 * Return: below, above or equal to 0.
 */
int tool_piece_compare(const struct tool_piece *a, const struct tool_piece *b);

/**
 * tool_items_compare() - find what differs
 * @a: ranges of one machine, used up
 * @b: ranges of the other, used up
 * @named: names say what belongs together
 * @changes: empty, with room for @a->nr + @b->nr; set to what differs, by address
 */
void tool_items_compare(struct tool_items *a, struct tool_items *b, bool named,
			struct tool_changes *changes);

#endif /* TOOL_PAIRS_H */
