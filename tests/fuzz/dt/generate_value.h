/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generate.c and generate_value.c share: bytes that choose, and values of
 * properties.
 */
#ifndef DT_GENERATE_VALUE_H
#define DT_GENERATE_VALUE_H

#include <libfdt.h>

#include "generate.h"

/* One of a static array. */
#define PICK(g, array)	((array)[take(g) % (sizeof(array) / sizeof(*(array)))])

/**
 * struct generator - a tree that is being made
 * @bytes: what chooses
 * @nr: how many bytes are left
 * @nodes: nodes so far
 * @blob: the tree
 */
struct generator {
	const unsigned char *bytes;
	size_t nr;
	unsigned int nodes;
	void *blob;
};

/**
 * struct value - a property's value
 * @bytes: the value; NULL: there is to be no such property
 * @length: bytes in it
 */
struct value {
	const char *bytes;
	int length;
};

#define TEXT(text)	{ text, sizeof(text) }
#define NO_NUL(text)	{ text, sizeof(text) - 1 }

/* How many cells an address and a size take. */
struct node_cells {
	unsigned int addr, size;
};

/* The next byte; 0 where there is none left. */
unsigned char take(struct generator *g);

/* One in @n, and not where the bytes have run out. */
bool seldom(struct generator *g, unsigned int n);

/* An awkward address, and an awkward length of what begins there. */
uint64_t address(struct generator *g);
uint64_t length(struct generator *g, uint64_t start);

void put(struct generator *g, const char *name, struct value value);

/* Address and size pairs, now and then with a wrong length. */
void put_list(struct generator *g, const char *name, struct node_cells cells);

/* A lone number, now and then in too few or too many cells. */
void put_size(struct generator *g, const char *name, uint64_t number,
	      unsigned int cells);

#endif /* DT_GENERATE_VALUE_H */
