/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A naive model of a machine of 64 pages and of what a buddy allocator does with
 * them: the state of each page, and no list. Blocks of free pages are not kept
 * at all but found anew: where all is merged, the free pages alone say which
 * blocks there are. It shares no code with the allocator, and none with
 * kunit/buddy_model.c.
 *
 * The pages lie in four windows of 16. The windows touch each other or lie a
 * stride apart, up to from one end of the address space to the other:
 *
 *	base          base + stride
 *	|0 ...... 15|    |16 ..... 31|    |32 ..... 47|    |48 ..... 63|
 *	|###  ######|    |###########|    |  #        |    |     ######|  RAM
 *
 * A bank is a run of RAM without a gap. Bit i of each set stands for page i.
 */
#ifndef FUZZ_PAGES_H
#define FUZZ_PAGES_H

#include "../../buddy.h"
#include "fuzz.h"

#define PAGES		64
#define WINDOW		16

/**
 * struct pages - the model
 * @base: frame number of page 0
 * @stride: frame numbers from one window to the next
 * @ram: pages that exist
 * @starts: first pages of banks
 * @given: pages that the allocator has been given
 * @free: pages that are free
 * @heads: first pages of allocated blocks
 * @order: order of an allocated block, in its head
 * @references: and its references
 */
struct pages {
	u64 base;
	u64 stride;
	u64 ram;
	u64 starts;
	u64 given;
	u64 free;
	u64 heads;
	u8 order[PAGES];
	u32 references[PAGES];
};

/* The bits of @nr pages from @first on; @first + @nr is 64 at most. */
static inline u64 pages_bits(u32 first, u32 nr)
{
	return nr < PAGES ? ((1ULL << nr) - 1) << first : ~0ULL;
}

static inline u64 pages_pfn(const struct pages *m, u32 i)
{
	return m->base + i / WINDOW * m->stride + i % WINDOW;
}

static inline u64 pages_pa(const struct pages *m, u32 i)
{
	return pages_pfn(m, i) << SHADOW_PAGE_SHIFT;
}

/* Choose where the pages lie and which of them are RAM. */
void pages_choose(struct pages *m, struct fuzz_input *in);

/* Write the banks down as ranges; returns how many. */
u32 pages_ranges(const struct pages *m, struct shadow_range *range);

/* The page that has an address, or PAGES where it is not in RAM. */
u32 pages_find(const struct pages *m, u64 pa);

/* Do @nr pages from @first on exist, all in one bank? */
bool pages_in_one_bank(const struct pages *m, u32 first, u32 nr);

#define NOT_FREE	0xff

/* The order of each free block at its first page, NOT_FREE at other pages. */
void pages_free_blocks(const struct pages *m, u8 order[PAGES]);

/* What is wrong with an address as that of an allocated block. */
enum shadow_refusal pages_objection(const struct pages *m, u64 pa);

/* What is wrong with freeing a block of this order there. */
enum shadow_refusal pages_free_objection(const struct pages *m, u64 pa,
					 unsigned int order);

/* Free pages become an allocated block, and back. */
void pages_take(struct pages *m, u32 first, unsigned int order);
void pages_give_back(struct pages *m, u32 first);

#endif
