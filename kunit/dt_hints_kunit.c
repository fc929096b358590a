// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hints: what in a tree is well formed, and yet not what was meant.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include "dt_tree.h"
#include "suites.h"

#define GIB		0x40000000u
#define EFI		TREE_CELLS("chosen", "linux,uefi-system-table", 0, GIB)
#define RAM		TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB)
#define NO_MEMORY	"device_type: no child has \"memory\"; nodes with such a child: "
#define NO_TYPE		"device_type: missing, so this node is not counted as RAM"
#define NO_SIZE		": every bank has size 0, a bootloader has to fill them in"
#define NO_INITRD	"linux,initrd-start: missing, but EFI may keep an initrd in a table of its own, which is not counted"

static const struct hint {
	const char *name;
	struct shadow_tree_prop props[8];
	const char *hint;	/* the only one; NULL for none */
	bool live;
} hints[] = {
	{ "nothing is said of what is as it should be", { RAM } },
	{ "a memory node has no type",
	  { TREE_CELLS("memory@40000000", "reg", 0, GIB, 0, GIB) },
	  "/memory@40000000: " NO_TYPE },
	{ "one of two has no type",
	  { RAM, TREE_NODE("memory") }, "/memory: " NO_TYPE },
	{ "a node of another type or name is none",
	  { RAM, TREE_TEXT("memory@0", "device_type", "ram"),
	    TREE_NODE("memory-controller@0"), TREE_NODE("bus/memory@0") } },
	{ "no child has memory", { TREE_NODE("soc/uart") }, "/: " NO_MEMORY "none" },
	{ "another node is meant",
	  { TREE_MEMORY("a/b/memory", 0, 0, 0, GIB), TREE_NODE("z"),
	    TREE_MEMORY("y/any", 0, 0, 0, GIB) }, "/: " NO_MEMORY "/a/b, /y" },
	{ "of what is disabled nothing is meant",
	  { RAM, TREE_TEXT("memory@40000000", "status", "disabled") },
	  "/: " NO_MEMORY "none" },
	{ "the running kernel found its memory elsewhere",
	  { TREE_NODE("soc") }, .live = true },
	{ "no bank has a size",
	  { TREE_MEMORY("memory", 0, GIB, 0, 0, 1, 0, 0, 0) },
	  "/memory: reg" NO_SIZE },
	{ "no usable bank has a size",
	  { RAM, TREE_CELLS("memory@40000000", "linux,usable-memory",
			    0, GIB, 0, 0) },
	  "/memory@40000000: linux,usable-memory" NO_SIZE },
	{ "the second node has no size, the first is malformed",
	  { TREE_MEMORY("memory@0", 0, 0, 0),
	    TREE_MEMORY("memory@1", 0, 1, 0, 0) },
	  "/memory@1: reg" NO_SIZE },
	{ "one bank has a size", { TREE_MEMORY("memory", 0, GIB, 0, 0,
					       1, 0, 0, GIB) } },
	{ "another node's bank has a size",
	  { TREE_MEMORY("memory@0", 0, 0, 0, 0), RAM } },
	{ "a bank that wraps has a size",
	  { TREE_MEMORY("memory", ~0, ~0, 0, GIB, 0, GIB, 0, 0) } },
	{ "reg of no bytes has no bank",
	  { TREE_TEXT("memory", "device_type", "memory"),
	    TREE_FLAG("memory", "reg") } },
	{ "cells that are malformed give no size",
	  { TREE_CELLS("", "#size-cells", 3),
	    TREE_MEMORY("memory", 0, GIB, 0, 0, 0) } },
	{ "without EFI nothing is said of an initrd", { RAM, TREE_NODE("chosen") } },
	{ "EFI may have an initrd", { RAM, EFI }, "/chosen: " NO_INITRD },
	{ "EFI may have an initrd for what runs", { RAM, EFI },
	  "/chosen: " NO_INITRD, true },
	{ "EFI and an initrd",
	  { RAM, EFI, TREE_CELLS("chosen", "linux,initrd-start", GIB),
	    TREE_CELLS("chosen", "linux,initrd-end", GIB + 1) } },
	{ "EFI and what is left of an initrd",
	  { RAM, EFI, TREE_CELLS("chosen", "linux,initrd-end", GIB) } },
};

SHADOW_PARAMS(hints);

static void what_people_stumble_over_is_said(struct kunit *test)
{
	const struct hint *want = test->param_value;
	const struct shadow_dt_warning *hint;
	struct shadow_dt *dt;

	shadow_tree_props(test, want->props);
	dt = shadow_tree_read_at(test, shadow_tree_at(test, ""), want->live);
	KUNIT_ASSERT_EQ(test, dt->nr_hints, want->hint ? 1 : 0);
	list_for_each_entry(hint, &dt->hints, node)
		KUNIT_EXPECT_EQ_MSG(test, strcmp(hint->text, want->hint), 0,
				    "%s", hint->text);
}

/* From a node in their midst: all of the tree is looked through. */
static void machines_are_listed_up_to_eight(struct kunit *test)
{
	static const char first[] = "/, /b0, /b1, /b2, /b3, /b4, /b5, /b6";
	char path[] = "b0/memory";
	int nr;

	shadow_tree_add(test, RAM);
	for (nr = 1; nr < 10; nr++, path[1]++) {
		size_t length = nr < 8 ? 1 + 5 * nr : strlen(first);
		char *list;

		shadow_tree_add(test, TREE_MEMORY(path, 0, 0, 0, GIB));
		list = shadow_dt_machines(shadow_tree_at(test, "b0/memory"));
		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, list);
		KUNIT_EXPECT_EQ_MSG(test, strncmp(list, first, length), 0, "%s",
				    list);
		KUNIT_EXPECT_EQ_MSG(test, strcmp(list + length, nr < 8 ? "" :
						 ", and more"), 0, "%s", list);
		kfree(list);
	}
}

SHADOW_SUITE(shadow_dt_hints, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(what_people_stumble_over_is_said,
			      all_hints_gen_params),
	     KUNIT_CASE(machines_are_listed_up_to_eight));
