/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lab: a buddy allocator under test, and the memory behind it, if there is
 * any (X1, X3).
 *
 * Exercises reach blocks and their memory through the lab alone. It does not
 * trust the allocator: of each block that it is handed it looks whether the
 * address is aligned and lies in the lab, whether the descriptor has the order
 * that was asked for, and whether somebody holds a page of it already. If any of
 * this is wrong, or a block that is held cannot be freed, or a check finds a
 * broken invariant, then the lab is broken (X5):
 *
 *	shadow_lab_alloc()	gets nothing any more
 *	shadow_lab_free()	frees nothing
 *	shadow_lab_memory()	gives no access
 *	shadow_lab_result()	says once what broke, then "not ok ... # not run"
 *
 * so an exercise needs no test of its own: its loops end. Each run has a lab of its
 * own.
 */
#ifndef SHADOW_LAB_H
#define SHADOW_LAB_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "../buddy.h"

struct shadow_run;

/**
 * struct shadow_lab - a buddy under test
 * @buddy: the allocator
 * @ram: the RAM that it knows
 * @free: the ranges that it was given
 * @pages: pages in @free
 * @map: its own memory
 * @held: a bit for each descriptor: somebody holds the page
 * @blocks: blocks that a run holds, address | order, room for @pages
 * @before: the state of each page before the run; only with memory
 * @pa: address of the memory
 * @bytes: its size
 * @va: where the kernel mapped it, NULL where there is none
 * @broken: bit 0 is set once something broke
 * @reported: the results say so
 * @what: what broke, beginning with its clause
 * @where: at which address, or SHADOW_NO_PAGE
 * @own: where a lab over a region keeps @ram and @free
 * @range: and their only range
 */
struct shadow_lab {
	struct shadow_buddy buddy;
	const struct shadow_ranges *ram;
	const struct shadow_ranges *free;
	u64 pages;
	void *map;
	unsigned long *held;
	u64 *blocks;
	u16 *before;
	u64 pa;
	u64 bytes;
	void *va;
	unsigned long broken;
	bool reported;
	const char *what;
	u64 where;
	struct shadow_ranges own;
	struct shadow_range range;
};

/**
 * shadow_lab_bytes() - the memory that a lab with descriptors only takes
 * @ram: RAM in whole pages
 * @free: ranges for the allocator
 *
 * Return: bytes: 24 a page for descriptors, 8 for blocks, and a bit.
 */
u64 shadow_lab_bytes(const struct shadow_ranges *ram,
		     const struct shadow_ranges *free);

/**
 * shadow_lab_begin() - set up a lab with descriptors only (X3)
 * @lab: the lab; shadow_lab_end() releases it, after an error too
 * @ram: RAM in whole pages; kept
 * @free: ranges for the allocator, in @ram and ascending; kept
 *
 * Return: 0, -ENOMEM, or what shadow_buddy_init() or shadow_buddy_add_range()
 * returns.
 */
int shadow_lab_begin(struct shadow_lab *lab, const struct shadow_ranges *ram,
		     const struct shadow_ranges *free);

/**
 * shadow_lab_begin_memory() - set up a lab over memory (X1)
 * @lab: the lab; shadow_lab_end() releases it, after an error too
 * @pa: physical address, page aligned
 * @bytes: size in whole pages, not 0
 * @va: where it can be read and written
 *
 * Return: 0, or as above.
 */
int shadow_lab_begin_memory(struct shadow_lab *lab, u64 pa, u64 bytes,
			    void *va);

/**
 * shadow_lab_end() - release what a lab has
 * @lab: the lab
 */
void shadow_lab_end(struct shadow_lab *lab);

/**
 * shadow_lab_broken() - did something break?
 * @lab: the lab
 *
 * Return: whether it did since the lab was built.
 */
static inline bool shadow_lab_broken(const struct shadow_lab *lab)
{
	return READ_ONCE(lab->broken);
}

/**
 * shadow_lab_break() - say that something broke
 * @lab: the lab
 * @what: what, beginning with its clause; the text stays
 * @where: at which address, SHADOW_NO_PAGE for none
 *
 * What is said first stays. From any context.
 */
void shadow_lab_break(struct shadow_lab *lab, const char *what, u64 where);

/**
 * shadow_lab_fail() - the same where a result has said so already
 * @lab: the lab
 * @what: what, beginning with its clause; the text stays
 * @where: at which address, SHADOW_NO_PAGE for none
 */
void shadow_lab_fail(struct shadow_lab *lab, const char *what, u64 where);

/**
 * shadow_lab_alloc() - allocate a block and look whether it is one (B1, B2)
 * @lab: the lab
 * @order: 0 to 20
 *
 * From any context but NMI, like all that allocates (B7).
 *
 * Return: its address, or SHADOW_NO_PAGE where there is none, or none that can
 * be used: the lab is broken then.
 */
u64 shadow_lab_alloc(struct shadow_lab *lab, unsigned int order);

/**
 * shadow_lab_free() - free a block that shadow_lab_alloc() returned (B4)
 * @lab: the lab; broken, if the allocator refuses
 * @pa: its address
 * @order: its order
 *
 * Return: whether it was freed.
 */
bool shadow_lab_free(struct shadow_lab *lab, u64 pa, unsigned int order);

/**
 * shadow_lab_alloc_exact() - allocate a run of pages and look at it (H3)
 * @lab: the lab
 * @nr_pages: 1 to 2^20
 *
 * Return: as shadow_lab_alloc().
 */
u64 shadow_lab_alloc_exact(struct shadow_lab *lab, u64 nr_pages);

/**
 * shadow_lab_free_exact() - free what shadow_lab_alloc_exact() returned
 * @lab: the lab; broken, if the allocator refuses
 * @pa: its address
 * @nr_pages: its pages
 *
 * Return: whether it was freed.
 */
bool shadow_lab_free_exact(struct shadow_lab *lab, u64 pa, u64 nr_pages);

/**
 * shadow_lab_put() - let a reference to a held block go (B9)
 * @lab: the lab
 * @pa: its address
 * @order: its order
 * @last: it is the last one, which frees the block
 *
 * Return: what the allocator says, SHADOW_OUTSIDE where the lab is broken.
 */
enum shadow_refusal shadow_lab_put(struct shadow_lab *lab, u64 pa,
				   unsigned int order, bool last);

/**
 * shadow_lab_blocks() - free blocks of each order
 * @lab: the lab
 * @blocks: set to the numbers, to 0 where the lab is broken
 *
 * Return: free pages.
 */
u64 shadow_lab_blocks(struct shadow_lab *lab, u64 blocks[SHADOW_NR_ORDERS]);

/**
 * shadow_lab_memory() - where a held block can be read and written
 * @lab: the lab
 * @pa: first byte
 * @bytes: how many, not 0
 *
 * Return: the place, or NULL where a part of it is not held or not in the lab,
 * or where there is no memory or the lab is broken.
 */
void *shadow_lab_memory(const struct shadow_lab *lab, u64 pa, u64 bytes);

/**
 * shadow_lab_result() - write a result, if it can be trusted
 * @lab: the lab
 * @run: where to
 * @ok: did it hold?
 * @fmt: what was tested, as a sentence that can be false
 *
 * Where the lab is broken that is written once, as a result that is not ok, and
 * this result and all later ones as "not ok ... # not run".
 */
__printf(4, 5)
void shadow_lab_result(struct shadow_lab *lab, struct shadow_run *run, bool ok,
		       const char *fmt, ...);

/**
 * shadow_lab_check() - write whether every invariant holds (B4)
 * @lab: the lab; broken where one does not
 * @run: where to
 * @when: a part of the sentence, for example "after torture"
 */
void shadow_lab_check(struct shadow_lab *lab, struct shadow_run *run,
		      const char *when);

/**
 * shadow_lab_remember() - note the state of all pages, to compare with later
 * @lab: a lab with memory
 */
void shadow_lab_remember(struct shadow_lab *lab);

/**
 * shadow_lab_compare() - write whether all is as remembered, and valid (B4)
 * @lab: a lab with memory; broken where it is not
 * @run: where to
 * @after: what was done, a part of the sentence
 */
void shadow_lab_compare(struct shadow_lab *lab, struct shadow_run *run,
			const char *after);

#endif /* SHADOW_LAB_H */
