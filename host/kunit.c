// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs KUnit suites as an ordinary program and prints TAP.
 *
 *	core SEED [FILTER...]
 *
 * SEED is where the tests with random numbers begin. FILTER is a part of
 * "suite.case": only the cases that contain one run. After each case all that
 * it took from the kernel must be freed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kunit/test.h>

#include "../kunit/suites.h"
#include "host.h"

struct host_test_memory {
	struct host_test_memory *next;
	u64 bytes[];
};

static struct kunit_suite *suites;
static char **filters;
static unsigned long seed;
static jmp_buf abort_case;

void host_register(struct kunit_suite *suite)
{
	struct kunit_suite **link = &suites;

	while (*link)
		link = &(*link)->next;
	*link = suite;
}

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp)
{
	struct host_test_memory *memory = calloc(1, sizeof(*memory) + size);

	(void)gfp;
	if (!memory)
		host_die(HOST_HERE, "this machine is out of memory");
	memory->next = test->memory;
	test->memory = memory;
	return memory->bytes;
}

static void free_memory(struct kunit *test)
{
	while (test->memory) {
		struct host_test_memory *next = test->memory->next;

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
	static char text[1 << 17];
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
		va_start(args, format);
		vsnprintf(text, sizeof(text), format, args);
		va_end(args);
		printf("    # %s\n", text);
	}
	if (check->abort)
		longjmp(abort_case, 1);
}

static void print_log(void)
{
	const char *line = host_log(), *end;

	for (; (end = strchr(line, '\n')); line = end + 1)
		printf("    # log: %.*s\n", (int)(end - line), line);
	host_log_clear();
}

/* As in KUnit, exit runs after an assertion that failed, too. */
bool host_run_once(struct kunit_suite *suite, const struct kunit_case *c,
		   const void *param, int index)
{
	static struct kunit test;
	unsigned long mark = host_mark();

	host_seed(seed);
	host_signal_after(0);
	host_meanwhile = NULL;
	host_fail_allocation(0);
	host_reserve_none();
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
	if (host_locks_held())
		host_die(c->name, "ends with %u locks held", host_locks_held());
	if (!test.failed && host_left(mark))
		test.failed = true;
	free_memory(&test);
	print_log();
	return !test.failed;
}

/* All parameters of a case, or its only run. */
static bool run_case(struct kunit_suite *suite, const struct kunit_case *c)
{
	char desc[KUNIT_PARAM_DESC_SIZE] = "";
	const void *param;
	bool passed = true;
	int n = 0;

	if (!c->generate_params)
		return host_run_once(suite, c, NULL, 0);
	for (param = c->generate_params(NULL, desc); param; n++) {
		if (!host_run_once(suite, c, param, n)) {
			printf("    # with parameter %d, %s\n", n, desc);
			passed = false;
		}
		desc[0] = 0;
		param = c->generate_params(param, desc);
	}
	return passed && n;
}

static bool wanted(const char *name)
{
	char **filter = filters;

	while (*filter && !strstr(name, *filter))
		filter++;
	return *filter || filter == filters;
}

/* One line of TAP a case, behind what it said. Returns whether none failed. */
static bool run_suites(void)
{
	const struct kunit_case *c;
	struct kunit_suite *suite;
	bool passed = true, ok;
	char name[512];
	int nr = 0;

	for (suite = suites; suite; suite = suite->next)
		for (c = suite->test_cases; c->run_case; c++) {
			snprintf(name, sizeof(name), "%s.%s", suite->name,
				 c->name);
			if (!wanted(name))
				continue;
			ok = run_case(suite, c);
			printf("%sok %d %s\n", ok ? "" : "not ", ++nr, name);
			passed = passed && ok;
		}
	printf("1..%d\n", nr);
	return passed && nr;
}

int main(int argc, char **argv)
{
	char *end = "";
	bool passed;

	if (argc > 1)
		seed = strtoul(argv[1], &end, 10);
	if (argc < 2 || !*argv[1] || *end) {
		fprintf(stderr, "usage: core SEED [FILTER...]\n");
		return 2;
	}
	filters = argv + 2;
	setvbuf(stdout, NULL, _IOLBF, 0);
	host_live_tree = host_tree_node(NULL, "");
	host_tree_node(host_live_tree, "memory@40000000");
	passed = run_suites();
	host_tree_free(host_live_tree);
	return !passed;
}
