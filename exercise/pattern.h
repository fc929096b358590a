/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Words that depend on their address: any two of a lab differ, and none stays the
 * same with another seed (X2).
 */
#ifndef SHADOW_PATTERN_H
#define SHADOW_PATTERN_H

#include "lab.h"

/**
 * shadow_pattern_seed() - the seed of one of several patterns at the same time
 * @seed: of all of them
 * @nr: which one, below 2^16: no word of one is a word of another
 *
 * Return: the seed.
 */
static inline u64 shadow_pattern_seed(u64 seed, u64 nr)
{
	/* Addresses have 48 bits. */
	return seed + (nr << 48);
}

/**
 * shadow_pattern_write() - fill a part of a held block
 * @lab: the lab
 * @pa: first byte, aligned to 8
 * @bytes: how many, a multiple of 8
 * @seed: which pattern
 */
void shadow_pattern_write(const struct shadow_lab *lab, u64 pa, u64 bytes,
			  u64 seed);

/**
 * shadow_pattern_check() - compare a part of a held block
 * @lab: the lab
 * @pa: first byte, aligned to 8
 * @bytes: how many, a multiple of 8
 * @seed: which pattern
 *
 * Return: the address of the first wrong word, SHADOW_NO_PAGE where none is.
 */
u64 shadow_pattern_check(const struct shadow_lab *lab, u64 pa, u64 bytes,
			 u64 seed);

#endif /* SHADOW_PATTERN_H */
