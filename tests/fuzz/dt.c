// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reader of device trees, as it is shipped, on the host's kernel services.
 * Of a tree that was read, everything must hold that needs no second reader: the
 * plan is the one that the naive model makes of the entries, what was given is
 * reserved or refused, what was placed by rule lies apart from all else, counts
 * agree, and every reference and every allocation is freed; also where an
 * allocation failed. That entries are those of the tree is judged by
 * test_dt_values.py.
 */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/errno.h>
#include <linux/ioport.h>
#include <linux/list.h>
#include <linux/slab.h>

#include "../../dt/plan.h"
#include "../../host/host.h"
#include "../model/layout_model.h"
#include "dt_blob.h"
#include "dt_given.h"

/* What shadow_dt_machines() lists. */
#define MOST_MACHINES	8

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
static void choose_kernel(u8 what, const u8 *choice)
{
	static const char * const names[] = { "pool", "pool@1", "fw", "none" };
	static struct resource ram[2], part[3];
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

/* Is there one /reserved-memory alone? Names do not tell two of them apart. */
static bool one_top(const struct device_node *root)
{
	struct device_node *np;
	u32 nr = 0;

	for_each_child_of_node(root, np)
		nr += !strncmp(kbasename(np->full_name), "reserved-memory", 15);
	return nr == 1;
}

/* Has some node below it an alignment of its own? */
static bool has_alignment(const struct device_node *root)
{
	struct device_node *np;
	bool found = false;

	for_each_child_of_node(root, np)
		found |= of_find_property(np, "alignment", NULL) ||
			 has_alignment(np);
	return found;
}

/*
 * A node with an address that any Linux sees and keeps mapped: one of a
 * container is looked at by some alone.
 */
static bool is_fixed(const struct shadow_dt_entry *entry)
{
	return !strncmp(entry->name, "/reserved-memory", 16) &&
	       !(entry->flags & (SHADOW_DT_NESTED | SHADOW_DT_NOMAP |
				 SHADOW_DT_BY_KERNEL | SHADOW_DT_BY_RULE));
}

/*
 * R2: what the rule placed lies in RAM, not in page 0, and apart from what the
 * blob reserves, where Linux does so before, from nodes with an address and from
 * other such nodes; but Linux frees the memory of a CMA pool that it cannot use.
 */
static void expect_placed(const struct shadow_plan *plan,
			  const struct device_node *root,
			  const struct shadow_dt_entry *placed)
{
	const struct shadow_range *range = plan->ram.range;
	const struct shadow_dt_entry *entry;
	u64 start = placed->range.start, last = placed->range.last;
	bool one = one_top(root);
	u32 i = 0;

	fuzz_expect(!(start % SHADOW_ROW_ALIGNMENT) || has_alignment(root));
	fuzz_expect(start >= plan->dt.row->page_bytes);
	while (i < plan->ram.nr && range[i].last < last)
		i++;
	fuzz_expect(i < plan->ram.nr && range[i].start <= start);
	list_for_each_entry(entry, &plan->dt.entries, node) {
		bool apart = one && is_fixed(entry);

		if (entry->flags & SHADOW_DT_MEMRESERVE)
			apart = !plan->dt.row->memreserve_late;
		if (entry->flags & SHADOW_DT_BY_RULE)
			apart = entry != placed &&
				!((entry->flags | placed->flags) &
				  SHADOW_DT_REUSABLE);
		fuzz_expect(!apart || entry->range.last < start ||
			    last < entry->range.start);
	}
}

/* Too little room for the ranges is an error, and no harm. */
static void expect_room(const struct shadow_plan *plan)
{
	u32 nr_ram = plan->dt.nr_ram, nr = plan->dt.nr_reserved;
	struct shadow_range *room = calloc(nr_ram + nr + 1, sizeof(*room));
	struct shadow_ranges ram, reserved;
	u32 less;

	for (less = 0; less < 3; less++) {
		if ((less == 1 && !nr_ram) || (less == 2 && !nr))
			continue;
		shadow_ranges_init(&ram, room, nr_ram - (less == 1));
		shadow_ranges_init(&reserved, room + nr_ram, nr - (less == 2));
		fuzz_expect(shadow_dt_ranges(&plan->dt, &ram, &reserved) ==
			    (less ? -ENOSPC : 0));
	}
	free(room);
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

static void expect_plan(const struct shadow_plan *plan,
			const struct device_node *root,
			const struct shadow_given *given, int err)
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
			expect_placed(plan, root, entry);
		piece[i++] = (struct shadow_layout_piece){
			entry->range.start, entry->range.last, reserved
		};
		nr_ram += !reserved;
	}
	fuzz_expect(i == nr && nr_ram == plan->dt.nr_ram);
	expect_texts(&plan->dt.warnings, plan->dt.nr_warnings);
	expect_texts(&plan->dt.hints, plan->dt.nr_hints);
	dt_expect_given(plan, given);
	expect_room(plan);
	fuzz_expect(dt_first_misplaced(plan, given) ==
		    (err ? plan->misplaced : SHADOW_NR_PLACED));
	if (!err)
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
		     const struct shadow_given *given,
		     const struct shadow_row *row, unsigned long nth)
{
	unsigned long mark = host_mark();
	struct shadow_plan plan;
	bool failed;
	u32 found;
	int err;

	host_fail_allocation(nth);
	err = shadow_plan_make(&plan, root, live, given, row);
	failed = nth && !host_fail_allocation(0);
	fuzz_expect(!err || err == -EINVAL || (err == -ENOMEM && failed));
	if (err != -ENOMEM)
		expect_plan(&plan, root, given, err);
	found = err == -ENOMEM ? 0 :
		plan.dt.nr_ram + plan.dt.nr_reserved + plan.dt.nr_warnings +
		plan.dt.nr_hints + 1;
	shadow_plan_free(&plan);
	fuzz_expect(!host_left(mark));
	return found;
}

/* R1: one that a machine's RAM is counted from. */
static bool is_memory(const struct device_node *np)
{
	const struct property *type = of_find_property(np, "device_type", NULL);
	const struct property *status = of_find_property(np, "status", NULL);
	const char *text;

	if (!type || type->length < 1)
		return false;
	text = type->value;
	if (text[type->length - 1] || strcmp(text, "memory"))
		return false;
	if (!status)
		return true;
	text = status->value;
	return status->length > 0 && !text[status->length - 1] &&
	       (!strcmp(text, "okay") || !strcmp(text, "ok"));
}

/* How many nodes of a tree have such a child. */
static u32 count_machines(const struct device_node *root)
{
	struct device_node *np;
	bool found = false;
	u32 nr = 0;

	for_each_child_of_node(root, np) {
		found |= is_memory(np);
		nr += count_machines(np);
	}
	return nr + found;
}

/* Any node of a tree gets the same list; an allocation that fails costs all. */
static void list_machines(struct device_node *root, unsigned long nth)
{
	struct device_node *np, *last = of_node_get(root);
	u32 nr = count_machines(root), commas = 0;
	unsigned long mark = host_mark();
	char *all, *list, *at;

	for_each_child_of_node(root, np) {
		of_node_put(last);
		last = of_node_get(np);
	}
	all = shadow_dt_machines(root);
	fuzz_expect(all && (nr ? *all == '/' : !strcmp(all, "none")));
	for (at = all; (at = strstr(at, ", ")); at++)
		commas++;
	at = strstr(all, ", and more");
	fuzz_expect(!at == (nr <= MOST_MACHINES));
	fuzz_expect(commas + 1 >= (nr < MOST_MACHINES ? nr : MOST_MACHINES));
	host_fail_allocation(nth);
	list = shadow_dt_machines(last);
	fuzz_expect(list ? !strcmp(list, all) : nth != 0);
	host_fail_allocation(0);
	kfree(list);
	kfree(all);
	of_node_put(last);
	fuzz_expect(!host_left(mark));
}

/* A row is found by its name, but for what no row has as one. */
static const struct shadow_row *choose_row(u8 choice)
{
	/* The running kernel's after the last of the table. */
	const struct shadow_row *row = shadow_row_at(choice % 13);

	fuzz_expect(shadow_row_find(row ? row->name : "none") == row);
	return row;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static u64 blob[DT_MOST_BYTES / sizeof(u64)];
	struct shadow_input in = { data, size };
	u8 choices[DT_CHOICES];
	struct device_node *root = load(blob, dt_blob(&in, choices, blob));
	bool live = choices[0] & 1;
	const struct shadow_row *row;
	struct shadow_given given;
	u32 all, found;

	if (!root)
		return 0;
	choose_kernel(choices[1], choices + 4);
	dt_choose_given(&given, choices[2]);
	dt_choose_memreserve(&given.memreserve, blob);
	row = choose_row(choices[1]);
	all = read_tree(root, live, &given, row, 0);
	found = read_tree(root, live, &given, row, choices[0] / 2);
	fuzz_expect(all && (!found || found == all));
	list_machines(root, choices[0] / 2);
	free(given.memreserve.place);
	host_tree_free(root);
	return 0;
}
