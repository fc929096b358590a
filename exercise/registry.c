// SPDX-License-Identifier: GPL-2.0-only
/*
 * All exercises as a table. To add one takes its file, its line here and in
 * registry.h, and its name in core.mk.
 */
#include <linux/export.h>
#include <linux/kernel.h>

#include "registry.h"

const struct shadow_exercise_ops * const shadow_exercises[] = {
	&shadow_selftest_ops,
	&shadow_torture_ops,
	&shadow_smp_ops,
	&shadow_whole_machine_ops,
	NULL
};
EXPORT_SYMBOL_GPL(shadow_exercises);
