// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page tables and where they come from, against a list of what is mapped.
 * Ranges are mapped and unmapped, tables taken and given back, while tables run
 * out now and then and those who give them change.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "pt_model.h"

#define HELD	18

/**
 * struct world - a map and who gives it tables
 * @in: choices
 * @model: the map and what is mapped
 * @met: allocators that the map may have met since it was empty
 * @held: tables that are out but not in the map
 */
struct world {
	struct fuzz_input in;
	struct pt_model model;
	u32 met;
	struct shadow_pt_table held[HELD];
};

static u64 choose_address(struct world *w)
{
	static const u64 bases[] = {
		0, 0x40000000, 0x7ffffd000, 0x200000, 0x3fe00000,
		0x7fffe00000, 0xffffbfe00000, 0x8000000000,
	};
	u8 what = fuzz_byte(&w->in);

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
	u8 what = fuzz_byte(&w->in);

	return sizes[what & 7] + (what >> 3) * SHADOW_PAGE_SIZE;
}

static void expect_mapped(struct world *w, const struct pt_mapped *m, int err,
			  u32 left)
{
	struct pt_model *model = &w->model;

	if (err == -ENOSPC) {
		fuzz_expect(__builtin_popcount(w->met) >= SHADOW_PT_SOURCES);
	} else if (pt_model_overlaps(model, m->va, m->bytes)) {
		/* Tables may run out before the page that is mapped. */
		fuzz_expect(err == -EEXIST || err == -ENOMEM);
	} else if (pt_model_missing(model, m) > left) {
		fuzz_expect(err == -ENOMEM);
	} else {
		fuzz_expect(!err);
		pt_model_insert(model, m);
	}
}

static void map_range(struct world *w)
{
	struct pt_mapped m = {
		choose_address(w) & PT_LOW, choose_address(w), choose_bytes(w)
	};
	u32 left = pt_tables_left(&w->model.tables);
	u64 va = m.va;
	int err;

	if (w->model.nr == PT_MAPPED - 1 ||
	    !pt_model_is_small(&m, w->model.map.largest))
		return;
	if (fuzz_byte(&w->in) & 1)
		va |= SHADOW_PT_HIGHER_HALF;
	err = shadow_pt_map_range(&w->model.map, va, m.pa, m.bytes);
	if (m.va + m.bytes > PT_LOW + 1 || m.pa + m.bytes > PT_LOW + 1)
		fuzz_expect(err == -ERANGE);
	else
		expect_mapped(w, &m, err, left);
}

/* Anything at all; what could be mapped is left out, for that is above. */
static void map_anything(struct world *w)
{
	u64 va = fuzz_word(&w->in), pa = fuzz_word(&w->in);
	u64 bytes = fuzz_word(&w->in);
	u8 what = fuzz_byte(&w->in);
	bool odd, out;

	va &= what & 1 ? SHADOW_PAGE_MASK : ~0ULL;
	pa &= what & 2 ? SHADOW_PAGE_MASK : ~0ULL;
	bytes &= what & 4 ? SHADOW_PAGE_MASK : ~0ULL;
	va &= what & 8 ? PT_LOW : ~0ULL;
	pa &= what & 16 ? PT_LOW : ~0ULL;
	odd = !bytes || va % SHADOW_PAGE_SIZE || pa % SHADOW_PAGE_SIZE ||
	      bytes % SHADOW_PAGE_SIZE;
	out = (va > PT_LOW && va < SHADOW_PT_HIGHER_HALF) || pa > PT_LOW ||
	      bytes > PT_LOW + 1 - pa || bytes > PT_LOW + 1 - (va & PT_LOW);
	if (odd || out)
		fuzz_expect(shadow_pt_map_range(&w->model.map, va, pa, bytes) ==
			    (odd ? -EINVAL : -ERANGE));
}

/* One range, or all from one to another, whatever lies between. */
static void unmap(struct world *w)
{
	struct pt_model *model = &w->model;
	u8 what = fuzz_byte(&w->in);
	u32 first, last;
	u64 va, bytes;

	if (!model->nr)
		return;
	first = what % model->nr;
	last = first;
	if (what & 0x80)
		last += (what >> 4 & 7) % (model->nr - first);
	va = model->mapped[first].va;
	bytes = model->mapped[last].va + model->mapped[last].bytes - va;
	shadow_pt_unmap_range(&model->map, va | SHADOW_PT_HIGHER_HALF, bytes);
	for (; last + 1 > first; last--)
		pt_model_drop(model, first);
}

/* What unmaps nothing: no bytes, or some past the end, or of an empty map. */
static void unmap_nothing(struct world *w)
{
	struct shadow_pt_map *map = &w->model.map;
	u64 va = choose_address(w) & PT_LOW;

	shadow_pt_unmap_range(map, va, 0);
	shadow_pt_unmap_range(map, va, PT_LOW + 2 - va);
	if (!w->model.nr)
		shadow_pt_unmap_range(map, va, SHADOW_PAGE_SIZE);
}

/* Set another allocator, or none, and how many tables it has. */
static void set_allocator(struct world *w)
{
	struct pt_tables *t = &w->model.tables;
	const struct shadow_pt_ops *former = t->pt.ops;
	u32 i = fuzz_below(&w->in, GIVERS + 1);
	const struct shadow_pt_ops *ops = NULL;

	if (i < GIVERS) {
		t->giver[i].left = fuzz_below(&w->in, GIVEN_TABLES);
		ops = &t->giver[i].ops;
		w->met |= 1U << i;
	}
	fuzz_expect(shadow_pt_set_allocator(&t->pt, ops) == former);
}

static void take(struct world *w)
{
	struct pt_tables *t = &w->model.tables;
	u32 nr = fuzz_below(&w->in, HELD + 1 - w->model.held);
	u32 out = pt_tables_out(t), left = pt_tables_left(t), i, n;
	struct shadow_pt_table *table = &w->held[w->model.held];
	int err = shadow_pt_take(&t->pt, table, nr);

	fuzz_expect(err == (nr > left ? -ENOMEM : 0));
	if (err) {
		fuzz_expect(pt_tables_out(t) == out);
		return;
	}
	w->model.held += nr;
	for (i = 0; i < nr; i++)
		for (n = 0; n < ARRAY_SIZE(t->table->entry); n++)
			fuzz_expect(!table[i].entries[n]);
}

/* Give a table back, once more, and what was never given away. */
static void give_back(struct world *w)
{
	struct pt_tables *t = &w->model.tables;
	u32 i = fuzz_below(&w->in, HELD + 1);
	struct shadow_pt_table other = { t->table[i].entry, NULL };

	if (i < w->model.held) {
		fuzz_expect(!shadow_pt_give_back(&t->pt, &w->held[i]));
		fuzz_expect(!w->held[i].entries);
		fuzz_expect(shadow_pt_give_back(&t->pt, &w->held[i]) ==
			    -EINVAL);
		w->held[i] = w->held[--w->model.held];
	}
	if (!(t->pt.pool_used >> i & 1))
		fuzz_expect(shadow_pt_give_back(&t->pt, &other) == -EINVAL);
	other.entries++;
	fuzz_expect(shadow_pt_give_back(&t->pt, &other) == -EINVAL);
}

/* Tables for RAM that is mapped where it lies, without a map. */
static void count(struct world *w)
{
	static const u64 largest[] = {
		SHADOW_PT_4K, SHADOW_PT_2M, SHADOW_PT_1G
	};
	u64 want[SHADOW_PT_LEVELS], got[SHADOW_PT_LEVELS];
	u64 leaf = largest[fuzz_below(&w->in, 3)];
	struct shadow_range range[4];
	struct pt_mapped m[4];
	struct shadow_ranges ram;
	u32 i, nr = fuzz_below(&w->in, 5);

	shadow_ranges_init(&ram, range, 4);
	while (nr--) {
		u64 start = choose_address(w);

		shadow_ranges_add(&ram, start, start + choose_bytes(w) - 1);
	}
	for (i = 0; i < ram.nr; i++) {
		m[i].va = range[i].start;
		m[i].pa = range[i].start;
		m[i].bytes = range[i].last - range[i].start + 1;
		if (!pt_model_is_small(&m[i], leaf))
			return;
	}
	pt_model_count(m, ram.nr, leaf, want);
	fuzz_expect(shadow_pt_count(&ram, leaf, got) ==
		    want[0] + want[1] + want[2] + want[3]);
	fuzz_expect(!memcmp(want, got, sizeof(want)));
}

static void operate(struct world *w)
{
	switch (fuzz_byte(&w->in) & 15) {
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
		take(w);
		break;
	case 11:
		give_back(w);
		break;
	case 12 ... 13:
		count(w);
		break;
	case 14:
		map_anything(w);
		break;
	default:
		unmap_nothing(w);
	}
}

static void end(struct world *w)
{
	while (w->model.nr) {
		shadow_pt_unmap_range(&w->model.map, w->model.mapped->va,
				      w->model.mapped->bytes);
		pt_model_drop(&w->model, 0);
	}
	while (w->model.held)
		shadow_pt_give_back(&w->model.tables.pt,
				    &w->held[--w->model.held]);
	fuzz_expect(!w->model.map.root.entries);
	pt_tables_end(&w->model.tables);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u64 largest[] = {
		SHADOW_PT_4K, SHADOW_PT_2M, SHADOW_PT_1G, SHADOW_PT_1G
	};
	struct world w = { .in = { data, size } };
	struct pt_model *model = &w.model;

	pt_tables_begin(&model->tables);
	shadow_pt_map_init(&model->map, &model->tables.pt,
			   &model->tables.space,
			   largest[fuzz_below(&w.in, 4)]);
	while (w.in.left) {
		operate(&w);
		pt_model_expect_agreement(model);
	}
	end(&w);
	return 0;
}
