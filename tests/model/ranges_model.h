/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive set of ranges: an array that says of each unit of a small universe
 * whether it is in the set.
 *
 *	model	1 1 1 0 0 1 1 1 1 0 1
 *	set	[0..2]    [5..8]   [10..10]	sorted, never touching
 *
 * Each operation runs on a set and on its model and returns whether the set did
 * what it has to; the model then has the new state (R1, R4, M3, M4).
 */
#ifndef SHADOW_RANGES_MODEL_H
#define SHADOW_RANGES_MODEL_H

#include "../../ranges.h"

#define SHADOW_RANGES_MODEL_UNITS	64
/* Runs that are added or removed at once. */
#define SHADOW_RANGES_MODEL_RUNS	8

/* The model. */
struct shadow_ranges_model {
	u64 base;			/* first byte of the universe */
	/* bytes of a unit; above a page, a multiple of it, as @base is then */
	u64 unit;
	u32 nr;				/* units */
	/* 1 for a unit that is in the set, else 0 */
	u8 in[SHADOW_RANGES_MODEL_UNITS];
};

/* So many units from one on. */
struct shadow_ranges_model_run {
	u32 first;
	u32 nr;
};

/* First and last byte of a unit. */
static inline u64 shadow_ranges_model_start(const struct shadow_ranges_model *m,
					    u32 i)
{
	return m->base + i * m->unit;
}

static inline u64 shadow_ranges_model_last(const struct shadow_ranges_model *m,
					   u32 i)
{
	return shadow_ranges_model_start(m, i) + (m->unit - 1);
}

/* Is the set what the model stands for, run by run? */
bool shadow_ranges_model_equal(const struct shadow_ranges_model *m,
			       const struct shadow_ranges *set);

/* Add or remove a run of units. */
bool shadow_ranges_model_change(struct shadow_ranges_model *m,
				struct shadow_ranges *set, u32 first, u32 nr,
				bool add);

/* Add all of some runs at once; @behind: they lie in the set's storage, if they can. */
bool shadow_ranges_model_add_all(struct shadow_ranges_model *m,
				 struct shadow_ranges *set,
				 const struct shadow_ranges_model_run *run,
				 u32 nr, bool behind);

/* Remove all of some runs at once, as ranges.h says; the set stays as it is. */
bool shadow_ranges_model_remove_all(const struct shadow_ranges_model *m,
				    const struct shadow_ranges *set,
				    const struct shadow_ranges_model_run *run,
				    u32 nr);

/* Subtract the set of @b from that of @a; @out may have any room. */
bool shadow_ranges_model_subtract(const struct shadow_ranges_model *a,
				  const struct shadow_ranges *from,
				  const struct shadow_ranges_model *b,
				  const struct shadow_ranges *what,
				  struct shadow_ranges *out);

/* Round the set, out or in, and count its pages; the model stays as it is. */
bool shadow_ranges_model_round(const struct shadow_ranges_model *m,
			       struct shadow_ranges *set, bool out);

/* The lowest place for @nr units less @less bytes, which are no whole unit. */
bool shadow_ranges_model_first_fit(const struct shadow_ranges_model *m,
				   const struct shadow_ranges *set, u32 nr,
				   u64 less);

/* The highest place for @nr units in units @low to @high. */
bool shadow_ranges_model_last_fit(const struct shadow_ranges_model *m,
				  const struct shadow_ranges *set, u32 low,
				  u32 high, u32 nr, u64 align);

#endif /* SHADOW_RANGES_MODEL_H */
