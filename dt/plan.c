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

/* An image outside of RAM is a slip of the pen, unless there is no RAM (E1). */
static int check_image(const struct shadow_plan *plan)
{
	const struct shadow_image *image = &plan->image;
	struct shadow_range place = {
		image->base, image->base + image->bytes - 1
	};
	u64 start;

	if (!image->bytes || !plan->ram.nr)
		return 0;
	return shadow_ranges_last_fit(&plan->ram, &place, image->bytes, 1,
				      &start) ? -EINVAL : 0;
}

int shadow_plan_make(struct shadow_plan *plan, struct device_node *root,
		     bool live, const struct shadow_image *image,
		     const struct shadow_row *row)
{
	int err;

	memset(plan, 0, sizeof(*plan));
	plan->image = *image;
	err = shadow_dt_read(&plan->dt, root, live, row);
	if (!err)
		err = shadow_dt_add_image(&plan->dt, image);
	if (!err)
		err = shadow_dt_hint_moved(&plan->dt);
	if (!err)
		err = alloc_sets(plan);
	if (!err)
		err = shadow_dt_ranges(&plan->dt, &plan->ram, &plan->reserved);
	if (!err)
		err = check_image(plan);
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
