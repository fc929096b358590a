// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random machines, and what is allocated there. See ledger.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "ledger.h"

#define MOST_PAGES	(3U << 20)

static struct shadow_range range[MOST_BANKS];
struct shadow_ranges ram = { range, 0, MOST_BANKS };
static struct block *block;
u64 *live;
u32 nr_live;
u64 seed, at;
static u64 state;

u64 compare_random(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state * 0x2545f4914f6cdd1dULL;
}

u64 compare_below(u64 nr)
{
	return (compare_random() >> 20) % nr;
}

void *compare_memory(u64 nr, size_t size)
{
	void *mem = calloc(nr, size);

	if (!mem) {
		perror("compare");
		exit(2);
	}
	return mem;
}

void compare_differ(const char *form, ...)
{
	va_list args;

	printf("compare: seed %llu, operation %llu: ", seed, at);
	va_start(args, form);
	vprintf(form, args);
	va_end(args);
	printf("\n");
	exit(1);
}

struct block *ledger_entry(u64 pa)
{
	u64 before = 0;
	u32 i;

	for (i = 0; i < ram.nr; i++) {
		if (pa >= range[i].start && pa <= range[i].last)
			return block + before +
				((pa - range[i].start) >> SHADOW_PAGE_SHIFT);
		before += (range[i].last + 1 - range[i].start) >>
			SHADOW_PAGE_SHIFT;
	}
	return NULL;
}

void ledger_add(u64 pa, unsigned int order)
{
	struct block *found = ledger_entry(pa);

	if (!found || found->refs)
		compare_differ("0x%llx was allocated twice", pa);
	found->refs = 1;
	found->order = order;
	found->live = nr_live;
	live[nr_live++] = pa;
}

void ledger_drop(u64 pa)
{
	struct block *found = ledger_entry(pa);
	u64 last = live[--nr_live];

	live[found->live] = last;
	ledger_entry(last)->live = found->live;
	found->refs = 0;
}

bool ledger_has(u64 pa, unsigned int order)
{
	struct block *found = pa & ~SHADOW_PAGE_MASK ? NULL : ledger_entry(pa);

	return found && found->refs == 1 && found->order == order;
}

bool ledger_has_run(u64 pa, u64 nr)
{
	while (nr) {
		unsigned int order = 63 - __builtin_clzll(nr);

		if (!ledger_has(pa, order))
			return false;
		pa += PAGE(1ULL << order);
		nr -= 1ULL << order;
	}
	return true;
}

/* Banks of any size and place, with holes and without; most machines are small. */
static u64 make_ram(void)
{
	u64 most = 64ULL << compare_below(compare_below(4) ? 12 : 16);
	u64 pfn = compare_below(1 << 22), pages = 0;

	ram.nr = 0;
	while (ram.nr < MOST_BANKS && (!ram.nr || compare_below(3))) {
		u64 nr = 1 + compare_below(most);

		if (pages + nr > MOST_PAGES)
			break;
		if (compare_below(2))
			pfn &= ~0x3ffULL;
		pfn += ram.nr ? 1024 : 0;
		range[ram.nr].start = PAGE(pfn);
		range[ram.nr++].last = PAGE(pfn + nr) - 1;
		pages += nr;
		pfn += nr + compare_below(1 << 18);
	}
	return pages;
}

u64 compare_begin(void)
{
	u64 pages;

	state = (seed + 1) * 0x9e3779b97f4a7c15ULL | 1;
	pages = make_ram();
	block = compare_memory(pages, sizeof(*block));
	live = compare_memory(pages, sizeof(*live));
	nr_live = 0;
	return pages;
}

void compare_end(void)
{
	free(live);
	free(block);
}
