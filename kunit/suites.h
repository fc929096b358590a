/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All suites, and where their random numbers begin.
 */
#ifndef SHADOW_KUNIT_SUITES_H
#define SHADOW_KUNIT_SUITES_H

#include <kunit/test.h>

/* The core: these also run on the host (make host). */
extern struct kunit_suite shadow_command_suite;
extern struct kunit_suite shadow_ranges_suite;
extern struct kunit_suite shadow_ranges_fit_suite;
extern struct kunit_suite shadow_ranges_model_suite;
extern struct kunit_suite shadow_heap_size_suite;
extern struct kunit_suite shadow_mem_map_suite;
extern struct kunit_suite shadow_verdict_suite;
extern struct kunit_suite shadow_pixel6_suite;
extern struct kunit_suite shadow_layout_buddy_suite;
extern struct kunit_suite shadow_buddy_suite;
extern struct kunit_suite shadow_buddy_refuse_suite;
extern struct kunit_suite shadow_buddy_exact_suite;
extern struct kunit_suite shadow_buddy_lookup_suite;
extern struct kunit_suite shadow_buddy_check_suite;
extern struct kunit_suite shadow_buddy_model_suite;
extern struct kunit_suite shadow_pt_alloc_suite;
extern struct kunit_suite shadow_pt_map_suite;
extern struct kunit_suite shadow_pt_map_refuse_suite;
extern struct kunit_suite shadow_pt_map_count_suite;
extern struct kunit_suite shadow_pt_map_model_suite;

/* The Linux side. */
extern struct kunit_suite shadow_dt_memory_suite;
extern struct kunit_suite shadow_dt_reserved_suite;
extern struct kunit_suite shadow_dt_malformed_suite;
extern struct kunit_suite shadow_dt_pixel6_suite;
extern struct kunit_suite shadow_plan_suite;
extern struct kunit_suite shadow_exercise_suite;

/**
 * shadow_test_seed() - where a test with random numbers begins
 *
 * Prints the seed, so that a failure can be repeated.
 *
 * Return: the parameter "seed", or one drawn at the start where it is 0.
 */
unsigned long shadow_test_seed(void);

#endif /* SHADOW_KUNIT_SUITES_H */
