// SPDX-License-Identifier: GPL-2.0-only
/*
 * /reserved-memory (R2): nodes with an address, containers of such nodes, and
 * dynamic nodes, which leave the address to Linux. See dt.h.
 *
 * Cells are those of the nearest container that has the property. Where
 * /reserved-memory itself has none, the specification of device trees would say
 * 2 and 1, Linux ignores the whole node, and people who forget it mean the
 * root's. The root's are used, for a reserved range too many does less harm
 * than one too few, and the omission is a warning in the report.
 */
#include <linux/errno.h>
#include <linux/of_reserved_mem.h>
#include <linux/string.h>

#include "reader.h"

/**
 * struct walk - a walk through /reserved-memory
 * @r: the reader
 * @containers: struct shadow_dt_deferred: their children are still to be read
 * @tops: the same: /reserved-memory, after their children were read
 * @dynamic: struct shadow_dt_deferred: nodes without an address
 * @read: the /reserved-memory that Linux reads; NULL where it ignores all
 */
struct walk {
	struct shadow_dt_reader *r;
	struct list_head containers;
	struct list_head tops;
	struct list_head dynamic;
	const struct device_node *read;
};

static void defer(struct walk *w, struct list_head *list,
		  struct device_node *np, const struct shadow_dt_deferred *top,
		  struct shadow_dt_cells cells, u32 flags)
{
	struct shadow_dt_deferred *p = kmalloc(sizeof(*p), GFP_KERNEL);

	if (!p) {
		w->r->err = -ENOMEM;
		return;
	}
	p->np = of_node_get(np);
	p->top = top ?: p;
	p->cells = cells;
	p->flags = flags;
	p->twin = false;
	list_add_tail(&p->node, list);
}

static void release(struct shadow_dt_deferred *p)
{
	list_del(&p->node);
	of_node_put(p->np);
	kfree(p);
}

static bool has_children(const struct device_node *np)
{
	struct device_node *child = of_get_next_child(np, NULL);

	of_node_put(child);
	return child;
}

/* No container: what its children have is not reserved for that. */
static void hint_at_children(struct shadow_dt_reader *r,
			     const struct device_node *np)
{
	struct device_node *child;
	bool found = false;

	for_each_child_of_node(np, child)
		found |= shadow_dt_has(child, "reg") ||
			 shadow_dt_has(child, "size");
	if (found)
		shadow_dt_hint(r, np, "reg",
			       "counts alone, the children of this node do not");
}

static void read_child(struct walk *w, struct device_node *np,
		       const struct shadow_dt_deferred *in)
{
	u32 own = in->flags;

	if (shadow_dt_has(np, "no-map"))
		own |= SHADOW_DT_NOMAP;
	if (shadow_dt_has(np, "reusable"))
		own |= SHADOW_DT_REUSABLE;

	if (shadow_dt_has(np, "reg")) {
		if (shadow_dt_add_list(w->r, np, "reg", in->cells, own))
			hint_at_children(w->r, np);
	} else if (shadow_dt_has(np, "size")) {
		defer(w, &w->dynamic, np, in->top, in->cells, own);
	} else if (has_children(np)) {
		defer(w, &w->containers, np, in->top, in->cells,
		      in->flags | SHADOW_DT_NESTED);
	} else if (!shadow_dt_has(np, "iommu-addresses")) {
		/* That one alone reserves nothing, and is well formed. */
		shadow_dt_skip(w->r, np, "reg", "missing, and so is size");
	}
}

/* The one that Linux reads comes first. */
static void keep_top(struct walk *w, struct shadow_dt_deferred *top)
{
	list_del(&top->node);
	if (top->np == w->read)
		list_add(&top->node, &w->tops);
	else
		list_add_tail(&top->node, &w->tops);
}

/* A list and no recursion, for nothing limits how deep containers nest. */
static void read_containers(struct walk *w)
{
	struct device_node *np;
	struct shadow_dt_deferred *p;

	while (!list_empty(&w->containers)) {
		p = list_first_entry(&w->containers, struct shadow_dt_deferred, node);
		shadow_dt_read_cells(w->r, p->np, &p->cells);
		for_each_child_of_node(p->np, np)
			if (shadow_dt_usable(w->r, np))
				read_child(w, np, p);
		if (p->top == p)
			keep_top(w, p);
		else
			release(p);
	}
}

static void ask_kernel(struct walk *w, const struct shadow_dt_deferred *p)
{
	const struct reserved_mem *mem = of_reserved_mem_lookup(p->np);
	struct shadow_range range;

	if (p->twin) {
		shadow_dt_skip(w->r, p->np, "size",
			       "another node has this name, the running kernel cannot tell them apart");
		return;
	}
	if (!mem || !mem->size) {
		shadow_dt_skip(w->r, p->np, "size",
			       "the running kernel gave it no memory");
		return;
	}
	range.start = mem->base;
	range.last = range.start + (mem->size - 1);
	shadow_dt_add_of(w->r, &range, p->flags | SHADOW_DT_BY_KERNEL, p->np);
}

static bool note_missing(struct walk *w, const struct device_node *top,
			 const char *prop)
{
	if (shadow_dt_has(top, prop))
		return false;
	shadow_dt_warning(w->r, top, prop,
			  "missing, the root's is used, but Linux ignores the whole node");
	return true;
}

/* As Linux reads it: its first cell, whatever its length. */
static bool is_unlike(struct walk *w, const struct device_node *top,
		      const char *prop, u32 root)
{
	const struct property *own = of_find_property(top, prop, NULL);

	if (own && own->length >= (int)sizeof(__be32) &&
	    be32_to_cpup(own->value) == root)
		return false;
	/* Where the root's is malformed there was a warning, and is no RAM. */
	if (root)
		shadow_dt_hint(w->r, top, prop,
			       "not %u as the root's, so Linux ignores the whole node",
			       root);
	return true;
}

/* Does Linux read it? If not, there is a line that says why. */
static bool is_read(struct walk *w, const struct device_node *top,
		    struct shadow_dt_cells root, const struct device_node *first)
{
	bool missing = note_missing(w, top, "#address-cells");

	missing |= note_missing(w, top, "#size-cells");
	if (missing || is_unlike(w, top, "#address-cells", root.addr) ||
	    is_unlike(w, top, "#size-cells", root.size))
		return false;
	if (!shadow_dt_has(top, "ranges"))
		shadow_dt_hint(w->r, top, "ranges",
			       "missing, so Linux ignores the whole node");
	else if (top != first)
		shadow_dt_hint(w->r, top, "name",
			       "Linux reads another node of this name, and ignores this one");
	else
		return true;
	return false;
}

/* The one of that name that Linux looks at; old ones want no unit address. */
static const struct device_node *find_first(const struct walk *w,
					    struct device_node *root)
{
	static const char name[] = "reserved-memory";
	bool exact = w->r->dt->row->nested;
	const struct device_node *first = NULL;
	struct device_node *np;

	for_each_child_of_node(root, np)
		if (!first && shadow_dt_is_named(np, name) &&
		    !(exact && kbasename(np->full_name)[sizeof(name) - 1]))
			first = np;
	return first;
}

static void begin_at(struct walk *w, struct device_node *top,
		     struct shadow_dt_cells cells,
		     const struct device_node *first)
{
	if (is_read(w, top, cells, first))
		w->read = top;
	defer(w, &w->containers, top, NULL, cells, SHADOW_DT_RESERVED);
}

void shadow_dt_read_reserved(struct shadow_dt_reader *r,
			     struct device_node *root,
			     struct shadow_dt_cells cells)
{
	struct walk w = { .r = r };
	const struct device_node *first = find_first(&w, root);
	struct shadow_dt_deferred *p, *next;
	struct device_node *np;

	INIT_LIST_HEAD(&w.containers);
	INIT_LIST_HEAD(&w.tops);
	INIT_LIST_HEAD(&w.dynamic);
	for_each_child_of_node(root, np)
		if (shadow_dt_is_named(np, "reserved-memory") &&
		    shadow_dt_usable(r, np))
			begin_at(&w, np, cells, first);
	read_containers(&w);
	if (!r->dt->live && !list_empty(&w.dynamic))
		shadow_dt_place(r, &w.tops, &w.dynamic);
	if (r->dt->live && !list_empty(&w.dynamic))
		shadow_dt_mark_twins(r, &w.dynamic);
	list_for_each_entry(p, &w.dynamic, node)
		if (r->dt->live)
			ask_kernel(&w, p);
	list_for_each_entry_safe(p, next, &w.dynamic, node)
		release(p);
	list_for_each_entry_safe(p, next, &w.tops, node)
		release(p);
}
