/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All exercises. To add one takes its file, a line here and its name in core.mk.
 * See ops.h for what one is.
 */
#ifndef SHADOW_REGISTRY_H
#define SHADOW_REGISTRY_H

#include "ops.h"

/* In the order in which they are listed; NAME stands for shadow_NAME_ops. */
#define SHADOW_EXERCISES(each)	\
	each(selftest)		\
	each(torture)		\
	each(smp)		\
	each(whole_machine)

#define SHADOW_DECLARE(name) \
	extern const struct shadow_exercise_ops shadow_##name##_ops;
SHADOW_EXERCISES(SHADOW_DECLARE)
#undef SHADOW_DECLARE

/* NULL ends the table. */
extern const struct shadow_exercise_ops * const shadow_exercises[];

#endif /* SHADOW_REGISTRY_H */
