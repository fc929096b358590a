// SPDX-License-Identifier: GPL-2.0-only
/*
 * The project's buddy, led by a target's calls. See ledger.h.
 */
#include <stdlib.h>
#include <unistd.h>

#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "ledger.h"
#include "machine.h"
#include "say.h"

#define FREED	0x20

static u64 make_mark(u64 line, u64 freed, unsigned int order)
{
	return line << 6 | freed | (order + 1);
}

static void add_part(struct tool_ledger *l, u64 index, u64 mark)
{
	unsigned int order = tool_mark_order(mark);

	l->mark[index] = mark;
	l->nr_parts[order]++;
	l->parts |= 1U << order;
}

static unsigned int remove_part(struct tool_ledger *l, u64 index)
{
	unsigned int order = tool_mark_order(l->mark[index]);

	l->mark[index] = 0;
	if (!--l->nr_parts[order])
		l->parts &= ~(1U << order);
	return order;
}

/* Of each block that is free at the start. */
static void mark_start(struct tool_ledger *l)
{
	const struct shadow_buddy *b = &l->buddy;
	unsigned int order;
	u64 at;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		for (at = b->map[order].next; at != order; at = b->map[at].next)
			add_part(l, at, make_mark(0, 0, order));
}

static int build(struct tool_ledger *l)
{
	const struct shadow_layout *layout = &l->plan->layout;
	int err = shadow_buddy_init(&l->buddy, &l->plan->ram, l->map);
	u32 i;

	for (i = 0; i < layout->free.nr && !err; i++)
		err = shadow_buddy_add_range(&l->buddy,
					     layout->free.range[i].start,
					     layout->free.range[i].last);
	if (err)
		return err;
	shadow_buddy_alloc_exact(&l->buddy,
				 layout->heap_bytes >> SHADOW_PAGE_SHIFT);
	mark_start(l);
	return 0;
}

/* Better no replay than one for which the kernel kills somebody. */
static bool is_there(u64 bytes)
{
	return bytes / sysconf(_SC_PAGESIZE) < (u64)sysconf(_SC_PHYS_PAGES);
}

static int begin(struct tool_ledger *l)
{
	u64 bytes = shadow_buddy_bytes(&l->plan->ram);
	u64 marks = SHADOW_NR_ORDERS + l->plan->layout.pages;

	if (!is_there(bytes + marks * sizeof(*l->mark)))
		return -ENOMEM;
	l->map = malloc(bytes);
	l->mark = calloc(marks, sizeof(*l->mark));
	return l->map && l->mark ? build(l) : -ENOMEM;
}

bool tool_ledger_begin(struct tool_ledger *l, const struct shadow_plan *plan)
{
	enum shadow_verdict verdict = plan->layout.verdict;
	int err;

	memset(l, 0, sizeof(*l));
	l->plan = plan;
	l->single_next = SHADOW_NO_PAGE;
	if (verdict != SHADOW_OK) {
		tool_say("the target has no allocator on this machine: %s",
			 shadow_verdict_line(verdict));
		return false;
	}
	err = begin(l);
	if (err)
		tool_say("there is no memory for %llu descriptors, 32 bytes each",
			 plan->layout.pages);
	return !err;
}

void tool_ledger_end(struct tool_ledger *l)
{
	free(l->mark);
	free(l->map);
	l->mark = NULL;
	l->map = NULL;
}

u64 tool_ledger_next(const struct tool_ledger *l, unsigned int order,
		     unsigned int *from)
{
	const struct shadow_buddy *b = &l->buddy;
	u32 suffices;

	if (order > SHADOW_MAX_ORDER)
		return SHADOW_NO_PAGE;
	suffices = b->nonempty >> order << order;
	if (!suffices)
		return SHADOW_NO_PAGE;
	*from = __ffs(suffices);
	return shadow_buddy_address(b, &b->map[b->map[*from].next]);
}

/* Bring a free block to the front of its list: the buddy splits the first. */
static void bring_forward(struct shadow_buddy *b, struct shadow_page *page)
{
	u64 index = page - b->map;
	u64 head = shadow_page_order(page);

	b->map[page->prev].next = page->next;
	b->map[page->next].prev = page->prev;
	page->prev = head;
	page->next = b->map[head].next;
	b->map[page->next].prev = index;
	b->map[head].next = index;
}

/* A part that holds the block is split; parts that the block holds are one. */
static void take_parts(struct tool_ledger *l, u64 line, u64 index,
		       unsigned int order)
{
	u64 end = index + (1ULL << order);
	unsigned int part = tool_mark_order(l->mark[index]);
	u32 suffices = l->parts >> order << order;

	if (part < order || part != __ffs(suffices))
		l->merges = true;
	if (part >= order) {
		remove_part(l, index);
		while (part-- > order)
			add_part(l, index + (1ULL << part),
				 make_mark(line, 0, part));
		return;
	}
	while (index < end)
		index += 1ULL << remove_part(l, index);
}

/* B3: pages of a block that was split for one of them ascend until it is used. */
static void follow_singles(struct tool_ledger *l, u64 pa, unsigned int order,
			   unsigned int from)
{
	bool goes_on = !order && pa == l->single_next;

	if (!goes_on)
		l->single_end = pa + (SHADOW_PAGE_SIZE << from);
	l->single_next = pa + SHADOW_PAGE_SIZE;
	if (order || (!goes_on && !from) || l->single_next == l->single_end)
		l->single_next = SHADOW_NO_PAGE;
}

bool tool_ledger_alloc(struct tool_ledger *l, u64 line, unsigned int order,
		       u64 pa)
{
	struct shadow_buddy *b = &l->buddy;
	unsigned int from = 0;
	u64 own = tool_ledger_next(l, order, &from);
	const struct shadow_page *page;
	u64 index;

	if (pa == SHADOW_NO_PAGE || own == SHADOW_NO_PAGE)
		return pa == own;
	page = pa & ~SHADOW_PAGE_MASK ? NULL : shadow_buddy_page(b, pa);
	if (!page || page->state != (SHADOW_PAGE_FREE | from))
		return false;
	index = page - b->map;
	if (pa != own) {
		bring_forward(b, &b->map[index]);
		if (!l->nr_choices++)
			l->first_choice = line;
	}
	shadow_buddy_alloc(b, order);
	take_parts(l, line, index, order);
	l->mark[index] = make_mark(line, 0, order);
	follow_singles(l, pa, order, from);
	l->nr_held++;
	l->held_pages += 1ULL << order;
	return true;
}

enum shadow_refusal tool_ledger_free(struct tool_ledger *l, u64 line, u64 pa,
				     unsigned int order)
{
	struct shadow_buddy *b = &l->buddy;
	enum shadow_refusal refusal;

	if (order <= SHADOW_MAX_ORDER && !(pa & ~SHADOW_PAGE_MASK) &&
	    tool_ledger_in_heap(l, pa))
		return SHADOW_INSIDE;
	refusal = shadow_buddy_free(b, pa, order);
	if (refusal)
		return refusal;
	/* All others look at lists and descriptors. */
	shadow_buddy_settle(b);
	add_part(l, __shadow_buddy_page(b, pa) - b->map,
		 make_mark(line, FREED, order));
	l->single_next = SHADOW_NO_PAGE;
	l->nr_held--;
	l->held_pages -= 1ULL << order;
	return SHADOW_ACCEPTED;
}

const struct shadow_page *tool_ledger_head(const struct tool_ledger *l, u64 pa)
{
	unsigned int n;

	for (n = 0; n <= SHADOW_MAX_ORDER; n++) {
		u64 at = pa & ~((SHADOW_PAGE_SIZE << n) - 1);
		const struct shadow_page *page =
			__shadow_buddy_page(&l->buddy, at);

		if (!page)
			return NULL;
		if (page->state && shadow_page_order(page) >= n)
			return page;
	}
	return NULL;
}
