/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record's design, written down word by word: what the shadow's buddy costs is
 * compared with this, and its sequence of addresses is that of this one (B2, B3, B4).
 *
 * A list an order, searched one after another from the wanted order up; links are
 * pointers; a free block merges at once; flags, order and references are fields of a
 * descriptor of 24 bytes; one flat array a bank. It checks nothing: a wrong free
 * corrupts it. It shares no line with buddy.c.
 *
 *	list[0] -> page -> page		the front is taken and given to,
 *	list[1]				ranges of the start go to the end
 *	...
 *	bank[0].map: | page | page | ...	bank[1].map: | page | ...
 */
#ifndef BENCH_LITERAL_H
#define BENCH_LITERAL_H

#include <linux/spinlock.h>
#include <linux/types.h>

#define LITERAL_MAX_ORDER	20
#define LITERAL_NR_ORDERS	(LITERAL_MAX_ORDER + 1)
#define LITERAL_NO_PAGE		(~0ULL)

#define LITERAL_FREE		0x1
#define LITERAL_ALLOCATED	0x2

struct literal_page {
	struct literal_page *next;
	struct literal_page *prev;
	u32 refcount;
	u8 flags;
	u8 order;
	u16 unused;
};

struct literal_bank {
	u64 start;		/* first frame number */
	u64 end;		/* first frame number after it */
	struct literal_page *map;
};

struct literal {
	raw_spinlock_t lock;
	struct literal_page *list[LITERAL_NR_ORDERS];
	struct literal_bank *bank;
	u32 nr_banks;
};

/* @bank: start, end and a map of as many zeroed descriptors, kept by the caller */
void literal_init(struct literal *l, struct literal_bank *bank, u32 nr_banks);

/* Bytes, the first one and the last one, in whole pages and in one bank. */
void literal_add_range(struct literal *l, u64 start, u64 last);

/* The address of a block, LITERAL_NO_PAGE where there is none. */
u64 literal_alloc(struct literal *l, unsigned int order);
void literal_free(struct literal *l, u64 pa, unsigned int order);

/* A run of that many pages: the tail of a larger block is given back (H3). */
u64 literal_alloc_exact(struct literal *l, u64 nr_pages);
void literal_free_exact(struct literal *l, u64 pa, u64 nr_pages);

/* One more holder of a block, one less: the last one frees it (B9). */
void literal_get(struct literal *l, u64 pa);
void literal_put(struct literal *l, u64 pa);

/* How many free blocks each order has; returns their pages. */
u64 literal_blocks(struct literal *l, u64 blocks[LITERAL_NR_ORDERS]);

#endif /* BENCH_LITERAL_H */
