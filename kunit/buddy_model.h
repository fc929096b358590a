/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive buddy allocator: an array with the state of each page, searched from
 * end to end for every answer. It is slow and plain, so that it is right.
 */
#ifndef SHADOW_KUNIT_BUDDY_MODEL_H
#define SHADOW_KUNIT_BUDDY_MODEL_H

#include "buddy_fixture.h"

#define MODEL_PAGES	512

/**
 * enum state - what a page of the model is
 * @HOLE: not RAM
 * @NEVER: RAM that the allocator was not given
 * @FREE: free
 * @HEAD: first page of an allocated block
 * @TAIL: another page of one
 */
enum state {
	HOLE,
	NEVER,
	FREE,
	HEAD,
	TAIL,
};

/**
 * struct unit - a page of the model
 * @state: what it is
 * @order: order of the block, in a HEAD
 * @references: of the block, in a HEAD
 */
struct unit {
	u8 state;
	u8 order;
	u16 references;
};

/**
 * struct model - the model
 * @base: frame number of the first page, a multiple of MODEL_PAGES
 * @unit: the pages
 */
struct model {
	u64 base;
	struct unit unit[MODEL_PAGES];
};

/* Index of the page of an address; MODEL_PAGES or more where there is none. */
static inline u64 model_index(const struct model *m, u64 pa)
{
	return (pa >> SHADOW_PAGE_SHIFT) - m->base;
}

void shadow_model_set(struct model *m, u32 from, u32 nr, enum state state);
void shadow_model_set_block(struct model *m, u32 from, unsigned int order);

/**
 * shadow_model_objections() - what may be said against freeing a block
 * @m: the model
 * @pa: any address
 * @order: any number
 *
 * Return: a bit for each enum shadow_refusal that applies, 0 for none.
 */
u32 shadow_model_objections(const struct model *m, u64 pa, unsigned int order);

/**
 * shadow_model_place_is_right() - judge what an allocator returned (B1, B2)
 * @m: the model before the block is taken
 * @pa: what the allocator returned
 * @order: order of the block that it was asked for
 *
 * Return: whether @pa is the lowest part of a free block of the smallest order
 * that suffices, or SHADOW_NO_PAGE where nothing does.
 */
bool shadow_model_place_is_right(const struct model *m, u64 pa,
				 unsigned int order);

/**
 * shadow_model_page_is_right() - compare a descriptor with the model
 * @m: the model
 * @i: page of the model
 * @page: its descriptor, or NULL
 *
 * Return: whether it says what the model says.
 */
bool shadow_model_page_is_right(const struct model *m, u32 i,
				const struct shadow_page *page);

#endif /* SHADOW_KUNIT_BUDDY_MODEL_H */
