/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults to order. wrap.c has the functions that the exercises get in place of
 * the real ones; each asks whether the fault of this run changes what it does.
 */
#ifndef FAULT_H
#define FAULT_H

#include <linux/mm.h>

#include "../../dt/plan.h"
#include "../../exercise/lab.h"
#include "../../exercise/pattern.h"
#include "../../heap_size.h"
#include "../../pt_map.h"

#define FAULT_POOL	0x1
#define FAULT_BUDDY	0x2

/* One thing that goes wrong. */
struct fault {
	struct fault *next;
	const char *name;	/* what is written on the command line */
	unsigned int pages;	/* of the region, unless 0 */
	/* Does what alloc does, wrongly. */
	u64 (*alloc)(struct shadow_buddy *b, unsigned int order);
	/* Changes the allocator after an alloc (@order) or free (-1). */
	void (*after)(struct shadow_buddy *b, u64 pa, int order);
	/* What a free returns, without one, or -1 for a real free. */
	int (*free)(struct shadow_buddy *b, u64 pa, unsigned int order,
		    enum shadow_refusal refusal);
	/* The same for a put, and for a get. */
	int (*put)(struct shadow_buddy *b, u64 pa);
	int (*get)(struct shadow_buddy *b, u64 pa);
	/* Changes a block after its pattern was written, or before. */
	void (*pattern)(const struct shadow_lab *lab, u64 pa, u64 bytes);
	bool keeps_nothing;	/* patterns are not written */
	/* What a check says that found nothing wrong. */
	const char *(*check)(const struct shadow_buddy *b);
	/* Changes the allocator before a run of pages is allocated. */
	void (*exact)(struct shadow_buddy *b);
	/* Changes tables that were allocated. */
	void (*tables)(struct shadow_pt_table *table, unsigned int nr);
	unsigned int keep_tables;	/* FAULT_POOL or _BUDDY: not freed */
	/* What is returned where tables run out. */
	int (*exhausted)(struct shadow_pt_alloc *pt);
	/* Where a page is said to lie that lies at @pa. */
	u64 (*page)(u64 pa);
	int more_tables;	/* than a map takes: that many are counted */
	/* Maps a range, wrongly. */
	int (*map)(struct shadow_pt_map *map, u64 va, u64 pa, u64 bytes);
	u64 heap_of;	/* bytes of RAM for which the heap has a page more */
	u64 order_of;	/* bytes of a heap for which the order is one more */
	enum shadow_verdict line;	/* the verdict that has a wrong line */
	/* Changes the plan. */
	void (*plan)(struct shadow_plan *plan, struct shadow_layout *layout);
};

/* The fault that was defined last. */
extern struct fault *faults;

/* Defines a fault, which adds itself to the list, by its members. */
#define FAULT(id, ...)							\
	static struct fault id##_fault = { .name = #id, __VA_ARGS__ };	\
	FAULT_ADD(id)

#define FAULT_ADD(id)							\
	static void __attribute__((constructor)) add_##id(void)		\
	{								\
		id##_fault.next = faults;				\
		faults = &id##_fault;					\
	}								\
	static_assert(true, "wants its semicolon")

/* Defines one that is a function: @member of @type. Its body follows. */
#define FAULT_FUNCTION(member, type, id, ...)				\
	static type id(__VA_ARGS__);					\
	static struct fault id##_fault = { .name = #id, .member = id };	\
	FAULT_ADD(id);							\
	static type id(__VA_ARGS__)

/* That of this run, an empty one for none; how often it changed something. */
extern const struct fault *the_fault;
extern unsigned long fault_hits;

/* A function that exercises get in place of one, and the one behind it. */
#define WRAPPED(name) typeof(name) __wrap_##name, __real_##name

WRAPPED(shadow_buddy_alloc);
WRAPPED(shadow_buddy_alloc_exact);
WRAPPED(__shadow_buddy_check);
WRAPPED(shadow_buddy_free);
WRAPPED(shadow_buddy_get);
WRAPPED(shadow_buddy_put);
WRAPPED(shadow_pattern_write);
WRAPPED(shadow_pt_alloc_tables);
WRAPPED(shadow_pt_free_table);
WRAPPED(shadow_pt_count);
WRAPPED(shadow_pt_map_range);
WRAPPED(shadow_heap_bytes);
WRAPPED(shadow_heap_order);
WRAPPED(shadow_verdict_line);
WRAPPED(vmalloc_to_page);

#endif
