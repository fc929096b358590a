/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The array of page descriptors, and the whole layout that follows from it:
 * what the target would do with a machine's memory, or with which line it
 * would panic (M1 to M5, E1 to E7).
 *
 *	RAM		|==============================|   hole   |============|
 *	reserved	   |kernel|   |initrd|                      |secure|
 *	mem_map			   |##|
 *	free		|--|	    ------   |---------|	  |-|	   |---|
 *				    the heap is the first block
 *				    that is large enough
 */
#ifndef SHADOW_MEM_MAP_H
#define SHADOW_MEM_MAP_H

#include <linux/build_bug.h>
#include <linux/types.h>

#include "ranges.h"

#define SHADOW_MAX_ORDER	20			/* 4 GiB (B1) */
#define SHADOW_NR_ORDERS	(SHADOW_MAX_ORDER + 1)

#define SHADOW_REACH_BITS	48	/* of an address in a page table (E6) */

/*
 * What a descriptor is (M5), in its state together with the order of the block.
 * A tail, that is any page of a block but its first, and a page that the
 * allocator never got have a state of 0.
 */
#define SHADOW_PAGE_FREE	0x100	/* head of a free block */
#define SHADOW_PAGE_ALLOCATED	0x200	/* head of an allocated block */
#define SHADOW_PAGE_ORDER	0xff	/* the bits of the order */

/**
 * struct shadow_page - descriptor of one page of RAM (M1, M5)
 * @next: next in the list of free blocks, an index into the array
 * @prev: previous in that list
 * @refcount: holders of an allocated block, 0 elsewhere (B9)
 * @state: SHADOW_PAGE_FREE or _ALLOCATED, and the order, in the head of a
 *	block, else 0
 * @unused: zero
 */
struct shadow_page {
	u64 next;
	u64 prev;
	u32 refcount;
	u16 state;
	u16 unused;
};

static_assert(sizeof(struct shadow_page) == 24);	/* M1 */

/**
 * shadow_page_kind() - what a page begins
 * @page: its descriptor
 *
 * Return: SHADOW_PAGE_FREE, SHADOW_PAGE_ALLOCATED, or 0 for no block.
 */
static inline unsigned int shadow_page_kind(const struct shadow_page *page)
{
	return page->state & ~SHADOW_PAGE_ORDER;
}

/**
 * shadow_page_order() - the order of the block that a page begins
 * @page: its descriptor
 *
 * Return: 0 to 20 in the head of a block, 0 where a page begins none.
 */
static inline unsigned int shadow_page_order(const struct shadow_page *page)
{
	return page->state & SHADOW_PAGE_ORDER;
}

/**
 * enum shadow_verdict - what becomes of the target on this machine
 * @SHADOW_OK: it gets through
 * @SHADOW_NO_RAM: E1
 * @SHADOW_ALL_RESERVED: E2
 * @SHADOW_TOO_HIGH: E6
 * @SHADOW_NO_MEM_MAP: E3
 * @SHADOW_NO_HEAP: E5
 */
enum shadow_verdict {
	SHADOW_OK,
	SHADOW_NO_RAM,
	SHADOW_ALL_RESERVED,
	SHADOW_TOO_HIGH,
	SHADOW_NO_MEM_MAP,
	SHADOW_NO_HEAP,
};

/**
 * struct shadow_layout - what the target does with a machine's memory
 * @verdict: how far it gets; what has no place is 0
 * @too_high: RAM lies above what page tables reach (E6)
 * @has_mem_map: there is a place for mem_map
 * @has_heap: there is a place for the heap
 * @total_ram: bytes of RAM, reserved memory included (H1)
 * @pages: pages of RAM
 * @reserved_pages: pages of RAM that are reserved
 * @span_bytes: bytes from the lowest to the highest page of RAM (M2)
 * @flat_bytes: what a mem_map over that span would take (M2)
 * @mem_map_bytes: 24 for each page of RAM (M1)
 * @mem_map_base: where the array lies (M3)
 * @heap_bytes: size of the heap (H1)
 * @heap_order: order of the block that it is cut from (H3)
 * @heap_base: where the heap lies
 * @free_pages: pages of @free (M4, E7)
 * @free_blocks: free blocks at each order, before the heap comes (M4)
 * @free: RAM minus reserved, and minus mem_map once that has a place
 */
struct shadow_layout {
	enum shadow_verdict verdict;
	bool too_high;
	bool has_mem_map;
	bool has_heap;
	u64 total_ram;
	u64 pages;
	u64 reserved_pages;
	u64 span_bytes;
	u64 flat_bytes;
	u64 mem_map_bytes;
	u64 mem_map_base;
	u64 heap_bytes;
	unsigned int heap_order;
	u64 heap_base;
	u64 free_pages;
	u64 free_blocks[SHADOW_NR_ORDERS];
	struct shadow_ranges free;
};

/**
 * shadow_layout_has_mem_map() - is there a place for mem_map?
 * @layout: the layout
 *
 * Return: whether @layout->mem_map_base and what follows from it are set.
 */
static inline bool shadow_layout_has_mem_map(const struct shadow_layout *layout)
{
	return layout->has_mem_map;
}

/**
 * shadow_layout_has_heap() - is there a place for the heap?
 * @layout: the layout
 *
 * Return: whether @layout->heap_base is set.
 */
static inline bool shadow_layout_has_heap(const struct shadow_layout *layout)
{
	return layout->has_heap;
}

/**
 * shadow_layout_mem_map_room() - what mem_map takes in whole pages (M3)
 * @layout: the layout
 *
 * Return: bytes, @layout->mem_map_bytes rounded up.
 */
static inline u64 shadow_layout_mem_map_room(const struct shadow_layout *layout)
{
	return (layout->mem_map_bytes + SHADOW_PAGE_SIZE - 1) &
	       SHADOW_PAGE_MASK;
}

/**
 * shadow_layout_compute() - lay the target's memory out (H, M, E)
 * @layout: result; @layout->free must be a set with room for
 *	@ram->nr + @reserved->nr + 1 ranges
 * @ram: RAM, rounded inwards to whole pages
 * @reserved: reserved memory, rounded outwards; it may lie outside RAM
 *
 * A layout with which the target panics is a result, not an error.
 *
 * Return: 0, or -ENOSPC where @layout->free is too small.
 */
int shadow_layout_compute(struct shadow_layout *layout,
			  const struct shadow_ranges *ram,
			  const struct shadow_ranges *reserved);

/**
 * shadow_layout_largest_run() - the most free pages in a row (E7)
 * @layout: the layout
 * @run: set to them, the lowest of several that are as many
 *
 * Return: false where no page is free.
 */
bool shadow_layout_largest_run(const struct shadow_layout *layout,
			       struct shadow_range *run);

/**
 * shadow_block_order() - the block that begins a run of free pages
 * @pfn: first page of the run
 * @end: first page after it, above @pfn
 *
 * Cutting a run into such blocks one after another gives exactly the blocks
 * that a buddy allocator holds once it has merged all that it can.
 *
 * Return: the largest order, up to 20, that is aligned at @pfn and ends
 * at or before @end.
 */
unsigned int shadow_block_order(u64 pfn, u64 end);

/**
 * shadow_verdict_line() - the line for a verdict
 * @verdict: the verdict
 *
 * Return: "OK", or, byte for byte, what the target prints as it panics (E1 to
 * E3); for E5 and E6 a line of our own.
 */
const char *shadow_verdict_line(enum shadow_verdict verdict);

/**
 * shadow_verdict_errno() - with what insmod fails under on_panic=fail (E4)
 * @verdict: the verdict
 *
 * Return: 0 for SHADOW_OK, -ENODEV (E1), -ENOMEM (E2), -ENOSPC (E3),
 * -ENOBUFS (E5) or -ERANGE (E6).
 */
int shadow_verdict_errno(enum shadow_verdict verdict);

#endif /* SHADOW_MEM_MAP_H */
