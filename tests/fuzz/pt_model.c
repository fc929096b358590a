// SPDX-License-Identifier: GPL-2.0-only
/*
 * A map of page tables and a list of what is mapped in it. See pt_model.h.
 */
#include <linux/string.h>

#include "pt_model.h"

/* A range that can be listed has no more leaves. */
#define RANGE_LEAVES	100

struct leaf {
	u64 va;
	u64 pa;
	u64 bytes;
};

/* Leaves by ascending address, and how far a walk has come. */
static struct leaf leaves[PT_MAPPED * RANGE_LEAVES];
static u32 nr_leaves;
static u32 at_leaf;

static unsigned int shift_of(unsigned int level)
{
	static const u8 shift[SHADOW_PT_LEVELS] = { 39, 30, 21, 12 };

	return shift[level];
}

/* As large as the addresses and what is left allow. */
static u64 leaf_at(const struct pt_mapped *m, u64 at, u64 largest)
{
	u64 leaf = largest;

	while (((m->va + at) | (m->pa + at)) & (leaf - 1) ||
	       m->bytes - at < leaf)
		leaf /= 512;
	return leaf;
}

static void add_leaves(const struct pt_mapped *m, u64 largest)
{
	u64 at = 0;

	while (at < m->bytes) {
		u64 leaf = leaf_at(m, at, largest);

		fuzz_expect(nr_leaves < PT_MAPPED * RANGE_LEAVES);
		leaves[nr_leaves++] = (struct leaf){
			m->va + at, m->pa + at, leaf
		};
		at += leaf;
	}
}

bool pt_model_is_small(const struct pt_mapped *m, u64 largest)
{
	u64 at = 0;
	u32 nr = 0;

	while (at < m->bytes && nr < RANGE_LEAVES) {
		at += leaf_at(m, at, largest);
		nr++;
	}
	return at >= m->bytes;
}

/* Tables of a level: one for each region that holds something smaller. */
void pt_model_count(const struct pt_mapped *m, u32 nr, u64 largest,
		    u64 nr_tables[SHADOW_PT_LEVELS])
{
	unsigned int level;
	u32 i;

	nr_leaves = 0;
	for (i = 0; i < nr; i++)
		add_leaves(&m[i], largest);
	nr_tables[0] = nr > 0;
	for (level = 1; level < SHADOW_PT_LEVELS; level++) {
		unsigned int shift = shift_of(level - 1);
		u64 counted = ~0ULL;

		nr_tables[level] = 0;
		for (i = 0; i < nr_leaves; i++) {
			if (leaves[i].bytes >= 1ULL << shift ||
			    leaves[i].va >> shift == counted)
				continue;
			counted = leaves[i].va >> shift;
			nr_tables[level]++;
		}
	}
}

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	(void)ctx;
	fuzz_expect(at_leaf < nr_leaves);
	fuzz_expect(va == leaves[at_leaf].va);
	fuzz_expect(pa == leaves[at_leaf].pa);
	fuzz_expect(bytes == leaves[at_leaf].bytes);
	at_leaf++;
	return 0;
}

static int stop_at_once(void *ctx, u64 va, u64 pa, u64 bytes)
{
	(void)ctx;
	return va + pa + bytes ? 7 : 0;
}

/* The address that a virtual one stands for, or all ones for a fault. */
static u64 translate(struct pt_model *w, u64 va)
{
	const u64 *table = w->map.root.entries;
	unsigned int level;

	for (level = 0; table; level++) {
		u64 inside = (1ULL << shift_of(level)) - 1;
		u64 entry = table[va >> shift_of(level) & 511];
		u64 address = entry & 0xfffffffff000ULL;

		if (!(entry & 1))
			break;
		if (level == 3 || !(entry & 2)) {
			fuzz_expect(level && !(entry & 2) == (level < 3));
			fuzz_expect(!(address & inside));
			return address | (va & inside);
		}
		table = pt_tables_at(&w->tables, address);
	}
	return ~0ULL;
}

static void expect_address(struct pt_model *w, u64 va)
{
	u64 want = ~0ULL;
	u32 i;

	va &= PT_LOW;
	for (i = 0; i < w->nr; i++)
		if (va - w->mapped[i].va < w->mapped[i].bytes)
			want = w->mapped[i].pa + (va - w->mapped[i].va);
	fuzz_expect(translate(w, va) == want);
}

static void expect_leaves(struct pt_model *w)
{
	at_leaf = 0;
	fuzz_expect(!shadow_pt_map_walk(&w->map, compare_leaf, NULL));
	fuzz_expect(at_leaf == nr_leaves);
	fuzz_expect(shadow_pt_map_walk(&w->map, stop_at_once, NULL) ==
		    (w->nr ? 7 : 0));
}

void pt_model_expect_agreement(struct pt_model *w)
{
	u64 nr[SHADOW_PT_LEVELS], sum = 0;
	u32 i;

	pt_model_count(w->mapped, w->nr, w->map.largest, nr);
	for (i = 0; i < SHADOW_PT_LEVELS; i++) {
		fuzz_expect(w->map.nr_tables[i] == nr[i]);
		sum += nr[i];
	}
	fuzz_expect(pt_tables_out(&w->tables) == sum + w->held);
	fuzz_expect(!w->map.root.entries == !w->nr);
	expect_leaves(w);
	for (i = 0; i < w->nr; i++) {
		u64 first = w->mapped[i].va;
		u64 bytes = w->mapped[i].bytes;

		expect_address(w, first);
		expect_address(w, first + bytes / 2);
		expect_address(w, first + bytes - 1);
		expect_address(w, first - 1);
		expect_address(w, first + bytes);
	}
}

bool pt_model_overlaps(const struct pt_model *w, u64 va, u64 bytes)
{
	u32 i;

	for (i = 0; i < w->nr; i++)
		if (va < w->mapped[i].va + w->mapped[i].bytes &&
		    w->mapped[i].va < va + bytes)
			return true;
	return false;
}

void pt_model_insert(struct pt_model *w, const struct pt_mapped *m)
{
	u32 i = 0;

	while (i < w->nr && w->mapped[i].va < m->va)
		i++;
	memmove(&w->mapped[i + 1], &w->mapped[i],
		(w->nr - i) * sizeof(*w->mapped));
	w->mapped[i] = *m;
	w->nr++;
}

void pt_model_drop(struct pt_model *w, u32 i)
{
	w->nr--;
	memmove(&w->mapped[i], &w->mapped[i + 1],
		(w->nr - i) * sizeof(*w->mapped));
}

u32 pt_model_missing(struct pt_model *w, const struct pt_mapped *m)
{
	u64 nr[SHADOW_PT_LEVELS];
	u32 i = 0;

	pt_model_insert(w, m);
	pt_model_count(w->mapped, w->nr, w->map.largest, nr);
	while (w->mapped[i].va != m->va)
		i++;
	pt_model_drop(w, i);
	return nr[0] + nr[1] + nr[2] + nr[3] + w->held -
	       pt_tables_out(&w->tables);
}
