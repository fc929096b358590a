/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the dynamic nodes of /reserved-memory ask for (R2), and what they get.
 */
#ifndef SHADOW_REQUEST_H
#define SHADOW_REQUEST_H

#include "reader.h"

/**
 * struct shadow_request - what a dynamic node asks for
 * @node: member of the list of requests
 * @np: the node
 * @p: the same, as the reader knows it; NULL of a node that only Linux looks at
 * @valid: nothing of it is malformed
 * @is_pool: it is a CMA pool
 * @is_no_map_pool: it would be one, but is no-map
 * @bytes: its size
 * @align: its alignment, a power of two
 * @window: its alloc-ranges; NULL for all addresses
 * @nr_windows: how many
 * @noted: Linux sees it, and had room to note it
 * @dropped: it had a place, but Linux drops it
 * @placed: it has a place
 * @start: that place
 */
struct shadow_request {
	struct list_head node;
	struct device_node *np;
	const struct shadow_dt_deferred *p;
	bool valid;
	bool is_pool;
	bool is_no_map_pool;
	u64 bytes;
	u64 align;
	struct shadow_range *window;
	u32 nr_windows;
	bool noted;
	bool dropped;
	bool placed;
	u64 start;
};

/**
 * shadow_request_add() - read what a node asks for (R6)
 * @r: the reader, which gets a warning for each malformed property
 * @requests: the list that the request is added to
 * @np: the node
 * @cells: how its numbers are to be cut
 * @p: the same node, or NULL; see struct shadow_request
 */
void shadow_request_add(struct shadow_dt_reader *r, struct list_head *requests,
			struct device_node *np, struct shadow_dt_cells cells,
			const struct shadow_dt_deferred *p);

/**
 * shadow_requests_add() - read what nodes ask for
 * @r: the reader
 * @requests: the list that is added to
 * @nodes: struct shadow_dt_deferred: the nodes
 */
void shadow_requests_add(struct shadow_dt_reader *r,
			 struct list_head *requests,
			 const struct list_head *nodes);

/**
 * shadow_request_find() - the request of a node
 * @requests: where to look
 * @np: the node
 *
 * Return: its request, or NULL.
 */
struct shadow_request *shadow_request_find(struct list_head *requests,
					   const struct device_node *np);

/**
 * shadow_requests_free() - release all requests of a list
 * @requests: the list
 */
void shadow_requests_free(struct list_head *requests);

#endif /* SHADOW_REQUEST_H */
