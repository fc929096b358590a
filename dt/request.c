// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the dynamic nodes of /reserved-memory ask for. See request.h.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>

#include "request.h"

static bool read_number(struct shadow_dt_reader *r,
			const struct device_node *np, const char *name,
			u32 cells, u64 *number)
{
	const struct property *prop = of_find_property(np, name, NULL);
	u32 length = prop ? prop->length : 0;

	if (length == cells * sizeof(__be32)) {
		*number = of_read_number(prop->value, cells);
		return true;
	}
	shadow_dt_skip(r, np, name, "%u bytes, expected %zu",
		       length, cells * sizeof(__be32));
	return false;
}

static bool read_size(struct shadow_dt_reader *r, struct shadow_request *q, u32 cells)
{
	if (!read_number(r, q->np, "size", cells, &q->bytes))
		return false;
	if (q->bytes)
		return true;
	shadow_dt_skip(r, q->np, "size", "0, expected more");
	return false;
}

static bool read_alignment(struct shadow_dt_reader *r, struct shadow_request *q,
			   u32 cells)
{
	const struct device_node *np = q->np;
	bool reusable;

	if (!shadow_dt_string_ok(r, np, "compatible"))
		return false;
	reusable = shadow_dt_has(np, "reusable") &&
		   of_device_is_compatible(np, "shared-dma-pool");
	q->is_pool = reusable && !shadow_dt_has(np, "no-map");
	q->is_no_map_pool = reusable && !q->is_pool;
	if (shadow_dt_has(np, "alignment") &&
	    !read_number(r, np, "alignment", cells, &q->align))
		return false;
	if (q->align & (q->align - 1)) {
		shadow_dt_skip(r, np, "alignment",
			       "0x%llx, expected a power of two", q->align);
		return false;
	}
	if (!q->align)
		q->align = SHADOW_ROW_ALIGNMENT;
	if (q->is_pool)
		q->align = max_t(u64, q->align, r->dt->row->cma_bytes);
	return true;
}

/* All entries are read, so that each malformed one is named. */
static bool read_windows(struct shadow_dt_reader *r, struct shadow_request *q,
			 struct shadow_dt_cells cells)
{
	struct shadow_dt_list list;
	u32 i;

	if (!shadow_dt_has(q->np, "alloc-ranges"))
		return true;
	if (!shadow_dt_list_open(r, &list, q->np, "alloc-ranges", cells))
		return false;
	q->window = kvmalloc_array(list.nr, sizeof(*q->window), GFP_KERNEL);
	if (!q->window) {
		r->err = -ENOMEM;
		return false;
	}
	for (i = 0; i < list.nr; i++)
		if (shadow_dt_list_range(r, &list, i,
					 &q->window[q->nr_windows]))
			q->nr_windows++;
	return true;
}

void shadow_request_add(struct shadow_dt_reader *r, struct list_head *requests,
			struct device_node *np, struct shadow_dt_cells cells,
			const struct shadow_dt_deferred *p)
{
	struct shadow_request *q = kzalloc(sizeof(*q), GFP_KERNEL);

	if (!q) {
		r->err = -ENOMEM;
		return;
	}
	q->np = of_node_get(np);
	q->p = p;
	list_add_tail(&q->node, requests);
	/* Malformed cells were named where they are. */
	q->valid = cells.addr && cells.size && read_size(r, q, cells.size) &&
		   read_alignment(r, q, cells.addr) &&
		   read_windows(r, q, cells);
}

/* Linux reads what is nested with the cells of the top, where it looks there. */
void shadow_requests_add(struct shadow_dt_reader *r, struct list_head *requests,
			 const struct list_head *nodes)
{
	const struct shadow_dt_deferred *p;

	list_for_each_entry(p, nodes, node)
		shadow_request_add(r, requests, p->np, r->dt->row->nested ?
				   p->top->cells : p->cells, p);
}

struct shadow_request *shadow_request_find(struct list_head *requests,
					   const struct device_node *np)
{
	struct shadow_request *q;

	list_for_each_entry(q, requests, node)
		if (q->np == np)
			return q;
	return NULL;
}

void shadow_requests_free(struct list_head *requests)
{
	struct shadow_request *q, *next;

	list_for_each_entry_safe(q, next, requests, node) {
		of_node_put(q->np);
		kvfree(q->window);
		kfree(q);
	}
}
