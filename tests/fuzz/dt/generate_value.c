// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bytes that choose, and values of properties. See generate_value.h.
 */
#include "generate_value.h"

unsigned char take(struct generator *g)
{
	if (!g->nr)
		return 0;
	g->nr--;
	return *g->bytes++;
}

bool seldom(struct generator *g, unsigned int n)
{
	return take(g) % n == n - 1;
}

void put(struct generator *g, const char *name, struct value value)
{
	if (value.bytes)
		fdt_property(g->blob, name, value.bytes, value.length);
}

uint64_t address(struct generator *g)
{
	static const uint64_t bases[] = {
		0x40000000, 0x80000000, 0x40000000, 0xc0000000, 0x40200000, 0,
		0x44000000, 0xfff00000, 0x100000000, 0x880000000, 0x60000000,
		0xffffffff, 0x1000, 0x7ffffffffffff000, 0xfffffffffffff000,
		0xffffffffffffffff,
	};
	static const uint64_t offsets[] = {
		0, 0, 0, 0, 0x1000, 0x200000, 0x400000, 0x1000000, 0x4000000,
		0xfff, 1, 0x800, 0x2000, 0x801, 0x3ff000, 0x10000000,
	};

	return PICK(g, bases) + PICK(g, offsets) + (take(g) % 4) * 0x1000000;
}

uint64_t length(struct generator *g, uint64_t start)
{
	static const uint64_t lengths[] = {
		0x40000000, 0x1000000, 0x100000, 0x1000, 0x10000000, 0x4000000,
		0x200000, 0x400000, 0x2000, 0x800, 0x1001, 1, 0xfff, 0x1800000,
		0x180000000, 0x280000000, 0x8000000000000000, 0, 0x3000,
		0xffffffffffffffff, 0x20000000, 0x80000000,
	};
	unsigned char kind = take(g);

	/* Up to the end of all addresses, and one byte more. */
	if (kind >= 250)
		return -start + (kind & 1);
	return lengths[kind % (sizeof(lengths) / sizeof(*lengths))];
}

static char *put_number(char *at, uint64_t number, unsigned int cells)
{
	while (cells-- > 0) {
		fdt32_st(at, cells > 1 ? 0 : number >> cells * 32);
		at += 4;
	}
	return at;
}

void put_list(struct generator *g, const char *name, struct node_cells cells)
{
	unsigned char kind = take(g);
	char list[128] = {}, *end = list;
	int nr, length_off = 0;
	uint64_t start;

	if (kind >= 240)
		length_off = kind % 5 - 2;
	if (kind >= 246)
		cells.addr++;
	for (nr = 1 + kind % 4 - (kind >= 236 && kind < 240); nr > 0; nr--) {
		start = address(g);
		end = put_number(end, start, cells.addr);
		end = put_number(end, length(g, start), cells.size);
	}
	if (end + length_off > list)
		end += length_off;
	fdt_property(g->blob, name, list, end - list);
}

void put_size(struct generator *g, const char *name, uint64_t number,
	      unsigned int cells)
{
	char value[20] = {}, *end;

	if (seldom(g, 16))
		cells = take(g) % 4;
	end = put_number(value, number, cells);
	if (seldom(g, 32))
		end++;
	fdt_property(g->blob, name, value, end - value);
}
