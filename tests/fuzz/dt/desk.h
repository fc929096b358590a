/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A second reader of device trees, for the desk: the clauses R1 to R6 once
 * more, written from their text, with libfdt and a blob in place of of_* and a
 * tree of nodes. It shares with the module the arithmetic of ranges and the
 * layout alone. Where the two readers disagree about a tree, one of them does
 * not do what the clauses say.
 */
#ifndef DT_DESK_H
#define DT_DESK_H

#include <stdio.h>

#include "../../../mem_map.h"

enum desk_flag {
	DESK_RESERVED = 0x01,
	DESK_NESTED = 0x02,
	DESK_NO_MAP = 0x04,
	DESK_REUSABLE = 0x08,
	DESK_BY_RULE = 0x10,
};

/**
 * struct desk_entry - one range, as the tree gives it
 * @range: its bytes
 * @flags: enum desk_flag
 * @align: what it was aligned to, where it was placed by rule
 * @name: path of the node, or "initrd"
 */
struct desk_entry {
	struct shadow_range range;
	unsigned int flags;
	u64 align;
	char *name;
};

/**
 * struct desk - what a blob says of memory
 * @blob: the blob
 * @entry: RAM, the initrd, reserved nodes with an address, those without
 * @nr_entries: how many
 * @problem: what was malformed (R6), each with its node and property
 * @nr_problems: how many
 * @depth: of the deepest node; the root's is 0
 */
struct desk {
	const void *blob;
	struct desk_entry *entry;
	unsigned int nr_entries;
	char **problem;
	unsigned int nr_problems;
	int depth;
};

/**
 * struct desk_plan - the ranges and the layout that follow
 * @ram: RAM in whole pages
 * @reserved: reserved memory in whole pages
 * @layout: what the target does with them
 * @storage: of these sets
 */
struct desk_plan {
	struct shadow_ranges ram;
	struct shadow_ranges reserved;
	struct shadow_layout layout;
	struct shadow_range *storage;
};

/*
 * Does libfdt find a blob sound, does it begin with a root, and is it of the
 * form that all tools have written for 15 years? In older forms a node's name
 * is its whole path.
 */
bool desk_is_sound(const void *blob, size_t size);

/* Read a sound blob. desk_free() releases what was found. */
void desk_read(struct desk *desk, const void *blob);
void desk_free(struct desk *desk);

/* Lay the machine out. desk_plan_free() releases the plan. */
void desk_plan_make(struct desk_plan *plan, const struct desk *desk);
void desk_plan_free(struct desk_plan *plan);

/* The sets of RAM and of reserved memory, with room for @more ranges. */
struct shadow_range *desk_sets(const struct desk *desk, unsigned int more,
			       struct shadow_ranges *ram,
			       struct shadow_ranges *reserved);

/* All of it in the words of kernel/dt_diff.c. */
void desk_print(FILE *to, const struct desk *desk,
		const struct desk_plan *plan);

/* Stop if a plan is not what a naive look at the entries gives. */
void desk_check(const struct desk *desk, const struct desk_plan *plan);

#endif /* DT_DESK_H */
