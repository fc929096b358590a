// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux notes of /reserved-memory. See scan.h.
 */
#include <linux/errno.h>
#include <linux/mm.h>

#include "scan.h"

/*
 * The node that Linux looks at after @np, NULL for the first: the next child, or
 * where it looks deeper the next node of the text.
 */
static struct device_node *node_after(const struct shadow_scan *scan,
				      struct device_node *np)
{
	struct device_node *next, *above;

	if (!scan->row->nested || !np)
		return of_get_next_child(scan->top, np);
	next = of_get_next_child(np, NULL);
	if (next)
		of_node_put(np);
	while (!next) {
		above = of_node_get(np->parent);
		next = of_get_next_child(above, np);
		if (next || above == scan->top) {
			of_node_put(above);
			break;
		}
		np = above;
	}
	return next;
}

/* A malformed status was named where the tree was read. */
static bool is_available(const struct device_node *np)
{
	const struct property *prop = of_find_property(np, "status", NULL);
	const char *text;

	if (!prop)
		return true;
	text = prop->value;
	return prop->length > 0 && !text[prop->length - 1] &&
	       of_device_is_available(np);
}

/* How many ranges its reg has; none where that cannot be cut. */
static u32 count_ranges(const struct shadow_scan *scan,
			const struct device_node *np)
{
	u32 pair = (scan->cells.addr + scan->cells.size) * sizeof(__be32);
	const struct property *reg = of_find_property(np, "reg", NULL);

	return reg && !(reg->length % pair) ? reg->length / pair : 0;
}

static bool overlaps(const struct shadow_ranges *set, u64 start, u64 last)
{
	u32 low = 0, high = set->nr, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (set->range[middle].last < start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < set->nr && set->range[low].start <= last;
}

static int reserve(struct shadow_scan *scan, const struct shadow_ranges *ram,
		   u64 base, u64 bytes, bool unmap)
{
	u64 last = base + (bytes - 1);

	/* A malformed range was named where the tree was read (R6). */
	if (!bytes || last < base)
		return 0;
	if (!unmap)
		return shadow_ranges_add(&scan->reserved, base, last);
	if (overlaps(ram, base, last) && overlaps(&scan->reserved, base, last))
		return 0;
	return shadow_ranges_add(&scan->unmapped, base, last);
}

/* Is there room for another? It may have to be dynamic to count. */
static void note(struct shadow_scan *scan, struct device_node *np, u64 base,
		 u64 bytes, bool dynamic)
{
	const struct shadow_row *row = scan->row;
	u32 nr = row->all_limited ? scan->nr : scan->nr_dynamic;

	if (nr == row->most_nodes && (row->all_limited || dynamic))
		return;
	scan->node[scan->nr++] = (struct shadow_scan_node){
		.np = of_node_get(np), .base = base, .bytes = bytes,
		.dynamic = dynamic,
	};
	scan->nr_dynamic += dynamic;
}

static int note_fixed(struct shadow_scan *scan, const struct shadow_ranges *ram,
		      struct device_node *np)
{
	struct shadow_dt_cells cells = scan->cells;
	const __be32 *cell = of_get_property(np, "reg", NULL);
	u32 nr = count_ranges(scan, np), i;
	int err = 0;

	for (i = 0; i < nr && !err; i++, cell += cells.addr + cells.size) {
		u64 base = of_read_number(cell, cells.addr);
		u64 bytes = of_read_number(cell + cells.addr, cells.size);

		err = reserve(scan, ram, base, bytes,
			      shadow_dt_has(np, "no-map"));
		if (!i)
			note(scan, np, base, bytes, false);
	}
	return err;
}

static int alloc_scan(struct shadow_scan *scan, u32 nr_reserved)
{
	struct device_node *np = NULL;
	u32 nr = 0, nr_ranges = 0;

	while ((np = node_after(scan, np))) {
		nr_ranges += count_ranges(scan, np);
		nr++;
	}
	scan->node = kvmalloc_array(nr + 1, sizeof(*scan->node), GFP_KERNEL);
	scan->storage = kvmalloc_array((size_t)nr_reserved + 2 * nr_ranges + 1,
				       sizeof(*scan->storage), GFP_KERNEL);
	if (!scan->node || !scan->storage)
		return -ENOMEM;
	shadow_ranges_init(&scan->reserved, scan->storage,
			   nr_reserved + nr_ranges);
	shadow_ranges_init(&scan->unmapped,
			   scan->storage + nr_reserved + nr_ranges, nr_ranges);
	return 0;
}

int shadow_scan_make(struct shadow_scan *scan, const struct shadow_ranges *ram,
		     const struct shadow_ranges *reserved)
{
	struct device_node *np = NULL;
	int err = alloc_scan(scan, reserved->nr);
	u32 i;

	for (i = 0; i < reserved->nr && !err; i++)
		err = shadow_ranges_add(&scan->reserved,
					reserved->range[i].start,
					reserved->range[i].last);
	while (!err && (np = node_after(scan, np))) {
		if (!is_available(np))
			continue;
		if (shadow_dt_has(np, "reg"))
			err = note_fixed(scan, ram, np);
		else if (shadow_dt_has(np, "size"))
			note(scan, np, 0, 0, true);
	}
	of_node_put(np);
	return err;
}

/* Equal nodes are not smaller: to the sort, all dynamic nodes are equal. */
static bool smaller(const struct shadow_scan_node *a,
		    const struct shadow_scan_node *b)
{
	return a->base != b->base ? a->base < b->base : a->bytes < b->bytes;
}

/*
 * A heap whose root alone may be out of place becomes one again. The way down goes
 * along the larger children, of two equal ones the left, to a leaf, and then back
 * up to the first node that is larger than the root. There the root belongs, and
 * all on the way up from there move up by one. That is how lib/sort.c saves
 * comparisons, and it decides which of two equal nodes comes first.
 */
static void sift(struct shadow_scan_node *node, u32 root, u32 nr)
{
	struct shadow_scan_node moved = node[root], kept;
	u32 at = root;

	while (2 * at + 2 < nr)
		at = 2 * at + 1 + smaller(&node[2 * at + 1], &node[2 * at + 2]);
	if (2 * at + 2 == nr)
		at = 2 * at + 1;
	while (at != root && !smaller(&node[root], &node[at]))
		at = (at - 1) / 2;
	for (;; at = (at - 1) / 2) {
		kept = node[at];
		node[at] = moved;
		moved = kept;
		if (at == root)
			return;
	}
}

void shadow_scan_sort(struct shadow_scan *scan)
{
	struct shadow_scan_node *node = scan->node, largest;
	u32 at;

	if (scan->row->order == SHADOW_ORDER_TREE)
		return;
	for (at = scan->nr / 2; at-- > 0; )
		sift(node, at, scan->nr);
	for (at = scan->nr; at-- > 1; ) {
		largest = node[0];
		node[0] = node[at];
		node[at] = largest;
		sift(node, 0, at);
	}
}

void shadow_scan_free(struct shadow_scan *scan)
{
	while (scan->nr)
		of_node_put(scan->node[--scan->nr].np);
	kvfree(scan->node);
	kvfree(scan->storage);
}
