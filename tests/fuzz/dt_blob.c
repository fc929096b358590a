// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees out of bytes. See dt_blob.h.
 */
#include <libfdt.h>
#include <stddef.h>
#include <string.h>

#include <linux/kernel.h>

#include "dt_blob.h"

#define MOST_NODES	40
#define MOST_DEEP	30
/* Where the header has a number that nobody here reads. */
#define BOOT_CPUID	offsetof(struct fdt_header, boot_cpuid_phys)

/* One of a static array. */
#define PICK(in, array)	((array)[shadow_input_byte(in) % ARRAY_SIZE(array)])

struct tree {
	struct shadow_input *in;
	void *blob;
	u32 nodes;
};

struct cells {
	u32 addr, size;
};

enum kind { CELLS, LIST, NUMBER, TEXT, FLAG };

/* In the order in which a node has them; the bits of a mask are in it, too. */
static const struct {
	const char *name;
	enum kind kind;
	const char *good;
} props[] = {
	{ "#address-cells", CELLS, "" },
	{ "#size-cells", CELLS, "" },
	{ "device_type", TEXT, "memory" },
	{ "status", TEXT, "okay" },
	{ "compatible", TEXT, "shared-dma-pool" },
	{ "reg", LIST, "" },
	{ "linux,usable-memory", LIST, "" },
	{ "alloc-ranges", LIST, "" },
	{ "size", NUMBER, "" },
	{ "alignment", NUMBER, "" },
	{ "linux,initrd-start", NUMBER, "" },
	{ "linux,initrd-end", NUMBER, "" },
	{ "no-map", FLAG, "" },
	{ "reusable", FLAG, "" },
	{ "ranges", FLAG, "" },
	{ "iommu-addresses", LIST, "" },
	/* No single bit turns it on or off. */
	{ "linux,uefi-system-table", FLAG, "" },
};

#define BOTH_CELLS	0x0003
#define MEMORY		0x0024
#define POOL		0x2310

struct node {
	const char *name;
	u32 props;
};

/* The kinds of the root's children, and of others. */
static const struct node tops[] = {
	{ "memory@40000000", MEMORY }, { "memory", MEMORY },
	{ "reserved-memory", BOTH_CELLS | 0x4000 }, { "chosen", 0x0c00 },
	{ "memory@40000000", MEMORY }, { "ram", MEMORY | 0x40 },
	{ "reserved-memory@0", BOTH_CELLS }, { "chosen@0", 0x10400 },
	{ "reserved", BOTH_CELLS }, { "chosenx", 0x0c00 }, { "soc", 0 },
}, others[] = {
	{ "fw@44000000", 0x0020 }, { "pool", POOL }, { "box", 0 },
	{ "fw", 0x1020 }, { "pool@1", 0x0180 }, { "pool", 0x0100 },
	{ "box@0", BOTH_CELLS }, { "memory", MEMORY }, { "none", 0x8000 },
};

#define STRING(text)	{ text, sizeof(text) - 1 }

static const struct {
	const char *bytes;
	u32 length;
} texts[] = {
	STRING(""), STRING("\0"), STRING("ok\0"), STRING("disabled\0"),
	STRING("okay"), STRING("okay\0disabled\0"), STRING("memory"),
	STRING("memory\0cpu\0"), STRING("Memory\0"), STRING("cpu\0"),
	STRING("shared-dma-pool"), STRING("vendor,pool\0shared-dma-pool\0"),
	STRING("Shared-DMA-Pool\0"), STRING("shared-dma-poo\0"),
	STRING("\0shared-dma-pool\0"), STRING("memory@\0"),
};

static u64 address(struct shadow_input *in)
{
	static const u64 bases[] = {
		0x40000000, 0x80000000, 0x44000000, 0xc0000000, 0x40200000, 0,
		0xfff00000, 0x100000000, 0x880000000, 0xffffffff, 0x1000,
		0x7ffffffffffff000, 0xfffffffffffff000, 0xffffffffffffffff,
	}, offsets[] = {
		0, 0, 0, 0x1000, 0x200000, 0x1000000, 0x4000000, 0xfff, 1,
		0x800, 0x801, 0x3ff000,
	};

	return PICK(in, bases) + PICK(in, offsets);
}

/* A size, of what begins at @start; or an alignment. */
static u64 length(struct shadow_input *in, u64 start)
{
	static const u64 lengths[] = {
		0x40000000, 0x1000000, 0x1000, 0x10000000, 0x200000, 0x400000,
		0x800, 0x1001, 1, 0xfff, 0x1800000, 0x180000000, 0x3000, 0,
		0x8000000000000000, 0xffffffffffffffff, 0x20000000, 0x100000,
	};
	u8 what = shadow_input_byte(in);

	/* Up to the end of all addresses, and one byte more. */
	if (what >= 250)
		return -start + (what & 1);
	return lengths[what % ARRAY_SIZE(lengths)];
}

static u8 *put_number(u8 *at, u64 number, u32 cells)
{
	while (cells-- > 0) {
		fdt32_st(at, cells > 1 ? 0 : number >> cells * 32);
		at += 4;
	}
	return at;
}

/* How cells are mostly given, and now and then how they should not be. */
static u32 put_cells(struct tree *t, const char *name)
{
	static const struct { u32 length, number; } bad[] = {
		{ 4, 0 }, { 4, 3 }, { 8, 2 }, { 0, 0 }, { 3, 2 },
		{ 4, 0xffffffff }, { 4, 0x80000002 },
	};
	u8 what = shadow_input_byte(t->in), value[8] = {};
	u32 number = what < 240 ? 2 - what % 3 / 2 : bad[what % 7].number;

	fdt32_st(value, number);
	fdt_property(t->blob, name, value, what < 240 ? 4 : bad[what % 7].length);
	return number <= 3 ? number : 0;
}

/* Pairs, now and then with a byte or a cell too many or too few. */
static void put_list(struct tree *t, const char *name, struct cells cells)
{
	u8 what = shadow_input_byte(t->in), list[160] = {}, *end = list;
	u32 nr = what >= 236 && what < 240 ? 0 : 1 + what % 4;

	if (what >= 246)
		cells.addr++;
	while (nr--) {
		u64 start = address(t->in);

		end = put_number(end, start, cells.addr);
		end = put_number(end, length(t->in, start), cells.size);
	}
	if (what >= 240 && end > list + 2)
		end += what % 5 - 2;
	fdt_property(t->blob, name, list, end - list);
}

/* A lone number, now and then of another width. */
static void put_lone(struct tree *t, const char *name, struct cells cells)
{
	u8 what = shadow_input_byte(t->in), value[24] = {}, *end;
	u64 number;

	if (!strncmp(name, "linux", 5)) {
		number = address(t->in);
		cells.addr = 1 + what % 2;
	} else {
		number = length(t->in, 0);
		cells.addr = strcmp(name, "size") ? cells.addr : cells.size;
	}
	if (what >= 240)
		cells.addr = what % 4;
	end = put_number(value, number, cells.addr);
	fdt_property(t->blob, name, value, end - value + (what >= 252));
}

static void put_text(struct tree *t, const char *name, const char *good)
{
	u8 what = shadow_input_byte(t->in), i = what % ARRAY_SIZE(texts);

	if (what < 192)
		fdt_property_string(t->blob, name, good);
	else
		fdt_property(t->blob, name, texts[i].bytes, texts[i].length);
}

static void put_props(struct tree *t, u32 mask, struct cells *cells)
{
	/* Lists are cut as the node's parent says. */
	const struct cells outer = *cells;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(props); i++) {
		if (!(mask >> i & 1))
			continue;
		if (props[i].kind == CELLS)
			*(i ? &cells->size : &cells->addr) =
				put_cells(t, props[i].name);
		else if (props[i].kind == LIST)
			put_list(t, props[i].name, outer);
		else if (props[i].kind == NUMBER)
			put_lone(t, props[i].name, outer);
		else if (props[i].kind == TEXT)
			put_text(t, props[i].name, props[i].good);
		else
			fdt_property(t->blob, props[i].name, "", 0);
	}
}

static void put_node(struct tree *t, const struct node *node,
		     struct cells cells, u32 depth)
{
	/* Now and then a property more or less. */
	u8 what = depth ? shadow_input_byte(t->in) : 0;
	u32 children;

	t->nodes++;
	fdt_begin_node(t->blob, node->name);
	put_props(t, node->props ^ (what >= 128 ? 1 << what % 16 : 0), &cells);
	children = shadow_input_byte(t->in) % (depth ? 6 : 10);
	/* Of what is in memory and such nothing matters. */
	if (depth && node->props & (MEMORY | 0x0c00))
		children = 0;
	while (children-- && t->nodes < MOST_NODES && depth < MOST_DEEP)
		put_node(t, depth ? &PICK(t->in, others) : &PICK(t->in, tops),
			 cells, depth + 1);
	fdt_end_node(t->blob);
}

size_t dt_blob(struct shadow_input *in, u8 choices[DT_CHOICES], void *blob)
{
	static const u8 magic[] = { 0xd0, 0x0d, 0xfe, 0xed };
	static const struct node root = { "", BOTH_CELLS };
	struct tree t = { .in = in, .blob = blob };
	size_t size = in->left;
	u32 i;

	memset(choices, 0, DT_CHOICES);
	if (size >= sizeof(magic) && size <= DT_MOST_BYTES &&
	    !memcmp(in->at, magic, sizeof(magic))) {
		memcpy(blob, in->at, size);
		if (size >= sizeof(struct fdt_header))
			memcpy(choices, (u8 *)blob + BOOT_CPUID, 4);
		return size;
	}
	for (i = 0; i < DT_CHOICES; i++)
		choices[i] = shadow_input_byte(in);
	fdt_create(blob, DT_MOST_BYTES);
	for (i = choices[3] % 4; i > 0; i--) {
		u64 start = address(in);

		fdt_add_reservemap_entry(blob, start, length(in, start));
	}
	fdt_finish_reservemap(blob);
	put_node(&t, &root, (struct cells){ 1, 1 }, 0);
	fdt_finish(blob);
	return fdt_totalsize(blob);
}
