/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites share.
 */
#ifndef SHADOW_KUNIT_SUITES_H
#define SHADOW_KUNIT_SUITES_H

/**
 * shadow_test_seed() - where a test with random numbers begins
 *
 * Prints the seed, so that a failure can be repeated.
 *
 * Return: the parameter "seed", or a random one where it is 0.
 */
unsigned long shadow_test_seed(void);

#endif /* SHADOW_KUNIT_SUITES_H */
