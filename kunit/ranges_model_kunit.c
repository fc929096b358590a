// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges against the naive model: the same random operations run on
 * both, and after each one every unit is compared.
 *
 * A unit is 1 KiB, so four units are a page. The universe lies at address 0, in
 * the middle, or at the end of the address space.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../exercise/rng.h"
#include "../tests/model/ranges_model.h"
#include "suites.h"

#define UNITS		SHADOW_RANGES_MODEL_UNITS
#define UNIT		1024ULL
#define ROOM		20
#define STEPS		2000

/**
 * struct pair - a set and its model
 * @m: the model
 * @set: the set
 * @storage: of the set; the result of a subtraction may need twice the room
 */
struct pair {
	struct shadow_ranges_model m;
	struct shadow_ranges set;
	struct shadow_range storage[2 * ROOM];
};

struct world {
	struct shadow_rng rng;
	struct pair a;
	struct pair b;
	struct pair out;
};

struct universe {
	const char *name;
	u64 base;
};

static const struct universe universes[] = {
	{ "at the bottom", 0 },
	{ "in the middle", 0x880000000 },
	{ "at the top", 0 - UNITS * UNIT },
};

static void name_universe(const struct universe *universe, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", universe->name);
}

KUNIT_ARRAY_PARAM(universes, universes, name_universe);

static void pair_init(struct pair *pair, u64 base, u32 room)
{
	pair->m.base = base;
	pair->m.unit = UNIT;
	pair->m.nr = UNITS;
	shadow_ranges_init(&pair->set, pair->storage, room);
}

static int world_init(struct kunit *test)
{
	const struct universe *universe = test->param_value;
	struct world *w = kunit_kzalloc(test, sizeof(*w), GFP_KERNEL);

	if (!w)
		return -ENOMEM;
	test->priv = w;
	shadow_rng_seed(&w->rng, shadow_test_seed());
	pair_init(&w->a, universe->base, ROOM);
	pair_init(&w->b, universe->base, ROOM);
	pair_init(&w->out, universe->base, 2 * ROOM);
	return 0;
}

/* Add or remove one run of units; a set that is full refuses and stays. */
static bool change(struct world *w, struct pair *pair, bool add)
{
	u32 first = shadow_rng_below(&w->rng, UNITS);
	u32 most = shadow_rng_below(&w->rng, 4) ? 8 : UNITS;
	u32 nr = 1 + shadow_rng_below(&w->rng, min(most, UNITS - first));

	return shadow_ranges_model_change(&pair->m, &pair->set, first, nr, add);
}

static void r1_add_and_remove_agree_with_a_bitmap(struct kunit *test)
{
	struct world *w = test->priv;
	u32 step;

	for (step = 0; step < STEPS; step++)
		KUNIT_ASSERT_EQ_MSG(test, change(w, &w->a,
						 shadow_rng_below(&w->rng, 2)),
				    true, "step %u", step);
}

static void fill(struct kunit *test, struct pair *pair)
{
	u32 i;

	memset(pair->m.in, 0, sizeof(pair->m.in));
	pair->set.nr = 0;
	for (i = 0; i < 20; i++)
		KUNIT_ASSERT_EQ(test, change(test->priv, pair, i % 3), true);
}

static void r4_rounding_agrees_with_a_bitmap(struct kunit *test)
{
	struct world *w = test->priv;
	u32 step;

	for (step = 0; step < STEPS / 10; step++) {
		fill(test, &w->a);
		KUNIT_ASSERT_EQ_MSG(test,
				    shadow_ranges_model_round(&w->a.m,
							      &w->a.set,
							      step % 2),
				    true, "step %u", step);
	}
}

static void m4_subtract_agrees_with_a_bitmap(struct kunit *test)
{
	struct world *w = test->priv;
	u32 step;

	for (step = 0; step < STEPS / 10; step++) {
		fill(test, &w->a);
		fill(test, &w->b);
		KUNIT_ASSERT_EQ_MSG(test,
				    shadow_ranges_model_subtract(&w->a.m,
								 &w->a.set,
								 &w->b.m,
								 &w->b.set,
								 &w->out.set),
				    true, "step %u", step);
		KUNIT_ASSERT_LE(test, w->out.set.nr, 2 * ROOM);
	}
}

static struct kunit_case ranges_model_cases[] = {
	KUNIT_CASE_PARAM(r1_add_and_remove_agree_with_a_bitmap,
			 universes_gen_params),
	KUNIT_CASE_PARAM(r4_rounding_agrees_with_a_bitmap,
			 universes_gen_params),
	KUNIT_CASE_PARAM(m4_subtract_agrees_with_a_bitmap,
			 universes_gen_params),
	{}
};

static struct kunit_suite shadow_ranges_model_suite = {
	.name = "shadow_ranges_model",
	.init = world_init,
	.test_cases = ranges_model_cases,
};

kunit_test_suite(shadow_ranges_model_suite);
