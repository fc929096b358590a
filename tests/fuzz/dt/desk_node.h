/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What desk.c and desk_reserved.c share: nodes, properties cut into numbers.
 */
#ifndef DT_DESK_NODE_H
#define DT_DESK_NODE_H

#include "desk.h"

/**
 * struct node - a node of the blob
 * @offset: where libfdt finds it; the root's is 0
 * @path: names from the root down, each with a slash before it
 */
struct node {
	int offset;
	char *path;
};

/**
 * struct cells - how many cells a number takes
 * @addr: for an address; 0: #address-cells was malformed, a problem by now
 * @size: for a size; the same
 */
struct cells {
	unsigned int addr;
	unsigned int size;
};

/**
 * struct prop - a property
 * @bytes: its value; NULL: there is none of that name
 * @length: bytes in it
 */
struct prop {
	const unsigned char *bytes;
	int length;
};

/**
 * struct later - a node that waits for its turn
 * @node: the node
 * @cells: what its numbers take, or, of a container, its parent's
 * @flags: enum desk_flag
 */
struct later {
	struct node node;
	struct cells cells;
	unsigned int flags;
};

struct queue {
	struct later *item;
	unsigned int nr;
};

/**
 * struct walk - a walk through all of /reserved-memory
 * @boxes: containers, in the order met
 * @homeless: nodes without an address, in the order met
 */
struct walk {
	struct queue boxes;
	struct queue homeless;
};

enum text {
	TEXT_MISSING,
	TEXT_GOOD,
	TEXT_BAD,	/* no NUL at its end: a problem by now */
};

/* Memory from malloc, or the end of the program. */
void *desk_grow(void *memory, size_t bytes);
__attribute__((format(printf, 1, 2)))
char *desk_format(const char *format, ...);

struct node desk_child(const struct desk *desk, const struct node *parent,
		       int offset);
struct prop desk_prop(const struct desk *desk, const struct node *node,
		      const char *name);

/* Note a problem (R6). */
__attribute__((format(printf, 4, 5)))
void desk_problem(struct desk *desk, const struct node *node, const char *prop,
		  const char *format, ...);

/* Note a range. @name is taken over. */
void desk_add(struct desk *desk, struct shadow_range range, unsigned int flags,
	      u64 align, char *name);

/* A property that has to be a string, or several. */
enum text desk_text(struct desk *desk, const struct node *node,
		    const char *name, const char **text);

/* R1, R2: neither switched off nor with a status that cannot be read. */
bool desk_available(struct desk *desk, const struct node *node);

/* What a node itself says of its children's cells. */
void desk_cells(struct desk *desk, const struct node *node,
		struct cells *cells);

/* A number of that many cells. */
u64 desk_number(const unsigned char *bytes, unsigned int cells);

/*
 * The ranges of a list of address and size pairs, malformed ones left out.
 * Return how many there are; -1 where the list cannot be cut into pairs.
 */
int desk_list(struct desk *desk, const struct node *node, const char *name,
	      struct cells cells, struct shadow_range **ranges);

/* R2: note a /reserved-memory, and read all of them after RAM and initrd. */
void desk_add_top(struct desk *desk, struct walk *walk, const struct node *top,
		  struct cells cells);
void desk_read_reserved(struct desk *desk, struct walk *walk);

#endif /* DT_DESK_NODE_H */
