// SPDX-License-Identifier: GPL-2.0-only
/*
 * A buddy under test and the memory behind it. See lab.h.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "lab.h"
#include "run.h"

/*
 * Memory in such amounts may not be there. Better no run than one for which
 * the kernel kills somebody.
 */
static void *try_piece(u64 bytes)
{
	return kvmalloc(bytes, GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
}

/* Is there so much, in pieces? Each begins with the address of another one. */
static bool is_there(u64 bytes)
{
	void **pieces = NULL, **piece;

	/* What is not there at all is not tried: others would go without. */
	if (bytes >> PAGE_SHIFT >= totalram_pages())
		return false;
	while (bytes) {
		u64 size = min_t(u64, bytes, SZ_1G);

		piece = try_piece(size);
		if (!piece)
			break;
		*piece = pieces;
		pieces = piece;
		bytes -= size;
	}
	while (pieces) {
		piece = pieces;
		pieces = *piece;
		kvfree(piece);
	}
	return !bytes;
}

static void *try_alloc(u64 bytes)
{
	if (bytes <= INT_MAX)
		return try_piece(bytes);
	/* kvmalloc() takes no more; vmalloc() would have somebody killed. */
	return is_there(bytes) ? vmalloc(bytes) : NULL;
}

static u64 nr_descriptors(const struct shadow_lab *lab)
{
	return SHADOW_NR_ORDERS + shadow_ranges_pages(lab->ram);
}

/* Bytes of a bit for each descriptor. */
static u64 held_bytes(const struct shadow_lab *lab)
{
	return BITS_TO_LONGS(nr_descriptors(lab)) * sizeof(*lab->held);
}

u64 shadow_lab_bytes(const struct shadow_ranges *ram,
		     const struct shadow_ranges *free)
{
	const struct shadow_lab lab = { .ram = ram };

	return shadow_buddy_bytes(ram) + held_bytes(&lab) +
	       shadow_ranges_pages(free) * sizeof(*lab.blocks);
}

/* All of it is free. */
static int build(struct shadow_lab *lab)
{
	int err = shadow_buddy_init(&lab->buddy, lab->ram, lab->map);
	u32 i;

	memset(lab->held, 0, held_bytes(lab));
	for (i = 0; i < lab->free->nr && !err; i++)
		err = shadow_buddy_add_range(&lab->buddy,
					     lab->free->range[i].start,
					     lab->free->range[i].last);
	return err;
}

/* Descriptors are some 0.6 % of the memory: 96 KiB for 16 MiB. */
static int begin(struct shadow_lab *lab, const struct shadow_ranges *ram,
		 const struct shadow_ranges *free)
{
	u64 bytes = shadow_buddy_bytes(ram);

	lab->ram = ram;
	lab->free = free;
	lab->pages = shadow_ranges_pages(free);
	if (!bytes)
		return -EINVAL;
	lab->map = try_alloc(bytes);
	lab->held = try_alloc(held_bytes(lab));
	lab->blocks = try_alloc(lab->pages * sizeof(*lab->blocks));
	if (!lab->map || !lab->held || !lab->blocks)
		return -ENOMEM;
	return build(lab);
}

int shadow_lab_begin(struct shadow_lab *lab, const struct shadow_ranges *ram,
		     const struct shadow_ranges *free)
{
	memset(lab, 0, sizeof(*lab));
	return begin(lab, ram, free);
}

int shadow_lab_begin_memory(struct shadow_lab *lab, u64 pa, u64 bytes,
			    void *va)
{
	memset(lab, 0, sizeof(*lab));
	lab->range = (struct shadow_range){ pa, pa + (bytes - 1) };
	shadow_ranges_init(&lab->own, &lab->range, 1);
	lab->own.nr = 1;
	lab->pa = pa;
	lab->bytes = bytes;
	lab->va = va;
	lab->before = try_alloc((bytes >> SHADOW_PAGE_SHIFT) *
				sizeof(*lab->before));
	return lab->before ? begin(lab, &lab->own, &lab->own) : -ENOMEM;
}
EXPORT_SYMBOL_GPL(shadow_lab_begin_memory);

void shadow_lab_end(struct shadow_lab *lab)
{
	kvfree(lab->before);
	kvfree(lab->blocks);
	kvfree(lab->held);
	kvfree(lab->map);
	memset(lab, 0, sizeof(*lab));
}
EXPORT_SYMBOL_GPL(shadow_lab_end);

void shadow_lab_break(struct shadow_lab *lab, const char *what, u64 where)
{
	if (test_and_set_bit(0, &lab->broken))
		return;
	lab->what = what;
	lab->where = where;
}

static u64 index_of(const struct shadow_lab *lab,
		    const struct shadow_page *page)
{
	return page - lab->buddy.map;
}

/* Note that pages are held; false where one of them was already. */
static bool hold(struct shadow_lab *lab, u64 at, u64 nr)
{
	u64 end = at + nr;
	bool free = true;

	while (at < end) {
		if (!(at % BITS_PER_LONG) && end - at >= BITS_PER_LONG) {
			free = !xchg(&lab->held[at / BITS_PER_LONG], ~0UL) &&
			       free;
			at += BITS_PER_LONG;
		} else {
			free = !test_and_set_bit(at++, lab->held) && free;
		}
	}
	return free;
}

static void unhold(struct shadow_lab *lab, u64 at, u64 nr)
{
	u64 end = at + nr;

	while (at < end) {
		if (!(at % BITS_PER_LONG) && end - at >= BITS_PER_LONG) {
			xchg(&lab->held[at / BITS_PER_LONG], 0UL);
			at += BITS_PER_LONG;
		} else {
			clear_bit(at++, lab->held);
		}
	}
}

/*
 * Why a block of that order, of which @nr pages stay, cannot be one; NULL where
 * it can. Its pages are held after this.
 */
static const char *inspect(struct shadow_lab *lab, u64 pa, unsigned int order,
			   u64 nr)
{
	u64 bytes = nr << SHADOW_PAGE_SHIFT;
	const struct shadow_page *first, *last;

	if (pa & ((SHADOW_PAGE_SIZE << order) - 1))
		return "B1 a block is not aligned to its size";
	/* Nobody can free it meanwhile, so no free of it is remembered. */
	first = __shadow_buddy_page(&lab->buddy, pa);
	last = __shadow_buddy_page(&lab->buddy, pa + (bytes - 1));
	if (!first || !last || index_of(lab, last) - index_of(lab, first) !=
	    nr - 1)
		return "B1 a block does not lie in RAM";
	if (first->state != (SHADOW_PAGE_ALLOCATED | (fls64(nr) - 1)))
		return "B2 a block has not the order that was asked for";
	if (!hold(lab, index_of(lab, first), nr))
		return "B2 a block is handed out that somebody holds";
	return NULL;
}

static u64 accept(struct shadow_lab *lab, u64 pa, unsigned int order, u64 nr)
{
	const char *what;

	if (pa == SHADOW_NO_PAGE)
		return SHADOW_NO_PAGE;
	what = inspect(lab, pa, order, nr);
	if (!what)
		return pa;
	shadow_lab_break(lab, what, pa);
	return SHADOW_NO_PAGE;
}

u64 shadow_lab_alloc(struct shadow_lab *lab, unsigned int order)
{
	if (shadow_lab_broken(lab))
		return SHADOW_NO_PAGE;
	return accept(lab, shadow_buddy_alloc(&lab->buddy, order), order,
		      1ULL << order);
}
EXPORT_SYMBOL_GPL(shadow_lab_alloc);

u64 shadow_lab_alloc_exact(struct shadow_lab *lab, u64 nr_pages)
{
	if (shadow_lab_broken(lab))
		return SHADOW_NO_PAGE;
	return accept(lab, shadow_buddy_alloc_exact(&lab->buddy, nr_pages),
		      fls64(nr_pages - 1), nr_pages);
}

/* It is no more ours before it is free: somebody may get it at once. */
static bool let_go(struct shadow_lab *lab, u64 pa, u64 nr_pages)
{
	if (shadow_lab_broken(lab))
		return false;
	unhold(lab, index_of(lab, __shadow_buddy_page(&lab->buddy, pa)),
	       nr_pages);
	return true;
}

static bool freed(struct shadow_lab *lab, u64 pa, enum shadow_refusal refusal)
{
	if (refusal)
		shadow_lab_break(lab, "B4 a block that is held is not freed",
				 pa);
	return !refusal;
}

bool shadow_lab_free(struct shadow_lab *lab, u64 pa, unsigned int order)
{
	return let_go(lab, pa, 1ULL << order) &&
	       freed(lab, pa, shadow_buddy_free(&lab->buddy, pa, order));
}
EXPORT_SYMBOL_GPL(shadow_lab_free);

bool shadow_lab_free_exact(struct shadow_lab *lab, u64 pa, u64 nr_pages)
{
	return let_go(lab, pa, nr_pages) &&
	       freed(lab, pa, shadow_buddy_free_exact(&lab->buddy, pa,
						      nr_pages));
}

enum shadow_refusal shadow_lab_put(struct shadow_lab *lab, u64 pa,
				   unsigned int order, bool last)
{
	enum shadow_refusal refusal;

	if (shadow_lab_broken(lab) || (last && !let_go(lab, pa, 1ULL << order)))
		return SHADOW_OUTSIDE;
	refusal = shadow_buddy_put(&lab->buddy, pa);
	if (last)
		freed(lab, pa, refusal);
	return refusal;
}

u64 shadow_lab_blocks(struct shadow_lab *lab, u64 blocks[SHADOW_NR_ORDERS])
{
	memset(blocks, 0, SHADOW_NR_ORDERS * sizeof(*blocks));
	return shadow_lab_broken(lab) ? 0 :
	       shadow_buddy_blocks(&lab->buddy, blocks);
}

void *shadow_lab_memory(const struct shadow_lab *lab, u64 pa, u64 bytes)
{
	u64 offset = pa - lab->pa;
	u64 page;

	if (!lab->va || shadow_lab_broken(lab) || offset >= lab->bytes ||
	    bytes > lab->bytes - offset)
		return NULL;
	for (page = offset >> SHADOW_PAGE_SHIFT;
	     page <= (offset + bytes - 1) >> SHADOW_PAGE_SHIFT; page++)
		if (!test_bit(SHADOW_NR_ORDERS + page, lab->held))
			return NULL;
	return lab->va + offset;
}
EXPORT_SYMBOL_GPL(shadow_lab_memory);
