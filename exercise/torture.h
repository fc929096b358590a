/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fill, random operations and drain (X2, X3), over memory or over descriptors
 * alone.
 */
#ifndef SHADOW_TORTURE_H
#define SHADOW_TORTURE_H

#include "exercise.h"
#include "rng.h"

/**
 * struct shadow_torture - state of one run
 * @ex: results, progress and signals
 * @buddy: what is tortured; all of it is free
 * @held: room for one number a free page: address | order
 * @memory: the pages can be written: each gets a pattern
 * @seed: of random numbers and patterns
 * @rng: the random numbers
 * @nr_held: blocks held now
 * @wrong_blocks: handed out twice, unaligned, outside
 * @wrong_pages: patterns lost
 * @wrong_frees: refused
 * @where: address of the first of those
 */
struct shadow_torture {
	struct shadow_exercise *ex;
	struct shadow_buddy *buddy;
	u64 *held;
	bool memory;
	u64 seed;
	struct shadow_rng rng;
	u64 nr_held;
	u64 wrong_blocks;
	u64 wrong_pages;
	u64 wrong_frees;
	u64 where;
};

/**
 * shadow_torture_run() - fill, do random operations, drain, write the results
 * @t: the first five members are set, the others are 0
 * @ops: random operations between filling and draining
 *
 * Everything is free again afterwards, after a signal too.
 */
void shadow_torture_run(struct shadow_torture *t, u64 ops);

#endif /* SHADOW_TORTURE_H */
