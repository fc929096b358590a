// SPDX-License-Identifier: GPL-2.0-only
/*
 * The buddy allocator against the naive model: the same random operations run
 * on both, right ones and wrong ones; every result is compared, and every so
 * often every page (B1, B2, B4, B5, B9).
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/kernel.h>

#include "../exercise/rng.h"
#include "../tests/model/buddy_model.h"
#include "buddy_fixture.h"
#include "suites.h"

#define PAGES		512
#define MAX_RUNS	8
#define ROUNDS		5	/* each ends with everything freed */
#define STEPS		4000
#define STEPS_TO_LOOK	200	/* between two looks at every page */
#define STEPS_TO_TURN	500	/* mostly allocating, then mostly freeing */

/**
 * struct pair - the allocator and the model
 * @test: the case
 * @b: the allocator
 * @rng: what chooses operations
 * @m: the model
 * @unit: its pages
 */
struct pair {
	struct kunit *test;
	struct shadow_buddy *b;
	struct shadow_rng rng;
	struct shadow_buddy_model m;
	struct shadow_unit unit[PAGES];
};

struct terrain {
	const char *name;
	u64 base;
	struct shadow_test_run ram[MAX_RUNS];
	struct shadow_test_run given[MAX_RUNS];
};

static const struct terrain terrains[] = {
	{ "one bank", 0x40000, { { 0, 512 } }, { { 0, 512 } } },
	{ "odd banks, partly added", 0x880000,
	  { { 3, 100 }, { 101, 301 }, { 333, 509 } },
	  { { 5, 60 }, { 61, 99 }, { 101, 301 }, { 340, 508 } } },
	{ "holes of one page", 0,
	  { { 0, 1 }, { 2, 3 }, { 4, 8 }, { 9, 64 }, { 65, 127 }, { 128, 256 },
	    { 257, 512 } },
	  { { 0, 1 }, { 2, 3 }, { 4, 8 }, { 9, 64 }, { 65, 127 }, { 128, 256 },
	    { 257, 512 } } },
	{ "the end of the address space", (1ULL << 52) - PAGES,
	  { { 0, 255 }, { 300, 512 } }, { { 1, 255 }, { 300, 512 } } },
};

SHADOW_PARAMS(terrains);

static u32 below(struct pair *p, u32 bound)
{
	return shadow_rng_below(&p->rng, bound);
}

/* A run that begins with a block and goes on with smaller ones beside it. */
static u32 run_from(const struct pair *p, u32 i)
{
	unsigned int above = SHADOW_NR_ORDERS;
	u32 nr = 0;

	while (i < PAGES && p->unit[i].state == SHADOW_UNIT_HEAD &&
	       p->unit[i].order < above) {
		above = p->unit[i].order;
		nr += 1U << above;
		i += 1U << above;
	}
	return nr ? nr : 1;
}

/*
 * Do what a number stands for: first allocations, then wrong operations on any
 * page, then right ones on a block. Returns whether the answer is the model's.
 */
static bool operate(struct pair *p, u32 what, u32 i)
{
	const struct shadow_unit *unit = &p->unit[i];
	u64 any = shadow_buddy_model_pa(&p->m, below(p, PAGES));
	u64 pa = shadow_buddy_model_pa(&p->m, i);
	u32 number = 1 + below(p, 70), order;

	switch (what) {
	case 0 ... 5:
		order = ffs(shadow_rng_next(&p->rng) | 0x100) - 1;
		return shadow_buddy_model_alloc(&p->m, p->b, order);
	case 6:
		return shadow_buddy_model_alloc_exact(&p->m, p->b, number);
	case 7:
		return shadow_buddy_model_free(&p->m, p->b, any + number % 3,
					       number % 9);
	case 8:
		return shadow_buddy_model_free(&p->m, p->b, any, number);
	case 9:
		return shadow_buddy_model_free_exact(&p->m, p->b,
						     any + PA(number % 2 *
							      PAGES), number);
	case 10:
		return shadow_buddy_model_put(&p->m, p->b, any);
	case 11:
		return shadow_buddy_model_get(&p->m, p->b, pa);
	case 12:
		return shadow_buddy_model_free_exact(&p->m, p->b, pa,
						     run_from(p, i));
	case 13:
		return shadow_buddy_model_put(&p->m, p->b, pa);
	default:
		return unit->state == SHADOW_UNIT_HEAD && unit->references > 1 ?
			shadow_buddy_model_put(&p->m, p->b, pa) :
			shadow_buddy_model_free(&p->m, p->b, pa, unit->order);
	}
}

/* On any page, but of an allocated block the first. */
static void do_one(struct pair *p, bool mostly_alloc)
{
	u32 what = below(p, 14) + (mostly_alloc ? 0 : 7), i = below(p, PAGES);

	while (i && p->unit[i].state == SHADOW_UNIT_TAIL)
		i--;
	KUNIT_ASSERT_EQ_MSG(p->test, operate(p, what, i), true,
			    "operation %u, page %u", what, i);
}

static void look_at_every_page(struct pair *p)
{
	const char *differs = shadow_buddy_model_differs(&p->m, p->b);

	KUNIT_ASSERT_EQ_MSG(p->test, !differs, true, "%s",
			    differs ? differs : "");
	shadow_test_sound(p->test);
}

/* Free everything, however often it is held: B4 must hold then. */
static void free_all(struct pair *p)
{
	u32 i;

	for (i = 0; i < PAGES; i++)
		while (p->unit[i].state == SHADOW_UNIT_HEAD)
			shadow_buddy_model_put(&p->m, p->b,
					       shadow_buddy_model_pa(&p->m, i));
}

static struct pair *start(struct kunit *test, const struct terrain *terrain)
{
	struct pair *p = shadow_test_zeroed(test, sizeof(*p));
	struct shadow_test_run ram[MAX_RUNS];
	const struct shadow_test_run *run;
	u32 nr = 0;

	p->test = test;
	p->m = (struct shadow_buddy_model){
		.base = terrain->base, .window = PAGES, .nr = PAGES,
		.unit = p->unit,
	};
	shadow_rng_seed(&p->rng, shadow_test_seed() + test->param_index);
	for (run = terrain->ram; run->end; run++, nr++) {
		ram[nr].start = terrain->base + run->start;
		ram[nr].end = terrain->base + run->end;
		shadow_buddy_model_ram(&p->m, run->start,
				       run->end - run->start);
	}
	p->b = shadow_test_ram(test, ram, nr);
	for (run = terrain->given; run->end; run++)
		KUNIT_ASSERT_EQ(test,
				shadow_buddy_model_add_range(&p->m, p->b,
							     run->start,
							     run->end -
							     run->start), true);
	return p;
}

static void b1_to_b9_the_buddy_agrees_with_the_model(struct kunit *test)
{
	struct pair *p = start(test, test->param_value);
	u32 round, step;

	shadow_test_save(test);
	for (round = 0; round < ROUNDS; round++) {
		for (step = 0; step < STEPS; step++) {
			do_one(p, step / STEPS_TO_TURN % 2 == 0);
			if (step % STEPS_TO_LOOK == 0)
				look_at_every_page(p);
		}
		free_all(p);
		look_at_every_page(p);
		KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	}
}

SHADOW_SUITE(shadow_buddy_model, shadow_test_init, shadow_test_exit,
	     KUNIT_CASE_PARAM(b1_to_b9_the_buddy_agrees_with_the_model,
			      all_terrains_gen_params));
