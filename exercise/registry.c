// SPDX-License-Identifier: GPL-2.0-only
/*
 * All exercises as a table. See registry.h.
 */
#include <linux/export.h>
#include <linux/kernel.h>

#include "registry.h"

#define ENTER(name) &shadow_##name##_ops,

const struct shadow_exercise_ops * const shadow_exercises[] = {
	SHADOW_EXERCISES(ENTER)
	NULL
};
EXPORT_SYMBOL_GPL(shadow_exercises);
