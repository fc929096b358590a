/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the fuzz targets share: where their choices come from, and how they say
 * that something is wrong.
 *
 * A target turns the bytes of an input into choices: which machine, which calls
 * with which arguments. Bytes that are not there count as zero, so that every
 * input stands for something. After each call the target compares what the core
 * did with a model of its own, as plain as can be.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <linux/types.h>

/**
 * struct fuzz_input - bytes not used yet
 * @at: the next one
 * @left: how many
 */
struct fuzz_input {
	const u8 *at;
	size_t left;
};

/**
 * fuzz_byte() - choose a number
 * @in: the input
 *
 * Return: 0 to 255.
 */
static inline u8 fuzz_byte(struct fuzz_input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->at++;
}

/**
 * fuzz_below() - choose a number below a bound
 * @in: the input
 * @bound: 1 to 256
 *
 * Return: 0 to @bound - 1.
 */
static inline u32 fuzz_below(struct fuzz_input *in, u32 bound)
{
	return fuzz_byte(in) % bound;
}

/**
 * fuzz_word() - choose any number
 * @in: the input
 *
 * Return: 64 bits.
 */
static inline u64 fuzz_word(struct fuzz_input *in)
{
	u64 word = 0;
	u32 i;

	for (i = 0; i < 8; i++)
		word |= (u64)fuzz_byte(in) << 8 * i;
	return word;
}

/* The target of libFuzzer that each program has one of. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Say what was expected, and end the program. */
void fuzz_fail(const char *file, int line, const char *how,
	       const char *expected) __attribute__((noreturn));

#define fuzz_expect(what)					\
do {								\
	if (!(what))						\
		fuzz_fail(__FILE__, __LINE__, "", #what);	\
} while (0)

/* @what names what is not as the model has it, or is NULL. */
#define fuzz_agree(what)					\
do {								\
	const char *differs = (what);				\
								\
	if (differs)						\
		fuzz_fail(__FILE__, __LINE__, "of the model: ", differs); \
} while (0)

#endif
