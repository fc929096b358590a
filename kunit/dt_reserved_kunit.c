// SPDX-License-Identifier: GPL-2.0-only
/*
 * /reserved-memory: R2.
 */
#include "dt_tree.h"
#include "suites.h"

#define MIB		0x100000u
#define GIB		0x40000000u
#define IN		"reserved-memory/"
#define REG(at, ...)	TREE_CELLS(IN at, "reg", __VA_ARGS__)
#define SIZE(at, bytes)	TREE_CELLS(IN at, "size", 0, bytes)
#define POOL_TYPE	TREE_TEXT(IN "pool", "compatible", "shared-dma-pool")

#define RESERVED	SHADOW_DT_RESERVED
#define BY_RULE		(SHADOW_DT_RESERVED | SHADOW_DT_BY_RULE)
#define FW		{ "/reserved-memory/fw", 0x50000000, 0x500fffff, \
			  RESERVED }
#define POOL(start, last, flags) \
	{ "/reserved-memory/pool", start, last, BY_RULE | (flags) }

/* RAM at 1 to 2 GiB, and a node that reserves nothing yet. */
static const struct shadow_tree_case base = {
	.props = { TREE_MEMORY("memory@40000000", 0, GIB, 0, GIB),
		   TREE_BUS("reserved-memory", 2, 2),
		   TREE_FLAG("reserved-memory", "ranges") },
	.ram = { { 0x40000000, 0x7fffffff } },
};

static const struct shadow_tree_case reserved[] = {
	{ "own cells count, not the root's", .hints =
	  "/reserved-memory: #address-cells: not 2 as the root's, so Linux ignores the whole node",
	  .props = { TREE_BUS("reserved-memory", 1, 1),
		     REG("fw", 0x50000000, MIB, 0x60000000, MIB) },
	  .entries = { FW, { "/reserved-memory/fw", 0x60000000, 0x600fffff,
			     RESERVED } } },
	{ "without cells the root's count and that is said", .warnings =
	  "/reserved-memory@1: #address-cells: missing, the root's is used, but Linux ignores the whole node\n"
	  "/reserved-memory@1: #size-cells: missing, the root's is used, but Linux ignores the whole node",
	  .props = { TREE_CELLS("reserved-memory@1/fw", "reg",
				0, 0x50000000, 0, MIB) },
	  .entries = { { "/reserved-memory@1/fw", 0x50000000, 0x500fffff,
			 RESERVED } } },
	{ "cells are compared one by one", .hints =
	  "/reserved-memory: #size-cells: not 2 as the root's, so Linux ignores the whole node",
	  .props = { TREE_CELLS("reserved-memory", "#size-cells", 1),
		     REG("fw", 0, 0x50000000, MIB) },
	  .entries = { FW } },
	{ "a node without ranges counts, but not for Linux", .hints =
	  "/reserved-memory@1: ranges: missing, so Linux ignores the whole node",
	  .props = { TREE_BUS("reserved-memory@1", 2, 2),
		     TREE_CELLS("reserved-memory@1/fw", "reg",
				0, 0x50000000, 0, MIB) },
	  .entries = { { "/reserved-memory@1/fw", 0x50000000, 0x500fffff,
			 RESERVED } } },
	{ "only the whole name counts",
	  { TREE_CELLS("chosen2", "linux,initrd-start", GIB),
	    TREE_CELLS("chosen2", "linux,initrd-end", GIB + MIB),
	    TREE_BUS("reserved-memory-2", 2, 2),
	    TREE_CELLS("reserved-memory-2/fw", "reg", 0, GIB, 0, MIB) } },
	{ "an address comes before a size",
	  { REG("fw", 0, 0x50000000, 0, MIB), SIZE("fw", GIB) },
	  .entries = { FW } },
	/* no-map is no property of a container: its children do not have it. */
	{ "of a node with an address the children do not count", .hints =
	  "/reserved-memory/fw: reg: counts alone, the children of this node do not",
	  .props = { REG("fw", 0, 0x50000000, 0, MIB),
		     REG("fw/part", 0, 0x60000000, 0, MIB),
		     SIZE("fw/other", MIB) },
	  .entries = { FW } },
	{ "nor is it a hint where the address does not count", .warnings =
	  "/reserved-memory/fw: reg: 12 bytes, expected a multiple of 16 (2 + 2 cells), entry skipped",
	  .props = { REG("fw", 0, 0x50000000, MIB), SIZE("fw/other", MIB) },
	  .hints = "" },
	{ "children that want no memory are no news",
	  { REG("fw", 0, 0x50000000, 0, MIB), TREE_NODE(IN "fw/cells") },
	  .entries = { FW }, .hints = "" },
	{ "a container is nested and keeps the cells",
	  { TREE_CELLS("reserved-memory", "#size-cells", 1),
	    TREE_FLAG(IN "debug_snapshot", "no-map"),
	    REG("debug_snapshot/header", 0, 0x58100000, 0x10000) },
	  .entries = { { "/reserved-memory/debug_snapshot/header", 0x58100000,
			 0x5810ffff, RESERVED | SHADOW_DT_NESTED } } },
	/* What lies deeper comes later. */
	{ "a container may have cells of its own",
	  { TREE_BUS(IN "box/inner", 1, 1),
	    REG("box/inner/a", 0x58100000, 0x10000),
	    REG("box/b", 0, 0x59000000, 0, 0x10000) },
	  .entries = { { "/reserved-memory/box/b", 0x59000000, 0x5900ffff,
			 RESERVED | SHADOW_DT_NESTED },
		       { "/reserved-memory/box/inner/a", 0x58100000, 0x5810ffff,
			 RESERVED | SHADOW_DT_NESTED } } },
	{ "a disabled child is not reserved",
	  { REG("off", 0, GIB, 0, MIB),
	    TREE_TEXT(IN "off", "status", "disabled"),
	    REG("fw", 0, 0x50000000, 0, MIB),
	    TREE_TEXT(IN "fw", "status", "ok"),
	    SIZE("pool", MIB), TREE_TEXT(IN "pool", "status", "disabled") },
	  .entries = { FW } },
	{ "nothing counts in a disabled container",
	  { TREE_TEXT(IN "box", "status", "disabled"),
	    REG("box/fw", 0, 0x50000000, 0, MIB) } },
	{ "nothing counts when all is disabled",
	  { TREE_TEXT("reserved-memory", "status", "disabled"),
	    REG("fw", 0, 0x50000000, 0, MIB) } },
	{ "flags are told",
	  { REG("a", 0, GIB, 0, MIB), TREE_FLAG(IN "a", "no-map"),
	    REG("fw", 0, 0x50000000, 0, MIB), TREE_FLAG(IN "fw", "reusable") },
	  .entries = { { "/reserved-memory/a", 0x40000000, 0x400fffff,
			 RESERVED | SHADOW_DT_NOMAP },
		       { "/reserved-memory/fw", 0x50000000, 0x500fffff,
			 RESERVED | SHADOW_DT_REUSABLE } } },
	{ "iommu-addresses alone reserve nothing",
	  { TREE_CELLS(IN "pool", "iommu-addresses", 1, 0, 0, 0, MIB) } },
	/* Without an address, Linux's rule decides; dt_place_kunit.c has more. */
	{ "the highest place is taken",
	  { SIZE("pool", MIB) },
	  .entries = { POOL(0x7ff00000, 0x7fffffff, 0) } },
	{ "a size has as many cells as the parent says",
	  { TREE_CELLS("reserved-memory", "#size-cells", 1),
	    TREE_CELLS(IN "pool", "size", MIB),
	    TREE_CELLS(IN "pool", "alignment", 0, 0x2000000) },
	  .entries = { POOL(0x7e000000, 0x7e0fffff, 0) } },
	{ "the first window is taken",
	  { SIZE("pool", MIB),
	    TREE_CELLS(IN "pool", "alloc-ranges", 0, 0x50000000, 0, 0x10000000,
		       0, 0x70000000, 0, 0x10000000) },
	  .entries = { POOL(0x5ff00000, 0x5fffffff, 0) } },
	{ "a full window leads to the next",
	  { SIZE("pool", 2 * MIB),
	    TREE_CELLS(IN "pool", "alloc-ranges", 0, 0x50000000, 0, 0x300000,
		       0, 0x70000000, 0, 0x10000000),
	    REG("fw", 0, 0x50180000, 0, 0x1000) },
	  .entries = { { "/reserved-memory/fw", 0x50180000, 0x50180fff,
			 RESERVED },
		       POOL(0x7fe00000, 0x7fffffff, 0) } },
	{ "two dynamic nodes may share a page, but no cache line",
	  { SIZE("pool", 0x1001), SIZE("second", 0x10) }, .row = "6.12",
	  .entries = { POOL(0x7fffefc0, 0x7fffffc0, 0),
		       { "/reserved-memory/second", 0x7fffef80, 0x7fffef8f,
			 BY_RULE } } },
	{ "an alignment of 0 is none",
	  { SIZE("pool", 0x1000), TREE_CELLS(IN "pool", "alignment", 0, 0) },
	  .entries = { POOL(0x7ffff000, 0x7fffffff, 0) } },
	{ "fixed nodes come before dynamic ones",
	  { SIZE("pool", MIB), REG("fw", 0, 0x7ff00000, 0, MIB) },
	  .entries = { { "/reserved-memory/fw", 0x7ff00000, 0x7fffffff,
			 RESERVED },
		       POOL(0x7fe00000, 0x7fefffff, 0) } },
	{ "the initrd moves no dynamic node", .hints = "",
	  .props = { SIZE("pool", MIB),
		     TREE_CELLS("chosen", "linux,initrd-start", 0x7fe80000),
		     TREE_CELLS("chosen", "linux,initrd-end", 0x80000000) },
	  .entries = { { "initrd", 0x7fe80000, 0x7fffffff,
			 RESERVED | SHADOW_DT_INITRD },
		       POOL(0x7ff00000, 0x7fffffff, 0) },
	  .reserved = { { 0x7fe80000, 0x7fffffff } } },
	/* Linux reads the first alone. What it ignores finds what is left. */
	{ "a second node of that name comes later", .hints =
	  "/reserved-memory@1: name: Linux reads another node of this name, and ignores this one",
	  .props = { SIZE("pool", MIB), TREE_BUS("reserved-memory@1", 2, 2),
		     TREE_FLAG("reserved-memory@1", "ranges"),
		     TREE_CELLS("reserved-memory@1/fw", "reg",
				0, 0x7fe00000, 0, MIB),
		     TREE_CELLS("reserved-memory@1/other", "size", 0, MIB) },
	  .entries = { { "/reserved-memory@1/fw", 0x7fe00000, 0x7fefffff,
			 RESERVED },
		       POOL(0x7ff00000, 0x7fffffff, 0),
		       { "/reserved-memory@1/other", 0x7fd00000, 0x7fdfffff,
			 BY_RULE } },
	  .reserved = { { 0x7fd00000, 0x7fffffff } } },
	{ "a CMA pool is aligned to 4 MiB",
	  { SIZE("pool", MIB), POOL_TYPE, TREE_FLAG(IN "pool", "reusable"),
	    TREE_CELLS(IN "pool", "alignment", 0, 0x10000) },
	  .entries = { POOL(0x7fc00000, 0x7fcfffff, SHADOW_DT_REUSABLE) } },
	{ "only a reusable pool is aligned so", .row = "6.12",
	  .props = { SIZE("pool", MIB), POOL_TYPE,
		     SIZE("log", MIB), TREE_FLAG(IN "log", "reusable") },
	  .entries = { POOL(0x7ff00000, 0x7fffffff, 0),
		       { "/reserved-memory/log", 0x7fe00000, 0x7fefffff,
			 BY_RULE | SHADOW_DT_REUSABLE } } },
	{ "what is not mapped is no CMA pool",
	  { SIZE("pool", MIB), POOL_TYPE, TREE_FLAG(IN "pool", "reusable"),
	    TREE_FLAG(IN "pool", "no-map") },
	  .entries = { POOL(0x7ff00000, 0x7fffffff,
			    SHADOW_DT_REUSABLE | SHADOW_DT_NOMAP) } },
	{ "the first page is never taken", .row = "6.12", .warnings =
	  "/reserved-memory/none: size: no room for 0x1000 bytes aligned to 0x40, entry skipped",
	  .props = { TREE_CELLS("memory@40000000", "reg", 0, 0, 0, 0x3000),
		     SIZE("pool", 0x2000), SIZE("none", 0x1000) },
	  .ram = { { 0, 0x2fff } },
	  .entries = { POOL(0x1000, 0x2fff, 0) } },
	{ "no room is a warning", .warnings =
	  "/reserved-memory/outside: size: no room for 0x100000 bytes aligned to 0x40, entry skipped\n"
	  "/reserved-memory/huge: size: no room for 0x40000001 bytes aligned to 0x40, entry skipped",
	  .props = { SIZE("outside", MIB),
		     TREE_CELLS(IN "outside", "alloc-ranges", 8, 0, 0, GIB),
		     SIZE("huge", GIB + 1), SIZE("pool", MIB) },
	  .entries = { POOL(0x7ff00000, 0x7fffffff, 0) } },
};

SHADOW_PARAMS(reserved);

static void r2_nodes_reserve_what_they_name_or_are_given(struct kunit *test)
{
	shadow_tree_check(test, &base);
}

static void r2_containers_nest_as_deep_as_they_like(struct kunit *test)
{
	struct device_node *np = shadow_tree_at(test, "reserved-memory");
	static const char reg[] = "\0\0\0\0\x50\0\0\0\0\0\0\0\0\x10\0";
	struct shadow_dt_entry *entry;
	struct shadow_dt *dt;
	int depth;

	shadow_tree_props(test, base.props);
	for (depth = 0; depth < 200; depth++)
		np = shadow_tree_node(np, "x");
	shadow_tree_value(np, "reg", reg, sizeof(reg));
	dt = shadow_tree_read(test);
	KUNIT_EXPECT_EQ(test, dt->nr_reserved, 1);
	KUNIT_EXPECT_EQ(test, dt->nr_warnings, 0);
	entry = list_entry(dt->entries.prev, struct shadow_dt_entry, node);
	KUNIT_EXPECT_EQ(test, entry->range.start, 0x50000000);
	KUNIT_EXPECT_EQ(test, entry->range.last, 0x500fffff);
}

SHADOW_SUITE(shadow_dt_reserved, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(r2_nodes_reserve_what_they_name_or_are_given,
			      all_reserved_gen_params),
	     KUNIT_CASE(r2_containers_nest_as_deep_as_they_like));
