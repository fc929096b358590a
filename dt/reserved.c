// SPDX-License-Identifier: GPL-2.0-only
/*
 * /reserved-memory (R2): nodes with an address, containers of such nodes, and
 * nodes that leave the address to Linux. See dt_memory.h.
 *
 * Cells are those of the nearest container that has the property. Where
 * /reserved-memory itself has none, the specification of device trees would say
 * 2 and 1, Linux ignores the whole node, and people who forget it mean the
 * root's. The root's are taken, for a reserved range too many does less harm
 * than one too few, and the omission is a problem in the report.
 *
 * For a tree that no kernel has booted, nodes without an address are placed as
 * Linux does (__reserved_mem_alloc_size() and memblock on arm64):
 *	- after all nodes with an address, one by one in the order of the tree,
 *	  those in containers last;
 *	- in the first alloc-ranges entry with room, or anywhere in RAM;
 *	- as high as possible, but never in the first page;
 *	- aligned as `alignment` says, in as many cells as an address;
 *	- a CMA pool to 4 MiB at least. That is what 5.10 does and what 6.1 does
 *	  without HUGETLB_PAGE, as on the Pixel 6; with it, 6.1 takes 2 MiB.
 * Linux aligns to a cache line where nothing is said, this code to a page,
 * since no page is shared with what is reserved (R4). Newer kernels (6.12 does)
 * look first for a place in the window that touches an earlier node's.
 */
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/of_reserved_mem.h>
#include <linux/string.h>

#include "reader.h"

#define CMA_ALIGNMENT	(4ULL << 20)

/**
 * struct pending - a node that has to wait
 * @node: member of a list
 * @np: the node, with a reference
 * @cells: how its numbers are to be cut
 * @flags: SHADOW_DT_*
 */
struct pending {
	struct list_head node;
	struct device_node *np;
	struct shadow_dt_cells cells;
	u32 flags;
};

/**
 * struct walk - a walk through /reserved-memory
 * @r: the reader
 * @containers: struct pending: their children are still to be read
 * @homeless: struct pending: nodes without an address
 * @nr_homeless: how many
 */
struct walk {
	struct shadow_dt_reader *r;
	struct list_head containers;
	struct list_head homeless;
	u32 nr_homeless;
};

static void put_off(struct walk *w, struct list_head *list,
		    struct device_node *np, struct shadow_dt_cells cells,
		    u32 flags)
{
	struct pending *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p) {
		w->r->err = -ENOMEM;
		return;
	}
	p->np = of_node_get(np);
	p->cells = cells;
	p->flags = flags;
	list_add_tail(&p->node, list);
}

static void drop(struct pending *p)
{
	list_del(&p->node);
	of_node_put(p->np);
	kfree(p);
}

static bool has(const struct device_node *np, const char *prop)
{
	return of_find_property(np, prop, NULL);
}

static bool has_children(const struct device_node *np)
{
	struct device_node *child = of_get_next_child(np, NULL);

	of_node_put(child);
	return child;
}

static void read_child(struct walk *w, struct device_node *np,
		       struct shadow_dt_cells cells, u32 flags)
{
	u32 own = flags;

	if (has(np, "no-map"))
		own |= SHADOW_DT_NOMAP;
	if (has(np, "reusable"))
		own |= SHADOW_DT_REUSABLE;

	if (has(np, "reg")) {
		shadow_dt_add_list(w->r, np, "reg", cells, own);
	} else if (has(np, "size")) {
		put_off(w, &w->homeless, np, cells, own);
		w->nr_homeless++;
	} else if (has_children(np)) {
		put_off(w, &w->containers, np, cells, flags | SHADOW_DT_NESTED);
	} else {
		shadow_dt_leave_out(w->r, np, "reg", "missing, and so is size");
	}
}

/* A list and no recursion, for nothing limits how deep containers nest. */
static void read_containers(struct walk *w)
{
	struct device_node *np;
	struct pending *p;

	while (!list_empty(&w->containers)) {
		p = list_first_entry(&w->containers, struct pending, node);
		shadow_dt_read_cells(w->r, p->np, &p->cells);
		for_each_child_of_node(p->np, np)
			if (shadow_dt_usable(w->r, np))
				read_child(w, np, p->cells, p->flags);
		drop(p);
	}
}

/*
 * The kernel looks nodes up by base name. Is there another node of that name
 * without an address, or one that lies just where the kernel says?
 */
static bool has_twin(const struct walk *w, const struct pending *p, u64 base)
{
	const char *name = kbasename(p->np->full_name);
	const struct shadow_dt_entry *entry;
	const struct pending *other;

	list_for_each_entry(other, &w->homeless, node)
		if (other != p && !strcmp(kbasename(other->np->full_name), name))
			return true;
	list_for_each_entry(entry, &w->r->dt->entries, node)
		if (entry->range.start == base &&
		    !strcmp(kbasename(entry->name), name))
			return true;
	return false;
}

static void ask_kernel(struct walk *w, const struct pending *p)
{
	const struct reserved_mem *mem = of_reserved_mem_lookup(p->np);
	struct shadow_range range;

	if (has_twin(w, p, mem ? mem->base : 0)) {
		shadow_dt_leave_out(w->r, p->np, "size",
				    "another node has this name, the running kernel cannot tell them apart");
		return;
	}
	if (!mem || !mem->size) {
		shadow_dt_leave_out(w->r, p->np, "size",
				    "the running kernel gave it no memory");
		return;
	}
	range.start = mem->base;
	range.last = range.start + (mem->size - 1);
	shadow_dt_add_of(w->r, &range, p->flags | SHADOW_DT_BY_KERNEL, p->np);
}

static void ask_kernel_all(struct walk *w)
{
	const struct pending *p;

	list_for_each_entry(p, &w->homeless, node)
		ask_kernel(w, p);
}

static bool read_number(struct walk *w, const struct device_node *np,
			const char *name, u32 cells, u64 *number)
{
	const struct property *prop = of_find_property(np, name, NULL);
	u32 length = cells * sizeof(__be32);

	if (prop->length == length) {
		*number = of_read_number(prop->value, cells);
		return true;
	}
	shadow_dt_leave_out(w->r, np, name, "%d bytes, expected %u",
			    prop->length, length);
	return false;
}

static bool read_size(struct walk *w, const struct pending *p, u64 *size)
{
	if (!read_number(w, p->np, "size", p->cells.size, size))
		return false;
	if (*size)
		return true;
	shadow_dt_leave_out(w->r, p->np, "size", "0, expected more");
	return false;
}

static bool is_cma_pool(const struct pending *p)
{
	return (p->flags & SHADOW_DT_REUSABLE) &&
	       !(p->flags & SHADOW_DT_NOMAP) &&
	       of_device_is_compatible(p->np, "shared-dma-pool");
}

static bool read_alignment(struct walk *w, const struct pending *p, u64 *align)
{
	u64 least = SHADOW_PAGE_SIZE;

	if (!shadow_dt_string_ok(w->r, p->np, "compatible"))
		return false;
	if (is_cma_pool(p))
		least = CMA_ALIGNMENT;

	*align = least;
	if (!has(p->np, "alignment"))
		return true;
	if (!read_number(w, p->np, "alignment", p->cells.addr, align))
		return false;
	if (!*align || (*align & (*align - 1))) {
		shadow_dt_leave_out(w->r, p->np, "alignment",
				    "0x%llx, expected a power of two", *align);
		return false;
	}
	*align = max(*align, least);
	return true;
}

/* All entries of alloc-ranges are read, so that each malformed one is named. */
static bool find_place(struct walk *w, const struct pending *p,
		       const struct shadow_ranges *free, u64 size, u64 align,
		       u64 *start)
{
	struct shadow_range window = { .last = U64_MAX };
	struct shadow_dt_list list;
	bool found = false;
	u32 i;

	if (!has(p->np, "alloc-ranges")) {
		found = !shadow_ranges_last_fit(free, &window, size, align,
						start);
	} else {
		if (!shadow_dt_list_open(w->r, &list, p->np, "alloc-ranges",
					 p->cells))
			return false;
		for (i = 0; i < list.nr; i++)
			if (shadow_dt_list_range(w->r, &list, i, &window) &&
			    !found)
				found = !shadow_ranges_last_fit(free, &window,
								size, align,
								start);
	}
	if (!found)
		shadow_dt_leave_out(w->r, p->np, "size",
				    "no room for 0x%llx bytes aligned to 0x%llx",
				    size, align);
	return found;
}

static void place(struct walk *w, const struct pending *p,
		  struct shadow_ranges *free)
{
	struct shadow_range range;
	u64 size, align;
	int err;

	/* Malformed cells were named where they are. */
	if (!p->cells.addr || !p->cells.size)
		return;
	if (!read_size(w, p, &size) || !read_alignment(w, p, &align) ||
	    !find_place(w, p, free, size, align, &range.start))
		return;
	range.last = range.start + (size - 1);
	err = shadow_ranges_remove(free, range.start, range.last);
	if (err)
		w->r->err = err;
	shadow_dt_add_of(w->r, &range, p->flags | SHADOW_DT_BY_RULE, p->np);
}

/* RAM that is not reserved, less the first page. */
static int find_free(const struct shadow_dt *dt, struct shadow_range *storage,
		     struct shadow_ranges *free, u32 max)
{
	struct shadow_ranges ram, reserved;
	int err;

	shadow_ranges_init(&ram, storage, dt->nr_ram);
	shadow_ranges_init(&reserved, storage + dt->nr_ram, dt->nr_reserved);
	shadow_ranges_init(free, storage + dt->nr_ram + dt->nr_reserved, max);

	err = shadow_dt_ranges(dt, &ram, &reserved);
	if (!err)
		err = shadow_ranges_subtract(free, &ram, &reserved);
	if (!err)
		err = shadow_ranges_remove(free, 0, SHADOW_PAGE_SIZE - 1);
	return err;
}

static void place_all(struct walk *w)
{
	u32 known = w->r->dt->nr_ram + w->r->dt->nr_reserved;
	u32 max = known + w->nr_homeless;
	struct shadow_range *storage;
	const struct pending *p;
	struct shadow_ranges free;
	int err;

	storage = kvmalloc_array((size_t)known + max, sizeof(*storage),
				 GFP_KERNEL);
	if (!storage) {
		w->r->err = -ENOMEM;
		return;
	}
	err = find_free(w->r->dt, storage, &free, max);
	if (err)
		w->r->err = err;
	else
		list_for_each_entry(p, &w->homeless, node)
			place(w, p, &free);
	kvfree(storage);
}

static void note_missing(struct walk *w, const struct device_node *top,
			 const char *prop)
{
	if (!has(top, prop))
		shadow_dt_problem(w->r, top, prop,
				  "missing, the root's is taken, but Linux ignores the whole node");
}

static void begin_at(struct walk *w, struct device_node *top,
		     struct shadow_dt_cells cells)
{
	if (!shadow_dt_usable(w->r, top))
		return;
	note_missing(w, top, "#address-cells");
	note_missing(w, top, "#size-cells");
	put_off(w, &w->containers, top, cells, SHADOW_DT_RESERVED);
}

void shadow_dt_read_reserved(struct shadow_dt_reader *r,
			     struct device_node *root,
			     struct shadow_dt_cells cells)
{
	struct walk w = { .r = r };
	struct pending *p, *next;
	struct device_node *np;

	INIT_LIST_HEAD(&w.containers);
	INIT_LIST_HEAD(&w.homeless);
	for_each_child_of_node(root, np)
		if (shadow_dt_is_named(np, "reserved-memory"))
			begin_at(&w, np, cells);
	read_containers(&w);
	if (r->dt->live)
		ask_kernel_all(&w);
	else if (w.nr_homeless)
		place_all(&w);
	list_for_each_entry_safe(p, next, &w.homeless, node)
		drop(p);
}
