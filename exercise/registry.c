// SPDX-License-Identifier: GPL-2.0-only
/*
 * All exercises. See registry.h: to add one takes its file, a line here and its
 * name in core.mk.
 */
#include <linux/export.h>
#include <linux/stddef.h>

#include "registry.h"

/* Each name stands for a struct shadow_exercise_ops, shadow_NAME_ops. */
#define EXERCISES(each)		\
	each(selftest)		\
	each(torture)		\
	each(smp)		\
	each(whole_machine)

#define DECLARE(name) extern const struct shadow_exercise_ops shadow_##name##_ops;
#define ENTER(name) &shadow_##name##_ops,

EXERCISES(DECLARE)

const struct shadow_exercise_ops * const shadow_exercises[] = {
	EXERCISES(ENTER)
	NULL
};
EXPORT_SYMBOL_GPL(shadow_exercises);
