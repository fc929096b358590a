/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations by the bytes of an input, on the core and on a naive model of it.
 * The bytes are a fuzzer's, or random ones in a KUnit suite. They choose which
 * machine, which calls with which arguments; bytes that are not there count as
 * zero, so that every input stands for something.
 */
#ifndef SHADOW_MODEL_INPUT_H
#define SHADOW_MODEL_INPUT_H

#include <linux/types.h>

#define SHADOW_INPUT_EXPECTED	"expected"
#define SHADOW_INPUT_DIFFERS	"differs from the model:"

/* An input, and what was found with it. */
struct shadow_input {
	const u8 *at;			/* the next byte */
	size_t left;			/* how many there are */
	/* the first of what is wrong: how it is, what, and where */
	const char *how;
	const char *wrong;
	const char *file;
	int line;
};

/* Choose a number from 0 to 255. */
static inline u8 shadow_input_byte(struct shadow_input *in)
{
	if (!in->left)
		return 0;
	in->left--;
	return *in->at++;
}

/* Choose a number below a bound, which is 1 to 256. */
static inline u32 shadow_input_below(struct shadow_input *in, u32 bound)
{
	return shadow_input_byte(in) % bound;
}

/* Choose any number of 64 bits. */
static inline u64 shadow_input_word(struct shadow_input *in)
{
	u64 word = 0;
	u32 i;

	for (i = 0; i < 8; i++)
		word |= (u64)shadow_input_byte(in) << 8 * i;
	return word;
}

/* After something wrong there is nothing more to choose: an input ends there. */
static inline void shadow_input_wrong(struct shadow_input *in, const char *how,
				      const char *what, const char *file,
				      int line)
{
	in->left = 0;
	if (in->wrong)
		return;
	in->how = how;
	in->wrong = what;
	in->file = file;
	in->line = line;
}

/* Note what does not hold; what is not as a model has it, unless it is NULL. */
#define shadow_input_expect(in, what)					\
do {									\
	if (!(what))							\
		shadow_input_wrong(in, SHADOW_INPUT_EXPECTED, #what,	\
				   __FILE__, __LINE__);			\
} while (0)

#define shadow_input_agree(in, what)					\
do {									\
	const char *differs = (what);					\
									\
	if (differs)							\
		shadow_input_wrong(in, SHADOW_INPUT_DIFFERS, differs,	\
				   __FILE__, __LINE__);			\
} while (0)

/*
 * Run an input. Each makes its own world, calls the core, and expects what its
 * model says after each call; @in->wrong is NULL then.
 */
void shadow_ranges_compare(struct shadow_input *in);
void shadow_layout_compare(struct shadow_input *in);
void shadow_buddy_compare(struct shadow_input *in);
void shadow_pt_compare(struct shadow_input *in);

#endif /* SHADOW_MODEL_INPUT_H */
