// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where Linux would place the dynamic nodes of /reserved-memory, which have a
 * size and no address, in a tree that no kernel has booted (R2). The rule is
 * that of __reserved_mem_alloc_size() and memblock on arm64:
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
#include <linux/string.h>

#include "reader.h"

#define CMA_ALIGNMENT	(4ULL << 20)

static bool read_number(struct shadow_dt_reader *r,
			const struct device_node *np, const char *name,
			u32 cells, u64 *number)
{
	const struct property *prop = of_find_property(np, name, NULL);
	u32 length = cells * sizeof(__be32);

	if (prop->length == length) {
		*number = of_read_number(prop->value, cells);
		return true;
	}
	shadow_dt_skip(r, np, name, "%d bytes, expected %u",
		       prop->length, length);
	return false;
}

static bool read_size(struct shadow_dt_reader *r,
		      const struct shadow_dt_deferred *p, u64 *size)
{
	if (!read_number(r, p->np, "size", p->cells.size, size))
		return false;
	if (*size)
		return true;
	shadow_dt_skip(r, p->np, "size", "0, expected more");
	return false;
}

static bool is_cma_pool(const struct shadow_dt_deferred *p)
{
	return (p->flags & SHADOW_DT_REUSABLE) &&
	       !(p->flags & SHADOW_DT_NOMAP) &&
	       of_device_is_compatible(p->np, "shared-dma-pool");
}

static bool read_alignment(struct shadow_dt_reader *r,
			   const struct shadow_dt_deferred *p, u64 *align)
{
	u64 least = SHADOW_PAGE_SIZE;

	if (!shadow_dt_string_ok(r, p->np, "compatible"))
		return false;
	if (is_cma_pool(p))
		least = CMA_ALIGNMENT;

	*align = least;
	if (!shadow_dt_has(p->np, "alignment"))
		return true;
	if (!read_number(r, p->np, "alignment", p->cells.addr, align))
		return false;
	if (!*align || (*align & (*align - 1))) {
		shadow_dt_skip(r, p->np, "alignment",
			       "0x%llx, expected a power of two", *align);
		return false;
	}
	*align = max(*align, least);
	return true;
}

/* All entries of alloc-ranges are read, so that each malformed one is named. */
static bool find_place(struct shadow_dt_reader *r,
		       const struct shadow_dt_deferred *p,
		       const struct shadow_ranges *free, u64 size, u64 align,
		       u64 *start)
{
	struct shadow_range window = { .last = U64_MAX };
	struct shadow_dt_list list;
	bool found = false;
	u32 i;

	if (!shadow_dt_has(p->np, "alloc-ranges")) {
		found = !shadow_ranges_last_fit(free, &window, size, align,
						start);
	} else {
		if (!shadow_dt_list_open(r, &list, p->np, "alloc-ranges",
					 p->cells))
			return false;
		for (i = 0; i < list.nr; i++)
			if (shadow_dt_list_range(r, &list, i, &window) &&
			    !found)
				found = !shadow_ranges_last_fit(free, &window,
								size, align,
								start);
	}
	if (!found)
		shadow_dt_skip(r, p->np, "size",
			       "no room for 0x%llx bytes aligned to 0x%llx",
			       size, align);
	return found;
}

static void place(struct shadow_dt_reader *r,
		  const struct shadow_dt_deferred *p,
		  struct shadow_ranges *free)
{
	struct shadow_range range;
	u64 size, align;
	int err;

	/* Malformed cells were named where they are. */
	if (!p->cells.addr || !p->cells.size)
		return;
	if (!read_size(r, p, &size) || !read_alignment(r, p, &align) ||
	    !find_place(r, p, free, size, align, &range.start))
		return;
	range.last = range.start + (size - 1);
	err = shadow_ranges_remove(free, range.start, range.last);
	if (err)
		r->err = err;
	shadow_dt_add_of(r, &range, p->flags | SHADOW_DT_BY_RULE, p->np);
}

/*
 * RAM that is not reserved, less the first page. Linux would not place a node
 * over the initrd, but a target has its own elsewhere: it does not count (R2).
 */
static int find_free(const struct shadow_dt *dt, struct shadow_range *storage,
		     struct shadow_ranges *free, u32 max)
{
	struct shadow_ranges ram, reserved;
	int err;

	shadow_ranges_init(&ram, storage, dt->nr_ram);
	shadow_ranges_init(&reserved, storage + dt->nr_ram, dt->nr_reserved);
	shadow_ranges_init(free, storage + dt->nr_ram + dt->nr_reserved, max);

	err = shadow_dt_ranges_but(dt, SHADOW_DT_INITRD, &ram, &reserved);
	if (!err)
		err = shadow_ranges_subtract(free, &ram, &reserved);
	if (!err)
		err = shadow_ranges_remove(free, 0, SHADOW_PAGE_SIZE - 1);
	return err;
}

void shadow_dt_place(struct shadow_dt_reader *r, const struct list_head *nodes,
		     u32 nr)
{
	u32 known = r->dt->nr_ram + r->dt->nr_reserved;
	u32 max = known + nr;
	struct shadow_range *storage;
	const struct shadow_dt_deferred *p;
	struct shadow_ranges free;
	int err;

	storage = kvmalloc_array((size_t)known + max, sizeof(*storage),
				 GFP_KERNEL);
	if (!storage) {
		r->err = -ENOMEM;
		return;
	}
	err = find_free(r->dt, storage, &free, max);
	if (err)
		r->err = err;
	else
		list_for_each_entry(p, nodes, node)
			place(r, p, &free);
	kvfree(storage);
}
