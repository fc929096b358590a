// SPDX-License-Identifier: GPL-2.0-only
/*
 * AArch64 page tables against the naive model: the same random ranges are
 * mapped and unmapped in both; every result is compared, and every so often
 * every leaf (P4, P5). All the while allocators come, go and run dry (P2, P3).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../exercise/rng.h"
#include "../tests/model/pt_model.h"
#include "pt_map_fixture.h"
#include "suites.h"

#define UNITS		4096
#define MAX_RANGES	64
#define STEPS		4000
#define STEPS_TO_LOOK	40	/* between two looks at every leaf */

struct terrain {
	const char *name;
	u64 va;
	u64 pa;
	u32 unit;
	u64 largest;
};

struct pair {
	struct kunit *test;
	const struct terrain *terrain;
	struct shadow_rng rng;
	struct shadow_pt_model m;
	struct shadow_mapped mapped[MAX_RANGES + 1];
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

SHADOW_PARAMS(terrains);

static void look_at_every_leaf(struct pair *p)
{
	const char *differs = shadow_pt_model_differs(&p->m);

	KUNIT_ASSERT_EQ_MSG(p->test, !differs, true, "%s",
			    differs ? differs : "");
}

/* A range of units in the window; its physical address may lie higher. */
static void map_one(struct pair *p)
{
	static const u32 most[] = { 1, 8, 600, 2000 };
	const struct terrain *t = p->terrain;
	u32 first = shadow_rng_below(&p->rng, UNITS), shift = 0, nr;
	u32 before = p->m.nr;
	u64 state;

	if (!shadow_rng_below(&p->rng, 3))
		first &= ~511;
	nr = most[shadow_rng_below(&p->rng, ARRAY_SIZE(most))];
	nr = min(1 + shadow_rng_below(&p->rng, nr), UNITS - first);
	if (!shadow_rng_below(&p->rng, 3))
		shift = shadow_rng_below(&p->rng, 1024);
	state = shadow_test_pt_state(p->m.f);
	KUNIT_ASSERT_EQ_MSG(p->test,
			    shadow_pt_model_map(&p->m,
						t->va + (u64)first * t->unit,
						t->pa + ((u64)first + shift) *
							t->unit,
						(u64)nr * t->unit),
			    true, "%u units at unit %u", nr, first);
	if (p->m.nr == before)
		KUNIT_ASSERT_EQ(p->test, shadow_test_pt_state(p->m.f), state);
}

/* None, or one of three, which may have only a few tables. */
static void replace_allocator(struct pair *p)
{
	u32 nr = shadow_rng_below(&p->rng, 4);

	if (nr < 3)
		shadow_test_pt_give(p->m.f, nr, shadow_rng_below(&p->rng, 3) ?
				    SHADOW_TEST_NO_LIMIT :
				    shadow_rng_below(&p->rng, 6));
	else
		shadow_pt_set_allocator(&p->m.f->pt, NULL);
}

static void p5_random_ranges_agree_with_a_model(struct kunit *test)
{
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	u32 step, i;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	p->test = test;
	p->m.f = test->priv;
	p->m.mapped = p->mapped;
	p->terrain = test->param_value;
	p->m.f->map.largest = p->terrain->largest;
	shadow_rng_seed(&p->rng, shadow_test_seed() + test->param_index);
	for (step = 0; step < STEPS; step++) {
		if (!shadow_rng_below(&p->rng, 16))
			replace_allocator(p);
		i = shadow_rng_below(&p->rng, MAX_RANGES);
		if (i < p->m.nr)
			shadow_pt_model_unmap(&p->m, i, i);
		else
			map_one(p);
		if (step % STEPS_TO_LOOK == 0)
			look_at_every_leaf(p);
	}
	look_at_every_leaf(p);
	while (p->m.nr)
		shadow_pt_model_unmap(&p->m, 0, 0);
	shadow_test_pt_all_back(test);
}

SHADOW_SUITE(shadow_pt_map_model, shadow_test_pt_init, shadow_test_pt_exit,
	     KUNIT_CASE_PARAM(p5_random_ranges_agree_with_a_model,
			      all_terrains_gen_params));
