/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults to order. wrap.c has the functions that the exercises get in place of
 * the real ones; each asks whether the fault of this run changes what it does.
 */
#ifndef FAULT_H
#define FAULT_H

#include "../../dt/plan.h"
#include "../../exercise/lab.h"
#include "../../pt_map.h"

#define FAULT_POOL	0x1
#define FAULT_BUDDY	0x2

/**
 * struct fault - one thing that goes wrong
 * @name: what is written on the command line
 * @pages: of the region, unless 0
 * @alloc: does what alloc does, wrongly
 * @after: changes the allocator after an alloc (@order) or free (-1)
 * @free: returns what a free returns, without one, or -1 for a real free
 * @put: the same for a put
 * @get: the same for a get
 * @pattern: changes a block after its pattern was written, or before
 * @keeps_nothing: patterns are not written
 * @tables: changes tables that were allocated
 * @check: what a check says that found nothing wrong
 * @exact: changes the allocator before a run of pages is allocated
 * @keep_tables: tables of FAULT_POOL or FAULT_BUDDY are not freed
 * @exhausted: what is returned where tables run out
 * @more_tables: added to the number of tables that a map takes
 * @map: maps a range, wrongly
 * @heap_of: bytes of RAM for which the heap has a page more
 * @order_of: bytes of a heap for which the order is one more
 * @line: the verdict that has a wrong line
 * @plan: changes the plan
 */
struct fault {
	const char *name;
	unsigned int pages;
	u64 (*alloc)(struct shadow_buddy *b, unsigned int order);
	void (*after)(struct shadow_buddy *b, u64 pa, int order);
	int (*free)(struct shadow_buddy *b, u64 pa, unsigned int order,
		    enum shadow_refusal refusal);
	int (*put)(struct shadow_buddy *b, u64 pa);
	int (*get)(struct shadow_buddy *b, u64 pa);
	void (*pattern)(const struct shadow_lab *lab, u64 pa, u64 bytes);
	bool keeps_nothing;
	const char *(*check)(const struct shadow_buddy *b);
	void (*exact)(struct shadow_buddy *b);
	void (*tables)(struct shadow_pt_table *table, unsigned int nr);
	unsigned int keep_tables;
	int (*exhausted)(struct shadow_pt_alloc *pt);
	int more_tables;
	int (*map)(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes);
	u64 heap_of;
	u64 order_of;
	enum shadow_verdict line;
	void (*plan)(struct shadow_plan *plan, struct shadow_layout *layout);
};

/* All of them; one without a name ends a table. */
extern const struct fault buddy_faults[], plan_faults[];

/* That of this run, NULL for none, and how often it changed something. */
extern const struct fault *the_fault;
extern unsigned long fault_hits;

/* The functions behind the wrappers. */
u64 __real_shadow_buddy_alloc(struct shadow_buddy *b, unsigned int order);
enum shadow_refusal __real_shadow_buddy_free(struct shadow_buddy *b, u64 pa,
					     unsigned int order);
enum shadow_refusal __real_shadow_buddy_put(struct shadow_buddy *b, u64 pa);
int __real_shadow_pt_take(struct shadow_pt_alloc *pt,
			  struct shadow_pt_table *table, unsigned int nr);
int __real_shadow_pt_map_range(struct shadow_pt_map *map, u64 va, u64 pa,
			       u64 bytes);

#endif
