// SPDX-License-Identifier: GPL-2.0-only
/*
 * /reserved-memory (R2): nodes with an address, containers, and nodes that are
 * to be placed. Those come last, by Linux's rule, level by level as they were
 * met: each in the first entry of alloc-ranges that has room, at the highest
 * address, outside of the first page.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "desk_node.h"

#define CMA_ALIGN	(4ULL << 20)

static void put_off(struct queue *queue, struct node node, struct cells cells,
		    unsigned int flags)
{
	queue->item = desk_grow(queue->item,
				(queue->nr + 1) * sizeof(*queue->item));
	node.path = desk_format("%s", node.path);
	queue->item[queue->nr++] = (struct later){ node, cells, flags };
}

static void drop(struct queue *queue)
{
	while (queue->nr)
		free(queue->item[--queue->nr].node.path);
	free(queue->item);
}

static bool has(const struct desk *desk, const struct node *node,
		const char *name)
{
	return desk_prop(desk, node, name).bytes;
}

static void read_reserved(struct desk *desk, struct walk *walk,
			  const struct node *node, struct cells cells,
			  unsigned int box_flags)
{
	struct shadow_range *ranges;
	unsigned int flags = box_flags;
	int i, nr;

	flags |= has(desk, node, "no-map") ? DESK_NO_MAP : 0;
	flags |= has(desk, node, "reusable") ? DESK_REUSABLE : 0;
	if (has(desk, node, "reg")) {
		nr = desk_list(desk, node, "reg", cells, &ranges);
		for (i = 0; i < nr; i++)
			desk_add(desk, ranges[i], flags, 0,
				 desk_format("%s", node->path));
		free(ranges);
	} else if (has(desk, node, "size")) {
		put_off(&walk->homeless, *node, cells, flags);
	} else if (fdt_first_subnode(desk->blob, node->offset) >= 0) {
		put_off(&walk->boxes, *node, cells, box_flags | DESK_NESTED);
	} else {
		desk_problem(desk, node, "reg",
			     "missing, and so is size, entry skipped");
	}
}

static bool read_number(struct desk *desk, const struct node *node,
			const char *name, unsigned int cells, u64 *number)
{
	struct prop prop = desk_prop(desk, node, name);

	if (prop.length != (int)cells * 4) {
		desk_problem(desk, node, name,
			     "%d bytes, expected %u, entry skipped",
			     prop.length, cells * 4);
		return false;
	}
	*number = desk_number(prop.bytes, cells);
	return true;
}

/* As Linux compares these names: in capitals they are the same. */
static bool is_shared_pool(const struct desk *desk, const struct node *node)
{
	struct prop prop = desk_prop(desk, node, "compatible");
	int at = 0;

	while (at < prop.length) {
		const char *name = (const char *)prop.bytes + at;

		if (!strcasecmp(name, "shared-dma-pool"))
			return true;
		at += strlen(name) + 1;
	}
	return false;
}

/* A page, more for a pool that Linux lends out, more where the node says so. */
static bool read_align(struct desk *desk, const struct later *later, u64 *align)
{
	const struct node *node = &later->node;
	const char *text;
	u64 own;

	*align = SHADOW_PAGE_SIZE;
	if (desk_text(desk, node, "compatible", &text) == TEXT_BAD)
		return false;
	if ((later->flags & DESK_REUSABLE) && !(later->flags & DESK_NO_MAP) &&
	    is_shared_pool(desk, node))
		*align = CMA_ALIGN;
	if (!has(desk, node, "alignment"))
		return true;
	if (!read_number(desk, node, "alignment", later->cells.addr, &own))
		return false;
	if (__builtin_popcountll(own) != 1) {
		desk_problem(desk, node, "alignment",
			     "0x%llx, expected a power of two, entry skipped",
			     own);
		return false;
	}
	if (own > *align)
		*align = own;
	return true;
}

/* The highest aligned place in a window of what is free. */
static bool highest(const struct shadow_ranges *free,
		    struct shadow_range window, u64 size, u64 align,
		    u64 *start)
{
	bool found = false;
	unsigned int i;

	for (i = 0; i < free->nr; i++) {
		unsigned __int128 low = free->range[i].start;
		unsigned __int128 end = free->range[i].last;
		unsigned __int128 place;

		if (low < window.start)
			low = window.start;
		if (end > window.last)
			end = window.last;
		end++;
		if (end < low + size)
			continue;
		place = (end - size) / align * align;
		if (place < low)
			continue;
		/* Ranges ascend: a later one is the higher one. */
		*start = place;
		found = true;
	}
	return found;
}

static bool find_place(struct desk *desk, const struct later *later,
		       const struct shadow_ranges *free_ram, u64 size,
		       u64 align, u64 *start)
{
	const struct shadow_range anywhere = { 0, ~0ULL };
	const struct node *node = &later->node;
	struct shadow_range *window;
	bool found = false;
	int i, nr;

	if (!has(desk, node, "alloc-ranges")) {
		found = highest(free_ram, anywhere, size, align, start);
	} else {
		nr = desk_list(desk, node, "alloc-ranges", later->cells,
			       &window);
		for (i = 0; i < nr && !found; i++)
			found = highest(free_ram, window[i], size, align,
					start);
		free(window);
		if (nr < 0)
			return false;
	}
	if (!found)
		desk_problem(desk, node, "size",
			     "no room for 0x%llx bytes aligned to 0x%llx, entry skipped",
			     size, align);
	return found;
}

static void place(struct desk *desk, const struct later *later,
		  struct shadow_ranges *free_ram)
{
	const struct node *node = &later->node;
	u64 start, size, align;

	if (!later->cells.addr || !later->cells.size ||
	    !read_number(desk, node, "size", later->cells.size, &size))
		return;
	if (!size) {
		desk_problem(desk, node, "size",
			     "0, expected more, entry skipped");
		return;
	}
	if (!read_align(desk, later, &align) ||
	    !find_place(desk, later, free_ram, size, align, &start))
		return;
	shadow_ranges_remove(free_ram, start, start + (size - 1));
	desk_add(desk, (struct shadow_range){ start, start + (size - 1) },
		 later->flags | DESK_BY_RULE, align,
		 desk_format("%s", node->path));
}

static void place_all(struct desk *desk, const struct queue *homeless)
{
	struct shadow_ranges ram, reserved, free_ram;
	struct shadow_range *sets, *room;
	unsigned int i, max = desk->nr_entries + homeless->nr + 1;

	sets = desk_sets(desk, 0, &ram, &reserved);
	room = desk_grow(NULL, max * sizeof(*room));
	shadow_ranges_init(&free_ram, room, max);
	shadow_ranges_subtract(&free_ram, &ram, &reserved);
	shadow_ranges_remove(&free_ram, 0, SHADOW_PAGE_SIZE - 1);
	for (i = 0; i < homeless->nr; i++)
		place(desk, &homeless->item[i], &free_ram);
	free(sets);
	free(room);
}

void desk_add_top(struct desk *desk, struct walk *walk, const struct node *top,
		  struct cells cells)
{
	static const char * const own[] = { "#address-cells", "#size-cells" };
	unsigned int i;

	for (i = 0; i < 2; i++)
		if (!has(desk, top, own[i]))
			desk_problem(desk, top, own[i],
				     "missing, the root's is used, but Linux ignores the whole node");
	put_off(&walk->boxes, *top, cells, DESK_RESERVED);
}

void desk_read_reserved(struct desk *desk, struct walk *walk)
{
	unsigned int i;
	int offset;

	for (i = 0; i < walk->boxes.nr; i++) {
		/* A copy: the queue may grow and move. */
		struct later box = walk->boxes.item[i];

		desk_cells(desk, &box.node, &box.cells);
		fdt_for_each_subnode(offset, desk->blob, box.node.offset) {
			struct node node = desk_child(desk, &box.node, offset);

			if (desk_available(desk, &node))
				read_reserved(desk, walk, &node, box.cells,
					      box.flags);
			free(node.path);
		}
	}
	if (walk->homeless.nr)
		place_all(desk, &walk->homeless);
	drop(&walk->boxes);
	drop(&walk->homeless);
}
