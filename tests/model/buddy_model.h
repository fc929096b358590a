/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive buddy allocator: an array with the state of each unit of memory,
 * searched from end to end for every answer. It keeps no list, no counter and
 * no free block: where all that can merge is merged, the free units alone say
 * which free blocks there are. It is slow and plain, so that it is right.
 *
 * A unit is a page or, for large blocks, 2^unit_order of them. Units lie in
 * windows, each a stride after the one before; windows may touch:
 *
 *	base          base + stride
 *	|0 ...... 15|    |16 ..... 31|    |32 ..... 47|
 *	|###  ######|    |###########|    |  #        |		RAM
 *
 * Each operation runs on the allocator and on the model and says whether the
 * allocator did what it has to (B1 to B5, B9).
 */
#ifndef SHADOW_BUDDY_MODEL_H
#define SHADOW_BUDDY_MODEL_H

#include "../../buddy.h"

/* What a unit is. */
enum shadow_unit_state {
	SHADOW_UNIT_HOLE,		/* not RAM */
	/* RAM that the allocator was not given */
	SHADOW_UNIT_NEVER,
	SHADOW_UNIT_FREE,		/* free */
	SHADOW_UNIT_HEAD,		/* first unit of an allocated block */
	SHADOW_UNIT_TAIL,		/* another unit of one */
};

/* One unit. */
struct shadow_unit {
	u16 state;			/* what it is */
	u16 order;			/* order of the block, in its head */
	/* references to the block, in its head */
	u32 references;
};

/* The model. */
struct shadow_buddy_model {
	u64 base;			/* frame number of unit 0 */
	/* frame numbers from one window to the next */
	u64 stride;
	u32 window;			/* units in a window */
	u32 unit_order;			/* a unit is 2^this pages */
	u32 nr;				/* units, at most 2^20 */
	struct shadow_unit *unit;	/* the units, the caller's */
};

static inline u64 shadow_buddy_model_pfn(const struct shadow_buddy_model *m,
					 u32 i)
{
	return m->base + i / m->window * m->stride +
	       ((u64)(i % m->window) << m->unit_order);
}

static inline u64 shadow_buddy_model_pa(const struct shadow_buddy_model *m,
					u32 i)
{
	return shadow_buddy_model_pfn(m, i) << SHADOW_PAGE_SHIFT;
}

/* Make units RAM that the allocator does not have, before it is made. */
void shadow_buddy_model_ram(struct shadow_buddy_model *m, u32 first, u32 nr);

/* The banks of RAM, in @range; returns how many. */
u32 shadow_buddy_model_banks(const struct shadow_buddy_model *m,
			     struct shadow_range *range);

/* The unit of an address; @m->nr where it is not in RAM. */
u32 shadow_buddy_model_find(const struct shadow_buddy_model *m, u64 pa);

/*
 * The operations of buddy.h. Each returns whether the allocator's answer is
 * right: the place one of those that B2 allows, an error or a refusal the one
 * that applies. The model then has the new state.
 */
bool shadow_buddy_model_add_range(struct shadow_buddy_model *m,
				  struct shadow_buddy *b, u32 first, u32 nr);
/* Each bank, less its last @less units if it has more. */
bool shadow_buddy_model_add_banks(struct shadow_buddy_model *m,
				  struct shadow_buddy *b, u32 less);
bool shadow_buddy_model_alloc(struct shadow_buddy_model *m,
			      struct shadow_buddy *b, unsigned int order);
bool shadow_buddy_model_alloc_exact(struct shadow_buddy_model *m,
				    struct shadow_buddy *b, u64 nr_pages);
bool shadow_buddy_model_free(struct shadow_buddy_model *m,
			     struct shadow_buddy *b, u64 pa,
			     unsigned int order);
bool shadow_buddy_model_free_exact(struct shadow_buddy_model *m,
				   struct shadow_buddy *b, u64 pa,
				   u64 nr_pages);
bool shadow_buddy_model_get(struct shadow_buddy_model *m,
			    struct shadow_buddy *b, u64 pa);
bool shadow_buddy_model_put(struct shadow_buddy_model *m,
			    struct shadow_buddy *b, u64 pa);

/* Every descriptor and counter: NULL, or what is not as the model has it. */
const char *shadow_buddy_model_differs(const struct shadow_buddy_model *m,
				       struct shadow_buddy *b);

#endif /* SHADOW_BUDDY_MODEL_H */
