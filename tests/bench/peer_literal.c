// SPDX-License-Identifier: GPL-2.0-only
/*
 * The design word by word, as a peer.
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bench.h"
#include "literal.h"

#define MOST_BANKS	4

static struct literal literal;
static struct literal_bank bank[MOST_BANKS];

static inline u64 do_alloc(unsigned int order)
{
	return literal_alloc(&literal, order);
}

static inline void do_free(u64 pa, unsigned int order)
{
	literal_free(&literal, pa, order);
}

#include "loops.h"

static u64 start_bytes(const struct shadow_ranges *ram)
{
	return shadow_ranges_pages(ram) * sizeof(struct literal_page);
}

static void start(const struct shadow_ranges *ram, void *mem)
{
	struct literal_page *page = mem;
	u32 i;

	memset(mem, 0, start_bytes(ram));
	for (i = 0; i < ram->nr; i++) {
		bank[i].start = ram->range[i].start >> SHADOW_PAGE_SHIFT;
		bank[i].end = (ram->range[i].last >> SHADOW_PAGE_SHIFT) + 1;
		bank[i].map = page;
		page += bank[i].end - bank[i].start;
	}
	literal_init(&literal, bank, ram->nr);
	for (i = 0; i < ram->nr; i++)
		literal_add_range(&literal, ram->range[i].start,
				  ram->range[i].last);
}

#include "map.h"

static void loop_holds(u64 pa, u64 nr)
{
	while (nr--) {
		literal_get(&literal, pa);
		literal_put(&literal, pa);
	}
}

static void loop_locks(u64 nr)
{
	unsigned long flags;

	while (nr--) {
		raw_spin_lock_irqsave(&literal.lock, flags);
		raw_spin_unlock_irqrestore(&literal.lock, flags);
	}
}

static void loop_exact(u64 nr)
{
	while (nr--)
		literal_free_exact(&literal,
				   literal_alloc_exact(&literal, 6144), 6144);
}

static_assert(LITERAL_NR_ORDERS == SHADOW_NR_ORDERS);

static void count_blocks(u64 blocks[SHADOW_NR_ORDERS])
{
	literal_blocks(&literal, blocks);
}

const struct bench_peer bench_literal = {
	.name = "literal",
	.most = BENCH_PAGES,
	.banks = true,
	.holds = loop_holds,
	.locks = loop_locks,
	.exact = loop_exact,
	.blocks = count_blocks,
	BENCH_MAP,
	BENCH_LOOPS,
};
