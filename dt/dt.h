/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From a device tree to ranges (R1 to R6), through the kernel's of_* functions.
 *
 *	root
 *	+- memory@80000000	device_type = "memory", reg	-> RAM
 *	+- memory@880000000
 *	+- reserved-memory
 *	|  +- abl@f8800000	reg				-> reserved
 *	|  +- vframe		size, alloc-ranges: no address	-> where the kernel
 *	|  |			put it, or where a Linux would (rows.h)
 *	|  +- debug_snapshot	a container			-> its children
 *	|     +- header@d8100000			-> reserved, "nested"
 *	+- chosen		linux,initrd-start, -end	-> reserved
 */
#ifndef SHADOW_DT_MEMORY_H
#define SHADOW_DT_MEMORY_H

#include <linux/list.h>
#include <linux/of.h>
#include <linux/types.h>

#include "../ranges.h"
#include "rows.h"

#define SHADOW_DT_RESERVED	0x01	/* else it is RAM */
#define SHADOW_DT_NESTED	0x02	/* in a container below /reserved-memory */
#define SHADOW_DT_NOMAP		0x04	/* no-map */
#define SHADOW_DT_REUSABLE	0x08	/* reusable: Linux may use it meanwhile */
#define SHADOW_DT_BY_KERNEL	0x10	/* no reg: where the running kernel put it */
#define SHADOW_DT_BY_RULE	0x20	/* no reg: where Linux's rule puts it */
#define SHADOW_DT_INITRD	0x40	/* the initrd, which a target has elsewhere */
#define SHADOW_DT_IMAGE		0x80	/* the kernel's image; it too */
#define SHADOW_DT_MEMRESERVE	0x100	/* of /memreserve/: before all nodes */

/**
 * struct shadow_dt_entry - one range as the tree (or the kernel) gives it
 * @node: member of the list of entries
 * @range: the bytes, not rounded
 * @flags: SHADOW_DT_*
 * @name: full path of the node, or for example "kernel" and "initrd"
 */
struct shadow_dt_entry {
	struct list_head node;
	struct shadow_range range;
	u32 flags;
	char name[];
};

/**
 * struct shadow_place - a place that a user gave (R3)
 * @given: somebody did
 * @base: first byte
 * @bytes: size, 0 for none; @base + @bytes - 1 does not wrap
 */
struct shadow_place {
	bool given;
	u64 base;
	u64 bytes;
};

/**
 * struct shadow_memreserve - the /memreserve/ entries of a blob (R3)
 * @given: somebody gave them; else the blob is not at hand
 * @nr: how many
 * @place: each of them; here an end past 2^64 is a warning, its entry is skipped
 */
struct shadow_memreserve {
	bool given;
	u32 nr;
	struct shadow_place *place;
};

/**
 * enum shadow_placed - what a target has at a place of its own
 * @SHADOW_IMAGE: the kernel's image; where none is given that of the running
 *	kernel stands in for it, on the machine that runs
 * @SHADOW_INITRD: the initrd; where none is given that of /chosen stands in for it
 * @SHADOW_BLOB: the device tree's blob
 * @SHADOW_NR_PLACED: how many there are
 */
enum shadow_placed {
	SHADOW_IMAGE,
	SHADOW_INITRD,
	SHADOW_BLOB,
	SHADOW_NR_PLACED,
};

/**
 * struct shadow_given - what a user said of a target, beside its tree (R3)
 * @place: where it has what, by enum shadow_placed
 * @memreserve: what its blob reserves beside the tree
 */
struct shadow_given {
	struct shadow_place place[SHADOW_NR_PLACED];
	struct shadow_memreserve memreserve;
};

/**
 * struct shadow_dt_warning - a warning: what is malformed and skipped (R6); or a
 *	hint: where somebody may stumble, although nothing is wrong
 * @node: member of the list of warnings, or of hints
 * @text: "<node path>: <property>: <what is wrong, with the numbers>"
 */
struct shadow_dt_warning {
	struct list_head node;
	char *text;
};

/**
 * struct shadow_dt - all that a device tree says about memory
 * @entries: struct shadow_dt_entry: RAM, the initrd, memreserve, reserved nodes
 *	with an address, those without, the blob, the kernel; each in the order of
 *	the tree
 * @warnings: struct shadow_dt_warning, in the order found
 * @hints: struct shadow_dt_warning, in the order found
 * @row: the Linux that places, or placed, nodes without an address
 * @nr_ram: entries that are RAM
 * @nr_reserved: entries that are reserved
 * @nr_warnings: warnings
 * @nr_hints: hints
 * @live: the tree is the one that the running kernel booted with
 */
struct shadow_dt {
	struct list_head entries;
	struct list_head warnings;
	struct list_head hints;
	const struct shadow_row *row;
	u32 nr_ram;
	u32 nr_reserved;
	u32 nr_warnings;
	u32 nr_hints;
	bool live;
};

/**
 * shadow_dt_read() - read the memory of a machine (R1 to R3, R6)
 * @dt: result; shadow_dt_free() releases it, after an error too
 * @root: the root, or any node that describes a whole machine: its children
 *	are read as the root's
 * @live: @root is the tree that the running kernel booted with, so the
 *	kernel is asked where nodes without an address lie; else @row says (R2)
 * @given: what a user gave; of it the image is left to shadow_dt_add_image()
 * @row: the Linux that would place those; NULL for the running kernel's
 *
 * A malformed property is a warning in @dt, not an error. Cells that @root does
 * not give are 1 and 1, as in Linux; its parents are not asked.
 *
 * Return: 0, -ENOMEM, or -EAGAIN where nodes came meanwhile, for which no room had
 * been made.
 */
int shadow_dt_read(struct shadow_dt *dt, struct device_node *root, bool live,
		   const struct shadow_given *given,
		   const struct shadow_row *row);

/**
 * shadow_dt_add_image() - add the kernel's image as reserved (R3)
 * @dt: what shadow_dt_read() gave
 * @image: the image that a user gave
 *
 * Where none was given and the tree is live, the running kernel's is looked up in
 * the tree of /proc/iomem, without the lock of that tree; where it is not shown
 * there, that is a warning in @dt.
 *
 * Return: 0, or -ENOMEM.
 */
int shadow_dt_add_image(struct shadow_dt *dt, const struct shadow_place *image);

/**
 * shadow_dt_ranges() - all RAM and all reserved memory in whole pages (R4)
 * @dt: what was read
 * @ram: an empty set with room for @dt->nr_ram ranges
 * @reserved: an empty set with room for @dt->nr_reserved ranges
 *
 * Touching ranges are merged before they are rounded, so that a page is not
 * lost where two ranges meet in it.
 *
 * Return: 0, or -ENOSPC where a set is too small.
 */
int shadow_dt_ranges(const struct shadow_dt *dt, struct shadow_ranges *ram,
		     struct shadow_ranges *reserved);

/**
 * shadow_dt_hint_moved() - a hint at each node that Linux could have placed elsewhere
 * @dt: what was read, with the image
 *
 * That is where a node was placed over the image or the initrd: Linux has its own
 * somewhere, and places no node there.
 *
 * Return: 0, or -ENOMEM.
 */
int shadow_dt_hint_moved(struct shadow_dt *dt);

/**
 * shadow_dt_machines() - which nodes of a tree describe a machine
 * @np: any node of the tree
 *
 * Those are the nodes that have a memory node as a child.
 *
 * Return: full paths of the first 8, "and more" behind them where there are more,
 * or "none"; from kmalloc, NULL for out of memory.
 */
char *shadow_dt_machines(struct device_node *np);

/**
 * shadow_dt_free() - release what was read
 * @dt: what to release
 */
void shadow_dt_free(struct shadow_dt *dt);

#endif /* SHADOW_DT_MEMORY_H */
