/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An allocator over the pages of a model, and whether the two agree.
 */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include "pages.h"

/**
 * struct machine - both of them
 * @in: choices
 * @m: the model
 * @added_end: page behind the last range that was given
 * @b: the allocator
 * @made: its memory as it was made; descriptors, banks and sections now lie apart
 *	from each other, so that no end of one is the beginning of another
 * @bytes: size of the descriptors
 * @before: descriptors as they were before an operation
 * @b_before: and the allocator itself
 */
struct machine {
	struct fuzz_input in;
	struct pages m;
	u32 added_end;
	struct shadow_buddy b;
	void *made;
	u64 bytes;
	void *before;
	struct shadow_buddy b_before;
};

/* Choose a machine; returns whether it has RAM. It must be ended if so. */
bool machine_begin(struct machine *f);
void machine_end(struct machine *f);

/* Give @nr pages from @first on; they are free, or the range was refused. */
void machine_add(struct machine *f, u32 first, u32 nr);

/* Take a block, or a run of any length, wherever it comes from. */
void machine_alloc(struct machine *f, unsigned int order);
void machine_alloc_exact(struct machine *f, u64 nr);

/* Note the state, and see that it is still the same. */
void machine_remember(struct machine *f);
void machine_expect_same(const struct machine *f);

/* Compare every descriptor and counter with the model. */
void machine_expect_agreement(struct machine *f);

/* The first page of the allocated block that a byte chooses, or PAGES. */
u32 machine_choose_block(struct machine *f);

#endif
