// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lies at an address and around it. See around.h.
 */
#include <string.h>

#include "around.h"

#define EACH_SIDE	4	/* blocks that are shown */

/*
 * The range of a set in which an address lies, true; or the gap between two of
 * them.
 */
static bool range_at(const struct shadow_ranges *set, u64 pa,
		     struct shadow_range *range)
{
	u32 i;

	range->start = 0;
	range->last = ~0ULL;
	for (i = 0; i < set->nr; i++) {
		if (pa < set->range[i].start) {
			range->last = set->range[i].start - 1;
			return false;
		}
		if (pa <= set->range[i].last) {
			*range = set->range[i];
			return true;
		}
		range->start = set->range[i].last + 1;
	}
	return false;
}

static void clip(struct shadow_range *range, u64 start, u64 last)
{
	if (range->start < start)
		range->start = start;
	if (range->last > last)
		range->last = last;
}

static bool lies_in(u64 pa, u64 start, u64 last)
{
	return pa >= start && pa <= last;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Reserved memory: mem_map, or an entry of the device tree in whole pages. */
static void name_reserved(const struct shadow_plan *plan, u64 pa,
			  struct tool_block *block)
{
	const struct shadow_layout *layout = &plan->layout;
	u64 start = layout->mem_map_base;
	u64 last = start + shadow_layout_mem_map_room(layout) - 1;
	const struct shadow_dt_entry *entry;

	block->name = "mem_map";
	list_for_each_entry(entry, &plan->dt.entries, node) {
		if (lies_in(pa, start, last))
			break;
		if (!(entry->flags & SHADOW_DT_RESERVED))
			continue;
		start = entry->range.start & SHADOW_PAGE_MASK;
		last = entry->range.last | ~SHADOW_PAGE_MASK;
		block->name = last_part(entry->name);
	}
	clip(&block->range, start, last);
}

/* A block of the buddy; what it holds aside of the heap is the target's. */
static void set_block(const struct tool_ledger *l,
		      const struct shadow_page *head, struct tool_block *block)
{
	const struct shadow_layout *layout = &l->plan->layout;

	block->order = shadow_page_order(head);
	block->range.start = shadow_buddy_address(&l->buddy, head);
	block->range.last = block->range.start +
			    ((SHADOW_PAGE_SIZE << block->order) - 1);
	block->line = tool_mark_line(tool_ledger_mark(l, head));
	block->kind = shadow_page_kind(head) == SHADOW_PAGE_FREE ?
		      TOOL_FREE_BLOCK : TOOL_HELD;
	if (!tool_ledger_in_heap(l, block->range.start))
		return;
	block->kind = TOOL_HEAP;
	block->range.start = layout->heap_base;
	block->range.last = layout->heap_base + (layout->heap_bytes - 1);
}

void tool_block_at(const struct tool_ledger *l, u64 pa,
		   struct tool_block *block)
{
	const struct shadow_plan *plan = l->plan;
	struct shadow_range bank;
	bool is_ram = range_at(&plan->ram, pa, &bank);

	memset(block, 0, sizeof(*block));
	block->range = bank;
	if (!is_ram) {
		block->kind = TOOL_HOLE;
	} else if (range_at(&plan->layout.free, pa, &block->range)) {
		set_block(l, tool_ledger_head(l, pa), block);
	} else {
		block->kind = TOOL_RESERVED;
		clip(&block->range, bank.start, bank.last);
		name_reserved(plan, pa, block);
	}
}

/* How a free block came to be: its parts, and the last line that freed one. */
static void print_parts(const struct tool_ledger *l,
			const struct tool_block *block, FILE *out)
{
	const struct shadow_page *page =
		__shadow_buddy_page(&l->buddy, block->range.start);
	u64 end = 1ULL << block->order;
	u64 parts = 0, last = 0, at = 0;

	while (at < end) {
		u64 mark = tool_ledger_mark(l, page + at);

		if (tool_mark_line(mark) > last)
			last = tool_mark_line(mark);
		parts++;
		at += 1ULL << tool_mark_order(mark);
	}
	if (last)
		fprintf(out, " since line %llu", last);
	else
		fprintf(out, " from the start");
	if (parts > 1)
		fprintf(out, ", merged from %llu parts", parts);
}

void tool_block_print(const struct tool_ledger *l,
		      const struct tool_block *block, FILE *out)
{
	switch (block->kind) {
	case TOOL_HOLE:
		fprintf(out, "no RAM");
		break;
	case TOOL_RESERVED:
		fprintf(out, "reserved: %s", block->name);
		break;
	case TOOL_HEAP:
		fprintf(out, "the heap");
		break;
	case TOOL_HELD:
		fprintf(out, "order %u, held since line %llu", block->order,
			block->line);
		break;
	case TOOL_FREE_BLOCK:
		fprintf(out, "order %u, free", block->order);
		print_parts(l, block, out);
		break;
	}
}

static void print_line(const struct tool_ledger *l,
		       const struct tool_block *block, bool here, FILE *out)
{
	fprintf(out, "  %c 0x%016llx..0x%016llx  ", here ? '>' : ' ',
		block->range.start, block->range.last);
	tool_block_print(l, block, out);
	fputc('\n', out);
}

static void print_orders(const struct tool_ledger *l, FILE *out)
{
	unsigned int order;

	fprintf(out, "free blocks of order 0 to 20, as in buddyinfo\n ");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		fprintf(out, " %llu", l->buddy.nr_blocks[order]);
	fprintf(out, "\nheld: %llu blocks, %llu pages, and the heap\n",
		l->nr_held, l->held_pages);
}

void tool_around_print(const struct tool_ledger *l, u64 pa, FILE *out)
{
	struct tool_block block;
	u64 last;
	int i;

	tool_block_at(l, pa, &block);
	for (i = 0; i < EACH_SIDE && block.range.start; i++)
		tool_block_at(l, block.range.start - 1, &block);
	fprintf(out, "before that call\n");
	for (i = 0; i <= 2 * EACH_SIDE; i++) {
		bool here = lies_in(pa, block.range.start, block.range.last);

		print_line(l, &block, here, out);
		/* Not past the end of the address space. */
		last = block.range.last;
		if (last == ~0ULL)
			break;
		tool_block_at(l, last + 1, &block);
	}
	print_orders(l, out);
}
