// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees out of bytes. See generate.h.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "generate_value.h"

#define MOST_NODES	40

/* How cells are mostly given, and now and then how they should not be. */
static void put_cells(struct generator *g, const char *name,
		      unsigned int *cells)
{
	static const struct kind {
		int length;
		unsigned int number;
	} good[] = {
		{ 4, 2 }, { 4, 2 }, { 4, 1 },
	}, bad[] = {
		{ -1, 0 }, { -1, 0 }, { 4, 0 }, { 4, 3 }, { 8, 2 }, { 0, 0 },
		{ 3, 2 }, { 4, 0xffffffff }, { 4, 0x80000002 },
	};
	struct kind kind = seldom(g, 16) ? PICK(g, bad) : PICK(g, good);
	char value[8] = {};

	if (kind.length < 0)
		return;
	fdt32_st(value, kind.number);
	fdt_property(g->blob, name, value, kind.length);
	*cells = kind.number <= 3 ? kind.number : 0;
}

static void put_status(struct generator *g)
{
	static const struct value kinds[] = {
		TEXT("okay"), TEXT("ok"), TEXT("disabled"), TEXT("fail"),
		TEXT("reserved"), TEXT(""), TEXT("okay\0disabled"),
		NO_NUL("okay"), NO_NUL(""), TEXT("Okay"), TEXT("okay "),
	};

	if (seldom(g, 5))
		put(g, "status", PICK(g, kinds));
}

static bool begin(struct generator *g, const char *name)
{
	if (g->nodes == MOST_NODES)
		return false;
	g->nodes++;
	fdt_begin_node(g->blob, name);
	return true;
}

static void put_memory(struct generator *g, struct node_cells cells)
{
	static const char * const names[] = {
		"memory@40000000", "memory", "memory@80000000", "ram", "memory@",
		"reserved-memory@7", "chosen@0", "memory@40000000",
	};
	static const struct value types[] = {
		{}, NO_NUL("memory"), TEXT("cpu"), TEXT("memory\0cpu"),
		NO_NUL(""), TEXT(""), TEXT("Memory"), TEXT("memory@"),
	};
	unsigned char kind;

	if (!begin(g, PICK(g, names)))
		return;
	if (seldom(g, 8))
		put(g, "device_type", PICK(g, types));
	else
		put(g, "device_type", (struct value)TEXT("memory"));
	put_status(g);
	kind = take(g);
	if (kind < 244)
		put_list(g, "reg", cells);
	if (kind >= 224 && kind < 250)
		put_list(g, "linux,usable-memory", cells);
	fdt_end_node(g->blob);
}

static void put_initrd(struct generator *g, const char *name, uint64_t at)
{
	unsigned char kind = take(g);

	if (kind < 240)
		put_size(g, name, at, 1 + kind % 2);
}

static void put_chosen(struct generator *g)
{
	static const char * const names[] = {
		"chosen", "chosen", "chosen@0", "chosenx", "chose",
	};
	uint64_t at;

	if (!begin(g, PICK(g, names)))
		return;
	if (!seldom(g, 8)) {
		at = address(g);
		put_initrd(g, "linux,initrd-start", at);
		put_initrd(g, "linux,initrd-end", at + length(g, at));
	}
	fdt_end_node(g->blob);
}

static void put_dynamic(struct generator *g, struct node_cells cells)
{
	static const uint64_t alignments[] = {
		0x1000, 0x10000, 0x200000, 0x400000, 0x1000000, 1, 0x800, 0,
		0x3000, 0x40000000, 0x8000000000000000, 0xffffffffffffffff,
	};
	static const uint64_t sizes[] = {
		0x1000, 0x400000, 0x1000000, 0x1800, 0x200000, 0x100, 0x500000,
	};
	static const struct value compatible[] = {
		TEXT("shared-dma-pool"), {}, TEXT("shared-dma-pool"),
		TEXT("vendor,pool\0shared-dma-pool"), TEXT("Shared-DMA-Pool"),
		TEXT("shared-dma-poo"), TEXT("shared-dma-pools"), TEXT(""),
		NO_NUL("shared-dma-pool"), NO_NUL(""),
		TEXT("\0shared-dma-pool"), TEXT("other"),
	};

	put(g, "compatible", PICK(g, compatible));
	put_size(g, "size", seldom(g, 4) ? length(g, 0) : PICK(g, sizes),
		 cells.size);
	if (seldom(g, 2))
		put_size(g, "alignment", PICK(g, alignments), cells.addr);
	if (seldom(g, 2))
		put_list(g, "alloc-ranges", cells);
}

static void put_reserved_children(struct generator *g, struct node_cells cells,
				  unsigned int depth);

static void put_reserved_child(struct generator *g, struct node_cells cells,
			       unsigned int depth)
{
	static const char * const names[] = {
		"fw@44000000", "pool", "box", "fw", "pool@1", "pool", "a/b",
		"reserved-memory",
	};
	unsigned char kind;

	if (!begin(g, PICK(g, names)))
		return;
	put_status(g);
	if (seldom(g, 4))
		put(g, "no-map", (struct value)TEXT(""));
	if (seldom(g, 3))
		put(g, "reusable", (struct value)NO_NUL(""));
	kind = take(g) % 16;
	if (kind < 6 || kind == 15)
		put_list(g, "reg", cells);
	if (kind >= 6 && kind < 12)
		put_dynamic(g, cells);
	if (kind >= 11 && kind < 14)
		put_reserved_children(g, cells, depth + 1);
	fdt_end_node(g->blob);
}

/* What a box or /reserved-memory has; its own cells come first. */
static void put_reserved_children(struct generator *g, struct node_cells cells,
				  unsigned int depth)
{
	unsigned int nr = take(g) % 6;

	if (!depth || seldom(g, 3)) {
		put_cells(g, "#address-cells", &cells.addr);
		put_cells(g, "#size-cells", &cells.size);
	}
	while (nr-- && depth < 40)
		put_reserved_child(g, cells, depth);
}

static void put_reserved(struct generator *g, struct node_cells cells)
{
	static const char * const names[] = {
		"reserved-memory", "reserved-memory", "reserved-memory",
		"reserved-memory", "reserved-memory@0", "reserved-memory",
		"reserved-memoryx", "reserved",
	};

	if (!begin(g, PICK(g, names)))
		return;
	put_status(g);
	put_reserved_children(g, cells, 0);
	fdt_end_node(g->blob);
}

/* RAM that is not the root's child does not count. */
static void put_bus(struct generator *g, struct node_cells cells)
{
	if (!begin(g, "soc"))
		return;
	put_memory(g, cells);
	put_reserved(g, cells);
	fdt_end_node(g->blob);
}

static void put_root(struct generator *g)
{
	struct node_cells cells = { 1, 1 };
	unsigned int nr;

	fdt_begin_node(g->blob, "");
	put_cells(g, "#address-cells", &cells.addr);
	put_cells(g, "#size-cells", &cells.size);
	for (nr = 2 + take(g) % 7; nr > 0; nr--) {
		unsigned char kind = take(g) % 16;

		if (kind < 7)
			put_memory(g, cells);
		else if (kind < 13)
			put_reserved(g, cells);
		else if (kind < 15)
			put_chosen(g);
		else
			put_bus(g, cells);
	}
	fdt_end_node(g->blob);
}

/* A few bytes of a good blob changed: headers, tags, lengths, names. */
static void spoil(struct generator *g, unsigned char *blob, size_t size)
{
	unsigned int nr = 1 + take(g) % 6;
	size_t at;

	while (nr--) {
		at = (take(g) << 8 | take(g)) % size;
		if (take(g) & 1)
			blob[at] ^= 1 << take(g) % 8;
		else
			blob[at] = take(g);
	}
}

void *dt_generate(const unsigned char *bytes, size_t nr, size_t *size)
{
	static const unsigned char magic[] = { 0xd0, 0x0d, 0xfe, 0xed };
	struct generator g = { .bytes = bytes, .nr = nr };
	struct generator spoiler;
	bool spoilt;

	*size = 0;
	if (nr >= sizeof(magic) && !memcmp(bytes, magic, sizeof(magic))) {
		if (nr > DT_MOST_BYTES)
			return NULL;
		g.blob = malloc(nr);
		memcpy(g.blob, bytes, nr);
		*size = nr;
		return g.blob;
	}
	g.blob = calloc(1, DT_MOST_BYTES);
	fdt_create(g.blob, DT_MOST_BYTES);
	fdt_finish_reservemap(g.blob);
	/* The changes are chosen first, the tree by what follows. */
	spoilt = seldom(&g, 4);
	spoiler = g;
	if (spoilt) {
		size_t used = g.nr < 32 ? g.nr : 32;

		g.bytes += used;
		g.nr -= used;
	}
	put_root(&g);
	fdt_finish(g.blob);
	*size = fdt_totalsize(g.blob);
	if (spoilt)
		spoil(&spoiler, g.blob, *size);
	return realloc(g.blob, *size);
}
