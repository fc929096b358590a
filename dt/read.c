// SPDX-License-Identifier: GPL-2.0-only
/*
 * A device tree read as a whole. See dt.h.
 */
#include <linux/export.h>

#include "reader.h"

/*
 * What Linux takes for a root that does not say. The specification of device
 * trees would have 2 and 1.
 */
#define ROOT_ADDRESS_CELLS	1
#define ROOT_SIZE_CELLS		1

int shadow_dt_read(struct shadow_dt *dt, struct device_node *root, bool live,
		   const struct shadow_given *given,
		   const struct shadow_row *row)
{
	struct shadow_dt_reader r = { .dt = dt };
	struct shadow_dt_cells cells = {
		.addr = ROOT_ADDRESS_CELLS,
		.size = ROOT_SIZE_CELLS,
	};

	*dt = (struct shadow_dt){
		.live = live, .row = row ?: shadow_row_running(),
	};
	INIT_LIST_HEAD(&dt->entries);
	INIT_LIST_HEAD(&dt->warnings);
	INIT_LIST_HEAD(&dt->hints);

	shadow_dt_read_cells(&r, root, &cells);
	shadow_dt_read_memory(&r, root, cells);
	if (given->place[SHADOW_INITRD].given)
		shadow_dt_add_place(&r, &given->place[SHADOW_INITRD],
				    SHADOW_DT_INITRD, "initrd");
	else
		shadow_dt_read_initrd(&r, root);
	shadow_dt_add_memreserve(&r, &given->memreserve);
	shadow_dt_read_reserved(&r, root, cells);
	shadow_dt_add_place(&r, &given->place[SHADOW_BLOB], 0, "blob");
	shadow_dt_read_hints(&r, root, cells);
	return r.err;
}
EXPORT_SYMBOL_GPL(shadow_dt_read);
