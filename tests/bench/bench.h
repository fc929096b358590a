/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the benchmark is made of, in a kernel and as a program of this machine.
 *
 * A peer is an allocator with its loops: loops.h makes them from its calls, so that
 * these stand in the loop as they would in anybody's. A case (cases.c, turn.c) brings
 * a peer into some state, lets a loop run and says what an operation cost, net of what
 * the same loop costs with bench_none, whose operations are one store or none.
 */
#ifndef BENCH_H
#define BENCH_H

#include <linux/types.h>

#include "mem_map.h"
#include "ranges.h"

#define BENCH_NO_PAGE	(~0ULL)
#define BENCH_GIB	(1ULL << 30)
#define BENCH_PAGES	262144ULL	/* of the region: 1 GiB */

/* An operation of the churn: allocate a block of that order, or free that one. */
#define BENCH_OP_FREE	(1U << 31)
#define BENCH_OP_ORDER(op)	((op) >> 24 & 0x1f)
#define BENCH_OP_SLOT(op)	((op) & 0xffffff)

/**
 * struct bench_peer - an allocator, with its loops
 * @name: as it is printed
 * @most: the most pages that it takes in bulk; no churn where these are not all
 * @banks: it knows RAM of several banks
 * @make: begin with that RAM, all of it free; false where there is no such peer
 * @drop: end it
 * @alloc: a block, or BENCH_NO_PAGE
 * @free: one that alloc returned
 * @pairs: allocate and free a block of that order, so many times
 * @turns: the same with orders 0 to 3 in turn
 * @take: allocate so many blocks of an order
 * @give: free them, in the order in which they stand
 * @churn: do these operations, return how many allocations failed
 * @holds: get and put a block, so many times; NULL where it has none
 * @locks: take a lock that nobody holds, and leave it; or NULL
 * @exact: allocate and free a run of 6144 pages, so many times; or NULL
 * @refuse: do a wrong call, the which-th, so many times; return its name, or NULL
 *	where there is none of that number
 * @blocks: set the numbers to how many blocks of each order are free; or NULL
 * @start: only the beginning of a map of that RAM, in that memory; or NULL
 * @start_bytes: the memory that it needs
 */
struct bench_peer {
	const char *name;
	u64 most;
	bool banks;
	bool (*make)(const struct shadow_ranges *ram);
	void (*drop)(void);
	u64 (*alloc)(unsigned int order);
	void (*free)(u64 pa, unsigned int order);
	void (*pairs)(unsigned int order, u64 nr);
	void (*turns)(u64 nr);
	void (*take)(u64 *pa, u64 nr, unsigned int order);
	void (*give)(const u64 *pa, u64 nr, unsigned int order);
	u64 (*churn)(const u32 *op, u64 nr, u64 *pa);
	void (*holds)(u64 pa, u64 nr);
	void (*locks)(u64 nr);
	void (*exact)(u64 nr);
	const char *(*refuse)(unsigned int which, u64 nr);
	void (*blocks)(u64 blocks[SHADOW_NR_ORDERS]);
	void (*start)(const struct shadow_ranges *ram, void *mem);
	u64 (*start_bytes)(const struct shadow_ranges *ram);
};

extern const struct bench_peer bench_none, bench_literal;
/* What others see of a library with an engine. */
extern const struct bench_peer bench_project
	__attribute__((visibility("default")));
#ifdef __KERNEL__
extern const struct bench_peer bench_linux, bench_gen_pool, bench_drm;
/* Is its module there? The loader cannot tell the address of what is not. */
extern bool bench_has_drm_buddy;
#endif

/* What a case works with; see bench_init_tables(). */
struct bench_tables {
	u64 *pa;	/* BENCH_PAGES addresses */
	u64 *by;	/* as many, in another order */
	u32 *op;	/* operations of the churn: those that fill, then the others */
	u64 nr_fill;
	u64 nr_ops;
	u64 nr_slots;	/* blocks that are live at once, at most */
};

extern struct bench_tables bench_tables;

/* Memory that a whole map fits in, zeroed; NULL where there is none. */
void *bench_get_memory(u64 bytes);
void bench_put_memory(void *mem);
/* The same for one that may be larger than all memory: then zeros share some. */
void *bench_get_map(u64 bytes);
void bench_put_map(void *map, u64 bytes);
/* Nothing else happens in between. */
void bench_begin(void);
void bench_end(void);
/* Instructions in the guest, nanoseconds of this thread on the host. */
u64 bench_now(void);
void bench_say(const char *name, const char *peer, s64 cost, u64 nr);

/* Random numbers, the same ones in every run. */
u32 bench_random(u64 *seed);
void bench_shuffle(u64 *pa, u64 nr, u64 seed);

bool bench_init_tables(void);
void bench_free_tables(void);

/* Do all of the cases with these peers, one case after another. */
void bench_cases(const struct bench_peer * const *peer, unsigned int nr);
void bench_turns(const struct bench_peer *peer);
/* Of at most so many pages; the project's region has BENCH_PAGES. */
void bench_fragment(const struct bench_peer *peer, u64 most,
		    unsigned int rounds);
/* Beginning with ever more RAM, up to so many GiB. */
void bench_starts(const struct bench_peer *peer, unsigned int most);
/* The program alone has it. */
void bench_threads(const struct bench_peer *peer);
/* The module alone has these: what grows with a machine, and two processors. */
void bench_sizes(void);
void bench_others(const struct bench_peer * const *peer, unsigned int nr);

/* What some calls cost. */
#define BENCH_COST(call) ({						\
	u64 start__;							\
									\
	bench_begin();							\
	start__ = bench_now();						\
	call;								\
	start__ = bench_now() - start__;				\
	bench_end();							\
	(s64)start__;							\
})

/* The same net of the loop. That of none comes first: what the loop leaves behind is the peer's. */
#define BENCH_NET(p, loop, ...) ({					\
	s64 none__ = BENCH_COST(bench_none.loop(__VA_ARGS__));		\
									\
	BENCH_COST((p)->loop(__VA_ARGS__)) - none__;			\
})

#endif /* BENCH_H */
