// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables and where they come from, against the naive model: ranges are
 * mapped and unmapped, tables allocated and freed, while tables run out now and
 * then and their sources change.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "input.h"
#include "pt_model.h"

#define GIVEN		32 /* tables that allocators share */
#define ENTRIES		512
#define HELD		18
#define MOST_MAPPED	20
#define MOST_LEAVES	100 /* of one range */

/* A map and the sources of its tables. */
struct world {
	struct shadow_input *in; /* choices */
	/* the map, and memory for its tables */
	struct shadow_test_pt f;
	struct shadow_pt_model m; /* the model */
	/* its list */
	struct shadow_mapped mapped[MOST_MAPPED];
	/* the source of a table */
	struct shadow_test_giver *from[GIVEN];
	/* tables that are out but not in the map */
	struct shadow_pt_table held[HELD];
};

static u64 choose_address(struct world *w)
{
	static const u64 bases[] = {
		0, 0x40000000, 0x7ffffd000, 0x200000, 0x3fe00000,
		0x7fffe00000, 0xffffbfe00000, 0x8000000000,
	};
	u8 what = shadow_input_byte(w->in);

	return bases[what & 7] + (what >> 5) * SHADOW_PAGE_SIZE +
	       (what & 0x08 ? SHADOW_PT_2M : 0) +
	       (what & 0x10 ? SHADOW_PT_1G : 0);
}

static u64 choose_bytes(struct world *w)
{
	static const u64 sizes[] = {
		0x1000, 0x3000, 0x200000, 0x201000, 0x21000, 0x400000,
		0x40000000, 0x40200000,
	};
	u8 what = shadow_input_byte(w->in);

	return sizes[what & 7] + (what >> 3) * SHADOW_PAGE_SIZE;
}

/* Are the leaves of a range so few that looking at each takes no time? */
static bool is_small(const struct shadow_mapped *m, u64 largest)
{
	u64 va = m->va;
	u32 nr;

	for (nr = 0; va < m->va + m->bytes && nr < MOST_LEAVES; nr++)
		va += shadow_pt_model_leaf(m, va, largest);
	return va >= m->va + m->bytes;
}

static void map_range(struct world *w)
{
	struct shadow_mapped m = { choose_address(w) & SHADOW_PT_LOW,
				   choose_address(w), choose_bytes(w) };
	u64 high;

	if (w->m.nr == MOST_MAPPED - 1 || !is_small(&m, w->f.map.largest))
		return;
	high = shadow_input_byte(w->in) & 1 ? SHADOW_PT_HIGHER_HALF : 0;
	shadow_input_expect(w->in, shadow_pt_model_map(&w->m, m.va | high, m.pa,
						       m.bytes));
}

/* Anything at all but what could be mapped, for that is above. */
static void map_anything(struct world *w)
{
	u64 va = shadow_input_word(w->in), pa = shadow_input_word(w->in);
	u64 bytes = shadow_input_word(w->in);
	u8 what = shadow_input_byte(w->in);
	bool odd, out;
	int err;

	va &= what & 1 ? SHADOW_PAGE_MASK : ~0ULL;
	pa &= what & 2 ? SHADOW_PAGE_MASK : ~0ULL;
	bytes &= what & 4 ? SHADOW_PAGE_MASK : ~0ULL;
	va &= what & 8 ? SHADOW_PT_LOW : ~0ULL;
	pa &= what & 16 ? SHADOW_PT_LOW : ~0ULL;
	odd = !bytes || va % SHADOW_PAGE_SIZE || pa % SHADOW_PAGE_SIZE ||
	      bytes % SHADOW_PAGE_SIZE;
	out = (va > SHADOW_PT_LOW && va < SHADOW_PT_HIGHER_HALF) ||
	      pa > SHADOW_PT_LOW || bytes > SHADOW_PT_LOW + 1 - pa ||
	      bytes > SHADOW_PT_LOW + 1 - (va & SHADOW_PT_LOW);
	if (!odd && !out)
		return;
	err = shadow_pt_map_range(&w->f.map, va, pa, bytes);
	shadow_input_expect(w->in, err == (odd ? -EINVAL : -ERANGE));
}

/* One range, or all from one to another, whatever lies between. */
static void unmap(struct world *w)
{
	u8 what = shadow_input_byte(w->in);
	u32 first, last;

	if (!w->m.nr)
		return;
	first = what % w->m.nr;
	last = first;
	if (what & 0x80)
		last += (what >> 4 & 7) % (w->m.nr - first);
	shadow_pt_model_unmap(&w->m, first, last);
}

/* It counts its calls. */
static int stop_at_once(void *ctx, u64 va, u64 pa, u64 bytes)
{
	++*(u32 *)ctx;
	return 7;
}

static int go_on(void *ctx, u64 va, u64 pa, u64 bytes)
{
	return 0;
}

/* What unmaps nothing: no bytes, or some past the end, or of an empty map. */
static void unmap_nothing(struct world *w)
{
	struct shadow_pt_map *map = &w->f.map;
	u64 va = choose_address(w) & SHADOW_PT_LOW;
	u32 leaves = 0;

	shadow_pt_unmap_range(map, va, 0);
	shadow_pt_unmap_range(map, va, SHADOW_PT_LOW + 2 - va);
	if (!w->m.nr)
		shadow_pt_unmap_range(map, va, SHADOW_PAGE_SIZE);
	shadow_input_expect(w->in,
			    shadow_pt_map_walk(map, stop_at_once, &leaves) ==
				    (w->m.nr ? 7 : 0));
	shadow_input_expect(w->in, leaves == (w->m.nr ? 1 : 0));
}

/* An entry that leads to no table for a while. */
static void lead_nowhere(struct world *w)
{
	struct shadow_pt_map *map = &w->f.map;
	u64 va, *entry, kept;

	/* What is wrong from here on is meant to be. */
	shadow_input_expect(w->in, !w->f.wrong);
	if (!w->m.nr)
		return;
	va = w->mapped[shadow_input_below(w->in, w->m.nr)].va & ~0xfffULL;
	entry = &map->root.entries[va >> 39];
	kept = *entry;
	*entry ^= 0x800000000000ULL;
	shadow_input_expect(w->in,
			    shadow_pt_map_walk(map, go_on, NULL) == -EFAULT);
	shadow_input_expect(w->in,
			    shadow_pt_map_range(map, va, va,
						SHADOW_PAGE_SIZE) == -EFAULT);
	/* Its root stays where there is another entry. */
	if (map->nr_tables[1] > 1) {
		shadow_pt_unmap_range(map, va, SHADOW_PAGE_SIZE);
		shadow_input_expect(w->in, !*entry);
	}
	*entry = kept;
	shadow_input_expect(w->in, w->f.wrong);
	w->f.wrong = 0;
}

/* Set another allocator, or none, and how many tables it has. */
static void set_allocator(struct world *w)
{
	const struct shadow_pt_ops *previous = w->f.pt.ops;
	u32 i = shadow_input_below(w->in, SHADOW_TEST_GIVERS + 1);

	if (i < SHADOW_TEST_GIVERS)
		shadow_test_pt_give(&w->f, i, shadow_input_below(w->in, GIVEN));
	else
		shadow_input_expect(w->in,
				    shadow_pt_set_allocator(&w->f.pt, NULL) ==
					    previous);
}

static void allocate(struct world *w)
{
	u32 nr = shadow_input_below(w->in, HELD + 1 - w->m.held);
	u32 out = shadow_test_pt_out(&w->f), left = shadow_test_pt_left(&w->f);
	u32 used = shadow_pt_pool_used(&w->f.pt);
	u32 given = left - (SHADOW_PT_POOL_TABLES - used);
	struct shadow_pt_table *table = &w->held[w->m.held];
	int err = shadow_pt_alloc_tables(&w->f.pt, table, nr);
	u32 i, n;

	shadow_input_expect(w->in, err == (nr > left ? -ENOMEM : 0));
	if (err) {
		shadow_input_expect(w->in, shadow_test_pt_out(&w->f) == out);
		return;
	}
	/* The pool is only for what the allocator does not have (P2). */
	shadow_input_expect(w->in,
			    shadow_pt_pool_used(&w->f.pt) ==
				    used + (nr > given ? nr - given : 0));
	w->m.held += nr;
	for (i = 0; i < nr; i++)
		for (n = 0; n < ENTRIES; n++) {
			shadow_input_expect(w->in, !table[i].entries[n]);
			table[i].entries[n] = ~0ULL;
		}
}

/* Free a table, once more, and what was never allocated. */
static void free_table(struct world *w)
{
	struct shadow_pt_alloc *pt = &w->f.pt;
	u32 i = shadow_input_below(w->in, HELD + 1);
	struct shadow_pt_table other = { w->f.table[i].entry, NULL };

	if (i < w->m.held) {
		shadow_input_expect(w->in,
				    !shadow_pt_free_table(pt, &w->held[i]));
		shadow_input_expect(w->in, !w->held[i].entries);
		shadow_input_expect(w->in,
				    shadow_pt_free_table(pt, &w->held[i]) ==
					    -EINVAL);
		w->held[i] = w->held[--w->m.held];
	}
	if (!(pt->pool_used >> i & 1))
		shadow_input_expect(w->in, shadow_pt_free_table(pt, &other) ==
						   -EINVAL);
	other.entries++;
	shadow_input_expect(w->in, shadow_pt_free_table(pt, &other) == -EINVAL);
}

/* Tables for RAM that is mapped where it lies, without a map. */
static void count(struct world *w)
{
	static const u64 largest[] = {
		SHADOW_PT_4K, SHADOW_PT_2M, SHADOW_PT_1G
	};
	u64 want[SHADOW_PT_LEVELS], got[SHADOW_PT_LEVELS];
	u64 leaf = largest[shadow_input_below(w->in, 3)];
	struct shadow_range range[4];
	struct shadow_mapped m[4];
	struct shadow_ranges ram;
	u32 i, nr = shadow_input_below(w->in, 5);

	shadow_ranges_init(&ram, range, 4);
	while (nr--) {
		u64 start = choose_address(w);

		shadow_ranges_add(&ram, start, start + choose_bytes(w) - 1);
	}
	for (i = 0; i < ram.nr; i++) {
		m[i].va = range[i].start;
		m[i].pa = range[i].start;
		m[i].bytes = range[i].last - range[i].start + 1;
		if (!is_small(&m[i], leaf))
			return;
	}
	shadow_pt_model_count(m, ram.nr, leaf, want);
	shadow_input_expect(w->in,
			    shadow_pt_count(&ram, leaf, got) ==
				    want[0] + want[1] + want[2] + want[3]);
	shadow_input_expect(w->in, !memcmp(want, got, sizeof(want)));
}

static void operate(struct world *w)
{
	switch (shadow_input_byte(w->in) & 15) {
	case 0 ... 5:
		map_range(w);
		break;
	case 6 ... 7:
		unmap(w);
		break;
	case 8 ... 9:
		set_allocator(w);
		break;
	case 10:
		allocate(w);
		break;
	case 11:
		free_table(w);
		break;
	case 12 ... 13:
		count(w);
		break;
	case 14:
		map_anything(w);
		break;
	default:
		unmap_nothing(w);
		lead_nowhere(w);
	}
}

static void end(struct world *w)
{
	while (w->m.nr)
		shadow_pt_model_unmap(&w->m, 0, 0);
	while (w->m.held)
		shadow_pt_free_table(&w->f.pt, &w->held[--w->m.held]);
	shadow_input_agree(w->in, shadow_pt_model_differs(&w->m));
}

static void operate_on_map(struct world *w)
{
	static const u64 largest[] = {
		SHADOW_PT_4K, SHADOW_PT_2M, SHADOW_PT_1G, SHADOW_PT_1G
	};

	w->f.map.largest = largest[shadow_input_below(w->in, 4)];
	w->m.f = &w->f;
	w->m.mapped = w->mapped;
	while (w->in->left) {
		operate(w);
		shadow_input_agree(w->in, shadow_pt_model_differs(&w->m));
	}
	end(w);
}

void shadow_pt_compare(struct shadow_input *in)
{
	u32 bytes = (SHADOW_PT_POOL_TABLES + GIVEN) * SHADOW_PAGE_SIZE;
	struct world *w = kvzalloc(sizeof(*w), GFP_KERNEL);
	void *table = vmalloc(bytes);

	shadow_input_expect(in, w && table);
	if (!in->wrong) {
		w->in = in;
		memset(table, 0x5a, bytes);
		shadow_test_pt_begin(&w->f, table, w->from, GIVEN);
		operate_on_map(w);
	}
	vfree(table);
	kvfree(w);
}
