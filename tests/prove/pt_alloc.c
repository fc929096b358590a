// SPDX-License-Identifier: GPL-2.0-only
/*
 * Proofs of pt_alloc.c: whatever the allocator does at each call, no table is
 * lost, allocated twice or freed twice. Its pages and the pool's are told
 * apart by number; a table has few entries here, of which pt_alloc.c only
 * knows that it zeroes them all.
 */
#include "prove.h"

#include "../../ranges.h"
#undef SHADOW_PAGE_SIZE
#define SHADOW_PAGE_SIZE 16ULL

#define PAGES	4	/* what the allocator has */
#define TABLES	3	/* most that one call allocates, in the proof */

static inline void *prove_set(void *at, int byte, size_t size)
{
	u64 *word = at;
	size_t i;

	ASSERT(!byte && size % sizeof(*word) == 0, "memset zeroes words");
	for (i = 0; i < size / sizeof(*word); i++)
		word[i] = 0;
	return at;
}

#define memset prove_set
#include "../../pt_alloc.c"

static struct shadow_pt_page page[PAGES], pool[SHADOW_PT_POOL_TABLES];
static bool out[PAGES];
static bool said_no;	/* alloc_page() failed in this call */
static struct shadow_pt_alloc pt;

static void *any_alloc(void *ctx)
{
	u32 i = nondet_u32();

	ASSERT(ctx == &out && pt.lock.held, "called as promised");
	if (i >= PAGES || out[i]) {
		said_no = true;
		return NULL;
	}
	out[i] = true;
	page[i].entry[0] = nondet_u64();
	page[i].entry[1] = nondet_u64();
	return page[i].entry;
}

static void any_free(void *ctx, void *entries)
{
	bool known = false;
	u32 i;

	ASSERT(ctx == &out && pt.lock.held, "called as promised");
	for (i = 0; i < PAGES; i++) {
		if (entries != page[i].entry)
			continue;
		ASSERT(out[i], "a page is freed once, and was allocated");
		out[i] = false;
		known = true;
	}
	ASSERT(known, "a page is freed to where it came from");
}

static const struct shadow_pt_ops ops = { any_alloc, any_free, &out };

/* Any moment: some tables are out, there is an allocator or none. */
static void any_source(void)
{
	u32 i;

	pt.pool = pool;
	pt.pool_used = (u16)nondet_u32();
	pt.ops = nondet_bool() ? &ops : NULL;
	pt.lock.held = false;
	for (i = 0; i < PAGES; i++)
		out[i] = nondet_bool();
	said_no = false;
}

/* Is this table the one of that number? The allocator's come first. */
static bool is_number(const struct shadow_pt_table *table, u32 number)
{
	if (number < PAGES)
		return table->from == &ops &&
		       table->entries == page[number].entry;
	return !table->from && table->entries == pool[number - PAGES].entry;
}

static bool is_out(u32 number)
{
	return number < PAGES ? out[number] :
	       pt.pool_used >> (number - PAGES) & 1;
}

/* One arbitrary table: it is out after if it was before, or is allocated. */
void pt_alloc_tables(void)
{
	struct shadow_pt_table table[TABLES];
	u32 nr = nondet_u32(), number = nondet_u32(), held = 0, i;
	u16 used;
	bool was;
	int err;

	any_source();
	ASSUME(nr <= TABLES && number < PAGES + SHADOW_PT_POOL_TABLES);
	was = is_out(number);
	used = pt.pool_used;
	err = shadow_pt_alloc_tables(&pt, table, nr);
	ASSERT(!pt.lock.held, "the lock is free again");
	ASSERT(!err || err == -ENOMEM, "all or none");
	if (err) {
		ASSERT(is_out(number) == was, "an error allocates nothing");
		ASSERT(!pt.ops || said_no, "the allocator had nothing");
		ASSERT(hweight32(used) + nr > SHADOW_PT_POOL_TABLES,
		       "and the pool had too little");
	} else {
		for (i = 0; i < nr; i++) {
			held += is_number(&table[i], number);
			ASSERT(!table[i].entries[0] && !table[i].entries[1],
			       "a table is zeroed");
		}
		ASSERT(held + was == is_out(number), "allocated once, or not");
		ASSERT(pt.ops || !held || number >= PAGES, "from the pool");
		ASSERT(!pt.ops || said_no || pt.pool_used == used,
		       "the pool only where the allocator has nothing");
	}
	REACHABLE(err && nr == TABLES && said_no && hweight32(used) < 16,
		  "tables allocated and freed");
	REACHABLE(!err && held && said_no && number < PAGES, "from both");
}

/* A table that is out is freed; what is not out is refused. */
void pt_free_table(void)
{
	struct shadow_pt_table table;
	u32 given = nondet_u32(), number = nondet_u32();
	const u32 all = PAGES + SHADOW_PT_POOL_TABLES;
	bool was, null = nondet_bool(), valid;
	int err;

	any_source();
	ASSUME(given < all && number < all);
	table.from = given < PAGES ? &ops : NULL;
	table.entries = given < PAGES ? page[given].entry :
			pool[given - PAGES].entry;
	/* It keeps what its allocator returned: it is NULL once freed. */
	ASSUME(given >= PAGES || is_out(given));
	if (null)
		table.entries = NULL;
	valid = !null && is_out(given);
	was = is_out(number);
	err = shadow_pt_free_table(&pt, &table);
	ASSERT(!pt.lock.held, "the lock is free again");
	ASSERT(err == (valid ? 0 : -EINVAL), "refused if it is not out");
	ASSERT(!valid || !table.entries, "it cannot be freed twice");
	ASSERT(is_out(number) == (was && !(valid && given == number)),
	       "this table is freed, no other");
	REACHABLE(valid && given < PAGES && !pt.ops, "to a previous allocator");
	REACHABLE(valid && given >= PAGES, "to the pool");
	REACHABLE(err, "refused");
}
