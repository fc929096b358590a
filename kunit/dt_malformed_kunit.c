// SPDX-License-Identifier: GPL-2.0-only
/*
 * Malformed properties: R6. Each is named with its node, and the rest counts.
 */
#include "dt_tree.h"
#include "suites.h"

#define MIB		0x100000u
#define GIB		0x40000000u
#define POOL		"reserved-memory/pool"
#define BOX		"reserved-memory/box"

/* The rest: RAM at 4 GiB, and a node that reserves its second MiB. */
static const struct shadow_tree_case good = {
	.props = { TREE_MEMORY("memory@100000000", 1, 0, 0, GIB),
		   TREE_BUS("reserved-memory", 2, 2),
		   TREE_CELLS("reserved-memory/good", "reg", 1, MIB, 0, MIB) },
	.ram = { { 0x100000000, 0x13fffffff } },
	.entries = { { "/reserved-memory/good", 0x100100000, 0x1001fffff,
		       SHADOW_DT_RESERVED } },
};

static const struct shadow_tree_case memory[] = {
	{ "reg that is no multiple of the cells",
	  { TREE_MEMORY("memory@0", 0, 0, 0, MIB, 0) },
	  "/memory@0: reg: 20 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	},
	{ "reg of no bytes",
	  { TREE_TEXT("memory@0", "device_type", "memory"),
	    TREE_FLAG("memory@0", "reg") },
	  "/memory@0: reg: 0 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	},
	{ "no reg",
	  { TREE_TEXT("memory@0", "device_type", "memory") },
	  "/memory@0: reg: missing, entry skipped",
	},
	{ "size zero",
	  { TREE_MEMORY("memory@0", 0, MIB, 0, 0) },
	  "/memory@0: reg: range 0, at 0x100000, has size 0, entry skipped",
	},
	{ "past 2 to the 64",
	  { TREE_MEMORY("memory@0", ~0, 0xfffff000, 0, 0x1001) },
	  "/memory@0: reg: range 0, 0xfffffffffffff000 + 0x1001, goes past 2^64, entry skipped",
	},
	{ "usable memory of wrong length",
	  { TREE_MEMORY("memory@0", 0, 0, 0, MIB),
	    TREE_CELLS("memory@0", "linux,usable-memory", 0, 0) },
	  "/memory@0: linux,usable-memory: 8 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	},
	{ "one bad pair leaves the others",
	  { TREE_MEMORY("memory", 0, 0, 0, MIB, 0, GIB, 0, 0,
			0, 2 * GIB, 0, MIB) },
	  "/memory: reg: range 1, at 0x40000000, has size 0, entry skipped",
	  .ram = { { 0, 0xfffff }, { 0x80000000, 0x800fffff },
		   { 0x100000000, 0x13fffffff } } },
	{ "device_type without NUL",
	  { TREE_BYTES("memory@0", "device_type", "memory") },
	  "/memory@0: device_type: no NUL ends its 6 bytes, entry skipped",
	},
	{ "status without NUL",
	  { TREE_MEMORY("memory@0", 0, 0, 0, MIB),
	    TREE_BYTES("memory@0", "status", "okay") },
	  "/memory@0: status: no NUL ends its 4 bytes, entry skipped",
	},
	{ "initrd without end",
	  { TREE_CELLS("chosen", "linux,initrd-start", MIB) },
	  "/chosen: linux,initrd-end: missing, entry skipped",
	},
	{ "initrd without start",
	  { TREE_CELLS("chosen", "linux,initrd-end", MIB) },
	  "/chosen: linux,initrd-start: missing, entry skipped",
	},
	{ "initrd too short and too long",
	  { TREE_BYTES("chosen", "linux,initrd-start", "\0\0"),
	    TREE_CELLS("chosen", "linux,initrd-end", 0, 0, MIB) },
	  "/chosen: linux,initrd-start: 2 bytes, expected 4 or 8, entry skipped\n"
	  "/chosen: linux,initrd-end: 12 bytes, expected 4 or 8, entry skipped",
	},
	{ "initrd that ends where it starts",
	  { TREE_CELLS("chosen", "linux,initrd-start", MIB),
	    TREE_CELLS("chosen", "linux,initrd-end", MIB) },
	  "/chosen: linux,initrd-end: 0x100000, expected more than the start, 0x100000, entry skipped",
	},
};

/* The cells of /reserved-memory are its own: what it has counts without the root's. */
static const struct shadow_tree_case cells[] = {
	{ "root cells over two",
	  { TREE_CELLS("", "#address-cells", 3) },
	  "/: #address-cells: 3, expected 1 or 2, what it measures is skipped",
	  .no_ram = true },
	{ "root cells of zero",
	  { TREE_CELLS("", "#size-cells", 0) },
	  "/: #size-cells: 0, expected 1 or 2, what it measures is skipped",
	  .no_ram = true },
	{ "cells of wrong length",
	  { TREE_CELLS(BOX, "#address-cells", 0, 2),
	    TREE_CELLS(BOX "/fw", "reg", 1, 0, 0, MIB) },
	  "/reserved-memory/box: #address-cells: 8 bytes, expected 4, what it measures is skipped",
	},
	{ "bad cells are named once",
	  { TREE_BUS(BOX, 2, 4), TREE_CELLS(BOX "/a", "reg", 1, 0, 0, MIB),
	    TREE_CELLS(BOX "/b", "reg", 1, 0, 0, MIB),
	    TREE_CELLS(BOX "/c", "size", 0, MIB) },
	  "/reserved-memory/box: #size-cells: 4, expected 1 or 2, what it measures is skipped",
	},
};

#define SIZE	TREE_CELLS(POOL, "size", 0, MIB)

static const struct shadow_tree_case reserved[] = {
	{ "reg of wrong length",
	  { TREE_CELLS(POOL, "reg", 0, 0, MIB) },
	  "/reserved-memory/pool: reg: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	},
	{ "neither reg nor size",
	  { TREE_NODE(POOL) },
	  "/reserved-memory/pool: reg: missing, and so is size, entry skipped",
	},
	{ "status of no bytes",
	  { SIZE, TREE_FLAG(POOL, "status") },
	  "/reserved-memory/pool: status: no NUL ends its 0 bytes, entry skipped",
	},
	{ "size of wrong length",
	  { TREE_CELLS(POOL, "size", MIB) },
	  "/reserved-memory/pool: size: 4 bytes, expected 8, entry skipped",
	},
	{ "dynamic size zero",
	  { TREE_CELLS(POOL, "size", 0, 0) },
	  "/reserved-memory/pool: size: 0, expected more, entry skipped",
	},
	{ "alignment of wrong length",
	  { SIZE, TREE_CELLS(POOL, "alignment", MIB) },
	  "/reserved-memory/pool: alignment: 4 bytes, expected 8, entry skipped",
	},
	{ "alignment that is no power of two",
	  { SIZE, TREE_CELLS(POOL, "alignment", 0, 0x3000) },
	  "/reserved-memory/pool: alignment: 0x3000, expected a power of two, entry skipped",
	},
	{ "alignment zero",
	  { SIZE, TREE_CELLS(POOL, "alignment", 0, 0) },
	  "/reserved-memory/pool: alignment: 0x0, expected a power of two, entry skipped",
	},
	{ "alloc-ranges of wrong length",
	  { SIZE, TREE_CELLS(POOL, "alloc-ranges", 1, 0, GIB) },
	  "/reserved-memory/pool: alloc-ranges: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	},
	{ "a bad window leaves the others",
	  { SIZE, TREE_CELLS(POOL, "alloc-ranges", ~0, ~0, 0, 2,
			     1, 0, 0, 3 * MIB, 1, 0, 0, 0) },
	  "/reserved-memory/pool: alloc-ranges: range 0, 0xffffffffffffffff + 0x2, goes past 2^64, entry skipped\n"
	  "/reserved-memory/pool: alloc-ranges: range 2, at 0x100000000, has size 0, entry skipped",
	  .entries = { { "/reserved-memory/good", 0x100100000, 0x1001fffff,
			 SHADOW_DT_RESERVED },
		       { "/reserved-memory/pool", 0x100200000, 0x1002fffff,
			 SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE } } },
	{ "compatible without NUL",
	  { SIZE, TREE_BYTES(POOL, "compatible", "shared-dma-pool") },
	  "/reserved-memory/pool: compatible: no NUL ends its 15 bytes, entry skipped",
	},
};

SHADOW_PARAMS(memory);
SHADOW_PARAMS(cells);
SHADOW_PARAMS(reserved);

static void r6_malformed_memory_is_named_and_the_rest_counts(struct kunit *test)
{
	shadow_tree_check(test, &good);
}

static void r6_malformed_cells_are_named_and_the_rest_counts(struct kunit *test)
{
	shadow_tree_check(test, &good);
}

static void r6_a_malformed_node_reserves_nothing_and_is_named(struct kunit *test)
{
	shadow_tree_check(test, &good);
}

SHADOW_SUITE(shadow_dt_malformed, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(r6_malformed_memory_is_named_and_the_rest_counts,
			      all_memory_gen_params),
	     KUNIT_CASE_PARAM(r6_malformed_cells_are_named_and_the_rest_counts,
			      all_cells_gen_params),
	     KUNIT_CASE_PARAM(r6_a_malformed_node_reserves_nothing_and_is_named,
			      all_reserved_gen_params));
