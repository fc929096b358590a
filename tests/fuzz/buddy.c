// SPDX-License-Identifier: GPL-2.0-only
/*
 * The allocator and the naive model, ../model/buddy_compare.c: once as it is, and once
 * while somebody listens, who must be told of blocks and of reasons.
 */
#include "../../buddy.h"
#include "fuzz.h"

static void hear_block(u64 pfn, unsigned int order)
{
	fuzz_expect(order <= SHADOW_MAX_ORDER);
	fuzz_expect(!(pfn & ((1ULL << order) - 1)));
}

/* What is split, or what was merged, has halves. */
static void hear_whole(u64 pfn, unsigned int order)
{
	fuzz_expect(order > 0);
	hear_block(pfn, order);
}

static void hear_refusal(u64 pa, unsigned int order, const char *reason)
{
	fuzz_expect(reason && reason[0]);
}

static const struct shadow_buddy_events events = {
	.alloc = hear_block,
	.free = hear_block,
	.split = hear_whole,
	.merge = hear_whole,
	.refuse = hear_refusal,
};

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shadow_input unheard = { data, size }, heard = { data, size };

	shadow_buddy_compare(&unheard);
	fuzz_judge(&unheard);
	shadow_buddy_events_begin(&events);
	shadow_buddy_compare(&heard);
	shadow_buddy_events_end();
	fuzz_judge(&heard);
	return 0;
}
