// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a blob's entries to the layout, and all of it as text. See desk.h.
 */
#include <stdlib.h>

#include "desk_node.h"

static unsigned int count(const struct desk *desk, unsigned int reserved)
{
	unsigned int i, nr = 0;

	for (i = 0; i < desk->nr_entries; i++)
		nr += (desk->entry[i].flags & DESK_RESERVED) == reserved;
	return nr;
}

struct shadow_range *desk_sets(const struct desk *desk, unsigned int more,
			       struct shadow_ranges *ram,
			       struct shadow_ranges *reserved)
{
	unsigned int i, nr_ram = count(desk, 0);
	unsigned int nr_reserved = count(desk, DESK_RESERVED);
	struct shadow_range *storage;

	storage = desk_grow(NULL, (nr_ram + nr_reserved + more) *
			    sizeof(*storage));
	shadow_ranges_init(ram, storage, nr_ram);
	shadow_ranges_init(reserved, storage + nr_ram, nr_reserved);
	for (i = 0; i < desk->nr_entries; i++) {
		const struct desk_entry *entry = &desk->entry[i];

		shadow_ranges_add(entry->flags & DESK_RESERVED ? reserved : ram,
				  entry->range.start, entry->range.last);
	}
	shadow_ranges_round_in(ram);
	shadow_ranges_round_out(reserved);
	return storage;
}

void desk_plan_make(struct desk_plan *plan, const struct desk *desk)
{
	unsigned int max = desk->nr_entries + 1;

	plan->storage = desk_sets(desk, max, &plan->ram, &plan->reserved);
	shadow_ranges_init(&plan->layout.free, plan->storage + max - 1, max);
	if (shadow_layout_compute(&plan->layout, &plan->ram, &plan->reserved))
		abort();
}

void desk_plan_free(struct desk_plan *plan)
{
	free(plan->storage);
}

static void print_set(FILE *to, const char *name,
		      const struct shadow_ranges *set)
{
	unsigned int i;

	for (i = 0; i < set->nr; i++)
		fprintf(to, "%s 0x%llx..0x%llx\n", name, set->range[i].start,
			set->range[i].last);
}

static void print_entry(FILE *to, const struct desk_entry *entry)
{
	static const char * const words[] = {
		" reserved", " nested", " no-map", " reusable", " by-rule",
	};
	unsigned int i;

	fprintf(to, "entry 0x%llx..0x%llx", entry->range.start,
		entry->range.last);
	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (entry->flags & 1U << i)
			fputs(words[i], to);
	fprintf(to, " %s\n", entry->name);
}

static void print_layout(FILE *to, const struct shadow_layout *layout)
{
	unsigned int order;

	fprintf(to, "verdict %s\n", shadow_verdict_line(layout->verdict));
	fprintf(to, "pages %llu reserved %llu free %llu span 0x%llx\n",
		layout->pages, layout->reserved_pages, layout->free_pages,
		layout->span_bytes);
	fprintf(to, "mem_map 0x%llx + 0x%llx heap 0x%llx + 0x%llx order %u\n",
		layout->mem_map_base, layout->mem_map_bytes,
		layout->heap_base, layout->heap_bytes, layout->heap_order);
	fputs("blocks", to);
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		fprintf(to, " %llu", layout->free_blocks[order]);
	fputc('\n', to);
}

void desk_print(FILE *to, const struct desk *desk,
		const struct desk_plan *plan)
{
	unsigned int i;

	for (i = 0; i < desk->nr_entries; i++)
		print_entry(to, &desk->entry[i]);
	for (i = 0; i < desk->nr_problems; i++)
		fprintf(to, "problem %s\n", desk->problem[i]);
	print_set(to, "ram", &plan->ram);
	print_set(to, "reserved", &plan->reserved);
	print_set(to, "free", &plan->layout.free);
	print_layout(to, &plan->layout);
}
