// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of device trees, as it is shipped, on the host's kernel services.
 * Of a tree that was read, everything must hold that needs no second reader: the
 * plan is the one that the naive model makes of the entries, what was placed by
 * rule lies apart from all else, counts agree, and every reference and every
 * allocation is freed; also where an allocation failed. That entries are those
 * of the tree is judged by test_dt_values.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/list.h>

#include "../../dt/plan.h"
#include "../../host/host.h"
#include "../model/layout_model.h"
#include "dt_blob.h"

/* The blob goes through a file in memory: that is how a tree is loaded. */
static struct device_node *load(const void *blob, size_t size)
{
	static char path[32];
	static int file = -1;
	const char *error;

	if (file < 0) {
		file = memfd_create("blob", 0);
		sprintf(path, "/proc/self/fd/%d", file);
	}
	fuzz_expect(!ftruncate(file, 0));
	fuzz_expect(pwrite(file, blob, size, 0) == (ssize_t)size);
	return host_tree_load(path, &error);
}

/* The running kernel: where its image is, and where it put what. */
static void choose_kernel(const u8 *choice)
{
	static const char * const names[] = { "pool", "pool@1", "fw", "none" };
	static struct resource ram[2], part[3];
	u8 what = *choice++;
	u32 i;

	part[0] = (struct resource){ 0x40000000, 0x40ffffff, "Kernel code",
				     IORESOURCE_SYSRAM };
	part[1] = (struct resource){ 0, 0, NULL, .sibling = &part[0] };
	part[2] = (struct resource){ 0x41000000, 0x41ffffff, "Kernel data",
				     IORESOURCE_SYSRAM };
	if (what & 1)
		part[0].sibling = &part[2];
	if (what & 2)
		part[2].end = 0x3fffffff;
	if (what & 16)
		part[0].name = "reserved";
	ram[0] = (struct resource){ .sibling = &ram[1] };
	ram[1] = (struct resource){ .child = &part[1] };
	ram[what >> 2 & 1].flags = IORESOURCE_SYSRAM;
	iomem_resource.child = what & 8 ? NULL : ram;
	host_reserve_none();
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (choice[i] & 1)
			host_reserve(names[i], (u64)choice[i] << 24,
				     choice[i] & 2 ? 0x400000 : 0);
}

/*
 * R2: what the rule placed lies in RAM, not in page 0, and apart from other such
 * nodes; but Linux frees the memory of a CMA pool that it cannot use.
 */
static void expect_placed(const struct shadow_plan *plan,
			  const struct shadow_dt_entry *placed)
{
	const struct shadow_range *range = plan->ram.range;
	const struct shadow_dt_entry *entry;
	u64 start = placed->range.start, last = placed->range.last;
	u32 i = 0;

	fuzz_expect(!(start % SHADOW_ROW_ALIGNMENT));
	fuzz_expect(start >= plan->dt.row->page_bytes);
	while (i < plan->ram.nr && range[i].last < last)
		i++;
	fuzz_expect(i < plan->ram.nr && range[i].start <= start);
	list_for_each_entry(entry, &plan->dt.entries, node)
		fuzz_expect(entry == placed ||
			    !(entry->flags & SHADOW_DT_BY_RULE) ||
			    (entry->flags | placed->flags) &
			    SHADOW_DT_REUSABLE ||
			    entry->range.last < start ||
			    last < entry->range.start);
}

static void expect_texts(const struct list_head *list, u32 wanted)
{
	const struct shadow_dt_warning *warning;
	u32 nr = 0;

	list_for_each_entry(warning, list, node) {
		fuzz_expect(*warning->text == '/' &&
			    strstr(warning->text, ": "));
		nr++;
	}
	fuzz_expect(nr == wanted);
}

static void expect_plan(const struct shadow_plan *plan)
{
	u32 nr = plan->dt.nr_ram + plan->dt.nr_reserved, nr_ram = 0, i = 0;
	struct shadow_layout_piece *piece = calloc(nr + 1, sizeof(*piece));
	struct shadow_layout_model m = {
		.piece = piece, .nr_pieces = nr,
		.span = calloc(SHADOW_LAYOUT_SPANS(nr), sizeof(*m.span)),
	};
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &plan->dt.entries, node) {
		bool reserved = entry->flags & SHADOW_DT_RESERVED;

		fuzz_expect(i < nr && *entry->name);
		fuzz_expect(entry->range.start <= entry->range.last);
		if (entry->flags & SHADOW_DT_BY_RULE)
			expect_placed(plan, entry);
		piece[i++] = (struct shadow_layout_piece){
			entry->range.start, entry->range.last, reserved
		};
		nr_ram += !reserved;
	}
	fuzz_expect(i == nr && nr_ram == plan->dt.nr_ram);
	expect_texts(&plan->dt.warnings, plan->dt.nr_warnings);
	expect_texts(&plan->dt.hints, plan->dt.nr_hints);
	fuzz_agree(shadow_layout_model_differs(&m, &plan->ram,
					       &plan->reserved,
					       &plan->layout));
	free(piece);
	free(m.span);
}

/*
 * Read the tree; the nth allocation fails, if @nth is not 0. Returns how many
 * findings there are: an allocation that failed must cost none, or all.
 */
static u32 read_tree(struct device_node *root, bool live,
		     const struct shadow_row *row, unsigned long nth)
{
	static const struct shadow_given given;
	unsigned long mark = host_mark();
	struct shadow_plan plan;
	bool failed;
	u32 found;
	int err;

	host_fail_allocation(nth);
	err = shadow_plan_make(&plan, root, live, &given, row);
	failed = nth && !host_fail_allocation(0);
	fuzz_expect(!err || (err == -ENOMEM && failed));
	if (!err)
		expect_plan(&plan);
	found = err ? 0 : plan.dt.nr_ram + plan.dt.nr_reserved +
			  plan.dt.nr_warnings + plan.dt.nr_hints + 1;
	shadow_plan_free(&plan);
	fuzz_expect(!host_left(mark));
	return found;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static u64 blob[DT_MOST_BYTES / sizeof(u64)];
	struct shadow_input in = { data, size };
	u8 choices[DT_CHOICES];
	struct device_node *root = load(blob, dt_blob(&in, choices, blob));
	bool live = choices[0] & 1;
	const struct shadow_row *row;
	u32 all, found;

	if (!root)
		return 0;
	choose_kernel(choices + 1);
	/* The running kernel's after the last of the table. */
	row = shadow_row_at(choices[1] % 13);
	all = read_tree(root, live, row, 0);
	found = read_tree(root, live, row, choices[0] / 2);
	fuzz_expect(all && (!found || found == all));
	host_tree_free(root);
	return 0;
}
