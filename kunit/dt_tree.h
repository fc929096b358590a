/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees made by hand for the tests of dt/, and what is read from them.
 * A test is a row of a table:
 *
 *	{ "a size may have one cell",
 *	  { TREE_CELLS("", "#size-cells", 1),
 *	    TREE_MEMORY("memory@880000000", 8, 0x80000000, 0x40000000) },
 *	  .ram = { { 0x880000000, 0x8bfffffff } } },
 */
#ifndef SHADOW_KUNIT_DT_TREE_H
#define SHADOW_KUNIT_DT_TREE_H

#include <kunit/test.h>
#include <linux/of.h>

#include "../dt/dt.h"

/**
 * struct shadow_tree_prop - a property; it replaces one of that name
 * @path: names of nodes from the root down, "" is the root; nodes that are not
 *	there yet become the last children of their parents
 * @name: its name; NULL if the node alone is wanted, or a bus
 * @cells: the value as numbers, or NULL; of a bus its two kinds of cells
 * @bytes: the value, where it is not cells
 * @length: of the value in bytes
 * @memory: the node gets the device_type of memory, too
 */
struct shadow_tree_prop {
	const char *path;
	const char *name;
	const u32 *cells;
	const void *bytes;
	int length;
	bool memory;
};

#define TREE_NUMBERS(...) \
	.cells = (const u32[]){ __VA_ARGS__ }, \
	.length = sizeof((const u32[]){ __VA_ARGS__ })
#define TREE_CELLS(at, property, ...) \
	{ .path = at, .name = property, TREE_NUMBERS(__VA_ARGS__) }
#define TREE_MEMORY(at, ...) \
	{ .path = at, .name = "reg", .memory = true, TREE_NUMBERS(__VA_ARGS__) }
#define TREE_BUS(at, addr, size) \
	{ .path = at, TREE_NUMBERS(addr, size) }
#define TREE_NODE(at) \
	{ .path = at }
/* A string with its NUL, a string's bytes without it, and no bytes. */
#define TREE_TEXT(at, property, text) \
	{ .path = at, .name = property, .bytes = text, .length = sizeof(text) }
#define TREE_BYTES(at, property, text) \
	{ .path = at, .name = property, .bytes = text, \
	  .length = sizeof(text) - 1 }
#define TREE_FLAG(at, property)		TREE_BYTES(at, property, "")

/**
 * struct shadow_tree_entry - an entry that is expected
 * @name: as the reader gives it
 * @start: first byte
 * @last: last byte
 * @flags: SHADOW_DT_*
 */
struct shadow_tree_entry {
	const char *name;
	u64 start;
	u64 last;
	u32 flags;
};

/**
 * struct shadow_tree_case - a tree and what must be read from it
 * @name: a sentence
 * @props: the tree
 * @row: the Linux that places, SHADOW_TREE_ROW where it is NULL
 * @warnings: all warnings, with an end of line between them
 * @hints: all hints, in the same way, where they are compared
 * @ram: all RAM in whole pages
 * @no_ram: there is none, although the other trees of the table have some
 * @entries: all entries that are reserved
 * @reserved: all reserved memory in whole pages, where that is compared
 *
 * Each array ends with an empty element.
 */
struct shadow_tree_case {
	const char *name;
	struct shadow_tree_prop props[13];
	const char *row;
	const char *warnings;
	const char *hints;
	struct shadow_range ram[4];
	bool no_ram;
	struct shadow_tree_entry entries[7];
	struct shadow_range reserved[4];
};

#define SHADOW_TREE_ROW	"6.1-gki"

/*
 * .init and .exit of a suite. .exit checks that every node got as many
 * references put as were got.
 */
int shadow_tree_init(struct kunit *test);
void shadow_tree_exit(struct kunit *test);

/* The node; the root, "", has 2 and 2 cells. One that is not there is made. */
struct device_node *shadow_tree_at(struct kunit *test, const char *path);

/*
 * Did this machine boot with a device tree? Where not, as under UML, the case is
 * told as skipped and has to return.
 */
bool shadow_tree_is_live(struct kunit *test);

/* A node, the last child of @parent. */
struct device_node *shadow_tree_node(struct device_node *parent,
				     const char *name);

/* A property whose value is @value itself, which must stay. */
void shadow_tree_value(struct device_node *np, const char *name,
		       const void *value, int length);

/* Properties, up to one without a path. */
void shadow_tree_props(struct kunit *test, const struct shadow_tree_prop *prop);
#define shadow_tree_add(test, ...) \
	shadow_tree_props(test, (const struct shadow_tree_prop[]) { \
				__VA_ARGS__, {} })

/* Who places dynamic nodes of what is read from now on. */
void shadow_tree_row(struct kunit *test, const char *row);

/* Read from the root, or from any node; live: as the running kernel's tree. */
struct shadow_dt *shadow_tree_read(struct kunit *test);
struct shadow_dt *shadow_tree_read_at(struct kunit *test,
				      struct device_node *root, bool live);

/*
 * Compare what was read with @want. Of RAM and entries that it leaves empty
 * those of @base are expected.
 */
void shadow_tree_expect(struct kunit *test, const struct shadow_tree_case *base,
			const struct shadow_tree_case *want);

/* The case that is the test's parameter, on top of @base. */
void shadow_tree_check(struct kunit *test, const struct shadow_tree_case *base);

#endif /* SHADOW_KUNIT_DT_TREE_H */
