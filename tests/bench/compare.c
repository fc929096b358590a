// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same operations are done to the project's buddy and to the record's design, word
 * by word (literal.c): each address has to be the same (B2, B3, B4), whatever wrong
 * calls lie between (B5). The literal version checks nothing, so wrong calls are made
 * to the project's alone; which ones are wrong is known from a third place (ledger.c),
 * an entry a page that says which allocated block begins there.
 *
 *	compare SEED OPERATIONS
 *
 * A seed stands for one machine and at most ROUND operations there; the next machine
 * has the next seed. Of a difference seed and operation are told, and the status is 1.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buddy.h"
#include "ledger.h"
#include "literal.h"

#define ROUND		50000
#define NR_RUNS		64
#define MOST_NEAR	(3U << 20)	/* pages, from the start of a bank */

static struct shadow_buddy buddy;
static struct literal literal;
static struct literal_bank bank[MOST_BANKS];
static struct shadow_range run[NR_RUNS];	/* address, and number of pages */
static u64 nr_refused, nr_failed;

static void same(const char *what, u64 argument, u64 ours, u64 theirs)
{
	if (ours != theirs)
		compare_differ("%s %llu: the project's 0x%llx, the literal one's 0x%llx",
			       what, argument, ours, theirs);
}

static void answer(const char *what, u64 pa, u64 argument, bool right,
		   enum shadow_refusal refusal)
{
	if (right == !!refusal)
		compare_differ("%s 0x%llx %llu: expected %s, got '%s'", what,
			       pa, argument, right ? "yes" : "no",
			       shadow_refusal_name(refusal));
	nr_refused += !right;
}

static void do_alloc(void)
{
	unsigned int order = __builtin_ctzll(compare_random() | 1ULL << 20);
	u64 pa = shadow_buddy_alloc(&buddy, order);

	same("alloc", order, pa, literal_alloc(&literal, order));
	if (pa == SHADOW_NO_PAGE)
		nr_failed++;
	else
		ledger_add(pa, order);
}

static void do_free_of(u64 pa, unsigned int order)
{
	bool right = ledger_has(pa, order);

	answer("free", pa, order, right, shadow_buddy_free(&buddy, pa, order));
	if (!right)
		return;
	literal_free(&literal, pa, order);
	ledger_drop(pa);
}

static void do_free(void)
{
	u64 pa;

	if (!nr_live)
		return;
	pa = live[compare_below(nr_live)];
	do_free_of(pa, ledger_entry(pa)->order);
}

/* An address in or near a bank, or in or near a block, and any order. */
static u64 any_address(void)
{
	u64 pa = ram.range[compare_below(ram.nr)].start;

	if (nr_live && compare_below(2))
		pa = live[compare_below(nr_live)] + PAGE(compare_below(4)) - PAGE(compare_below(2));
	else
		pa += PAGE(compare_below(MOST_NEAR)) >> compare_below(20);
	pa &= SHADOW_PAGE_MASK;
	return compare_below(8) ? pa : pa + compare_below(SHADOW_PAGE_SIZE);
}

static void do_wrong(void)
{
	do_free_of(any_address(), compare_below(4) ? compare_below(4) : compare_below(24));
}

static void do_exact(void)
{
	u64 nr = 1 + (compare_below(1 << 20) >> compare_below(20));
	u64 pa = shadow_buddy_alloc_exact(&buddy, nr);

	same("alloc_exact", nr, pa, literal_alloc_exact(&literal, nr));
	if (pa == SHADOW_NO_PAGE) {
		nr_failed++;
		return;
	}
	run[compare_below(NR_RUNS)] = (struct shadow_range) { pa, nr };
	while (nr) {
		unsigned int order = 63 - __builtin_clzll(nr);

		ledger_add(pa, order);
		pa += PAGE(1ULL << order);
		nr -= 1ULL << order;
	}
}

static void do_free_exact(void)
{
	struct shadow_range *found = &run[compare_below(NR_RUNS)];
	u64 nr = found->last + (compare_below(8) ? 0 : compare_below(3));
	u64 pa = found->start;
	bool right;

	if (!nr)
		return;
	right = nr <= 1ULL << SHADOW_MAX_ORDER && ledger_has_run(pa, nr);
	answer("free_exact", pa, nr, right,
	       shadow_buddy_free_exact(&buddy, pa, nr));
	if (!right)
		return;
	literal_free_exact(&literal, pa, nr);
	while (nr) {
		unsigned int order = 63 - __builtin_clzll(nr);

		ledger_drop(pa);
		pa += PAGE(1ULL << order);
		nr -= 1ULL << order;
	}
}

/* Mostly the address of a block that is held; what the ledger has there, or NULL. */
static u64 any_block(struct block **found)
{
	u64 pa = nr_live && compare_below(8) ? live[compare_below(nr_live)] :
					       any_address();

	*found = pa & ~SHADOW_PAGE_MASK ? NULL : ledger_entry(pa);
	return pa;
}

static void do_hold(void)
{
	struct block *found;
	u64 pa = any_block(&found);
	bool right = found && found->refs;

	answer("get", pa, 0, right, shadow_buddy_get(&buddy, pa));
	if (!right)
		return;
	literal_get(&literal, pa);
	found->refs++;
}

static void do_let_go(void)
{
	struct block *found;
	u64 pa = any_block(&found);
	bool right = found && found->refs;

	answer("put", pa, 0, right, shadow_buddy_put(&buddy, pa));
	if (!right)
		return;
	literal_put(&literal, pa);
	if (found->refs == 1)
		ledger_drop(pa);
	else
		found->refs--;
}

/* A page allocated and freed at once: what the engine may do in a shorter way. */
static void do_pair(void)
{
	unsigned int order = __builtin_ctzll(compare_random() | 1ULL << 12);
	u64 pa = shadow_buddy_alloc(&buddy, order);

	same("alloc", order, pa, literal_alloc(&literal, order));
	if (pa == SHADOW_NO_PAGE)
		return;
	ledger_add(pa, order);
	do_free_of(pa, order);
	if (!compare_below(4))
		do_free_of(pa, order);
}

static void compare_blocks(void)
{
	u64 ours[SHADOW_NR_ORDERS], theirs[LITERAL_NR_ORDERS];
	unsigned int order;

	same("free pages, operation", at, shadow_buddy_blocks(&buddy, ours),
	     literal_blocks(&literal, theirs));
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		same("free blocks of order", order, ours[order], theirs[order]);
}

static void step(void)
{
	static void (*const often[])(void) = {
		do_alloc, do_alloc, do_alloc, do_free, do_free, do_pair,
		do_pair, do_wrong, do_exact, do_free_exact, do_hold, do_let_go,
		do_let_go, do_free, do_alloc, do_wrong,
	};

	often[compare_below(16)]();
	/* Now and then much is freed at once: what merges, merges high. */
	if (!compare_below(20000)) {
		u32 left = compare_below(nr_live + 1);
		u64 tries = nr_live;

		while (nr_live > left && tries--)
			do_let_go();
	}
	if (!compare_below(10000))
		compare_blocks();
}

/* What is left of all lists has to come in the same order, too. */
static void finish(void)
{
	const char *broken;
	unsigned int order;
	u64 pa;

	broken = shadow_buddy_check(&buddy, &pa);
	if (broken)
		compare_differ("%s, at 0x%llx", broken, pa);
	compare_blocks();
	for (order = SHADOW_NR_ORDERS; order--; ) {
		do {
			pa = shadow_buddy_alloc(&buddy, order);
			same("the last ones of order", order, pa,
			     literal_alloc(&literal, order));
		} while (pa != SHADOW_NO_PAGE);
	}
}

/* In each bank one part or two is given to the allocator. */
static void give(void)
{
	u32 i;

	for (i = 0; i < ram.nr; i++) {
		u64 nr = (ram.range[i].last + 1 - ram.range[i].start) >>
			SHADOW_PAGE_SHIFT;
		u64 first = compare_below(2) ? 0 : compare_below(nr);
		u64 cut = first + compare_below(nr - first);
		u64 start = ram.range[i].start + PAGE(first);

		if (cut > first) {
			shadow_buddy_add_range(&buddy, start, ram.range[i].start +
					       PAGE(cut) - 1);
			literal_add_range(&literal, start, ram.range[i].start +
					  PAGE(cut) - 1);
		}
		start = ram.range[i].start + PAGE(cut + (compare_below(2) && cut + 1 < nr));
		shadow_buddy_add_range(&buddy, start, ram.range[i].last);
		literal_add_range(&literal, start, ram.range[i].last);
	}
}

static void machine(u64 operations)
{
	u64 pages = compare_begin();
	void *mem = compare_memory(shadow_buddy_bytes(&ram), 1);
	struct literal_page *map = compare_memory(pages, sizeof(*map));
	u64 first = 0;
	u32 i;

	memset(run, 0, sizeof(run));
	shadow_buddy_init(&buddy, &ram, mem);
	for (i = 0; i < ram.nr; i++) {
		bank[i].start = ram.range[i].start >> SHADOW_PAGE_SHIFT;
		bank[i].end = (ram.range[i].last + 1) >> SHADOW_PAGE_SHIFT;
		bank[i].map = map + first;
		first += bank[i].end - bank[i].start;
	}
	literal_init(&literal, bank, ram.nr);
	give();
	for (at = 0; at < operations; at++)
		step();
	finish();
	compare_end();
	free(map);
	free(mem);
}

int main(int argc, char **argv)
{
	u64 left, machines = 0;

	if (argc != 3) {
		fprintf(stderr, "usage: compare SEED OPERATIONS\n");
		return 2;
	}
	seed = strtoull(argv[1], NULL, 0);
	for (left = strtoull(argv[2], NULL, 0); left; seed++, machines++) {
		u64 now = left < ROUND ? left : ROUND;

		machine(now);
		left -= now;
	}
	printf("compare: no difference on %llu machines; refused: %llu, without a block: %llu\n",
	       machines, nr_refused, nr_failed);
	return 0;
}
