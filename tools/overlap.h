/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which things lie over each other (E8).
 *
 *	mem_map		   |=============|
 *	free					|====|     |=========|
 *	initrd			      |========|
 *	reserved	|==|				      |===|
 *			      ^ named: mem_map	      ^ and a free block
 */
#ifndef TOOL_OVERLAP_H
#define TOOL_OVERLAP_H

#include <stdio.h>

#include <linux/types.h>

#include "../dt/dt.h"

/**
 * enum tool_kind - what a thing is
 * @TOOL_THING_MEM_MAP: the array of descriptors
 * @TOOL_THING_HEAP: the heap
 * @TOOL_THING_FREE: what the allocator may hand out once the heap is taken
 * @TOOL_THING_IMAGE: the kernel's image
 * @TOOL_THING_INITRD: the initrd
 * @TOOL_THING_BLOB: the device tree blob
 * @TOOL_THING_MEMRESERVE: an entry of the blob's /memreserve/
 * @TOOL_THING_RESERVED: a node of /reserved-memory, or all that a plan reserves
 * @TOOL_NR_KINDS: how many there are
 */
enum tool_kind {
	TOOL_THING_MEM_MAP,
	TOOL_THING_HEAP,
	TOOL_THING_FREE,
	TOOL_THING_IMAGE,
	TOOL_THING_INITRD,
	TOOL_THING_BLOB,
	TOOL_THING_MEMRESERVE,
	TOOL_THING_RESERVED,
	TOOL_NR_KINDS,
};

/**
 * struct tool_thing - a thing and its place
 * @kind: what it is
 * @range: where it lies
 * @name: what it is called; kept by the caller
 * @next: used while overlaps are looked for
 */
struct tool_thing {
	enum tool_kind kind;
	struct shadow_range range;
	const char *name;
	struct tool_thing *next;
};

/**
 * struct tool_things - things that should not lie over each other
 * @thing: the things
 * @nr: how many
 * @room: how many fit into @thing
 */
struct tool_things {
	struct tool_thing *thing;
	size_t nr;
	size_t room;
};

/**
 * tool_kind_of() - what an entry of a device tree is
 * @entry: a reserved one
 *
 * Return: TOOL_THING_IMAGE or one of those behind it.
 */
enum tool_kind tool_kind_of(const struct shadow_dt_entry *entry);

/**
 * tool_things_add() - add a thing
 * @things: where to; empty at first
 * @kind: what it is
 * @range: where it lies
 * @name: what it is called; kept by the caller
 */
void tool_things_add(struct tool_things *things, enum tool_kind kind,
		     const struct shadow_range *range, const char *name);

/**
 * tool_things_add_free() - add free memory, without the block that the heap is cut from
 * @things: where to
 * @range: what is free before the heap is taken
 * @block: that block; of no bytes where its last is below its start
 * @name: what it is called; kept by the caller
 */
void tool_things_add_free(struct tool_things *things,
			  const struct shadow_range *range,
			  const struct shadow_range *block, const char *name);

/**
 * tool_things_show() - name what lies over each other (E8)
 * @things: what there is; sorted afterwards
 * @out: gets a line a pair, both with their ranges
 * @most: no more than so many lines
 *
 * It takes n log n steps for n things, and one for each line. That nodes of
 * /reserved-memory and entries of /memreserve/ lie over each other and over what
 * the bootloader loaded is usual, and so not named.
 *
 * Return: how many lines there would be, at most @most + 1.
 */
size_t tool_things_show(struct tool_things *things, FILE *out, size_t most);

/**
 * tool_things_free() - release them
 * @things: what to release
 */
void tool_things_free(struct tool_things *things);

#endif /* TOOL_OVERLAP_H */
