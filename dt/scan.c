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

/* How many ranges it has; none where it cannot be cut. */
static u32 count_ranges(const struct shadow_scan *scan,
			const struct property *reg)
{
	u32 pair = (scan->cells.addr + scan->cells.size) * sizeof(__be32);

	return reg && !(reg->length % pair) ? reg->length / pair : 0;
}

/* A malformed range was named where the tree was read (R6). */
static void keep_range(struct shadow_scan *scan, u64 base, u64 bytes,
		       bool no_map)
{
	u64 last = base + (bytes - 1);

	if (!bytes || last < base)
		return;
	if (scan->nr_fixed == scan->most_fixed)
		scan->grew = true;
	else
		scan->fixed[scan->nr_fixed++] = (struct shadow_scan_range){
			.range = { base, last }, .no_map = no_map,
		};
}

/* Is there room for another? It may have to be dynamic to count. */
static void note(struct shadow_scan *scan, struct device_node *np, u64 base,
		 u64 bytes, bool dynamic)
{
	const struct shadow_row *row = scan->row;
	u32 nr = row->all_limited ? scan->nr : scan->nr_dynamic;

	if (nr == row->most_nodes && (row->all_limited || dynamic))
		return;
	if (scan->nr == scan->most) {
		scan->grew = true;
		return;
	}
	scan->node[scan->nr++] = (struct shadow_scan_node){
		.np = of_node_get(np), .base = base, .bytes = bytes,
		.dynamic = dynamic,
	};
	scan->nr_dynamic += dynamic;
}

static void note_fixed(struct shadow_scan *scan, struct device_node *np)
{
	struct shadow_dt_cells cells = scan->cells;
	const struct property *reg = of_find_property(np, "reg", NULL);
	u32 nr = count_ranges(scan, reg), i;
	const __be32 *cell = nr ? reg->value : NULL;

	for (i = 0; i < nr; i++, cell += cells.addr + cells.size) {
		u64 base = of_read_number(cell, cells.addr);
		u64 bytes = of_read_number(cell + cells.addr, cells.size);

		keep_range(scan, base, bytes, shadow_dt_has(np, "no-map"));
		if (!i)
			note(scan, np, base, bytes, false);
	}
}

static bool overlaps(const struct shadow_ranges *set,
		     const struct shadow_range *range)
{
	u32 i = shadow_ranges_find(set, range->start);

	return i < set->nr && set->range[i].start <= range->last;
}

/* All are looked at only where some other will overlap it, before or later. */
static bool was_reserved(const struct shadow_scan *scan,
			 const struct shadow_ranges *reserved,
			 const struct shadow_scan_range *fixed)
{
	const struct shadow_scan_range *before = scan->fixed;

	if (!overlaps(&scan->reserved, &fixed->range))
		return false;
	while (before < fixed && (before->no_map ||
				  before->range.last < fixed->range.start ||
				  fixed->range.last < before->range.start))
		before++;
	return before < fixed || overlaps(reserved, &fixed->range);
}

/* What is reserved before any node, and the fixed ranges in their order. */
static int make_sets(struct shadow_scan *scan, const struct shadow_ranges *ram,
		     const struct shadow_ranges *reserved)
{
	struct shadow_range *mapped = scan->reserved.range;
	struct shadow_range *unmapped = scan->unmapped.range;
	const struct shadow_scan_range *fixed, *end;
	int err;
	u32 i;

	end = scan->fixed + scan->nr_fixed;
	for (i = 0; i < reserved->nr; i++)
		*mapped++ = reserved->range[i];
	for (fixed = scan->fixed; fixed < end; fixed++)
		if (!fixed->no_map)
			*mapped++ = fixed->range;
	err = shadow_ranges_add_all(&scan->reserved, scan->reserved.range,
				    mapped - scan->reserved.range);
	if (err)
		return err;
	for (fixed = scan->fixed; fixed < end; fixed++)
		if (fixed->no_map &&
		    !(overlaps(ram, &fixed->range) &&
		      was_reserved(scan, reserved, fixed)))
			*unmapped++ = fixed->range;
	return shadow_ranges_add_all(&scan->unmapped, scan->unmapped.range,
				     unmapped - scan->unmapped.range);
}

static int alloc_scan(struct shadow_scan *scan, u32 nr_reserved)
{
	struct device_node *np = NULL;
	u32 nr = 0, nr_ranges = 0;

	while ((np = node_after(scan, np))) {
		nr_ranges += count_ranges(scan,
					  of_find_property(np, "reg", NULL));
		nr++;
	}
	scan->most = nr;
	scan->most_fixed = nr_ranges;
	scan->node = kvmalloc_array(nr + 1, sizeof(*scan->node), GFP_KERNEL);
	scan->storage = kvmalloc_array((size_t)nr_reserved + 2 * nr_ranges + 1,
				       sizeof(*scan->storage), GFP_KERNEL);
	scan->fixed = kvmalloc_array(nr_ranges + 1, sizeof(*scan->fixed),
				     GFP_KERNEL);
	if (!scan->node || !scan->storage || !scan->fixed)
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

	if (err)
		return err;
	while ((np = node_after(scan, np))) {
		if (!shadow_dt_is_available(np))
			continue;
		if (shadow_dt_has(np, "reg"))
			note_fixed(scan, np);
		else if (shadow_dt_has(np, "size"))
			note(scan, np, 0, 0, true);
	}
	if (scan->grew)
		return -EAGAIN;
	return make_sets(scan, ram, reserved);
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
	kvfree(scan->fixed);
	kvfree(scan->storage);
}
