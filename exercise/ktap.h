/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Test results as KTAP, collected in memory until somebody reads them.
 */
#ifndef SHADOW_KTAP_H
#define SHADOW_KTAP_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/types.h>

/**
 * struct shadow_ktap - the results of one run
 * @text: the lines so far
 * @size: room in @text
 * @len: characters used
 * @nr: results so far
 * @failed: how many of them were not ok
 * @skipped: how many of them were skipped
 */
struct shadow_ktap {
	char *text;
	size_t size;
	size_t len;
	unsigned int nr;
	unsigned int failed;
	unsigned int skipped;
};

/**
 * shadow_ktap_clear() - forget all text
 * @ktap: the results; @ktap->text and @ktap->size are kept
 */
void shadow_ktap_clear(struct shadow_ktap *ktap);

/**
 * shadow_ktap_print() - write any text, whole lines
 * @ktap: the results
 * @fmt: the text
 */
__printf(2, 3)
void shadow_ktap_print(struct shadow_ktap *ktap, const char *fmt, ...);

/**
 * shadow_ktap_begin() - begin a run, forget the previous one
 * @ktap: the results; @ktap->text and @ktap->size are kept
 */
void shadow_ktap_begin(struct shadow_ktap *ktap);

/**
 * shadow_ktap_result() - write one result line
 * @ktap: the results
 * @ok: did it hold?
 * @fmt: what was tested, as a sentence that can be false
 */
__printf(3, 4)
void shadow_ktap_result(struct shadow_ktap *ktap, bool ok, const char *fmt,
			...);

/**
 * shadow_ktap_vresult() - the same with the arguments of a caller
 * @ktap: the results
 * @ok: did it hold?
 * @fmt: what was tested, as a sentence that can be false
 * @args: its arguments
 */
__printf(3, 0)
void shadow_ktap_vresult(struct shadow_ktap *ktap, bool ok, const char *fmt,
			 va_list args);

/**
 * shadow_ktap_not_run() - write that something could not be tested any more (X5)
 * @ktap: the results
 * @fmt: what was to be tested
 * @args: its arguments
 */
__printf(2, 0)
void shadow_ktap_not_run(struct shadow_ktap *ktap, const char *fmt,
			 va_list args);

/**
 * shadow_ktap_skip() - write a result line for what cannot be tested here
 * @ktap: the results
 * @id: what was to be tested
 * @why: why it was not
 */
void shadow_ktap_skip(struct shadow_ktap *ktap, const char *id,
		      const char *why);

/**
 * shadow_ktap_passed() - how many results were ok and not skipped
 * @ktap: the results
 *
 * Return: their number.
 */
static inline unsigned int shadow_ktap_passed(const struct shadow_ktap *ktap)
{
	return ktap->nr - ktap->failed - ktap->skipped;
}

/**
 * shadow_ktap_note() - write a comment line
 * @ktap: the results
 * @fmt: the comment
 */
__printf(2, 3)
void shadow_ktap_note(struct shadow_ktap *ktap, const char *fmt, ...);

/**
 * shadow_ktap_end() - write the plan line and the sum
 * @ktap: the results
 *
 * Return: whether something was tested, all of it was ok and no line was lost.
 */
bool shadow_ktap_end(struct shadow_ktap *ktap);

#endif /* SHADOW_KTAP_H */
