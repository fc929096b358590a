/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KUnit for the host: as much of it as links on a stock phone, so a suite that
 * compiles here uses nothing else. See ../../kunit.c for what runs the suites.
 */
#pragma once

#include <linux/err.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>

#define KUNIT_PARAM_DESC_SIZE	128

/* A test case that runs. */
struct kunit {
	void *priv;	/* for the suite's use */
	const void *param_value;	/* of a parameterised case */
	int param_index;
	const char *name;	/* of the case */
	bool failed;	/* an expectation did not hold */
	struct host_test_memory *memory;	/* freed after the case */
};

struct kunit_case {
	void (*run_case)(struct kunit *test);
	const char *name;
	const void *(*generate_params)(const void *prev, char *desc);
};

struct kunit_suite {
	const char name[256];
	int (*init)(struct kunit *test);
	void (*exit)(struct kunit *test);
	struct kunit_case *test_cases;
	struct kunit_suite *next;
};

#define KUNIT_CASE(test) { .run_case = test, .name = #test }
#define KUNIT_CASE_PARAM(test, generate) \
	{ .run_case = test, .name = #test, .generate_params = generate }

#define KUNIT_ARRAY_PARAM(name, array, get_desc)			\
	static const void *name##_gen_params(const void *prev, char *desc) \
	{								\
		typeof(&(array)[0]) next = prev;			\
		void (*describe)(typeof(next), char *desc) = get_desc;	\
									\
		next = next ? next + 1 : (array);			\
		if (next == (array) + ARRAY_SIZE(array))		\
			return NULL;					\
		if (describe)						\
			describe(next, desc);				\
		return next;						\
	}

/* A suite tells of itself, as in the kernel. */
void host_register(struct kunit_suite *suite);

bool host_run_once(struct kunit_suite *suite, const struct kunit_case *c,
		   const void *param, int index);

#define kunit_test_suite(suite)						\
	static void __attribute__((constructor)) register_##suite(void)	\
	{								\
		host_register(&(suite));				\
	}								\
	static_assert(true, "wants its semicolon")

void *kunit_kzalloc(struct kunit *test, size_t size, gfp_t gfp);

/* One comparison in the text of a test. */
struct host_check {
	const char *file;
	int line;
	bool abort;	/* an assertion: the case ends when it does not hold */
	const char *left;	/* as it is written, like the next two */
	const char *op;
	const char *right;
};

void host_check_failed(struct kunit *test, const struct host_check *check,
		       u64 left, u64 right, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/*
 * The sides are compared by the rules of C, signs and all, as KUnit does: hence
 * no warning about signs.
 */
#define HOST_CHECK(test, stop, left_, op_, right_, ...)			\
do {									\
	const typeof(left_) _left = (left_);				\
	const typeof(right_) _right = (right_);				\
									\
	_Pragma("GCC diagnostic push")					\
	_Pragma("GCC diagnostic ignored \"-Wsign-compare\"")		\
	if (!(_left op_ _right)) {					\
		static const struct host_check check = {		\
			__FILE__, __LINE__, stop,			\
			#left_, #op_, #right_				\
		};							\
									\
		host_check_failed(test, &check, _left, _right,		\
				  __VA_ARGS__);				\
	}								\
	_Pragma("GCC diagnostic pop")					\
} while (0)

#define KUNIT_EXPECT_EQ(t, l, r) HOST_CHECK(t, false, l, ==, r, NULL)
#define KUNIT_EXPECT_NE(t, l, r) HOST_CHECK(t, false, l, !=, r, NULL)
#define KUNIT_EXPECT_LT(t, l, r) HOST_CHECK(t, false, l, <, r, NULL)
#define KUNIT_EXPECT_LE(t, l, r) HOST_CHECK(t, false, l, <=, r, NULL)
#define KUNIT_EXPECT_GT(t, l, r) HOST_CHECK(t, false, l, >, r, NULL)
#define KUNIT_EXPECT_GE(t, l, r) HOST_CHECK(t, false, l, >=, r, NULL)

#define KUNIT_ASSERT_EQ(t, l, r) HOST_CHECK(t, true, l, ==, r, NULL)
#define KUNIT_ASSERT_NE(t, l, r) HOST_CHECK(t, true, l, !=, r, NULL)
#define KUNIT_ASSERT_LT(t, l, r) HOST_CHECK(t, true, l, <, r, NULL)
#define KUNIT_ASSERT_GT(t, l, r) HOST_CHECK(t, true, l, >, r, NULL)

/* The host has all that a case may want: what is skipped here has failed. */
#define kunit_mark_skipped(t, ...) HOST_CHECK(t, false, 0, !=, 0, __VA_ARGS__)

#define KUNIT_EXPECT_EQ_MSG(t, l, r, ...) \
	HOST_CHECK(t, false, l, ==, r, __VA_ARGS__)
#define KUNIT_EXPECT_NE_MSG(t, l, r, ...) \
	HOST_CHECK(t, false, l, !=, r, __VA_ARGS__)
#define KUNIT_ASSERT_EQ_MSG(t, l, r, ...) \
	HOST_CHECK(t, true, l, ==, r, __VA_ARGS__)
#define KUNIT_ASSERT_LT_MSG(t, l, r, ...) \
	HOST_CHECK(t, true, l, <, r, __VA_ARGS__)

#define KUNIT_ASSERT_NOT_ERR_OR_NULL(t, at) \
	KUNIT_ASSERT_EQ(t, IS_ERR_OR_NULL(at), false)
#define KUNIT_EXPECT_NOT_ERR_OR_NULL(t, at) \
	KUNIT_EXPECT_EQ(t, IS_ERR_OR_NULL(at), false)
#define KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(t, at, ...) \
	KUNIT_ASSERT_EQ_MSG(t, IS_ERR_OR_NULL(at), false, __VA_ARGS__)
