/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An allocator over a machine of 64 pages, and the model of it. The pages lie in
 * four windows of 16, which touch or lie a stride apart, up to from one end of
 * the address space to the other.
 */
#ifndef FUZZ_MACHINE_H
#define FUZZ_MACHINE_H

#include "../model/buddy_model.h"
#include "fuzz.h"

#define PAGES		64
#define WINDOW		16

/**
 * struct machine - both of them
 * @in: choices
 * @m: the model
 * @unit: its pages
 * @b: the allocator
 * @made: its memory as it was made; descriptors, banks and sections now lie apart
 *	from each other, so that no end of one is the beginning of another
 * @bytes: size of the descriptors
 * @before: descriptors as they were before an operation
 * @b_before: and the allocator itself
 * @unit_before: and the model
 */
struct machine {
	struct fuzz_input in;
	struct shadow_buddy_model m;
	struct shadow_unit unit[PAGES];
	struct shadow_buddy b;
	void *made;
	u64 bytes;
	void *before;
	struct shadow_buddy b_before;
	struct shadow_unit unit_before[PAGES];
};

/* Choose a machine; returns whether it has RAM. It must be ended if so. */
bool machine_begin(struct machine *f);
void machine_end(struct machine *f);

/* Note the state before an operation. */
void machine_remember(struct machine *f);

/*
 * Compare allocator and model; where nothing has changed in the model, every
 * byte of the allocator must be what it was.
 */
void machine_expect_agreement(struct machine *f);

/* The first page of the allocated block that a byte chooses, or PAGES. */
u32 machine_choose_block(struct machine *f);

#endif
