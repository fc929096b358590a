// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets of ranges against a bitmap. Each byte of the model stands for one unit
 * of a small universe; the same random operations run on both, and after each
 * one every unit is compared.
 *
 *	model	1 1 1 0 0 1 1 1 1 0 1		a unit is in the set or not
 *	set	[0..2]    [5..8]   [10..10]	sorted, never touching
 *
 * A unit is 1 KiB where rounding is tried, so four units are a page. The
 * universe lies at address 0, in the middle, or at the end of the address
 * space.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "../ranges.h"
#include "../exercise/rng.h"
#include "suites.h"

#define UNITS		128
#define UNIT		1024ULL
#define UNITS_PER_PAGE	4
#define ROOM		20
#define STEPS		2000

/* A set and its model. The result of a subtraction may need twice the room. */
struct pair {
	u8 in[UNITS];
	struct shadow_ranges set;
	struct shadow_range storage[2 * ROOM];
};

struct model {
	struct shadow_rng rng;
	u64 base;
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

static int model_init(struct kunit *test)
{
	const struct universe *universe = test->param_value;
	struct model *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	test->priv = m;
	m->base = universe->base;
	shadow_rng_seed(&m->rng, shadow_test_seed());
	shadow_ranges_init(&m->a.set, m->a.storage, ROOM);
	shadow_ranges_init(&m->b.set, m->b.storage, ROOM);
	shadow_ranges_init(&m->out.set, m->out.storage, 2 * ROOM);
	return 0;
}

static u64 first_byte(const struct model *m, u32 unit)
{
	return m->base + unit * UNIT;
}

static u64 last_byte(const struct model *m, u32 unit)
{
	return first_byte(m, unit) + UNIT - 1;
}

static u32 count_runs(const u8 *in)
{
	u32 i, nr = 0;

	for (i = 0; i < UNITS; i++)
		nr += in[i] && (!i || !in[i - 1]);
	return nr;
}

/* Is the set what the model stands for, written down run by run? */
static bool equal(const struct model *m, const struct pair *pair)
{
	const struct shadow_range *range = pair->set.range;
	u32 i;

	if (pair->set.nr != count_runs(pair->in))
		return false;
	for (i = 0; i < UNITS; i++) {
		if (!pair->in[i])
			continue;
		if (range->start != first_byte(m, i))
			return false;
		while (i + 1 < UNITS && pair->in[i + 1])
			i++;
		if (range->last != last_byte(m, i))
			return false;
		range++;
	}
	return true;
}

/* Add or remove one run of units; a set that is full refuses and stays. */
static void change(struct kunit *test, struct pair *pair, bool add)
{
	struct model *m = test->priv;
	u32 first = shadow_rng_below(&m->rng, UNITS);
	u32 most = shadow_rng_below(&m->rng, 4) ? 8 : UNITS;
	u32 nr = 1 + shadow_rng_below(&m->rng, min(most, UNITS - first));
	u64 start = first_byte(m, first);
	u64 last = last_byte(m, first + nr - 1);
	u8 wanted[UNITS];
	int err, want;

	memcpy(wanted, pair->in, sizeof(wanted));
	memset(wanted + first, add, nr);
	want = count_runs(wanted) > ROOM ? -ENOSPC : 0;
	if (!want)
		memcpy(pair->in, wanted, sizeof(wanted));

	err = add ? shadow_ranges_add(&pair->set, start, last) :
		    shadow_ranges_remove(&pair->set, start, last);
	KUNIT_EXPECT_EQ(test, err, want);
}

static void r1_add_and_remove_agree_with_a_bitmap(struct kunit *test)
{
	struct model *m = test->priv;
	u32 step;

	for (step = 0; step < STEPS; step++) {
		change(test, &m->a, shadow_rng_below(&m->rng, 2));
		KUNIT_ASSERT_EQ_MSG(test, equal(m, &m->a), true,
				    "step %u", step);
	}
}

static void fill(struct kunit *test, struct pair *pair)
{
	u32 i;

	memset(pair->in, 0, sizeof(pair->in));
	pair->set.nr = 0;
	for (i = 0; i < 20; i++)
		change(test, pair, i % 3);
}

/* A page is in where all its units are, or, outwards, where any is. */
static void round_model(struct pair *pair, bool out)
{
	u32 page, i;

	for (page = 0; page < UNITS; page += UNITS_PER_PAGE) {
		u32 nr = 0;

		for (i = 0; i < UNITS_PER_PAGE; i++)
			nr += pair->in[page + i];
		memset(pair->in + page, nr > (out ? 0 : UNITS_PER_PAGE - 1),
		       UNITS_PER_PAGE);
	}
}

static void r4_rounding_agrees_with_a_bitmap(struct kunit *test)
{
	struct model *m = test->priv;
	u32 step;

	for (step = 0; step < STEPS / 10; step++) {
		bool out = step % 2;

		fill(test, &m->a);
		round_model(&m->a, out);
		if (out)
			shadow_ranges_round_out(&m->a.set);
		else
			shadow_ranges_round_in(&m->a.set);
		KUNIT_ASSERT_EQ_MSG(test, equal(m, &m->a), true,
				    "step %u", step);
	}
}

static void m4_subtract_agrees_with_a_bitmap(struct kunit *test)
{
	struct model *m = test->priv;
	u32 step, i;

	for (step = 0; step < STEPS / 10; step++) {
		fill(test, &m->a);
		fill(test, &m->b);
		for (i = 0; i < UNITS; i++)
			m->out.in[i] = m->a.in[i] && !m->b.in[i];
		KUNIT_EXPECT_EQ(test, shadow_ranges_subtract(&m->out.set,
							     &m->a.set,
							     &m->b.set), 0);
		KUNIT_ASSERT_EQ_MSG(test, equal(m, &m->out), true,
				    "step %u", step);
		KUNIT_ASSERT_EQ_MSG(test, equal(m, &m->a), true,
				    "the first set changed, step %u", step);
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
	.init = model_init,
	.test_cases = ranges_model_cases,
};

kunit_test_suite(shadow_ranges_model_suite);
