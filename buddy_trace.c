// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the buddy does, told to somebody who listens, see struct shadow_buddy_events.
 *
 * While somebody does, the calls in buddy.c and buddy_run.c have this file do what they
 * were asked to; else it costs each of them a no-op. What was split and merged is read
 * off the counters, before and after. No free is remembered here, so that each has its
 * merges behind it.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "buddy.h"
#include "buddy_steps.h"

DEFINE_STATIC_KEY_FALSE(shadow_buddy_traced);

static const struct shadow_buddy_events *listener;

/* Somebody may begin to listen meanwhile. */
static const struct shadow_buddy_events *tell(void)
{
	return READ_ONCE(listener);
}

void shadow_buddy_events_begin(const struct shadow_buddy_events *events)
{
	WRITE_ONCE(listener, events);
	static_branch_inc(&shadow_buddy_traced);
}

void shadow_buddy_events_end(void)
{
	static_branch_dec(&shadow_buddy_traced);
}

enum shadow_refusal shadow_trace_refused(u64 pa, unsigned int order,
					 enum shadow_refusal refusal)
{
	tell()->refuse(pa, order, shadow_refusal_name(refusal));
	return refusal;
}

/*
 * The order that a block of @order was split from is the first of which there is one
 * free block less.
 */
static void tell_splits(const struct shadow_buddy *b, const u64 *before,
			u64 pa, unsigned int order)
{
	unsigned int from = order;

	while (from < SHADOW_MAX_ORDER && b->nr_blocks[from] >= before[from])
		from++;
	for (; from > order; from--)
		tell()->split(pa >> SHADOW_PAGE_SHIFT, from);
}

/* Of each order in which a block met its buddy there is one free block less. */
static void tell_freed(const struct shadow_buddy *b, const u64 *before, u64 pa,
		       unsigned int order)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;

	tell()->free(pfn, order);
	for (; order < SHADOW_MAX_ORDER && b->nr_blocks[order] < before[order];
	     order++) {
		pfn &= ~(1ULL << order);
		tell()->merge(pfn, order + 1);
	}
}

/* A block of @order goes on to be split until the run of @nr_pages is whole blocks. */
void __shadow_trace_exact(const struct shadow_buddy *b, const u64 *before,
			  u64 pa, unsigned int order, u64 nr_pages)
{
	u64 pfn = pa >> SHADOW_PAGE_SHIFT;

	if (pa == SHADOW_NO_PAGE) {
		tell()->refuse(pa, order, "no free block is that large");
		return;
	}
	tell_splits(b, before, pa, order);
	for (; nr_pages & ((1ULL << order) - 1); order--)
		tell()->split(pfn + (nr_pages >> order << order), order);
	while (nr_pages) {
		order = fls64(nr_pages) - 1;
		tell()->alloc(pfn, order);
		pfn += 1ULL << order;
		nr_pages -= 1ULL << order;
	}
}

u64 __shadow_trace_alloc(struct shadow_buddy *b, unsigned int order)
{
	u64 before[SHADOW_NR_ORDERS], pa;

	memcpy(before, b->nr_blocks, sizeof(before));
	pa = __alloc_block(b, order);
	__shadow_trace_exact(b, before, pa, order, 1ULL << order);
	return pa;
}

enum shadow_refusal __shadow_trace_free(struct shadow_buddy *b, u64 pa,
					unsigned int order)
{
	u64 before[SHADOW_NR_ORDERS];
	enum shadow_refusal refusal;

	memcpy(before, b->nr_blocks, sizeof(before));
	refusal = __free_block(b, pa, order, false);
	if (refusal)
		return shadow_trace_refused(pa, order, refusal);
	tell_freed(b, before, pa, order);
	return SHADOW_ACCEPTED;
}

enum shadow_refusal __shadow_trace_put(struct shadow_buddy *b, u64 pa)
{
	const struct shadow_page *page = __shadow_buddy_page(b, pa);
	unsigned int order = page ? shadow_page_order(page) : 0;
	u64 before[SHADOW_NR_ORDERS];
	enum shadow_refusal refusal;

	memcpy(before, b->nr_blocks, sizeof(before));
	refusal = __put_block(b, pa);
	if (refusal)
		return shadow_trace_refused(pa, SHADOW_NO_ORDER, refusal);
	if (shadow_page_kind(page) != SHADOW_PAGE_ALLOCATED)
		tell_freed(b, before, pa, order);
	return SHADOW_ACCEPTED;
}
