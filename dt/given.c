// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user gave of a target beside its tree (R3). See reader.h.
 */
#include <linux/kernel.h>

#include "reader.h"

void shadow_dt_add_place(struct shadow_dt_reader *r,
			 const struct shadow_place *place, u32 flags,
			 const char *name)
{
	struct shadow_range range = {
		place->base, place->base + place->bytes - 1
	};

	if (place->bytes)
		shadow_dt_add(r, &range, SHADOW_DT_RESERVED | flags, name);
}

/* A user is told at once of an end past 2^64; a blob may have one all the same. */
void shadow_dt_add_memreserve(struct shadow_dt_reader *r,
			      const struct shadow_memreserve *list)
{
	const struct shadow_place *place = list->place;
	u32 i;

	for (i = 0; i < list->nr; i++, place++)
		if (place->bytes && place->bytes - 1 > U64_MAX - place->base)
			shadow_dt_add_warning(r, kasprintf(GFP_KERNEL,
							   "/memreserve/: range %u, 0x%llx + 0x%llx, goes past 2^64, entry skipped",
							   i, place->base,
							   place->bytes));
		else
			shadow_dt_add_place(r, place, SHADOW_DT_MEMRESERVE,
					    "memreserve");
}
