// SPDX-License-Identifier: GPL-2.0-only
/*
 * Blocks by hand. See hand.h.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/sched.h>

#include "hand.h"

#define COLUMNS		64
#define MOST_ROWS	16
#define MOST_HELD	32	/* blocks that are listed */
#define WIDTH		80
#define NAME		9	/* columns before the numbers of show */

static const struct shadow_page *page_of(const struct shadow_lab *lab, u64 page)
{
	return &lab->buddy.map[SHADOW_NR_ORDERS + page];
}

static void say_block(struct shadow_ktap *out, const char *what, u64 pa,
		      unsigned int order)
{
	shadow_ktap_print(out, "  %s order %u at 0x%llx\n", what, order, pa);
}

/* X5: once an invariant is broken nothing is done any more, nor looked at. */
static bool is_whole(struct shadow_lab *lab, struct shadow_ktap *out)
{
	u64 where = SHADOW_NO_PAGE;
	const char *broken;

	if (!shadow_lab_broken(lab)) {
		shadow_buddy_settle(&lab->buddy);
		broken = __shadow_buddy_check(&lab->buddy, &where);
		if (!broken)
			return true;
		shadow_lab_break(lab, broken, where);
	}
	shadow_ktap_print(out, "BROKEN (B4): %s at 0x%llx\nFrom now on only reset does anything (X5).\n",
			  lab->what, lab->where);
	return false;
}

/* The order whose number of free blocks changed in that direction. */
static unsigned int order_that_has(const u64 more[SHADOW_NR_ORDERS],
				   const u64 less[SHADOW_NR_ORDERS])
{
	unsigned int order = 0;

	while (order < SHADOW_MAX_ORDER && more[order] <= less[order])
		order++;
	return order;
}

/* An alloc takes one block, and leaves the upper half of each split (B2, B3). */
static void alloc(struct shadow_lab *lab, unsigned int order,
		  struct shadow_ktap *out)
{
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS], pa;
	unsigned int from;

	shadow_lab_blocks(lab, before);
	pa = shadow_buddy_alloc(&lab->buddy, order);
	if (pa == SHADOW_NO_PAGE) {
		shadow_ktap_print(out, "alloc %u: %s\n", order,
				  order > SHADOW_MAX_ORDER ?
				  shadow_refusal_name(SHADOW_BAD_ORDER) :
				  "no free block is that large (B2)");
		return;
	}
	shadow_ktap_print(out, "alloc %u: 0x%llx\n", order, pa);
	shadow_lab_blocks(lab, after);
	from = order_that_has(before, after);
	if (from == order)
		return;
	say_block(out, "split:", pa, from);
	while (from-- > order)
		say_block(out, "free now:", pa + (SHADOW_PAGE_SIZE << from),
			  from);
}

/* A free takes the buddies that it merges with, and leaves one block (B4). */
static void free_block(struct shadow_lab *lab, u64 pa, unsigned int order,
		       struct shadow_ktap *out)
{
	u64 before[SHADOW_NR_ORDERS], after[SHADOW_NR_ORDERS];
	enum shadow_refusal refusal;
	unsigned int to;

	shadow_lab_blocks(lab, before);
	refusal = shadow_buddy_free(&lab->buddy, pa, order);
	shadow_ktap_print(out, "free 0x%llx %u: %s%s\n", pa, order,
			  refusal ? "refused (B5): " : "",
			  shadow_refusal_name(refusal));
	if (refusal)
		return;
	shadow_lab_blocks(lab, after);
	to = order_that_has(after, before);
	for (; order < to; order++) {
		u64 size = SHADOW_PAGE_SIZE << order;

		say_block(out, "merged with:", pa ^ size, order);
		pa &= ~size;
	}
	say_block(out, "free now:", pa, to);
}

/* All blocks, the lowest first: the next one, and what it is. */
static bool next_block(const struct shadow_lab *lab, u64 *page,
		       const struct shadow_page **head)
{
	u64 nr_pages = lab->buddy.nr_pages;

	if (*head)
		*page += 1ULL << shadow_page_order(*head);
	if (*page >= nr_pages)
		return false;
	*head = page_of(lab, *page);
	return true;
}

static u64 address_of(const struct shadow_lab *lab, u64 page)
{
	return lab->pa + (page << SHADOW_PAGE_SHIFT);
}

/* In lines that a terminal need not break. */
static void show_numbers(struct shadow_ktap *out, const char *name,
			 const u64 blocks[SHADOW_NR_ORDERS])
{
	unsigned int order, column = NAME, length;
	bool any = false;
	char text[40];

	shadow_ktap_print(out, "%-*s", NAME, name);
	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		if (!blocks[order])
			continue;
		length = scnprintf(text, sizeof(text), "  %llu of order %u",
				   blocks[order], order);
		if (column + length > WIDTH) {
			shadow_ktap_print(out, "\n%*s", NAME, "");
			column = NAME;
		}
		shadow_ktap_print(out, "%s", text);
		column += length;
		any = true;
	}
	shadow_ktap_print(out, any ? "\n" : "  none\n");
}

static void show(struct shadow_lab *lab, struct shadow_ktap *out)
{
	u64 blocks[SHADOW_NR_ORDERS], allocated[SHADOW_NR_ORDERS] = {};
	const struct shadow_page *head = NULL;
	u64 page = 0, nr = 0;

	shadow_lab_blocks(lab, blocks);
	while (next_block(lab, &page, &head)) {
		unsigned int order = shadow_page_order(head);

		cond_resched();
		if (shadow_page_kind(head) != SHADOW_PAGE_ALLOCATED)
			continue;
		allocated[order]++;
		if (nr++ < MOST_HELD)
			say_block(out, "allocated:", address_of(lab, page),
				  order);
	}
	if (nr > MOST_HELD)
		shadow_ktap_print(out, "  and %llu more\n", nr - MOST_HELD);
	show_numbers(out, "allocated", allocated);
	show_numbers(out, "free", blocks);
}

/* Of a cell: 0 for nothing yet, an order + 1 for a free block, else allocated. */
#define ALLOCATED	0xff

static char sign_of(u8 cell)
{
	if (!cell)
		return ' ';
	if (cell == ALLOCATED)
		return '#';
	cell--;
	return cell < 10 ? '0' + cell : 'a' + cell - 10;
}

static void fill(const struct shadow_lab *lab, unsigned int shift,
		 u8 cells[MOST_ROWS * COLUMNS])
{
	const struct shadow_page *head = NULL;
	u64 page = 0, cell;

	while (next_block(lab, &page, &head)) {
		unsigned int order = shadow_page_order(head);
		u8 what = shadow_page_kind(head) == SHADOW_PAGE_FREE ?
			  order + 1 : ALLOCATED;
		u64 last = (page + (1ULL << order) - 1) >> shift;

		cond_resched();
		for (cell = page >> shift; cell <= last; cell++)
			cells[cell] = max(cells[cell], what);
	}
}

/* As many pages a cell as it takes for the region to fit; see report/map.c. */
static void map(struct shadow_lab *lab, struct shadow_ktap *out)
{
	u8 cells[MOST_ROWS * COLUMNS] = {};
	u64 nr_pages = lab->buddy.nr_pages;
	char row[COLUMNS + 1] = {};
	unsigned int shift = 0;
	u64 first, i;

	while ((nr_pages - 1) >> shift >= MOST_ROWS * COLUMNS)
		shift++;
	fill(lab, shift, cells);
	for (first = 0; first << shift < nr_pages; first += COLUMNS) {
		for (i = 0; i < COLUMNS; i++)
			row[i] = sign_of(cells[first + i]);
		shadow_ktap_print(out, "%012llx |%s|\n",
				  address_of(lab, first << shift), row);
	}
	shadow_ktap_print(out, "\nA cell is %llu KiB: # is allocated, 0 to 9 and a to k the largest free order.\n",
			  SHADOW_PAGE_SIZE << shift >> 10);
}

void shadow_hand_do(struct shadow_lab *lab, const struct shadow_hand *hand,
		    struct shadow_ktap *out)
{
	if (!is_whole(lab, out))
		return;
	switch (hand->what) {
	case SHADOW_HAND_ALLOC:
		alloc(lab, hand->order, out);
		is_whole(lab, out);
		break;
	case SHADOW_HAND_FREE:
		free_block(lab, hand->pa, hand->order, out);
		is_whole(lab, out);
		break;
	case SHADOW_HAND_SHOW:
		show(lab, out);
		break;
	case SHADOW_HAND_MAP:
		map(lab, out);
		break;
	case SHADOW_HAND_RESET:
		break;
	}
}
EXPORT_SYMBOL_GPL(shadow_hand_do);
