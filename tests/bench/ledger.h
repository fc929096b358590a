/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What compare.c knows of a machine: its banks, random ones, and which blocks are
 * allocated there, in an entry a page.
 */
#ifndef BENCH_LEDGER_H
#define BENCH_LEDGER_H

#include "ranges.h"

#define MOST_BANKS	6
#define PAGE(pfn)	((u64)(pfn) << SHADOW_PAGE_SHIFT)

/* By the place of a page in all banks. */
struct block {
	u32 refs;	/* 0: no block begins here */
	u8 order;
	u32 live;	/* place in the list of those that are allocated */
};

/* Of the machine that there is now. */
extern struct shadow_ranges ram;
extern u64 *live;
extern u32 nr_live;
/* What repeats it, and how far it is. */
extern u64 seed, at;

u64 compare_random(void);
/* A number below @nr, which is not 0. */
u64 compare_below(u64 nr);
void *compare_memory(u64 nr, size_t size);
/* Tell of a difference, and end. */
__attribute__((format(printf, 1, 2), noreturn))
void compare_differ(const char *form, ...);

/* Another machine, by the seed; returns its pages. */
u64 compare_begin(void);
void compare_end(void);

/* The entry of a page, NULL where it is in no bank. */
struct block *ledger_entry(u64 pa);
void ledger_add(u64 pa, unsigned int order);
void ledger_drop(u64 pa);
/* Does a block of that order begin there, with one holder? */
bool ledger_has(u64 pa, unsigned int order);
/* The blocks of a run may be gone, or held by others, or belong to another one. */
bool ledger_has_run(u64 pa, u64 nr);

#endif /* BENCH_LEDGER_H */
