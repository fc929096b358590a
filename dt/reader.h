/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Inside of this room: what reads a tree, in the order of the calls.
 *
 *	read.c		the tree as a whole
 *	memory.c	memory nodes, initrd
 *	reserved.c	/reserved-memory
 *	request.c	what its dynamic nodes ask for
 *	place.c		where they lie, by Linux's rule
 *	scan.c		what Linux notes of it before
 *	rows.c		how Linux's rule differs from release to release
 *	twins.c		those that share their name
 *	image.c		the running kernel's image
 *	given.c		what a user gave
 *	hints.c		where somebody may stumble
 *	property.c	properties cut into numbers
 *	store.c		what was found
 *
 * A reader keeps its first error and goes on, so that nothing here has to
 * return one; shadow_dt_read() returns it at the end.
 */
#ifndef SHADOW_DT_INTERNAL_H
#define SHADOW_DT_INTERNAL_H

#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/slab.h>
#include <linux/types.h>

#include "dt.h"

/**
 * struct shadow_dt_reader - a tree that is being read
 * @dt: where the findings go
 * @err: 0, -ENOMEM or -EAGAIN
 */
struct shadow_dt_reader {
	struct shadow_dt *dt;
	int err;
};

/**
 * struct shadow_dt_cells - how many 32-bit cells a number takes
 * @addr: for an address, 1 or 2; 0 where #address-cells was malformed
 * @size: for a size, 1 or 2; 0 where #size-cells was malformed
 */
struct shadow_dt_cells {
	u32 addr;
	u32 size;
};

/**
 * struct shadow_dt_list - a property that lists address and size pairs
 * @np: its node
 * @prop: its name
 * @value: its first cell
 * @cells: how it is to be cut
 * @nr: how many pairs
 */
struct shadow_dt_list {
	const struct device_node *np;
	const char *prop;
	const __be32 *value;
	struct shadow_dt_cells cells;
	u32 nr;
};

/**
 * struct shadow_dt_deferred - a node that is read when more is known
 * @node: member of a list
 * @np: the node, with a reference
 * @top: the /reserved-memory that it belongs to; it may be that one
 * @cells: how its numbers are to be cut
 * @flags: SHADOW_DT_*
 * @twin: the running kernel cannot tell it from another, see twins.c
 */
struct shadow_dt_deferred {
	struct list_head node;
	struct device_node *np;
	const struct shadow_dt_deferred *top;
	struct shadow_dt_cells cells;
	u32 flags;
	bool twin;
};

/**
 * shadow_dt_add_warning() - put a warning on the list (R6)
 * @r: the reader
 * @text: the whole of it, from kmalloc, now owned; NULL for out of memory
 */
void shadow_dt_add_warning(struct shadow_dt_reader *r, char *text);

/**
 * shadow_dt_note() - note something malformed (R6)
 * @r: the reader
 * @np: the node
 * @prop: the property
 * @what: what is wrong, from kmalloc, now owned; NULL for out of memory
 */
void shadow_dt_note(struct shadow_dt_reader *r, const struct device_node *np,
		    const char *prop, char *what);

/* The same with a format in place of @what. */
#define shadow_dt_warning(r, np, prop, fmt, ...) \
	shadow_dt_note(r, np, prop, \
		       kasprintf(GFP_KERNEL, fmt, ##__VA_ARGS__))

/**
 * shadow_dt_add_hint() - put a hint on the list
 * @r: the reader
 * @text: the whole of it, from kmalloc, now owned; NULL for out of memory
 */
void shadow_dt_add_hint(struct shadow_dt_reader *r, char *text);

/**
 * shadow_dt_note_hint() - note where somebody may stumble; all of it counts
 * @r: the reader
 * @np: the node
 * @prop: the property
 * @what: what to know of it, from kmalloc, now owned; NULL for out of memory
 */
void shadow_dt_note_hint(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *prop,
			 char *what);

/* The same with a format in place of @what. */
#define shadow_dt_hint(r, np, prop, fmt, ...) \
	shadow_dt_note_hint(r, np, prop, \
			    kasprintf(GFP_KERNEL, fmt, ##__VA_ARGS__))

/* A warning, and what @np has there does not count. */
#define shadow_dt_skip(r, np, prop, fmt, ...) \
	shadow_dt_warning(r, np, prop, fmt ", entry skipped", ##__VA_ARGS__)

/**
 * shadow_dt_add() - note a range
 * @r: the reader
 * @range: the range
 * @flags: SHADOW_DT_*
 * @name: name, which is copied; NULL for out of memory
 */
void shadow_dt_add(struct shadow_dt_reader *r, const struct shadow_range *range,
		   u32 flags, const char *name);

/**
 * shadow_dt_add_of() - note a range that has its node's name
 * @r: the reader
 * @range: the range
 * @flags: SHADOW_DT_*
 * @np: the node
 */
void shadow_dt_add_of(struct shadow_dt_reader *r,
		      const struct shadow_range *range, u32 flags,
		      const struct device_node *np);

/**
 * shadow_dt_read_cells() - a node's #address-cells and #size-cells (R1, R2)
 * @r: the reader
 * @np: the node
 * @cells: what holds where the node says nothing; changed where it does
 */
void shadow_dt_read_cells(struct shadow_dt_reader *r,
			  const struct device_node *np,
			  struct shadow_dt_cells *cells);

/**
 * shadow_dt_says() - is a property this text?
 * @np: the node
 * @prop: the property
 * @text: the text; of a list of strings the first is compared
 *
 * Return: false where it is missing or no NUL ends it, too.
 */
bool shadow_dt_says(const struct device_node *np, const char *prop,
		    const char *text);

/**
 * shadow_dt_is_available() - is a node there, by its status?
 * @np: the node
 *
 * Return: false where it is disabled, or where status is malformed.
 */
bool shadow_dt_is_available(const struct device_node *np);

/**
 * shadow_dt_string_ok() - may the kernel's string functions see a property?
 * @r: the reader
 * @np: the node
 * @prop: the property
 *
 * Return: true where it is missing or ends in NUL; else a warning.
 */
bool shadow_dt_string_ok(struct shadow_dt_reader *r,
			 const struct device_node *np, const char *prop);

/**
 * shadow_dt_usable() - is a node there? A malformed status is named
 * @r: the reader
 * @np: the node
 *
 * Return: as shadow_dt_is_available().
 */
bool shadow_dt_usable(struct shadow_dt_reader *r, const struct device_node *np);

/**
 * shadow_dt_is_named() - does a node have this name?
 * @np: the node
 * @name: the name, without a unit address; @np may have one
 *
 * Return: whether it has.
 */
bool shadow_dt_is_named(const struct device_node *np, const char *name);

/**
 * shadow_dt_list_open() - begin to read a list of address and size pairs
 * @r: the reader
 * @list: filled in
 * @np: the node
 * @prop: the property
 * @cells: how it is to be cut
 *
 * Return: false where it cannot be cut; there is a warning then.
 */
bool shadow_dt_list_open(struct shadow_dt_reader *r,
			 struct shadow_dt_list *list,
			 const struct device_node *np, const char *prop,
			 struct shadow_dt_cells cells);

/**
 * shadow_dt_list_range() - one pair of a list
 * @r: the reader
 * @list: the list
 * @i: which one, below @list->nr
 * @range: set to its bytes
 *
 * Return: false where the pair is no range; there is a warning then.
 */
bool shadow_dt_list_range(struct shadow_dt_reader *r,
			  const struct shadow_dt_list *list, u32 i,
			  struct shadow_range *range);

/**
 * shadow_dt_add_list() - note all ranges of a list
 * @r: the reader
 * @np: the node
 * @prop: the property
 * @cells: how it is to be cut
 * @flags: SHADOW_DT_*
 *
 * Return: false where it cannot be cut, as for shadow_dt_list_open().
 */
bool shadow_dt_add_list(struct shadow_dt_reader *r,
			const struct device_node *np, const char *prop,
			struct shadow_dt_cells cells, u32 flags);

static inline bool shadow_dt_has(const struct device_node *np,
				 const char *prop)
{
	return of_find_property(np, prop, NULL);
}

/**
 * shadow_dt_read_address() - an address whose length says how many cells it has
 * @r: the reader
 * @np: the node
 * @prop: the property
 * @pa: set to the address
 *
 * Return: false where it is missing or malformed; there is a warning then.
 */
bool shadow_dt_read_address(struct shadow_dt_reader *r,
			    const struct device_node *np, const char *prop,
			    u64 *pa);

/**
 * shadow_dt_read_memory() - read the memory nodes (R1)
 * @r: the reader
 * @root: their parent
 * @cells: of @root
 */
void shadow_dt_read_memory(struct shadow_dt_reader *r,
			   const struct device_node *root,
			   struct shadow_dt_cells cells);

/**
 * shadow_dt_read_initrd() - read the initrd's place from /chosen (R3)
 * @r: the reader
 * @root: whose child that is
 */
void shadow_dt_read_initrd(struct shadow_dt_reader *r,
			   const struct device_node *root);

/**
 * shadow_dt_add_place() - note a place that a user gave (R3)
 * @r: the reader
 * @place: the place; where it is none, nothing is noted
 * @flags: SHADOW_DT_*, beside that it is reserved
 * @name: name, which is copied
 */
void shadow_dt_add_place(struct shadow_dt_reader *r,
			 const struct shadow_place *place, u32 flags,
			 const char *name);

/**
 * shadow_dt_add_memreserve() - note what a blob reserves beside its tree (R3)
 * @r: the reader
 * @list: its entries
 */
void shadow_dt_add_memreserve(struct shadow_dt_reader *r,
			      const struct shadow_memreserve *list);

/**
 * shadow_dt_read_hints() - say where somebody may stumble
 * @r: the reader; all else was read
 * @root: whose children describe the machine
 * @cells: of @root
 */
void shadow_dt_read_hints(struct shadow_dt_reader *r, struct device_node *root,
			  struct shadow_dt_cells cells);

/**
 * shadow_dt_place() - place dynamic nodes where Linux would (R2)
 * @r: the reader; RAM and what is reserved before any node are already known
 * @tops: struct shadow_dt_deferred: /reserved-memory; of several the one that
 *	Linux reads first, then those that it ignores, as if it did not
 * @nodes: struct shadow_dt_deferred: their dynamic nodes
 */
void shadow_dt_place(struct shadow_dt_reader *r, const struct list_head *tops,
		     const struct list_head *nodes);

/**
 * shadow_dt_mark_twins() - find dynamic nodes that have a name in common (R2)
 * @r: the reader; all entries with an address are already known
 * @dynamic: struct shadow_dt_deferred; @twin is set in those that the running
 *	kernel cannot tell from another dynamic node, or from an entry that lies
 *	where it says
 */
void shadow_dt_mark_twins(struct shadow_dt_reader *r,
			  const struct list_head *dynamic);

/**
 * shadow_dt_read_reserved() - read /reserved-memory (R2)
 * @r: the reader; RAM and the initrd are already known
 * @root: whose child it is; where there are several of that name, all count
 * @cells: of @root
 */
void shadow_dt_read_reserved(struct shadow_dt_reader *r,
			     struct device_node *root,
			     struct shadow_dt_cells cells);

#endif /* SHADOW_DT_INTERNAL_H */
