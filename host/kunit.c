// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs KUnit suites as an ordinary program and prints KTAP.
 *
 *	core SEED [FILTER]
 *
 * SEED is where the tests that draw random numbers begin. FILTER is a part of
 * "suite.case": only the cases that contain it run.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kunit/test.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>

#include "../kunit/suites.h"

struct host_memory {
	struct host_memory *next;
	u64 bytes[];
};

static struct kunit_suite *const suites[] = {
	&shadow_command_suite,
	&shadow_ranges_suite,
	&shadow_ranges_fit_suite,
	&shadow_ranges_model_suite,
	&shadow_heap_size_suite,
	&shadow_mem_map_suite,
	&shadow_verdict_suite,
	&shadow_pixel6_suite,
	&shadow_layout_buddy_suite,
	&shadow_buddy_suite,
	&shadow_buddy_refuse_suite,
	&shadow_buddy_exact_suite,
	&shadow_buddy_lookup_suite,
	&shadow_buddy_check_suite,
	&shadow_buddy_model_suite,
	&shadow_pt_alloc_suite,
	&shadow_pt_map_suite,
	&shadow_pt_map_refuse_suite,
	&shadow_pt_map_count_suite,
	&shadow_pt_map_model_suite,
};

static const char *filter = "";
static unsigned long seed;
static jmp_buf abort_case;

static void die(const char *what, const char *file, int line)
{
	printf("%s:%d: %s\n", file, line, what);
	exit(2);
}

void host_lock(raw_spinlock_t *lock, const char *file, int line)
{
	if (lock->held)
		die("lock taken while it is held: a kernel hangs here",
		    file, line);
	lock->held = true;
}

void host_unlock(raw_spinlock_t *lock, const char *file, int line)
{
	if (!lock->held)
		die("lock released while it is not held", file, line);
	lock->held = false;
}

/* Filled with a pattern: fresh memory of a kernel is not zero either. */
void *vmalloc(unsigned long size)
{
	void *at;

	return posix_memalign(&at, 4096, size) ? NULL : memset(at, 0xa5, size);
}

void vfree(const void *at)
{
	free((void *)at);
}

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	struct host_memory *memory = calloc(1, sizeof(*memory) + size);

	(void)gfp;
	if (!memory)
		die("out of memory", __FILE__, __LINE__);
	memory->next = test->memory;
	test->memory = memory;
	return memory->bytes;
}

static void free_memory(struct kunit *test)
{
	while (test->memory) {
		struct host_memory *next = test->memory->next;

		free(test->memory);
		test->memory = next;
	}
}

unsigned long shadow_test_seed(void)
{
	printf("    # seed=%lu\n", seed);
	return seed;
}

void host_check_failed(struct kunit *test, const struct host_check *check,
		       u64 left, u64 right, const char *format, ...)
{
	va_list args;

	test->failed = true;
	printf("    # %s: %s at %s:%d\n", test->name,
	       check->abort ? "ASSERTION FAILED" : "EXPECTATION FAILED",
	       check->file, check->line);
	printf("    # Expected %s %s %s, but\n", check->left, check->op,
	       check->right);
	printf("    #     left is %lld (0x%llx)\n", (s64)left, left);
	printf("    #     right is %lld (0x%llx)\n", (s64)right, right);
	if (format) {
		printf("    # ");
		va_start(args, format);
		vprintf(format, args);
		va_end(args);
		printf("\n");
	}
	if (check->abort)
		longjmp(abort_case, 1);
}

/* As in KUnit, exit runs after an assertion that failed, too. */
static bool run_once(struct kunit_suite *suite, const struct kunit_case *c,
		     const void *param, int index)
{
	static struct kunit test;

	test = (struct kunit) {
		.name = c->name, .param_value = param, .param_index = index,
	};
	if (!setjmp(abort_case)) {
		if (suite->init && suite->init(&test))
			test.failed = true;
		else
			c->run_case(&test);
	}
	if (!setjmp(abort_case) && suite->exit)
		suite->exit(&test);
	free_memory(&test);
	return !test.failed;
}

static bool run_params(struct kunit_suite *suite, const struct kunit_case *c)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param = c->generate_params(NULL, desc);
	bool passed = true;
	int n;

	printf("        KTAP version 1\n        # Subtest: %s\n", c->name);
	for (n = 0; param; n++) {
		bool ok = run_once(suite, c, param, n);

		if (!*desc)
			snprintf(desc, sizeof(desc), "param-%d", n);
		printf("        %sok %d %s\n", ok ? "" : "not ", n + 1, desc);
		passed = passed && ok;
		desc[0] = 0;
		param = c->generate_params(param, desc);
	}
	return passed;
}

static bool wanted(const struct kunit_suite *suite, const struct kunit_case *c)
{
	char name[512];

	snprintf(name, sizeof(name), "%s.%s", suite->name, c->name);
	return strstr(name, filter);
}

static int count_cases(const struct kunit_suite *suite)
{
	const struct kunit_case *c;
	int nr = 0;

	for (c = suite->test_cases; c->run_case; c++)
		nr += wanted(suite, c);
	return nr;
}

static bool run_suite(struct kunit_suite *suite)
{
	const struct kunit_case *c;
	bool passed = true;
	int n = 0;

	printf("    KTAP version 1\n    # Subtest: %s\n    1..%d\n",
	       suite->name, count_cases(suite));
	if (suite->suite_init && suite->suite_init(suite))
		return false;
	for (c = suite->test_cases; c->run_case; c++) {
		bool ok;

		if (!wanted(suite, c))
			continue;
		ok = c->generate_params ? run_params(suite, c) :
					  run_once(suite, c, NULL, 0);
		printf("    %sok %d %s\n", ok ? "" : "not ", ++n, c->name);
		passed = passed && ok;
	}
	if (suite->suite_exit)
		suite->suite_exit(suite);
	return passed;
}

static int run_suites(void)
{
	int i, nr = 0, failed = 0;

	for (i = 0; i < (int)ARRAY_SIZE(suites); i++)
		nr += !!count_cases(suites[i]);
	printf("KTAP version 1\n1..%d\n", nr);
	for (i = 0, nr = 0; i < (int)ARRAY_SIZE(suites); i++) {
		bool ok;

		if (!count_cases(suites[i]))
			continue;
		ok = run_suite(suites[i]);
		printf("%sok %d %s\n", ok ? "" : "not ", ++nr,
		       suites[i]->name);
		failed += !ok;
	}
	return failed;
}

int main(int argc, char **argv)
{
	char *end;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: core SEED [FILTER]\n");
		return 2;
	}
	seed = strtoul(argv[1], &end, 10);
	if (!*argv[1] || *end) {
		fprintf(stderr, "%s: expected a number as seed\n", argv[1]);
		return 2;
	}
	if (argc == 3)
		filter = argv[2];
	setvbuf(stdout, NULL, _IOLBF, 0);
	return run_suites() ? 1 : 0;
}
