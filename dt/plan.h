/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine, read and laid out: the device tree's entries, the ranges that
 * follow from them, and what the target makes of those.
 */
#ifndef SHADOW_PLAN_H
#define SHADOW_PLAN_H

#include "dt.h"
#include "../mem_map.h"

/**
 * struct shadow_plan - one machine
 * @dt: what its device tree says
 * @given: what somebody gave beside it
 * @misplaced: which of those places does not lie in RAM, after -EINVAL
 * @ram: RAM in whole pages
 * @reserved: reserved memory in whole pages, inside RAM or not
 * @layout: what the target does with it
 * @storage: room for the ranges of all these
 */
struct shadow_plan {
	struct shadow_dt dt;
	struct shadow_given given;
	enum shadow_placed misplaced;
	struct shadow_ranges ram;
	struct shadow_ranges reserved;
	struct shadow_layout layout;
	struct shadow_range *storage;
};

/**
 * shadow_plan_make() - read a machine and lay it out
 * @plan: result; shadow_plan_free() releases it, after an error too
 * @root: see shadow_dt_read()
 * @live: see shadow_dt_read()
 * @given: what a user gave; the plan goes on to use its memreserve
 * @row: see shadow_dt_read()
 *
 * Return: 0, -ENOMEM, -EAGAIN as shadow_dt_read(), or -EINVAL where a place does not
 * lie in whole pages of RAM, although there is some.
 */
int shadow_plan_make(struct shadow_plan *plan, struct device_node *root,
		     bool live, const struct shadow_given *given,
		     const struct shadow_row *row);

/**
 * shadow_placed_name() - what a user calls it
 * @what: image, initrd or blob
 *
 * Return: that word.
 */
const char *shadow_placed_name(enum shadow_placed what);

/**
 * shadow_plan_free() - release a plan
 * @plan: the plan
 */
void shadow_plan_free(struct shadow_plan *plan);

#endif /* SHADOW_PLAN_H */
