// SPDX-License-Identifier: GPL-2.0-only
/*
 * A naive map. See pt_model.h.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/string.h>

#include "pt_model.h"

/* The largest that holds the address, begins aligned in both, and fits (P5). */
u64 shadow_pt_model_leaf(const struct shadow_mapped *m, u64 va, u64 largest)
{
	u64 leaf = largest, first = va & ~(leaf - 1);

	while (leaf > SHADOW_PT_4K &&
	       ((m->pa - m->va) & (leaf - 1) || first < m->va ||
		first - m->va + leaf > m->bytes)) {
		leaf /= 512;
		first = va & ~(leaf - 1);
	}
	return leaf;
}

/* A table for each region that holds something smaller. */
void shadow_pt_model_count(const struct shadow_mapped *m, u32 nr, u64 largest,
			   u64 nr_tables[SHADOW_PT_LEVELS])
{
	u64 counted[SHADOW_PT_LEVELS] = { ~0ULL, ~0ULL, ~0ULL, ~0ULL };
	u64 va, leaf;
	u32 i, level;

	memset(nr_tables, 0, SHADOW_PT_LEVELS * sizeof(*nr_tables));
	nr_tables[0] = nr > 0;
	for (i = 0; i < nr; i++)
		for (va = m[i].va; va < m[i].va + m[i].bytes; va += leaf) {
			leaf = shadow_pt_model_leaf(&m[i], va, largest);
			for (level = 1; level < SHADOW_PT_LEVELS; level++) {
				u32 shift = shadow_test_pt_shift(level - 1);

				if (leaf >> shift ||
				    counted[level] == va >> shift)
					continue;
				counted[level] = va >> shift;
				nr_tables[level]++;
			}
		}
}

static const struct shadow_pt_map *map_of(const struct shadow_pt_model *m)
{
	return m->map ? m->map : &m->f->map;
}

static u64 count_all(const struct shadow_pt_model *m,
		     u64 nr_tables[SHADOW_PT_LEVELS])
{
	shadow_pt_model_count(m->mapped, m->nr, map_of(m)->largest, nr_tables);
	return nr_tables[0] + nr_tables[1] + nr_tables[2] + nr_tables[3];
}

static bool overlaps(const struct shadow_pt_model *m,
		     const struct shadow_mapped *new)
{
	u32 i;

	for (i = 0; i < m->nr; i++)
		if (new->va < m->mapped[i].va + m->mapped[i].bytes &&
		    m->mapped[i].va < new->va + new->bytes)
			return true;
	return false;
}

static u32 insert(struct shadow_pt_model *m, const struct shadow_mapped *new)
{
	u32 i = 0;

	while (i < m->nr && m->mapped[i].va < new->va)
		i++;
	memmove(&m->mapped[i + 1], &m->mapped[i],
		(m->nr++ - i) * sizeof(*m->mapped));
	m->mapped[i] = *new;
	return i;
}

static void delete(struct shadow_pt_model *m, u32 i)
{
	memmove(&m->mapped[i], &m->mapped[i + 1],
		(--m->nr - i) * sizeof(*m->mapped));
}

/* How many more tables the map would have. */
static u64 missing(struct shadow_pt_model *m, const struct shadow_mapped *new)
{
	u32 i = insert(m, new);
	u64 nr_tables[SHADOW_PT_LEVELS], all = count_all(m, nr_tables);

	delete(m, i);
	return all + m->held - shadow_test_pt_out(m->f);
}

bool shadow_pt_model_map(struct shadow_pt_model *m, u64 va, u64 pa, u64 bytes)
{
	struct shadow_mapped new = { va & SHADOW_PT_LOW, pa, bytes };
	u32 left = shadow_test_pt_left(m->f);
	int err = shadow_pt_map_range(&m->f->map, va, pa, bytes);

	if (new.va + bytes > SHADOW_PT_LOW + 1 ||
	    pa + bytes > SHADOW_PT_LOW + 1)
		return err == -ERANGE;
	/* With so many allocators, one that the map does not know may come. */
	if (err == -ENOSPC)
		return hweight32(m->f->met) >= SHADOW_PT_SOURCES;
	/* Tables may run out before the page that is mapped. */
	if (overlaps(m, &new))
		return err == -EEXIST || err == -ENOMEM;
	if (err)
		return err == -ENOMEM && missing(m, &new) > left;
	insert(m, &new);
	return true;
}

void shadow_pt_model_unmap(struct shadow_pt_model *m, u32 first, u32 last)
{
	u64 va = m->mapped[first].va;

	shadow_pt_unmap_range(&m->f->map, va | SHADOW_PT_HIGHER_HALF,
			      m->mapped[last].va + m->mapped[last].bytes - va);
	for (; last + 1 > first; last--)
		delete(m, first);
}

/* How far a walk has come along the leaves of the list. */
struct cursor {
	const struct shadow_pt_model *m;
	u32 i;
	u64 offset;
	bool wrong;
};

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	struct cursor *c = ctx;
	const struct shadow_mapped *mapped = &c->m->mapped[c->i];

	if (c->wrong || c->i == c->m->nr || va != mapped->va + c->offset ||
	    pa != mapped->pa + c->offset ||
	    bytes != shadow_pt_model_leaf(mapped, va, map_of(c->m)->largest)) {
		c->wrong = true;
		return 0;
	}
	c->offset += bytes;
	if (c->offset == mapped->bytes) {
		c->offset = 0;
		c->i++;
	}
	return 0;
}

const char *shadow_pt_model_differs(struct shadow_pt_model *m)
{
	struct cursor walked = { .m = m }, read = { .m = m };
	const struct shadow_pt_map *map = map_of(m);
	u64 nr_tables[SHADOW_PT_LEVELS], all = count_all(m, nr_tables);
	const char *broken = shadow_test_pt_broken(m->f, map, compare_leaf,
						   &read);

	if (broken)
		return broken;
	if (read.wrong || read.i != m->nr)
		return "the leaves in memory";
	if (shadow_pt_map_walk(map, compare_leaf, &walked) || walked.wrong ||
	    walked.i != m->nr)
		return "the leaves of a walk";
	if (memcmp(nr_tables, map->nr_tables, sizeof(nr_tables)) ||
	    shadow_test_pt_out(m->f) != all + m->held)
		return "the tables that it takes";
	return !map->root.entries == !m->nr ? NULL : "the root";
}
