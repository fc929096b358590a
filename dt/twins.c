// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dynamic nodes that share their name (R2). The running kernel is asked by base
 * name where it put a node, and has one answer for all that are called so:
 *
 *	reserved-memory
 *	+- pool			size, no address	twins: either
 *	+- box					may lie there
 *	|  +- pool		size, no address
 *	+- vframe		size, no address	a twin of this, if the
 *	+- other					kernel says 0x88000000
 *	   +- vframe		reg = <0x88000000 ...>
 *
 * All names are sorted, so that those alike lie together.
 */
#include <linux/errno.h>
#include <linux/mm.h>
#include <linux/of_reserved_mem.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "reader.h"

/**
 * struct named - a node
 * @name: its base name
 * @dynamic: the node, if it has no address
 * @start: its first byte, if it has one
 */
struct named {
	const char *name;
	struct shadow_dt_deferred *dynamic;
	u64 start;
};

/* By name; of one name the dynamic nodes come first. */
static int compare(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->name, y->name) ?: !x->dynamic - !y->dynamic;
}

static u32 collect(const struct shadow_dt *dt, const struct list_head *dynamic,
		   struct named *named)
{
	const struct shadow_dt_entry *entry;
	struct shadow_dt_deferred *p;
	u32 nr = 0;

	list_for_each_entry(p, dynamic, node)
		named[nr++] = (struct named){
			kbasename(p->np->full_name), p, 0
		};
	list_for_each_entry(entry, &dt->entries, node)
		named[nr++] = (struct named){
			kbasename(entry->name), NULL, entry->range.start
		};
	return nr;
}

/* The first @nr have one name. */
static void mark(struct named *named, u32 nr)
{
	const struct reserved_mem *mem;
	bool twin = nr > 1 && named[1].dynamic;
	u64 base;
	u32 i;

	if (!named->dynamic)
		return;
	mem = of_reserved_mem_lookup(named->dynamic->np);
	base = mem ? mem->base : 0;
	for (i = 1; i < nr; i++)
		twin = twin || named[i].start == base;
	for (i = 0; i < nr && named[i].dynamic; i++)
		named[i].dynamic->twin = twin;
}

void shadow_dt_mark_twins(struct shadow_dt_reader *r,
			  const struct list_head *dynamic)
{
	u32 all = r->dt->nr_ram + r->dt->nr_reserved, i, end;
	const struct shadow_dt_deferred *p;
	struct named *named;

	list_for_each_entry(p, dynamic, node)
		all++;
	named = kvmalloc_array(all, sizeof(*named), GFP_KERNEL);
	if (!named) {
		r->err = -ENOMEM;
		return;
	}
	all = collect(r->dt, dynamic, named);
	sort(named, all, sizeof(*named), compare, NULL);
	for (i = 0; i < all; i = end) {
		end = i + 1;
		while (end < all && !strcmp(named[end].name, named[i].name))
			end++;
		mark(named + i, end - i);
	}
	kvfree(named);
}
