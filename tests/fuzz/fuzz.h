/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: how they say that something is wrong. After each
 * call of the core a target compares what was done with a model, as plain as can
 * be. Where KUnit does so too, it stands in ../model.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "../model/input.h"

/* The target of libFuzzer that each program has one of. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Say what is wrong and in which way, and end the program. */
void fuzz_fail(const char *file, int line, const char *how,
	       const char *what) __attribute__((noreturn));

/* The same where an input found something wrong. */
void fuzz_judge(const struct shadow_input *in);

/* A target that is a comparison of ../model. */
#define FUZZ_COMPARE(compare)					\
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)		\
{								\
	struct shadow_input in = { data, size };		\
								\
	compare(&in);						\
	fuzz_judge(&in);					\
	return 0;						\
}

#define fuzz_expect(what)					\
do {								\
	if (!(what))						\
		fuzz_fail(__FILE__, __LINE__, SHADOW_INPUT_EXPECTED, #what); \
} while (0)

/* @what names what is not as the model has it, or is NULL. */
#define fuzz_agree(what)					\
do {								\
	const char *differs = (what);				\
								\
	if (differs)						\
		fuzz_fail(__FILE__, __LINE__, SHADOW_INPUT_DIFFERS, differs); \
} while (0)

#endif
