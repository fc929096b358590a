// SPDX-License-Identifier: GPL-2.0-only
/*
 * The shadow's own buddy, as a peer, with all that it refuses.
 */
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>

#include "bench.h"
#include "buddy.h"

static struct shadow_buddy buddy;

static inline u64 do_alloc(unsigned int order)
{
	return shadow_buddy_alloc(&buddy, order);
}

static inline void do_free(u64 pa, unsigned int order)
{
	shadow_buddy_free(&buddy, pa, order);
}

#include "loops.h"

static u64 start_bytes(const struct shadow_ranges *ram)
{
	return shadow_buddy_bytes(ram);
}

static void start(const struct shadow_ranges *ram, void *mem)
{
	u32 i;

	shadow_buddy_init(&buddy, ram, mem);
	for (i = 0; i < ram->nr; i++)
		shadow_buddy_add_range(&buddy, ram->range[i].start,
				       ram->range[i].last);
}

#include "map.h"

static void loop_holds(u64 pa, u64 nr)
{
	while (nr--) {
		shadow_buddy_get(&buddy, pa);
		shadow_buddy_put(&buddy, pa);
	}
}

static void loop_exact(u64 nr)
{
	while (nr--)
		shadow_buddy_free_exact(&buddy,
					shadow_buddy_alloc_exact(&buddy, 6144),
					6144);
}

static void count_blocks(u64 blocks[SHADOW_NR_ORDERS])
{
	shadow_buddy_blocks(&buddy, blocks);
}

/*
 * Wrong calls, about the first pages of the smallest block. Page 0 is an allocated
 * one, held twice, 1 is free, 2 and 3 are a block, 4 to 7 another, held by as many as
 * can be. FAR lies in the midst of a free block, LAST in what was never given.
 */
static u64 first;
#define PA(page)	(first + (page) * SHADOW_PAGE_SIZE)
#define FAR		(BENCH_GIB + 0x4321000)
#define LAST		(2 * BENCH_GIB - SHADOW_PAGE_SIZE)
#define OUTSIDE		(BENCH_GIB - SHADOW_PAGE_SIZE)

static bool make_wrong(void)
{
	struct shadow_range range = { BENCH_GIB, 2 * BENCH_GIB - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	struct shadow_page *full;

	map = bench_get_memory(shadow_buddy_bytes(&ram));
	if (!map)
		return false;
	shadow_buddy_init(&buddy, &ram, map);
	shadow_buddy_add_range(&buddy, range.start, range.last - (4 << 20));
	first = shadow_buddy_alloc(&buddy, 0);
	shadow_buddy_alloc(&buddy, 1);
	shadow_buddy_alloc(&buddy, 2);
	shadow_buddy_get(&buddy, PA(0));
	full = (struct shadow_page *)shadow_buddy_page(&buddy, PA(4));
	full->refcount = U32_MAX;
	return true;
}

struct wrong {
	const char *name;
	u64 expected;
	u64 (*call)(u64 nr);
};

#define WRONG(name, call) \
static u64 name(u64 nr) \
{ \
	u64 answer = 0; \
\
	while (nr--) \
		answer = call; \
	return answer; \
}

WRONG(free_unaligned, shadow_buddy_free(&buddy, PA(0) + 1, 0))
WRONG(free_bad_order, shadow_buddy_free(&buddy, PA(0), 21))
WRONG(free_outside, shadow_buddy_free(&buddy, OUTSIDE, 0))
WRONG(free_never, shadow_buddy_free(&buddy, LAST, 0))
WRONG(free_free_page, shadow_buddy_free(&buddy, PA(1), 0))
WRONG(free_free_block, shadow_buddy_free(&buddy, FAR, 0))
WRONG(free_inside, shadow_buddy_free(&buddy, PA(3), 0))
WRONG(free_wrong_order, shadow_buddy_free(&buddy, PA(2), 0))
WRONG(free_referenced, shadow_buddy_free(&buddy, PA(0), 0))
WRONG(get_full, shadow_buddy_get(&buddy, PA(4)))
WRONG(get_free, shadow_buddy_get(&buddy, FAR))
WRONG(put_free, shadow_buddy_put(&buddy, FAR))
WRONG(put_never, shadow_buddy_put(&buddy, LAST))
WRONG(alloc_bad_order, shadow_buddy_alloc(&buddy, 21))
WRONG(alloc_nothing, shadow_buddy_alloc(&buddy, 20))
WRONG(exact_too_much, shadow_buddy_alloc_exact(&buddy, 0))
WRONG(exact_referenced, shadow_buddy_free_exact(&buddy, PA(0), 1))

static const struct wrong wrong[] = {
	{ "free-unaligned", SHADOW_UNALIGNED, free_unaligned },
	{ "free-bad-order", SHADOW_BAD_ORDER, free_bad_order },
	{ "free-outside", SHADOW_OUTSIDE, free_outside },
	{ "free-never-allocated", SHADOW_NEVER_ALLOCATED, free_never },
	{ "free-already-free", SHADOW_ALREADY_FREE, free_free_page },
	{ "free-in-free-block", SHADOW_ALREADY_FREE, free_free_block },
	{ "free-inside", SHADOW_INSIDE, free_inside },
	{ "free-wrong-order", SHADOW_WRONG_ORDER, free_wrong_order },
	{ "free-referenced", SHADOW_REFERENCED, free_referenced },
	{ "get-full", SHADOW_REFCOUNT_FULL, get_full },
	{ "get-already-free", SHADOW_ALREADY_FREE, get_free },
	{ "put-already-free", SHADOW_ALREADY_FREE, put_free },
	{ "put-never-allocated", SHADOW_NEVER_ALLOCATED, put_never },
	{ "alloc-bad-order", SHADOW_NO_PAGE, alloc_bad_order },
	{ "alloc-nothing-left", SHADOW_NO_PAGE, alloc_nothing },
	{ "exact-bad-number", SHADOW_NO_PAGE, exact_too_much },
	{ "exact-referenced", SHADOW_REFERENCED, exact_referenced },
};

/* With @nr 0: get ready; a name of its own where the answer is another one. */
static const char *refuse(unsigned int which, u64 nr)
{
	if (which >= ARRAY_SIZE(wrong))
		return NULL;
	if (!nr) {
		if (!make_wrong())
			return NULL;
		return wrong[which].call(1) == wrong[which].expected ?
			wrong[which].name : "accepted";
	}
	wrong[which].call(nr);
	return wrong[which].name;
}

const struct bench_peer bench_project = {
	.name = "project",
	.most = BENCH_PAGES,
	.banks = true,
	.holds = loop_holds,
	.exact = loop_exact,
	.blocks = count_blocks,
	.refuse = refuse,
	BENCH_MAP,
	BENCH_LOOPS,
};
