/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults to order. wrap.c has the functions that the exercises get in place of
 * the real ones; each asks whether the fault of this run changes what it does.
 */
#ifndef FAULT_H
#define FAULT_H

#include "../../exercise/lab.h"
#include "../../pt_alloc.h"

/**
 * struct fault - one thing that goes wrong
 * @name: what is written on the command line
 * @alloc: does what alloc does, wrongly
 * @after: changes the allocator after an alloc (@order) or free (-1)
 * @free: returns what a free returns, without one, or -1 for a real free
 * @put: the same for a put
 * @get: the same for a get
 * @pattern: changes a block after its pattern was written, or before
 * @keeps_nothing: patterns are not written
 * @tables: changes tables that were allocated
 * @keep_tables: tables are not freed
 * @more_tables: added to the number of tables that a map takes
 * @plan: changes the figures of the plan
 */
struct fault {
	const char *name;
	u64 (*alloc)(struct shadow_buddy *b, unsigned int order);
	void (*after)(struct shadow_buddy *b, u64 pa, int order);
	int (*free)(struct shadow_buddy *b, u64 pa, unsigned int order,
		    enum shadow_refusal refusal);
	int (*put)(struct shadow_buddy *b, u64 pa);
	int (*get)(struct shadow_buddy *b, u64 pa);
	void (*pattern)(const struct shadow_lab *lab, u64 pa, u64 bytes);
	bool keeps_nothing;
	void (*tables)(struct shadow_pt_table *table, unsigned int nr);
	bool keep_tables;
	int more_tables;
	void (*plan)(struct shadow_layout *layout);
};

/* All of them; one without a name ends the table. */
extern const struct fault faults[];

/* That of this run, NULL for none, and how often it changed something. */
extern const struct fault *the_fault;
extern unsigned long fault_hits;

/* The functions behind the wrappers. */
u64 __real_shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order);
enum shadow_refusal __real_shadow_buddy_free(struct shadow_buddy *b, u64 pa,
					     unsigned int order);

#endif
