// SPDX-License-Identifier: GPL-2.0-only
/*
 * The report for a person: this machine's figures, and those of the decision
 * record beside them.
 */
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>

#include "../pt_map.h"
#include "version.h"
#include "report.h"

#define WIDTH	80
#define TO_NUL	(~(size_t)0)

static void line(struct seq_file *m, const char *name)
{
	seq_printf(m, "  %-11s ", name);
}

/*
 * Text of at most @len bytes, or up to a NUL. Lines that are too long are broken at
 * blanks; the first begins in @column, what is broken off in column @indent.
 */
static void wrapped(struct seq_file *m, const char *text, size_t len,
		    unsigned int column, unsigned int indent)
{
	size_t i, begin = 0, blank = 0;

	for (i = 0; i < len && text[i]; i++) {
		if (text[i] == '\n') {
			seq_write(m, text + begin, i + 1 - begin);
			begin = i + 1;
			column = 0;
		} else if (text[i] == ' ') {
			blank = i;
		}
		if (i + 1 - begin + column > WIDTH && blank > begin) {
			seq_write(m, text + begin, blank - begin);
			seq_printf(m, "\n%*s", indent, "");
			begin = blank + 1;
			column = indent;
		}
	}
	seq_write(m, text + begin, i - begin);
}

static void sized(struct seq_file *m, const char *name, u64 bytes)
{
	line(m, name);
	seq_printf(m, "%llu bytes, ", bytes);
	shadow_size_show(m, bytes);
}

static void show_ram(struct seq_file *m, const struct shadow_plan *plan)
{
	const struct shadow_layout *layout = &plan->layout;

	seq_puts(m, "RAM (R1 to R6)\n");
	sized(m, "total", layout->total_ram);
	seq_printf(m, ", %llu pages of 4 KiB, ranges: %u\n",
		   layout->pages, plan->ram.nr);
	if (plan->dt.live && !layout->pages)
		seq_puts(m, "  This Linux runs, so it learnt of its RAM in another way, perhaps from EFI,\n"
			    "  whose stub takes the memory nodes out of the tree. The target would need\n"
			    "  them.\n");
	sized(m, "reserved", layout->reserved_pages << SHADOW_PAGE_SHIFT);
	seq_printf(m, " of RAM, entries: %u\n", plan->dt.nr_reserved);
	shadow_counted_show(m, plan);
}

static void show_texts(struct seq_file *m, const struct list_head *list)
{
	const struct shadow_dt_warning *warning;

	list_for_each_entry(warning, list, node) {
		seq_puts(m, "    ");
		wrapped(m, warning->text, TO_NUL, 4, 6);
		seq_putc(m, '\n');
	}
}

/* Hints count nothing, so most readers need no line about none. */
static void show_warnings(struct seq_file *m, const struct shadow_dt *dt)
{
	line(m, "placing");
	seq_printf(m, "%s, the Linux whose rule places nodes without an address\n",
		   dt->row->name);
	line(m, "warnings");
	seq_printf(m, "%u\n", dt->nr_warnings);
	show_texts(m, &dt->warnings);
	if (dt->nr_hints) {
		line(m, "hints");
		seq_printf(m, "%u\n", dt->nr_hints);
		show_texts(m, &dt->hints);
	}
}

/* E7: what there is instead of a place. */
static void show_largest_run(struct seq_file *m,
			     const struct shadow_layout *layout)
{
	struct shadow_range run;
	u64 bytes;

	if (!shadow_layout_largest_run(layout, &run)) {
		seq_puts(m, "nothing is free\n");
		return;
	}
	bytes = run.last - run.start + 1;
	seq_printf(m, "the largest free run has %llu bytes, ", bytes);
	shadow_size_show(m, bytes);
	seq_printf(m, ", at 0x%llx\n", run.start);
}

static void show_mem_map(struct seq_file *m, const struct shadow_layout *layout)
{
	seq_puts(m, "\nmem_map (M1 to M3)\n");
	sized(m, "size", layout->mem_map_bytes);
	seq_putc(m, '\n');
	line(m, "record");
	seq_puts(m, "24 bytes a page: 1 GiB -> 6 MiB, 8 GiB -> 48 MiB\n");
	if (shadow_layout_has_mem_map(layout)) {
		line(m, "place");
		seq_printf(m, "0x%llx, the lowest that holds it\n",
			   layout->mem_map_base);
	} else if (layout->free_pages) {
		line(m, "no place");
		seq_printf(m, "%llu bytes in whole pages are needed,\n",
			   shadow_layout_mem_map_room(layout));
		line(m, "");
		show_largest_run(m, layout);
	}
	sized(m, "if flat", layout->flat_bytes);
	seq_puts(m, ", over a span of ");
	shadow_size_show(m, layout->span_bytes);
	seq_puts(m, " (M2)\n");
}

/* E7: the block has to be aligned, so a run that is long enough may not do. */
static void show_no_heap(struct seq_file *m, const struct shadow_layout *layout)
{
	int order = SHADOW_MAX_ORDER;

	line(m, "no place");
	while (order >= 0 && !layout->free_blocks[order])
		order--;
	seq_printf(m, "a block of order %u is needed, ", layout->heap_order);
	if (order >= 0)
		seq_printf(m, "the largest free one has order %d,", order);
	seq_putc(m, '\n');
	line(m, "");
	show_largest_run(m, layout);
}

static void show_heap(struct seq_file *m, const struct shadow_layout *layout)
{
	u64 block = SHADOW_PAGE_SIZE << layout->heap_order;

	seq_puts(m, "\nheap (H1 to H3)\n");
	sized(m, "size", layout->heap_bytes);
	seq_putc(m, '\n');
	line(m, "record");
	seq_puts(m, "total / 128 in [16 MiB, 64 MiB]\n");
	line(m, "block");
	seq_printf(m, "order %u, ", layout->heap_order);
	shadow_size_show(m, block);
	seq_puts(m, ", of which ");
	shadow_size_show(m, block - layout->heap_bytes);
	seq_puts(m, " are freed again\n");
	if (shadow_layout_has_heap(layout)) {
		line(m, "place");
		seq_printf(m, "0x%llx\n", layout->heap_base);
	} else if (shadow_layout_has_mem_map(layout)) {
		show_no_heap(m, layout);
	}
}

/* "2 of order 0, 1 of order 3", in lines that are not too long. */
static void show_blocks(struct seq_file *m, const u64 blocks[SHADOW_NR_ORDERS])
{
	unsigned int order, length, column = 14;
	bool first = true;
	char text[40];

	line(m, "blocks");
	for (order = 0; order < SHADOW_NR_ORDERS; order++) {
		if (!blocks[order])
			continue;
		length = scnprintf(text, sizeof(text), "%llu of order %u",
				   blocks[order], order);
		column += first ? length : 2 + length;
		if (column >= WIDTH) {
			seq_puts(m, ",\n");
			line(m, "");
			column = 14 + length;
			first = true;
		}
		seq_printf(m, "%s%s", first ? "" : ", ", text);
		first = false;
	}
	seq_putc(m, '\n');
}

static void show_buddy(struct seq_file *m, const struct shadow_layout *layout)
{
	if (!shadow_layout_has_mem_map(layout))
		return;
	seq_puts(m, "\nbuddy right after start, before the heap is allocated (M4)\n");
	sized(m, "free", layout->free_pages << SHADOW_PAGE_SHIFT);
	seq_printf(m, ", %llu pages, ranges: %u\n",
		   layout->free_pages, layout->free.nr);
	show_blocks(m, layout->free_blocks);
}

/* P5: what a map of all RAM costs, identity and higher half together. */
static void show_tables(struct seq_file *m, const struct shadow_plan *plan)
{
	static const struct { const char *name; u64 largest; } kinds[] = {
		{ "4 KiB only", SHADOW_PT_4K },
		{ "to 2 MiB", SHADOW_PT_2M },
		{ "to 1 GiB", SHADOW_PT_1G },
	};
	u64 tables[SHADOW_PT_LEVELS], all;
	int i;

	seq_printf(m, "\npage tables by level for all RAM, twice, and the boot pool of %d (P2, P5)\n",
		   SHADOW_PT_POOL_TABLES);
	if (plan->layout.too_high) {
		line(m, "none");
		seq_printf(m, "RAM ends at 0x%llx, beyond two roots of %d bits (E6)\n",
			   plan->ram.range[plan->ram.nr - 1].last,
			   SHADOW_REACH_BITS);
		return;
	}
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		all = 2 * shadow_pt_count(&plan->ram, kinds[i].largest, tables);
		line(m, kinds[i].name);
		seq_printf(m, "%llu tables, %llu + %llu + %llu + %llu; ",
			   all, 2 * tables[0], 2 * tables[1], 2 * tables[2],
			   2 * tables[3]);
		seq_printf(m, "boot pool: %s\n",
			   all <= SHADOW_PT_POOL_TABLES ? "enough" :
							  "too small");
	}
}

static void show_region(struct seq_file *m, struct shadow_runner *runner)
{
	static const char * const places[] = {
		[SHADOW_REGION_NONE] = "none",
		[SHADOW_REGION_NOT_ALLOCATED] = "allocated when something runs",
		[SHADOW_REGION_CMA] = "from CMA",
		[SHADOW_REGION_DEFAULT_CMA] = "from the default CMA area",
		[SHADOW_REGION_UNKNOWN] = "place unknown",
	};
	const struct shadow_region *region = runner->region;

	seq_puts(m, "\nregion to exercise on (X1)\n");
	mutex_lock(&runner->lock);
	line(m, "memory");
	if (region->bytes) {
		shadow_size_show(m, region->bytes);
		seq_printf(m, " at 0x%llx, ", region->pa);
	}
	seq_puts(m, places[region->kind]);
	if (region->bytes)
		seq_puts(m, region->va ? ", held" : ", freed");
	seq_putc(m, '\n');
	if (region->has_pool) {
		line(m, "pool");
		seq_printf(m, "%s, 0x%llx..0x%llx\n", region->pool_name,
			   region->pool.start, region->pool.last);
	}
	if (*region->note) {
		line(m, "note");
		wrapped(m, region->note, TO_NUL, 14, 14);
		seq_putc(m, '\n');
	}
	mutex_unlock(&runner->lock);
}

static void show_exercise(struct seq_file *m, struct shadow_runner *runner)
{
	const struct shadow_ktap *ktap = &runner->run.ktap;

	seq_puts(m, "\nexercise (X2 to X4, B7)\n");
	line(m, "outcome");
	if (!shadow_report_lock(m, runner))
		return;
	seq_puts(m, shadow_outcome_name(runner->outcome));
	if (runner->outcome != SHADOW_NOT_RUN)
		seq_printf(m, ", %u passed, %u failed, %u skipped; seed=%llu\n\n",
			   shadow_ktap_passed(ktap), ktap->failed,
			   ktap->skipped, runner->run.seed);
	else
		seq_puts(m, "; write selftest to the file run\n");
	wrapped(m, ktap->text, ktap->len, 0, 2);
	shadow_report_unlock(runner);
}

int shadow_report_show(struct seq_file *m, void *unused)
{
	const struct shadow_report *report = m->private;
	const struct shadow_layout *layout = &report->plan->layout;
	int err;

	seq_printf(m, "buddy_shadow " SHADOW_VERSION ": what the target kernel would do with this memory\n\n"
		      "  machine     %s\n  verdict     %s\n\n",
		   report->machine ?: "the one that runs (live device tree)",
		   shadow_verdict_line(layout->verdict));
	err = shadow_map_show(m, NULL);
	if (err)
		return err;
	seq_putc(m, '\n');
	show_ram(m, report->plan);
	show_warnings(m, &report->plan->dt);
	if (report->plan->dt.nr_reserved) {
		seq_puts(m, "\nreserved (R2, R3)\n");
		shadow_reserved_list(m, &report->plan->dt);
	}
	if (layout->verdict != SHADOW_NO_RAM) {
		show_mem_map(m, layout);
		show_heap(m, layout);
		show_buddy(m, layout);
		show_tables(m, report->plan);
	}
	if (layout->verdict != SHADOW_OK) {
		seq_puts(m, "\nThe target would panic with the line above. Nothing is exercised (E4).\n");
	} else if (report->runner) {
		show_region(m, report->runner);
		show_exercise(m, report->runner);
	}
	return 0;
}
