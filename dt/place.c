// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where Linux would place the dynamic nodes of /reserved-memory, which have a
 * size and no address, in a tree that no kernel has booted (R2). The rule is that
 * of __reserved_mem_alloc_size() and memblock on arm64, as far as a row of rows.h
 * does not say otherwise:
 *	- after all nodes with an address, one by one;
 *	- in the first alloc-ranges entry with room, or anywhere in RAM;
 *	- as high as possible, but never in the first page;
 *	- aligned as `alignment` says, else to a cache line;
 *	- a CMA pool to a block of pages at least.
 * Linux takes whole pages of its own from each range of RAM, and bytes from those
 * for what is reserved.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "request.h"
#include "scan.h"

/**
 * struct room - RAM that is free, while nodes are placed
 * @ram: all RAM
 * @reserved: what was reserved before any node
 * @free: RAM that nothing has
 * @storage: for the ranges of @ram and @reserved
 * @storage_free: for those of @free
 */
struct room {
	struct shadow_ranges ram;
	struct shadow_ranges reserved;
	struct shadow_ranges free;
	struct shadow_range *storage;
	struct shadow_range *storage_free;
};

/* Where only its start is beside something, a node goes to the window's start. */
static bool is_low(const struct shadow_scan *scan,
		   const struct shadow_range *window)
{
	bool low = false, high = false;
	u32 i;

	for (i = 0; i < scan->nr; i++) {
		const struct shadow_scan_node *node = &scan->node[i];
		u64 end = node->base + node->bytes;

		if (!node->bytes ||
		    (scan->row->beside == SHADOW_BESIDE_PLACED &&
		     !node->dynamic))
			continue;
		low |= window->start >= node->base && window->start <= end;
		high |= window->last + 1 >= node->base &&
			window->last + 1 <= end;
	}
	return scan->row->beside != SHADOW_BESIDE_NONE && low && !high;
}

static bool find_lowest(const struct shadow_ranges *free,
			const struct shadow_range *window, u64 bytes, u64 align,
			u64 *start)
{
	u32 i;

	for (i = 0; i < free->nr; i++) {
		u64 low = max(free->range[i].start, window->start);
		u64 last = min(free->range[i].last, window->last);
		u64 place = (low + (align - 1)) & ~(align - 1);

		if (low > last || place < low || place > last ||
		    last - place < bytes - 1)
			continue;
		*start = place;
		return true;
	}
	return false;
}

static void find_place(const struct shadow_scan *scan,
		       const struct shadow_ranges *free, struct shadow_request *q)
{
	static const struct shadow_range all = { .last = U64_MAX };
	u32 i;

	if (!q->window)
		q->placed = !shadow_ranges_last_fit(free, &all, q->bytes,
						    q->align, &q->start);
	for (i = 0; i < q->nr_windows && !q->placed; i++)
		q->placed = is_low(scan, &q->window[i]) ?
			    find_lowest(free, &q->window[i], q->bytes,
					q->align, &q->start) :
			    !shadow_ranges_last_fit(free, &q->window[i],
						    q->bytes, q->align,
						    &q->start);
}

/*
 * Linux frees the memory of a CMA pool whose size is no multiple of the least
 * alignment. Some then forget the node, the others still say that it lies there.
 * Old ones free that of a pool which is not to be mapped, too.
 */
static int place(const struct shadow_scan *scan, struct room *room,
		 struct shadow_request *q, struct shadow_scan_node *node)
{
	bool unusable = q->is_pool ? q->bytes % scan->row->cma_bytes :
			q->is_no_map_pool && scan->row->frees_no_map;

	q->noted = true;
	if (q->valid)
		find_place(scan, &room->free, q);
	if (!q->placed)
		return 0;
	if (unusable && scan->row->drops_bad_pools) {
		q->placed = false;
		q->dropped = true;
		return 0;
	}
	node->base = q->start;
	node->bytes = q->bytes;
	return unusable ? 0 : shadow_ranges_remove(&room->free, q->start,
						   q->start + (q->bytes - 1));
}

static int place_all(struct shadow_scan *scan, struct room *room,
		     struct list_head *requests)
{
	struct shadow_request *q;
	int err = 0;
	u32 i;

	for (i = 0; i < scan->nr && !err; i++) {
		q = scan->node[i].dynamic ?
		    shadow_request_find(requests, scan->node[i].np) : NULL;
		if (q)
			err = place(scan, room, q, &scan->node[i]);
	}
	return err;
}

/* Nodes that only Linux looks at take room too; nobody is told of them. */
static int add_hidden(struct shadow_scan *scan, const struct shadow_dt *dt,
		      struct list_head *requests)
{
	struct shadow_dt unseen = { .row = dt->row };
	struct shadow_dt_reader quiet = { .dt = &unseen };
	u32 i;

	INIT_LIST_HEAD(&unseen.entries);
	INIT_LIST_HEAD(&unseen.warnings);
	INIT_LIST_HEAD(&unseen.hints);
	for (i = 0; i < scan->nr; i++)
		if (scan->node[i].dynamic &&
		    !shadow_request_find(requests, scan->node[i].np))
			shadow_request_add(&quiet, requests, scan->node[i].np,
					   scan->cells, NULL);
	shadow_dt_free(&unseen);
	return quiet.err;
}

/* The free RAM without fixed nodes, with room for as many splits as nodes. */
static int shrink(struct room *room, const struct shadow_scan *scan)
{
	u32 nr = room->free.nr + scan->reserved.nr;
	u32 most = nr + scan->unmapped.nr + scan->nr_dynamic;
	struct shadow_range *storage;
	struct shadow_ranges mapped;
	int err;

	storage = kvmalloc_array((size_t)nr + most + 1, sizeof(*storage),
				 GFP_KERNEL);
	if (!storage)
		return -ENOMEM;
	shadow_ranges_init(&mapped, storage + most, nr);
	err = shadow_ranges_subtract(&mapped, &room->free, &scan->reserved);
	shadow_ranges_init(&room->free, storage, most);
	if (!err)
		err = shadow_ranges_subtract(&room->free, &mapped,
					     &scan->unmapped);
	kvfree(room->storage_free);
	room->storage_free = storage;
	return err;
}

static int place_below(const struct shadow_dt *dt,
		       const struct shadow_dt_deferred *top, struct room *room,
		       struct list_head *requests)
{
	struct shadow_scan scan = {
		.row = dt->row, .top = top->np, .cells = top->cells,
	};
	int err;

	if (!top->cells.addr || !top->cells.size)
		return 0;
	err = shadow_scan_make(&scan, &room->ram, &room->reserved);
	if (!err)
		err = add_hidden(&scan, dt, requests);
	if (!err)
		err = shrink(room, &scan);
	if (!err) {
		shadow_scan_sort(&scan);
		err = place_all(&scan, room, requests);
	}
	shadow_scan_free(&scan);
	return err;
}

/* Whole pages of Linux's of each range on its own; false where it has none. */
static bool cut_ram(struct shadow_range *whole,
		    const struct shadow_range *range, u64 page)
{
	u64 start = (range->start + (page - 1)) & ~(page - 1);
	u64 end = (range->last + 1) & ~(page - 1);

	if (start < range->start || (!end && range->last != U64_MAX) ||
	    end - 1 < start)
		return false;
	*whole = (struct shadow_range){ start, end - 1 };
	return true;
}

/*
 * RAM that is not reserved before any node is looked at, less the first page.
 * Linux would not place a node over its image, its blob and the initrd either, but
 * a target has those elsewhere: they do not count (R2).
 */
static int find_room(const struct shadow_dt *dt, struct room *room)
{
	u32 nr_ram = dt->nr_ram, nr_reserved = dt->nr_reserved;
	const struct shadow_dt_entry *entry;
	int err;

	room->storage = kvmalloc_array((size_t)nr_ram + nr_reserved + 1,
				       sizeof(*room->storage), GFP_KERNEL);
	room->storage_free = kvmalloc_array((size_t)nr_ram + nr_reserved + 1,
					    sizeof(*room->storage), GFP_KERNEL);
	if (!room->storage || !room->storage_free)
		return -ENOMEM;
	shadow_ranges_init(&room->ram, room->storage, nr_ram);
	shadow_ranges_init(&room->reserved, room->storage + nr_ram,
			   nr_reserved);
	shadow_ranges_init(&room->free, room->storage_free,
			   nr_ram + nr_reserved + 1);

	nr_ram = 0;
	nr_reserved = 0;
	list_for_each_entry(entry, &dt->entries, node) {
		if (!(entry->flags & SHADOW_DT_RESERVED))
			nr_ram += cut_ram(&room->ram.range[nr_ram],
					  &entry->range, dt->row->page_bytes);
		else if ((entry->flags & SHADOW_DT_MEMRESERVE) &&
			 !dt->row->memreserve_late)
			room->reserved.range[nr_reserved++] = entry->range;
	}
	err = shadow_ranges_add_all(&room->ram, room->ram.range, nr_ram);
	if (!err)
		err = shadow_ranges_add_all(&room->reserved,
					    room->reserved.range, nr_reserved);
	if (!err)
		err = shadow_ranges_subtract(&room->free, &room->ram,
					     &room->reserved);
	if (!err)
		err = shadow_ranges_remove(&room->free, 0,
					   dt->row->page_bytes - 1);
	return err;
}

/* Where it lies, or why nowhere. What is malformed was named. */
static void tell(struct shadow_dt_reader *r, const struct shadow_request *q)
{
	const struct shadow_row *row = r->dt->row;
	struct shadow_range range = { q->start, q->start + (q->bytes - 1) };

	if (q->placed)
		shadow_dt_add_of(r, &range, q->p->flags | SHADOW_DT_BY_RULE,
				 q->np);
	else if (!q->valid)
		return;
	else if (q->dropped)
		shadow_dt_skip(r, q->np, "size",
			       "0x%llx, Linux %s drops a CMA pool of no multiple of 0x%x",
			       q->bytes, row->name, row->cma_bytes);
	else if (q->noted)
		shadow_dt_skip(r, q->np, "size",
			       "no room for 0x%llx bytes aligned to 0x%llx",
			       q->bytes, q->align);
	else if ((q->p->flags & SHADOW_DT_NESTED) && !row->nested)
		shadow_dt_skip(r, q->np, "size",
			       "Linux %s does not look into containers",
			       row->name);
	else
		shadow_dt_skip(r, q->np, "size",
			       "Linux %s has no room for more than %u nodes",
			       row->name, row->most_nodes);
}

static void hint_at_move(struct shadow_dt_reader *r,
			 const struct shadow_dt_entry *placed,
			 const struct shadow_dt_entry *other)
{
	static const char format[] =
		"%s: size: placed over the %s; Linux's own could have moved this node";

	shadow_dt_add_hint(r, kasprintf(GFP_KERNEL, format, placed->name,
					other->name));
}

int shadow_dt_hint_moved(struct shadow_dt *dt)
{
	u32 moving = SHADOW_DT_IMAGE | SHADOW_DT_INITRD;
	struct shadow_dt_reader r = { .dt = dt };
	const struct shadow_dt_entry *placed, *other;

	list_for_each_entry(other, &dt->entries, node) {
		if (!(other->flags & moving))
			continue;
		list_for_each_entry(placed, &dt->entries, node)
			if ((placed->flags & SHADOW_DT_BY_RULE) &&
			    other->range.start <= placed->range.last &&
			    placed->range.start <= other->range.last)
				hint_at_move(&r, placed, other);
	}
	return r.err;
}

void shadow_dt_place(struct shadow_dt_reader *r, const struct list_head *tops,
		     const struct list_head *nodes)
{
	const struct shadow_dt_deferred *top;
	struct room room = {};
	struct shadow_request *q;
	struct list_head requests;
	int err;

	INIT_LIST_HEAD(&requests);
	shadow_requests_add(r, &requests, nodes);
	err = find_room(r->dt, &room);
	list_for_each_entry(top, tops, node)
		if (!err)
			err = place_below(r->dt, top, &room, &requests);
	if (err)
		r->err = err;
	list_for_each_entry(q, &requests, node)
		if (q->p)
			tell(r, q);
	shadow_requests_free(&requests);
	kvfree(room.storage_free);
	kvfree(room.storage);
}
