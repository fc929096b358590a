/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is given beside a tree: image, initrd and blob out of a byte, memreserve out
 * of a blob, and what a plan must say of them (R3).
 */
#ifndef FUZZ_DT_GIVEN_H
#define FUZZ_DT_GIVEN_H

#include "../../dt/plan.h"

/* Two bits of @choice say it of each: nothing, none, or one of two places. */
void dt_choose_given(struct shadow_given *given, u8 choice);

/* What the blob reserves beside its tree; the places are from malloc(). */
void dt_choose_memreserve(struct shadow_memreserve *list, const void *blob);

/* Each is an entry of its own, or has a warning where it wraps. */
void dt_expect_given(const struct shadow_plan *plan,
		     const struct shadow_given *given);

/* The first place given that lies in no range of RAM, or how many there are. */
u32 dt_first_misplaced(const struct shadow_plan *plan,
		       const struct shadow_given *given);

#endif /* FUZZ_DT_GIVEN_H */
