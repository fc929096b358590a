/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random numbers that a seed repeats, on every kernel and on the host. The
 * kernel's prandom_* would do, but Google's phone kernels do not offer it to
 * modules. The generator is Marsaglia's xorshift64* as given by Vigna.
 */
#ifndef SHADOW_RNG_H
#define SHADOW_RNG_H

#include <linux/types.h>

/**
 * struct shadow_rng - a generator
 * @state: never 0
 */
struct shadow_rng {
	u64 state;
};

/**
 * shadow_rng_seed() - begin a sequence
 * @rng: the generator
 * @seed: any number; equal seeds give equal sequences
 */
static inline void shadow_rng_seed(struct shadow_rng *rng, u64 seed)
{
	/* 0 is the one state that xorshift never leaves. */
	rng->state = seed ? seed : 0x9e3779b97f4a7c15ULL;
}

/**
 * shadow_rng_next() - the next number
 * @rng: the generator
 *
 * Return: 32 random bits.
 */
static inline u32 shadow_rng_next(struct shadow_rng *rng)
{
	rng->state ^= rng->state >> 12;
	rng->state ^= rng->state << 25;
	rng->state ^= rng->state >> 27;
	return (rng->state * 0x2545f4914f6cdd1dULL) >> 32;
}

/**
 * shadow_rng_below() - a number below a bound
 * @rng: the generator
 * @bound: 1 to 2^32 - 1
 *
 * Return: 0 to @bound - 1, evenly enough for tests.
 */
static inline u32 shadow_rng_below(struct shadow_rng *rng, u32 bound)
{
	return ((u64)shadow_rng_next(rng) * bound) >> 32;
}

#endif /* SHADOW_RNG_H */
