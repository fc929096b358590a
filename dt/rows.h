/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How Linux places the dynamic nodes of /reserved-memory (R2), which differs from
 * release to release and with the configuration. Each difference is a column here.
 */
#ifndef SHADOW_ROWS_H
#define SHADOW_ROWS_H

#include <linux/types.h>

/* What Linux aligns to where a node says nothing: a cache line of arm64. */
#define SHADOW_ROW_ALIGNMENT	64

/**
 * enum shadow_row_order - in which order dynamic nodes get their places
 * @SHADOW_ORDER_HEAP: as a heapsort leaves them that takes them for equal, and
 *	that is given the fixed nodes too
 * @SHADOW_ORDER_TREE: that of the tree
 */
enum shadow_row_order {
	SHADOW_ORDER_HEAP,
	SHADOW_ORDER_TREE,
};

/**
 * enum shadow_row_beside - what a window may begin or end at, to count as beside it
 * @SHADOW_BESIDE_NONE: places are always as high as possible
 * @SHADOW_BESIDE_ANY: the first range of a fixed node, or a node already placed
 * @SHADOW_BESIDE_PLACED: a node already placed
 *
 * Where the window's start alone is beside something, the place is as low as
 * possible.
 */
enum shadow_row_beside {
	SHADOW_BESIDE_NONE,
	SHADOW_BESIDE_ANY,
	SHADOW_BESIDE_PLACED,
};

/**
 * struct shadow_row - a Linux, by how it places dynamic nodes
 * @name: the release, with -gki for Google's build and -16k for pages of 16 KiB
 *	where that differs
 * @order: who comes first
 * @beside: what makes a place low
 * @nested: nodes below the children of /reserved-memory count too, also below
 *	disabled ones and below those that have a reg
 * @all_limited: fixed nodes count towards @most_nodes
 * @frees_no_map: the memory of a pool that is reusable and no-map, and so of neither
 *	kind, is freed; else it stays taken
 * @memreserve_late: what the blob reserves beside the tree is reserved after the nodes
 *	have their places, so that they may lie there
 * @drops_bad_pools: a CMA pool that Linux cannot use is forgotten; else Linux frees
 *	its memory, but still says that it lies there
 * @most_nodes: those after so many get no place
 * @page_bytes: Linux's own page
 * @cma_bytes: the least alignment of a CMA pool
 */
struct shadow_row {
	const char *name;
	enum shadow_row_order order;
	enum shadow_row_beside beside;
	bool nested;
	bool all_limited;
	bool frees_no_map;
	bool memreserve_late;
	bool drops_bad_pools;
	u32 most_nodes;
	u32 page_bytes;
	u32 cma_bytes;
};

/**
 * shadow_row_find() - a row by its name
 * @name: the name
 *
 * Return: the row, or NULL where there is none of that name.
 */
const struct shadow_row *shadow_row_find(const char *name);

/**
 * shadow_row_at() - a row by its number
 * @at: the number, from 0
 *
 * Return: the row, or NULL after the last.
 */
const struct shadow_row *shadow_row_at(u32 at);

/**
 * shadow_row_running() - the row of the kernel that this is built for
 *
 * Return: a row of the table, or where none has its configuration one whose name
 * ends in -own.
 */
const struct shadow_row *shadow_row_running(void);

#endif /* SHADOW_ROWS_H */
