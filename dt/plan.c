// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine, read and laid out. See plan.h.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "plan.h"

/* One allocation for three sets, each as large as it can get. */
static int alloc_sets(struct shadow_plan *plan)
{
	u32 nr_ram = plan->dt.nr_ram;
	u32 nr_reserved = plan->dt.nr_reserved;
	u32 nr_free = nr_ram + nr_reserved + 1;
	struct shadow_range *next;

	next = kvcalloc((size_t)nr_ram + nr_reserved + nr_free, sizeof(*next),
			GFP_KERNEL);
	if (!next)
		return -ENOMEM;
	plan->storage = next;
	shadow_ranges_init(&plan->ram, next, nr_ram);
	next += nr_ram;
	shadow_ranges_init(&plan->reserved, next, nr_reserved);
	next += nr_reserved;
	shadow_ranges_init(&plan->layout.free, next, nr_free);
	return 0;
}

static bool in_ram(const struct shadow_plan *plan,
		   const struct shadow_place *place)
{
	struct shadow_range range = {
		place->base, place->base + place->bytes - 1
	};
	u64 start;

	return !place->bytes ||
	       !shadow_ranges_last_fit(&plan->ram, &range, place->bytes, 1,
				       &start);
}

/* A place outside of RAM is a slip of the pen, unless there is no RAM (E1). */
static int check_places(struct shadow_plan *plan)
{
	int i;

	for (i = 0; i < SHADOW_NR_PLACED && plan->ram.nr; i++) {
		if (in_ram(plan, &plan->given.place[i]))
			continue;
		plan->misplaced = i;
		return -EINVAL;
	}
	return 0;
}

const char *shadow_placed_name(enum shadow_placed what)
{
	static const char * const names[] = {
		[SHADOW_IMAGE] = "image",
		[SHADOW_INITRD] = "initrd",
		[SHADOW_BLOB] = "blob",
	};

	return names[what];
}

int shadow_plan_make(struct shadow_plan *plan, struct device_node *root,
		     bool live, const struct shadow_given *given,
		     const struct shadow_row *row)
{
	int err;

	memset(plan, 0, sizeof(*plan));
	plan->given = *given;
	err = shadow_dt_read(&plan->dt, root, live, given, row);
	if (!err)
		err = shadow_dt_add_image(&plan->dt,
					  &given->place[SHADOW_IMAGE]);
	if (!err)
		err = shadow_dt_hint_moved(&plan->dt);
	if (!err)
		err = alloc_sets(plan);
	if (!err)
		err = shadow_dt_ranges(&plan->dt, &plan->ram, &plan->reserved);
	if (!err)
		err = check_places(plan);
	if (!err)
		err = shadow_layout_compute(&plan->layout, &plan->ram,
					    &plan->reserved);
	return err;
}
EXPORT_SYMBOL_GPL(shadow_plan_make);

void shadow_plan_free(struct shadow_plan *plan)
{
	kvfree(plan->storage);
	plan->storage = NULL;
	shadow_dt_free(&plan->dt);
}
EXPORT_SYMBOL_GPL(shadow_plan_free);
