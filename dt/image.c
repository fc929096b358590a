// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's image (R3): as it was given, or the running kernel's. See dt.h.
 */
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/string.h>

#include "reader.h"

/*
 * Part of the kernel's image as /proc/iomem shows it below System RAM. The
 * lock of that tree is closed to modules. RAM and the image stay as they are
 * from boot on, but an entry of a device may be freed in this moment. Of a
 * device's entry flags and link are read, never its name or its children; what
 * was freed may look like any entry. No other file may walk this tree: image=
 * spares a load this walk too.
 */
static bool find_image_part(const char *name, struct shadow_range *range)
{
	const struct resource *ram, *part;

	for (ram = iomem_resource.child; ram; ram = ram->sibling) {
		if (!(ram->flags & IORESOURCE_SYSRAM))
			continue;
		for (part = ram->child; part; part = part->sibling) {
			if (!(part->flags & IORESOURCE_SYSRAM) ||
			    strcmp(part->name, name))
				continue;
			range->start = part->start;
			range->last = part->end;
			return true;
		}
	}
	return false;
}

static bool find_image(struct shadow_range *range)
{
	struct shadow_range data;

	if (!find_image_part("Kernel code", range) ||
	    !find_image_part("Kernel data", &data))
		return false;
	range->last = data.last;
	return range->start <= range->last;
}

int shadow_dt_add_image(struct shadow_dt *dt, const struct shadow_place *image)
{
	const char *missing =
		"/proc/iomem: Kernel code, Kernel data: not found, entry skipped";
	struct shadow_dt_reader r = { .dt = dt };
	struct shadow_range range;

	if (image->given)
		shadow_dt_add_place(&r, image, SHADOW_DT_IMAGE, "kernel");
	else if (!dt->live)
		return 0;
	else if (find_image(&range))
		shadow_dt_add(&r, &range, SHADOW_DT_RESERVED | SHADOW_DT_IMAGE,
			      "kernel");
	else
		shadow_dt_add_warning(&r, kstrdup(missing, GFP_KERNEL));
	return r.err;
}
EXPORT_SYMBOL_GPL(shadow_dt_add_image);
