/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Linux notes of /reserved-memory before it places the dynamic nodes: which
 * nodes it sees, in which order they get their places, and what the fixed ones
 * leave. It reads every number with the cells of /reserved-memory itself.
 */
#ifndef SHADOW_SCAN_H
#define SHADOW_SCAN_H

#include "reader.h"
#include "rows.h"

/**
 * struct shadow_scan_node - a node as Linux notes it
 * @np: the node, with a reference
 * @base: first byte of its first range; 0 of a dynamic node without a place
 * @bytes: size of that; 0 as well
 * @dynamic: it has no address
 */
struct shadow_scan_node {
	struct device_node *np;
	u64 base;
	u64 bytes;
	bool dynamic;
};

/**
 * struct shadow_scan_range - a range of a fixed node
 * @range: the bytes
 * @no_map: Linux takes it out of its RAM, in place of reserving it
 */
struct shadow_scan_range {
	struct shadow_range range;
	bool no_map;
};

/**
 * struct shadow_scan - what Linux notes of one /reserved-memory
 * @row: which Linux
 * @top: the node
 * @cells: of @top, none of them 0
 * @node: the nodes
 * @nr: how many
 * @most: for how many there is room
 * @nr_dynamic: how many of them are dynamic
 * @fixed: all ranges of fixed nodes, in the order in which Linux meets them
 * @nr_fixed: how many
 * @most_fixed: for how many there is room
 * @grew: there is more than there was when room was made
 * @reserved: ranges of fixed nodes that stay mapped, not rounded
 * @unmapped: those with no-map; Linux leaves such a range as it is where part of
 *	it is RAM and part of it is reserved already
 * @storage: room for those
 */
struct shadow_scan {
	const struct shadow_row *row;
	struct device_node *top;
	struct shadow_dt_cells cells;
	struct shadow_scan_node *node;
	u32 nr;
	u32 most;
	u32 nr_dynamic;
	struct shadow_scan_range *fixed;
	u32 nr_fixed;
	u32 most_fixed;
	bool grew;
	struct shadow_ranges reserved;
	struct shadow_ranges unmapped;
	struct shadow_range *storage;
};

/**
 * shadow_scan_make() - see what Linux sees
 * @scan: @row, @top and @cells are set, the rest is 0; shadow_scan_free() releases
 *	it, after an error too
 * @ram: all RAM
 * @reserved: what was reserved before any node was looked at; added to the scan's
 *
 * Return: 0, -ENOMEM, or -EAGAIN for a tree that grew meanwhile.
 */
int shadow_scan_make(struct shadow_scan *scan, const struct shadow_ranges *ram,
		     const struct shadow_ranges *reserved);

/**
 * shadow_scan_sort() - put the nodes in the order in which they get their places
 * @scan: the scan
 */
void shadow_scan_sort(struct shadow_scan *scan);

/**
 * shadow_scan_free() - release a scan
 * @scan: the scan
 */
void shadow_scan_free(struct shadow_scan *scan);

#endif /* SHADOW_SCAN_H */
