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

#define SIZE		TREE_CELLS(POOL, "size", 0, MIB)

static const struct shadow_tree_case malformed[] = {
	{ "reg that is no multiple of the cells", .warnings =
	  "/memory@0: reg: 20 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { TREE_MEMORY("memory@0", 0, 0, 0, MIB, 0) } },
	{ "reg of no bytes", .warnings =
	  "/memory@0: reg: 0 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { TREE_TEXT("memory@0", "device_type", "memory"),
		     TREE_FLAG("memory@0", "reg") } },
	{ "no reg", .warnings =
	  "/memory@0: reg: missing, entry skipped",
	  .props = { TREE_TEXT("memory@0", "device_type", "memory") } },
	{ "size zero", .warnings =
	  "/memory@0: reg: range 0, at 0x100000, has size 0, entry skipped",
	  .props = { TREE_MEMORY("memory@0", 0, MIB, 0, 0) } },
	{ "past 2 to the 64", .warnings =
	  "/memory@0: reg: range 0, 0xfffffffffffff000 + 0x1001, goes past 2^64, entry skipped",
	  .props = { TREE_MEMORY("memory@0", ~0, 0xfffff000, 0, 0x1001) } },
	{ "usable memory of wrong length", .warnings =
	  "/memory@0: linux,usable-memory: 8 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { TREE_MEMORY("memory@0", 0, 0, 0, MIB),
		     TREE_CELLS("memory@0", "linux,usable-memory", 0, 0) } },
	{ "one bad pair leaves the others", .warnings =
	  "/memory: reg: range 1, at 0x40000000, has size 0, entry skipped",
	  .props = { TREE_MEMORY("memory", 0, 0, 0, MIB, 0, GIB, 0, 0,
				 0, 2 * GIB, 0, MIB) },
	  .ram = { { 0, 0xfffff }, { 0x80000000, 0x800fffff },
		   { 0x100000000, 0x13fffffff } } },
	{ "device_type without NUL", .warnings =
	  "/memory@0: device_type: no NUL ends its 6 bytes, entry skipped",
	  .props = { TREE_BYTES("memory@0", "device_type", "memory") } },
	{ "status without NUL", .warnings =
	  "/memory@0: status: no NUL ends its 4 bytes, entry skipped",
	  .props = { TREE_MEMORY("memory@0", 0, 0, 0, MIB),
		     TREE_BYTES("memory@0", "status", "okay") } },
	{ "initrd without end", .warnings =
	  "/chosen: linux,initrd-end: missing, entry skipped",
	  .props = { TREE_CELLS("chosen", "linux,initrd-start", MIB) } },
	{ "initrd without start", .warnings =
	  "/chosen: linux,initrd-start: missing, entry skipped",
	  .props = { TREE_CELLS("chosen", "linux,initrd-end", MIB) } },
	{ "initrd too short and too long", .warnings =
	  "/chosen: linux,initrd-start: 2 bytes, expected 4 or 8, entry skipped\n"
	  "/chosen: linux,initrd-end: 12 bytes, expected 4 or 8, entry skipped",
	  .props = { TREE_BYTES("chosen", "linux,initrd-start", "\0\0"),
		     TREE_CELLS("chosen", "linux,initrd-end", 0, 0, MIB) } },
	{ "initrd that ends where it starts", .warnings =
	  "/chosen: linux,initrd-end: 0x100000, expected more than the start, 0x100000, entry skipped",
	  .props = { TREE_CELLS("chosen", "linux,initrd-start", MIB),
		     TREE_CELLS("chosen", "linux,initrd-end", MIB) } },
	/* The cells of /reserved-memory are its own: its nodes count. */
	{ "root cells over two", .warnings =
	  "/: #address-cells: 3, expected 1 or 2, what it measures is skipped",
	  .props = { TREE_CELLS("", "#address-cells", 3) },
	  .no_ram = true },
	{ "root cells of zero", .warnings =
	  "/: #size-cells: 0, expected 1 or 2, what it measures is skipped",
	  .props = { TREE_CELLS("", "#size-cells", 0) },
	  .no_ram = true },
	{ "cells of wrong length", .warnings =
	  "/reserved-memory/box: #address-cells: 8 bytes, expected 4, what it measures is skipped",
	  .props = { TREE_CELLS(BOX, "#address-cells", 0, 2),
		     TREE_CELLS(BOX "/fw", "reg", 1, 0, 0, MIB) } },
	{ "bad cells are named once", .warnings =
	  "/reserved-memory/box: #size-cells: 4, expected 1 or 2, what it measures is skipped",
	  .props = { TREE_BUS(BOX, 2, 4),
		     TREE_CELLS(BOX "/a", "reg", 1, 0, 0, MIB),
		     TREE_CELLS(BOX "/b", "reg", 1, 0, 0, MIB),
		     TREE_CELLS(BOX "/c", "size", 0, MIB) } },
	{ "reg of wrong length", .warnings =
	  "/reserved-memory/pool: reg: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { TREE_CELLS(POOL, "reg", 0, 0, MIB) } },
	{ "neither reg nor size", .warnings =
	  "/reserved-memory/pool: reg: missing, and so is size, entry skipped",
	  .props = { TREE_NODE(POOL) } },
	{ "status of no bytes", .warnings =
	  "/reserved-memory/pool: status: no NUL ends its 0 bytes, entry skipped",
	  .props = { SIZE, TREE_FLAG(POOL, "status") } },
	{ "size of wrong length", .warnings =
	  "/reserved-memory/pool: size: 4 bytes, expected 8, entry skipped",
	  .props = { TREE_CELLS(POOL, "size", MIB) } },
	{ "dynamic size zero", .warnings =
	  "/reserved-memory/pool: size: 0, expected more, entry skipped",
	  .props = { TREE_CELLS(POOL, "size", 0, 0) } },
	{ "alignment of wrong length", .warnings =
	  "/reserved-memory/pool: alignment: 4 bytes, expected 8, entry skipped",
	  .props = { SIZE, TREE_CELLS(POOL, "alignment", MIB) } },
	{ "alignment that is no power of two", .warnings =
	  "/reserved-memory/pool: alignment: 0x3000, expected a power of two, entry skipped",
	  .props = { SIZE, TREE_CELLS(POOL, "alignment", 0, 0x3000) } },
	{ "alloc-ranges of wrong length", .warnings =
	  "/reserved-memory/pool: alloc-ranges: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { SIZE, TREE_CELLS(POOL, "alloc-ranges", 1, 0, GIB) } },
	{ "a bad window leaves the others", .warnings =
	  "/reserved-memory/pool: alloc-ranges: range 0, 0xffffffffffffffff + 0x2, goes past 2^64, entry skipped\n"
	  "/reserved-memory/pool: alloc-ranges: range 2, at 0x100000000, has size 0, entry skipped",
	  .props = { SIZE, TREE_CELLS(POOL, "alloc-ranges", ~0, ~0, 0, 2,
				 1, 0, 0, 3 * MIB, 1, 0, 0, 0) },
	  .entries = { { "/reserved-memory/good", 0x100100000, 0x1001fffff,
			 SHADOW_DT_RESERVED },
		       { "/reserved-memory/pool", 0x100200000, 0x1002fffff,
			 SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE } } },
	{ "compatible without NUL", .warnings =
	  "/reserved-memory/pool: compatible: no NUL ends its 15 bytes, entry skipped",
	  .props = { SIZE,
		     TREE_BYTES(POOL, "compatible", "shared-dma-pool") } },
};

SHADOW_PARAMS(malformed);

static void r6_malformed_is_named_and_the_rest_counts(struct kunit *test)
{
	shadow_tree_check(test, &good);
}

SHADOW_SUITE(shadow_dt_malformed, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(r6_malformed_is_named_and_the_rest_counts,
			      all_malformed_gen_params));
