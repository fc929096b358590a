/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The binary buddy allocator (B1 to B9).
 *
 * All state lives in one array of 24-byte descriptors, never in the pages that
 * are managed (B6). The array holds 21 list heads, one an order, and then one
 * descriptor for each page of RAM, bank after bank, nothing for the holes:
 *
 *	map:  | 0 .. 20 | pages of bank[0]            | pages of bank[1] | ...
 *	       heads      21 = bank[0].first            bank[1].first
 *
 * So a frame number follows from the place in the array and the bank, which is
 * found by halving; the bank that was found last is asked first.
 * Lists are circular and doubly linked by indices into that array; a head is a
 * descriptor like the rest, so linking knows no special case. Bit n of @nonempty
 * says that list n has a block. No index is followed before it was seen to lie
 * in the array and the entry there to lead back.
 *
 *	order 3   | F                             |	one head, seven tails
 *	order 2   | F             | A             |	split: the lower half is
 *	order 1   | A     | F     | A             |	allocated, the upper one
 *	page        0   1   2   3   4   5   6   7	goes to its list
 *
 * The free of the block that the last alloc returned would merge what that split
 * off, and the next alloc of the order would split it again. So it is only
 * remembered: that alloc gets the block, and all state is as it would have been.
 * Any other call first does what was remembered (settles it).
 *
 *	@recent		| address of the block | 1 | order |	freed, remembered
 *			| address of the block | 0 | order |	allocated last
 *			| anything	       | 0x7ff	   |	neither
 *
 * Locking: functions take @lock themselves, with interrupts off, and may be
 * called from any context but NMI (B7). The lock is a raw one, so that this holds
 * on a PREEMPT_RT kernel too. Functions that begin with __ want it held.
 */
#ifndef SHADOW_BUDDY_H
#define SHADOW_BUDDY_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "mem_map.h"

/* In place of an order, where a refused call named none. */
#define SHADOW_NO_ORDER		(~0U)

/* What alloc returns when there is nothing: no page has this address. */
#define SHADOW_NO_PAGE		(~0ULL)

/**
 * enum shadow_refusal - why a block was not freed (B5)
 * @SHADOW_ACCEPTED: it was
 * @SHADOW_UNALIGNED: the address is not that of a page
 * @SHADOW_BAD_ORDER: the order is over 20
 * @SHADOW_OUTSIDE: the address is not in RAM
 * @SHADOW_NEVER_ALLOCATED: RAM that the allocator was never given
 * @SHADOW_ALREADY_FREE: the page is part of a free block
 * @SHADOW_INSIDE: the page is part of an allocated block but not its first
 * @SHADOW_WRONG_ORDER: the block has another order
 * @SHADOW_REFERENCED: somebody else holds a reference (B9)
 * @SHADOW_REFCOUNT_FULL: the reference count cannot rise further (B9)
 */
enum shadow_refusal {
	SHADOW_ACCEPTED,
	SHADOW_UNALIGNED,
	SHADOW_BAD_ORDER,
	SHADOW_OUTSIDE,
	SHADOW_NEVER_ALLOCATED,
	SHADOW_ALREADY_FREE,
	SHADOW_INSIDE,
	SHADOW_WRONG_ORDER,
	SHADOW_REFERENCED,
	SHADOW_REFCOUNT_FULL,
};

/**
 * struct shadow_bank - one range of RAM and its descriptors
 * @start: first frame number
 * @nr_pages: its pages
 * @first: index of the descriptor of @start
 */
struct shadow_bank {
	u64 start;
	u64 nr_pages;
	u64 first;
};

/* The low 12 bits of @recent: an order, to which FREED is added; or NONE. */
#define SHADOW_RECENT_FREED	0x800
#define SHADOW_RECENT_NONE	0x7ff

/**
 * struct shadow_buddy - a buddy allocator
 * @lock: guards all of it
 * @recent: the block of the last alloc, while nothing has changed since but that it
 *	may have been freed; above
 * @nearest: the bank that was found last
 * @nonempty: bit n is set while a block of order n is free
 * @map: list heads and descriptors, see above
 * @nr_entries: how many entries @map has
 * @nr_pages: pages of RAM that have a descriptor
 * @nr_blocks: free blocks now, by order
 * @nr_managed: pages given by shadow_buddy_add_range()
 * @added_end: first frame number above all ranges added so far
 * @bank: the ranges of RAM, ascending
 * @nr_banks: how many
 */
struct shadow_buddy {
	raw_spinlock_t lock;
	u64 recent;
	struct shadow_bank nearest;
	u32 nonempty;
	struct shadow_page *map;
	u64 nr_entries;
	u64 nr_pages;
	u64 nr_blocks[SHADOW_NR_ORDERS];
	u64 nr_managed;
	u64 added_end;
	struct shadow_bank *bank;
	u32 nr_banks;
};

/**
 * shadow_buddy_bytes() - memory that an allocator needs for itself
 * @ram: RAM in whole pages
 *
 * Return: bytes, or 0 where @ram is empty.
 */
u64 shadow_buddy_bytes(const struct shadow_ranges *ram);

/**
 * shadow_buddy_init() - make an allocator that has nothing yet
 * @b: the allocator
 * @ram: RAM in whole pages; not used any more after the call
 * @mem: shadow_buddy_bytes() bytes, aligned to 8, kept by the caller
 *
 * Return: 0, or -EINVAL where @ram is empty.
 */
int shadow_buddy_init(struct shadow_buddy *b, const struct shadow_ranges *ram,
		      void *mem);

/**
 * shadow_buddy_add_range() - add free pages to the allocator (B8)
 * @b: the allocator
 * @start: first byte, page aligned
 * @last: last byte, the last of a page
 *
 * Ranges must be added in ascending order, which is how overlap is ruled out
 * without looking at each page.
 *
 * Return: 0, -EINVAL where the range is not in whole pages or not in one bank
 * of RAM, -EEXIST where it begins below the end of an earlier one.
 */
int shadow_buddy_add_range(struct shadow_buddy *b, u64 start, u64 last);

/**
 * shadow_buddy_alloc() - allocate a block (B2)
 * @b: the allocator
 * @order: 0 to 20
 *
 * The block comes from the smallest order that suffices and is the lowest part
 * of what was split. It starts with one reference.
 *
 * Return: physical address, or SHADOW_NO_PAGE where nothing suffices or @order
 * is over 20; nothing has changed then.
 */
u64 shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order);

/**
 * shadow_buddy_free() - free a block (B4, B5)
 * @b: the allocator
 * @pa: address of its first page
 * @order: the order with which it was allocated
 *
 * Return: SHADOW_ACCEPTED, or why not; nothing has changed then.
 */
enum shadow_refusal shadow_buddy_free(struct shadow_buddy *b, u64 pa,
				      unsigned int order);

/**
 * shadow_buddy_alloc_exact() - allocate a run of pages, the tail is freed (H3)
 * @b: the allocator
 * @nr_pages: 1 to 2^20
 *
 * Splits the smallest block that holds the run and frees what is too much
 * at once. What stays is several blocks: free it with
 * shadow_buddy_free_exact().
 *
 * Return: physical address, or SHADOW_NO_PAGE where nothing suffices or
 * @nr_pages is out of range; nothing has changed then.
 */
u64 shadow_buddy_alloc_exact(struct shadow_buddy *b, u64 nr_pages);

/**
 * shadow_buddy_free_exact() - free what alloc_exact allocated
 * @b: the allocator
 * @pa: address that it returned
 * @nr_pages: number that it was given
 *
 * Return: SHADOW_ACCEPTED, or why not; nothing has changed then.
 */
enum shadow_refusal shadow_buddy_free_exact(struct shadow_buddy *b, u64 pa,
					    u64 nr_pages);

/**
 * shadow_buddy_get() - hold an allocated block once more (B9)
 * @b: the allocator
 * @pa: address of its first page
 *
 * Return: SHADOW_ACCEPTED, or why not; nothing has changed then.
 */
enum shadow_refusal shadow_buddy_get(struct shadow_buddy *b, u64 pa);

/**
 * shadow_buddy_put() - let an allocated block go, the last one frees it (B9)
 * @b: the allocator
 * @pa: address of its first page
 *
 * Return: SHADOW_ACCEPTED, or why not; nothing has changed then.
 */
enum shadow_refusal shadow_buddy_put(struct shadow_buddy *b, u64 pa);

/**
 * shadow_buddy_blocks() - free blocks of each order, at one moment
 * @b: the allocator
 * @blocks: set to the numbers
 *
 * Return: free pages at that moment.
 */
u64 shadow_buddy_blocks(struct shadow_buddy *b, u64 blocks[SHADOW_NR_ORDERS]);

/**
 * shadow_buddy_nr_free() - free pages at one moment
 * @b: the allocator
 *
 * Return: their number.
 */
u64 shadow_buddy_nr_free(struct shadow_buddy *b);

/**
 * shadow_buddy_settle() - do the free that is only remembered, if there is one
 * @b: the allocator
 *
 * Every other function does so before it looks. This one is for who looks into
 * descriptors that he got before.
 */
void shadow_buddy_settle(struct shadow_buddy *b);

/**
 * shadow_buddy_page() - descriptor of a page
 * @b: the allocator
 * @pa: any address in RAM
 *
 * For tests and reports. The descriptor may change at once unless the caller
 * knows that nobody else uses @b.
 *
 * Return: the descriptor, or NULL where @pa is not in RAM.
 */
const struct shadow_page *shadow_buddy_page(struct shadow_buddy *b, u64 pa);

/**
 * __shadow_buddy_page() - the same without the lock
 * @b: the allocator; it is settled, or the free that is remembered cannot be that
 *	of this page
 * @pa: any address in RAM
 *
 * Return: as above.
 */
const struct shadow_page *__shadow_buddy_page(const struct shadow_buddy *b,
					      u64 pa);

/**
 * shadow_buddy_address() - where the page of a descriptor lies
 * @b: the allocator
 * @page: a descriptor in its array that is no list head
 *
 * Return: physical address.
 */
u64 shadow_buddy_address(const struct shadow_buddy *b,
			 const struct shadow_page *page);

/**
 * shadow_buddy_check() - check every invariant of the allocator
 * @b: the allocator
 * @where: set to the address at which an invariant is broken, SHADOW_NO_PAGE
 *	where it is one of the counters or of the list heads
 *
 * Every page is in exactly one block or was never given; blocks are aligned
 * and lie in one bank; only heads carry state; no two free buddies below order
 * 20 stand side by side; lists, links, heads, mask and counters agree. Takes
 * time in proportion to the pages, with interrupts off.
 *
 * Return: NULL where all hold, else the broken one in words.
 */
const char *shadow_buddy_check(struct shadow_buddy *b, u64 *where);

/**
 * __shadow_buddy_check() - the same without the lock
 * @b: the allocator; it is settled, and nobody allocates or frees meanwhile
 * @where: as above
 *
 * Return: as above.
 */
const char *__shadow_buddy_check(const struct shadow_buddy *b, u64 *where);

/**
 * struct shadow_buddy_events - who listens to what any allocator does to blocks
 * @alloc: a block was allocated; alloc_exact allocates one for each bit of its number
 * @free: a block was freed; what it was merged with follows
 * @split: a block of @order became two of the order below
 * @merge: two blocks of the order below became one of @order
 * @refuse: a call was refused; @pa is SHADOW_NO_PAGE where it was to allocate, @order
 *	the block's that was wanted, or SHADOW_NO_ORDER
 *
 * They are called in the order in which things happened, with the allocator's lock held
 * but for what is refused before it looks at pages. shadow_buddy_add_range() tells of
 * nothing. So while nobody comes or goes, free blocks are those before, one more for
 * each split and free, one less for each merge and alloc.
 */
struct shadow_buddy_events {
	void (*alloc)(u64 pfn, unsigned int order);
	void (*free)(u64 pfn, unsigned int order);
	void (*split)(u64 pfn, unsigned int order);
	void (*merge)(u64 pfn, unsigned int order);
	void (*refuse)(u64 pa, unsigned int order, const char *reason);
};

/**
 * shadow_buddy_events_begin() - listen to all allocators
 * @events: who listens, for ever: a call may still be under way after the end
 *
 * Each call needs one of shadow_buddy_events_end(). There is one listener: the last one.
 * May sleep.
 */
void shadow_buddy_events_begin(const struct shadow_buddy_events *events);

/**
 * shadow_buddy_events_end() - listen no more
 */
void shadow_buddy_events_end(void);

/**
 * shadow_refusal_name() - a refusal in words (B5)
 * @refusal: the refusal
 *
 * Return: for example "already free"; never NULL.
 */
const char *shadow_refusal_name(enum shadow_refusal refusal);

#endif /* SHADOW_BUDDY_H */
