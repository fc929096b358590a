/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the targets share that read the log of a target kernel: a plan to compare with,
 * and what holds of any bytes.
 */
#ifndef FUZZ_BYTES_H
#define FUZZ_BYTES_H

#include "../../dt/plan.h"

/* Begin a plan with lists that are empty. */
void fuzz_plan_begin(struct shadow_plan *plan);

/* Lay out what its entries say. */
void fuzz_plan_lay_out(struct shadow_plan *plan);

/* A terminal gets text. */
void fuzz_expect_text(const char *text);

/**
 * struct fuzz_reader - what reads a log
 * @say: returns what is said of it, from malloc(), and sets the result
 * @judge: looks at both
 */
struct fuzz_reader {
	char *(*say)(const char *log, size_t length, s64 *result);
	void (*judge)(const char *text, s64 result);
};

/* A log of any bytes, read twice: a NUL behind each makes no difference. */
void fuzz_read_twice(const struct fuzz_reader *reader, const u8 *data,
		     size_t size);

#endif /* FUZZ_BYTES_H */
