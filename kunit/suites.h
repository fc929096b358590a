/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the suites share.
 */
#ifndef SHADOW_KUNIT_SUITES_H
#define SHADOW_KUNIT_SUITES_H

#include <kunit/test.h>

/* Parameters all_NAME_gen_params of a case: the rows of an array, by .name. */
#define SHADOW_PARAMS(array)						\
	static void name_##array(const typeof(array[0]) *row, char *desc) \
	{								\
		snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", row->name);	\
	}								\
									\
	KUNIT_ARRAY_PARAM(all_##array, array, name_##array)

/* A suite of KUNIT_CASE()s, which registers itself. */
#define SHADOW_SUITE(suite, begin, end, ...)				\
	static struct kunit_case suite##_cases[] = { __VA_ARGS__, {} };	\
									\
	static struct kunit_suite suite##_suite = {			\
		.name = #suite, .init = begin, .exit = end,		\
		.test_cases = suite##_cases,				\
	};								\
									\
	kunit_test_suite(suite##_suite)

/**
 * shadow_test_seed() - where a test with random numbers begins
 *
 * Prints the seed, so that a failure can be repeated.
 *
 * Return: the parameter "seed", or a random one where it is 0.
 */
unsigned long shadow_test_seed(void);

/* Zeroed memory that lives as long as the case; without it the case ends. */
static inline void *shadow_test_zeroed(struct kunit *test, size_t bytes)
{
	void *memory = kunit_kzalloc(test, bytes, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, memory);
	return memory;
}

#endif /* SHADOW_KUNIT_SUITES_H */
