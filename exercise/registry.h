/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All exercises. See ops.h for what one is.
 */
#ifndef SHADOW_REGISTRY_H
#define SHADOW_REGISTRY_H

#include "ops.h"

extern const struct shadow_exercise_ops shadow_selftest_ops;
extern const struct shadow_exercise_ops shadow_torture_ops;
extern const struct shadow_exercise_ops shadow_smp_ops;
extern const struct shadow_exercise_ops shadow_whole_machine_ops;

/* In the order in which they are listed; NULL ends the table. */
extern const struct shadow_exercise_ops * const shadow_exercises[];

#endif /* SHADOW_REGISTRY_H */
