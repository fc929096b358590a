/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An allocator over a machine of 64 pages, and the model of it. The pages lie in
 * four windows of 16, which touch or lie a stride apart, up to from one end of
 * the address space to the other.
 */
#ifndef SHADOW_MODEL_MACHINE_H
#define SHADOW_MODEL_MACHINE_H

#include "buddy_model.h"
#include "input.h"

#define SHADOW_MACHINE_PAGES	64
#define SHADOW_MACHINE_WINDOW	16

/* Both of them. */
struct shadow_machine {
	struct shadow_input *in;	/* choices */
	struct shadow_buddy_model m;	/* the model */
	/* its pages, and its RAM as ranges */
	struct shadow_unit unit[SHADOW_MACHINE_PAGES];
	struct shadow_range range[SHADOW_MACHINE_PAGES];
	struct shadow_buddy b;		/* the allocator */
	/*
	 * its memory as it was made; descriptors and banks now lie apart from
	 * each other, so that the end of one is not the beginning of the other
	 */
	void *made;
	u64 bytes;			/* size of the descriptors */
	/* all three as they were before an operation */
	void *before;
	struct shadow_buddy b_before;
	struct shadow_unit unit_before[SHADOW_MACHINE_PAGES];
};

/*
 * Choose a machine; returns NULL where it has no RAM, or there is no memory for
 * it. To be ended in any case.
 */
struct shadow_machine *shadow_machine_begin(struct shadow_input *in);
void shadow_machine_end(struct shadow_machine *f);

/* Note the state before an operation; a free that is remembered is done now. */
void shadow_machine_remember(struct shadow_machine *f);

/* Compare allocator and model. */
void shadow_machine_compare(struct shadow_machine *f);

/*
 * The same; and where nothing has changed in the model since the state was
 * noted, every byte of the allocator must be what it was, but for its lock.
 */
void shadow_machine_expect_agreement(struct shadow_machine *f);

/*
 * The first page of the allocated block that a byte chooses, or
 * SHADOW_MACHINE_PAGES.
 */
u32 shadow_machine_choose_block(struct shadow_machine *f);

#endif /* SHADOW_MODEL_MACHINE_H */
