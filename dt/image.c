// SPDX-License-Identifier: GPL-2.0-only
/*
 * The running kernel's own image (R3). See dt.h.
 */
#include <linux/export.h>
#include <linux/ioport.h>
#include <linux/string.h>

#include "reader.h"

/*
 * Part of the kernel's image as /proc/iomem shows it below System RAM. The
 * lock of that tree is closed to modules. RAM and the image stay as they are
 * from boot on, but a device that comes or goes in this moment could lead the
 * walk astray: it looks at no device's children and copies nothing but numbers.
 */
static bool find_image_part(const char *name, struct shadow_range *range)
{
	const struct resource *ram, *part;

	for (ram = iomem_resource.child; ram; ram = ram->sibling) {
		if (!(ram->flags & IORESOURCE_SYSRAM))
			continue;
		for (part = ram->child; part; part = part->sibling) {
			if (!part->name || strcmp(part->name, name))
				continue;
			range->start = part->start;
			range->last = part->end;
			return true;
		}
	}
	return false;
}

int shadow_dt_add_kernel(struct shadow_dt *dt)
{
	const char *missing =
		"/proc/iomem: Kernel code, Kernel data: not found, entry skipped";
	struct shadow_dt_reader r = { .dt = dt };
	struct shadow_range code, data;

	if (find_image_part("Kernel code", &code) &&
	    find_image_part("Kernel data", &data) && code.start <= data.last) {
		code.last = data.last;
		shadow_dt_add(&r, &code, SHADOW_DT_RESERVED, "kernel");
	} else {
		shadow_dt_add_warning(&r, kstrdup(missing, GFP_KERNEL));
	}
	return r.err;
}
EXPORT_SYMBOL_GPL(shadow_dt_add_kernel);
