// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables against a naive model: an array that says of each unit of
 * a window which range it belongs to. The same random ranges are mapped and
 * unmapped in both; every result is compared, and every so often every leaf
 * (P4, P5). All the while allocators come, go and run dry (P2, P3).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../exercise/rng.h"
#include "pt_map_fixture.h"
#include "suites.h"

#define UNITS		4096
#define MAX_RANGES	64
#define STEPS		4000
#define STEPS_TO_LOOK	40	/* between two looks at every leaf */
#define LOW_BITS	((1ULL << SHADOW_PT_VA_BITS) - 1)

/* A range that is mapped where @nr is not 0; in units. */
struct piece {
	u32 first;
	u32 nr;
	u32 shift;	/* its physical address lies that much higher */
};

struct terrain {
	const char *name;
	u64 va;
	u64 pa;
	u32 unit;
	u64 largest;
};

struct pair {
	struct kunit *test;
	struct shadow_test_pt *f;
	const struct terrain *terrain;
	struct shadow_rng rng;
	struct piece piece[MAX_RANGES];
	u8 owner[UNITS];	/* number of its piece and 1 */
	bool scarce;		/* -ENOMEM may come */
	u32 nr_leaf_units;
	u32 nr_wrong;
};

static const struct terrain terrains[] = {
	{ "RAM of QEMU", 0x40000000, 0x40000000, SHADOW_PT_4K, SHADOW_PT_1G },
	{ "pages only", 0x40000000, 0x40000000, SHADOW_PT_4K, SHADOW_PT_4K },
	{ "around 512 GiB", 0x7fff800000, 0x880000000, SHADOW_PT_4K,
	  SHADOW_PT_2M },
	{ "the end of 48 bits", 0xffffff000000, 0xfffff0000000, SHADOW_PT_4K,
	  SHADOW_PT_1G },
	{ "an odd window", 0x40123000, 0x980456000, SHADOW_PT_4K,
	  SHADOW_PT_1G },
	{ "higher half, in units of 2 MiB", SHADOW_PT_HIGHER_HALF + 0x80000000,
	  0x80000000, SHADOW_PT_2M, SHADOW_PT_1G },
	{ "higher half, odd units of 2 MiB", 0 - SHADOW_PT_2M * UNITS,
	  0x880200000, SHADOW_PT_2M, SHADOW_PT_1G },
};

static void name_terrain(const struct terrain *terrain, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", terrain->name);
}

KUNIT_ARRAY_PARAM(terrains, terrains, name_terrain);

static u64 va_of(const struct pair *p, u32 i)
{
	return p->terrain->va + (u64)i * p->terrain->unit;
}

static u64 pa_of(const struct pair *p, const struct piece *piece, u32 i)
{
	return p->terrain->pa + ((u64)i + piece->shift) * p->terrain->unit;
}

static u64 bytes_of(const struct pair *p, const struct piece *piece)
{
	return (u64)piece->nr * p->terrain->unit;
}

/* The largest leaf that holds a unit, begins anywhere, and fits (P5). */
static u64 rightful_leaf(const struct pair *p, const struct piece *piece, u32 i)
{
	u64 start = va_of(p, piece->first), bytes = bytes_of(p, piece);
	u64 distance = pa_of(p, piece, i) - va_of(p, i);
	u64 leaf;

	for (leaf = p->terrain->largest; leaf > SHADOW_PT_4K; leaf >>= 9) {
		u64 first = va_of(p, i) & ~(leaf - 1);

		if (!(distance & (leaf - 1)) && first >= start &&
		    first - start + leaf <= bytes)
			break;
	}
	return leaf;
}

static int compare_leaf(void *ctx, u64 va, u64 pa, u64 bytes)
{
	struct pair *p = ctx;
	unsigned int shift = p->terrain->unit == SHADOW_PT_4K ? 12 : 21;
	u64 i = (va - (p->terrain->va & LOW_BITS)) >> shift;
	const struct piece *piece;

	if (i >= UNITS || !p->owner[i]) {
		p->nr_wrong++;
		return 0;
	}
	piece = &p->piece[p->owner[i] - 1];
	p->nr_wrong += va != (va_of(p, i) & LOW_BITS) ||
		       pa != pa_of(p, piece, i) ||
		       bytes != rightful_leaf(p, piece, i);
	p->nr_leaf_units += bytes >> shift;
	return 0;
}

/* Leaves ascend and belong to the model; so many of them are all of them. */
static void look_at_every_leaf(struct pair *p)
{
	u32 i, nr = 0;

	p->nr_wrong = 0;
	p->nr_leaf_units = 0;
	for (i = 0; i < UNITS; i++)
		nr += !!p->owner[i];
	KUNIT_EXPECT_EQ(p->test, shadow_pt_map_walk(&p->f->map, compare_leaf,
						    p), 0);
	KUNIT_ASSERT_EQ(p->test, p->nr_wrong, 0);
	KUNIT_ASSERT_EQ(p->test, p->nr_leaf_units, nr);
	shadow_test_pt_sound(p->test, &p->f->map);
	KUNIT_EXPECT_EQ(p->test, shadow_test_pt_out(p->f),
			p->f->map.nr_tables[0] + p->f->map.nr_tables[1] +
			p->f->map.nr_tables[2] + p->f->map.nr_tables[3]);
}

static struct piece draw(struct pair *p)
{
	static const u32 most[] = { 1, 8, 600, 2000 };
	struct piece piece = { .first = shadow_rng_below(&p->rng, UNITS) };

	if (!shadow_rng_below(&p->rng, 3))
		piece.first &= ~511;
	piece.nr = most[shadow_rng_below(&p->rng, ARRAY_SIZE(most))];
	piece.nr = 1 + shadow_rng_below(&p->rng, piece.nr);
	piece.nr = min(piece.nr, UNITS - piece.first);
	if (!shadow_rng_below(&p->rng, 3))
		piece.shift = shadow_rng_below(&p->rng, 1024);
	return piece;
}

static bool overlaps(const struct pair *p, const struct piece *piece)
{
	u32 i;

	for (i = 0; i < piece->nr; i++)
		if (p->owner[piece->first + i])
			return true;
	return false;
}

static void map_one(struct pair *p, u32 slot)
{
	struct piece piece = draw(p);
	int want = overlaps(p, &piece) ? -EEXIST : 0;
	u64 before = shadow_test_pt_state(p->f);
	int err;

	err = shadow_pt_map_range(&p->f->map, va_of(p, piece.first),
				  pa_of(p, &piece, piece.first),
				  bytes_of(p, &piece));
	if (err != -ENOMEM || !p->scarce)
		KUNIT_ASSERT_EQ(p->test, err, want);
	if (err) {
		KUNIT_ASSERT_EQ(p->test, shadow_test_pt_state(p->f), before);
		return;
	}
	p->piece[slot] = piece;
	memset(p->owner + piece.first, slot + 1, piece.nr);
}

static void unmap_one(struct pair *p, u32 slot)
{
	struct piece *piece = &p->piece[slot];

	shadow_pt_unmap_range(&p->f->map, va_of(p, piece->first),
			      bytes_of(p, piece));
	memset(p->owner + piece->first, 0, piece->nr);
	piece->nr = 0;
}

/* None, or one of three, which may have only a few tables. */
static void replace_allocator(struct pair *p)
{
	u32 nr = shadow_rng_below(&p->rng, 4);

	p->scarce = nr == 3 || !shadow_rng_below(&p->rng, 3);
	if (nr < 3)
		shadow_test_pt_give(p->f, nr, p->scarce ?
				    shadow_rng_below(&p->rng, 6) :
				    SHADOW_TEST_NO_LIMIT);
	else
		shadow_pt_set_allocator(&p->f->pt, NULL);
}

static void p5_random_ranges_agree_with_a_model(struct kunit *test)
{
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	u32 step, slot;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	p->test = test;
	p->f = test->priv;
	p->terrain = test->param_value;
	p->f->map.largest = p->terrain->largest;
	p->scarce = true;
	shadow_rng_seed(&p->rng, shadow_test_seed() + test->param_index);
	for (step = 0; step < STEPS; step++) {
		if (!shadow_rng_below(&p->rng, 16))
			replace_allocator(p);
		slot = shadow_rng_below(&p->rng, MAX_RANGES);
		if (p->piece[slot].nr)
			unmap_one(p, slot);
		else
			map_one(p, slot);
		if (step % STEPS_TO_LOOK == 0)
			look_at_every_leaf(p);
	}
	look_at_every_leaf(p);
	for (slot = 0; slot < MAX_RANGES; slot++)
		if (p->piece[slot].nr)
			unmap_one(p, slot);
	shadow_test_pt_all_back(test);
}

static struct kunit_case pt_map_model_cases[] = {
	KUNIT_CASE_PARAM(p5_random_ranges_agree_with_a_model,
			 terrains_gen_params),
	{}
};

static struct kunit_suite shadow_pt_map_model_suite = {
	.name = "shadow_pt_map_model",
	.init = shadow_test_pt_init,
	.exit = shadow_test_pt_exit,
	.test_cases = pt_map_model_cases,
};

kunit_test_suite(shadow_pt_map_model_suite);
