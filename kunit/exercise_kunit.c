// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exercises themselves: they pass on a valid region, they notice what is
 * broken, and they refuse what they cannot run. The region is ordinary memory
 * with an address of its own choosing, the machine is one bank of 1 GiB.
 */
#include <kunit/test.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "../exercise/pattern.h"
#include "../exercise/runner.h"
#include "suites.h"

#define RAM_BASE	0x40000000ULL
/* Where no machine of ours has RAM: page tables of the pool lie there. */
#define REGION_BASE	(0x4000000000ULL + 3 * SHADOW_PAGE_SIZE)
#define REGION_BYTES	(SZ_1M + 5 * SHADOW_PAGE_SIZE)

struct fixture {
	struct shadow_plan plan;
	struct shadow_region region;
	struct shadow_runner runner;
	struct shadow_lab lab;
	struct shadow_range ram;
	struct shadow_range free[2];
};

static int exercise_init(struct kunit *test)
{
	struct fixture *f = shadow_test_zeroed(test, sizeof(*f));

	test->priv = f;
	INIT_LIST_HEAD(&f->plan.dt.entries);
	INIT_LIST_HEAD(&f->plan.dt.warnings);
	INIT_LIST_HEAD(&f->plan.dt.hints);
	shadow_ranges_init(&f->plan.ram, &f->ram, 1);
	shadow_ranges_init(&f->plan.layout.free, f->free, 2);
	shadow_ranges_add(&f->plan.ram, RAM_BASE, RAM_BASE + SZ_1G - 1);
	shadow_layout_compute(&f->plan.layout, &f->plan.ram,
			      &f->plan.reserved);

	f->region.kind = SHADOW_REGION_UNKNOWN;
	f->region.pa = REGION_BASE;
	f->region.bytes = REGION_BYTES;
	f->region.va = vmalloc(REGION_BYTES);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, f->region.va);
	return shadow_runner_begin(&f->runner, &f->plan, &f->region);
}

static void exercise_exit(struct kunit *test)
{
	struct fixture *f = test->priv;

	shadow_lab_end(&f->lab);
	shadow_runner_end(&f->runner);
	vfree(f->region.va);
}

/* The command runs, and the results that it comes to are as @want. */
static void expect_outcome(struct kunit *test, const char *command,
			   enum shadow_outcome want)
{
	struct fixture *f = test->priv;

	KUNIT_EXPECT_EQ(test, shadow_runner_command(&f->runner, command), 0);
	KUNIT_EXPECT_EQ_MSG(test, f->runner.outcome, want, "%s: %s", command,
			    f->runner.run.ktap.text);
	KUNIT_EXPECT_GT(test, f->runner.run.ktap.nr, 2);
	/* Where time is not short every clause is reached. */
	if (strstr(command, "time="))
		KUNIT_EXPECT_EQ_MSG(test, !strstr(f->runner.run.ktap.text,
						  "# SKIP time"), true, "%s: %s",
				    command, f->runner.run.ktap.text);
}

static void expect_passed(struct kunit *test, const char *command)
{
	expect_outcome(test, command, SHADOW_PASSED);
}

/* X4 */
static void selftest_passes_on_a_valid_region(struct kunit *test)
{
	expect_passed(test, "selftest seed=1 ops=2000 time=600");
}

/* X2 */
static void torture_passes_with_several_seeds(struct kunit *test)
{
	expect_passed(test, "torture seed=1 ops=5000 time=600");
	expect_passed(test, "torture seed=2 ops=5000 time=600");
	expect_passed(test, "  torture\tops=0  seed=0xffffffffffffffff\n");
}

/*
 * B7; this kernel has lockdep, and complaints of it fail the run. The host has
 * the same steps, one after another.
 */
static void all_contexts_pass_on_all_cpus(struct kunit *test)
{
	expect_passed(test, "smp seed=1 ops=5000 time=600");
}

/* X3 */
static void the_whole_machine_passes(struct kunit *test)
{
	expect_passed(test, "whole-machine seed=1 ops=20000 time=600");
}

/* The results without what they begin with, which has the seed. */
static const char *results(const char *text)
{
	return strstr(text, "\nok 1 ") ?: text;
}

static void an_equal_seed_gives_an_equal_result(struct kunit *test)
{
	struct fixture *f = test->priv;
	char *first = shadow_test_zeroed(test, SZ_4K);

	expect_passed(test, "torture seed=7 ops=100");
	strscpy(first, f->runner.run.ktap.text, SZ_4K);
	expect_passed(test, "torture seed=8 ops=100");
	KUNIT_EXPECT_NE(test, strcmp(results(first),
				     results(f->runner.run.ktap.text)), 0);
	expect_passed(test, "torture seed=7 ops=100");
	KUNIT_EXPECT_EQ(test, strcmp(first, f->runner.run.ktap.text), 0);
}

static void no_seed_means_a_random_one(struct kunit *test)
{
	struct fixture *f = test->priv;
	u64 first;

	expect_passed(test, "torture ops=1");
	first = f->runner.run.seed;
	expect_passed(test, "torture ops=1 seed=0");
	KUNIT_EXPECT_NE(test, f->runner.run.seed, 0);
	KUNIT_EXPECT_NE(test, f->runner.run.seed, first);
}

/* A lab over the region, for what no exercise does. */
static struct shadow_lab *lab_over_region(struct kunit *test)
{
	struct fixture *f = test->priv;

	KUNIT_ASSERT_EQ(test, shadow_lab_begin_memory(&f->lab, f->region.pa,
						      f->region.bytes,
						      f->region.va), 0);
	return &f->lab;
}

static void a_changed_word_is_noticed(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_lab *lab = lab_over_region(test);
	u64 pa = shadow_lab_alloc(lab, 0);

	KUNIT_ASSERT_NE(test, pa, SHADOW_NO_PAGE);
	shadow_pattern_write(lab, pa, 64, 1);
	KUNIT_EXPECT_EQ(test, shadow_pattern_check(lab, pa, 64, 1),
			SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_pattern_check(lab, pa, 64, 2), pa);
	((u8 *)f->region.va)[pa - REGION_BASE + 17] ^= 1;
	KUNIT_EXPECT_EQ(test, shadow_pattern_check(lab, pa, 64, 1), pa + 16);
}

/* X5 */
static void memory_that_is_not_held_is_not_reached(struct kunit *test)
{
	struct fixture *f = test->priv;
	struct shadow_lab *lab = lab_over_region(test);
	u64 pa = shadow_lab_alloc(lab, 1);
	u64 end = pa + 2 * SHADOW_PAGE_SIZE;

	KUNIT_ASSERT_NE(test, pa, SHADOW_NO_PAGE);
	KUNIT_EXPECT_EQ(test, shadow_lab_memory(lab, pa, end - pa) ==
			f->region.va + (pa - REGION_BASE), true);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, pa, end - pa + 1), true);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, pa - 1, 1), true);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, end, 1), true);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, REGION_BASE +
						 REGION_BYTES, 1), true);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, pa, ~0ULL), true);
	shadow_lab_free(lab, pa, 1);
	KUNIT_EXPECT_EQ(test, !shadow_lab_memory(lab, pa, 1), true);
}

static int alloc_half(struct shadow_region *region, struct shadow_run *run)
{
	region->bytes = region->bytes / 2 & SHADOW_PAGE_MASK;
	region->va = vmalloc(region->bytes);
	return region->va ? 0 : -ENOMEM;
}

static void free_half(const struct shadow_region *region)
{
	vfree(region->va);
}

static const struct shadow_region_ops halves = { alloc_half, free_half };

/* X7: each run allocates memory, and its figures stay when it is freed. */
static void memory_is_freed_after_each_run(struct kunit *test)
{
	struct fixture *f = test->priv;
	void *va = f->region.va;

	f->region.ops = &halves;
	f->region.va = NULL;
	expect_passed(test, "torture seed=1 ops=100");
	KUNIT_EXPECT_EQ(test, !f->region.va, true);
	KUNIT_EXPECT_EQ(test, !f->runner.setup.lab, true);
	KUNIT_EXPECT_EQ(test, f->region.bytes,
			130 * SHADOW_PAGE_SIZE);
	expect_passed(test, "torture seed=1 ops=100");
	KUNIT_EXPECT_EQ(test, f->region.bytes,
			65 * SHADOW_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, !f->region.va, true);
	f->region.va = va;
}

/* X1: it ends or begins outside of the pool that it was allocated from. */
static void a_region_outside_its_pool_fails_the_selftest(struct kunit *test)
{
	struct fixture *f = test->priv;
	int end;

	/* One page is in one piece, wherever it lies. */
	f->region.kind = SHADOW_REGION_CMA;
	f->region.pa = shadow_region_phys(f->region.va);
	f->region.pool.start = f->region.pa;
	f->region.pool.last = f->region.pa + PAGE_SIZE - 1;
	f->region.bytes = PAGE_SIZE;
	expect_passed(test, "selftest seed=1");
	for (end = 0; end < 2; end++) {
		f->region.pool.start = f->region.pa + 1 - end;
		f->region.pool.last = f->region.pa + PAGE_SIZE - 1 - end;
		expect_outcome(test, "selftest", SHADOW_FAILED);
		KUNIT_EXPECT_EQ(test, f->runner.run.ktap.failed, 1);
		KUNIT_EXPECT_NOT_ERR_OR_NULL(test,
					     strstr(f->runner.run.ktap.text,
						    "not ok 20 X1 "));
	}
}

/* What cannot be tested there is skipped, and does not fail. */
static void the_smallest_regions_pass(struct kunit *test)
{
	struct fixture *f = test->priv;
	int pages;

	for (pages = 1; pages <= 5; pages++) {
		f->region.bytes = pages * SHADOW_PAGE_SIZE;
		expect_passed(test, "selftest seed=1");
	}
}

/* 8 TiB but for a page: 38 tables for both maps, the pool and a page hold 17. */
static void a_machine_too_large_to_be_mapped_passes(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->ram.start = SHADOW_PAGE_SIZE;
	f->ram.last = (1ULL << 43) - 1;
	shadow_layout_compute(&f->plan.layout, &f->plan.ram,
			      &f->plan.reserved);
	f->region.bytes = SHADOW_PAGE_SIZE;
	expect_passed(test, "selftest seed=1");
}

/* X1: no region, so the plan alone is tested, and torture says -ENODEV. */
static void without_a_region_only_the_plan_is_tested(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->region.kind = SHADOW_REGION_NONE;
	f->region.bytes = 0;
	KUNIT_EXPECT_EQ(test, shadow_runner_command(&f->runner, "torture"),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_FAILED);
	KUNIT_EXPECT_NOT_ERR_OR_NULL(test, strstr(f->runner.run.ktap.text,
						  "not ok 1 ended by "));
	expect_passed(test, "whole-machine ops=9");
	expect_passed(test, "selftest");
	/*
	 * R1 and R3, for the machine is described, R2, for nothing is reserved
	 * there, and all that needs a region.
	 */
	KUNIT_EXPECT_EQ(test, f->runner.run.ktap.skipped, 4);
}

/* E4 */
static void after_a_panic_nothing_is_exercised(struct kunit *test)
{
	struct fixture *f = test->priv;

	f->plan.layout.verdict = SHADOW_NO_RAM;
	KUNIT_EXPECT_EQ(test, shadow_runner_command(&f->runner, "selftest"),
			-ENODEV);
	KUNIT_EXPECT_EQ(test, f->runner.outcome, SHADOW_NOT_RUN);
}

SHADOW_SUITE(shadow_exercise, exercise_init, exercise_exit,
	     KUNIT_CASE(selftest_passes_on_a_valid_region),
	     KUNIT_CASE(torture_passes_with_several_seeds),
	     KUNIT_CASE(all_contexts_pass_on_all_cpus),
	     KUNIT_CASE(the_whole_machine_passes),
	     KUNIT_CASE(an_equal_seed_gives_an_equal_result),
	     KUNIT_CASE(no_seed_means_a_random_one),
	     KUNIT_CASE(a_changed_word_is_noticed),
	     KUNIT_CASE(memory_that_is_not_held_is_not_reached),
	     KUNIT_CASE(memory_is_freed_after_each_run),
	     KUNIT_CASE(a_region_outside_its_pool_fails_the_selftest),
	     KUNIT_CASE(the_smallest_regions_pass),
	     KUNIT_CASE(a_machine_too_large_to_be_mapped_passes),
	     KUNIT_CASE(without_a_region_only_the_plan_is_tested),
	     KUNIT_CASE(after_a_panic_nothing_is_exercised));
