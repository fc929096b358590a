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
#include "buddy_model.h"
#include "suites.h"

#define MAX_RUNS	8
#define ROUNDS		5	/* each ends with everything given back */
#define STEPS		4000
#define STEPS_TO_LOOK	200	/* between two looks at every page */
#define STEPS_TO_TURN	500	/* mostly taking, then mostly giving back */

struct pair {
	struct kunit *test;
	struct shadow_buddy *b;
	struct shadow_rng rng;
	struct model m;
};

struct terrain {
	const char *name;
	u64 base;
	struct shadow_test_run ram[MAX_RUNS];
	struct shadow_test_run given[MAX_RUNS];
};

static const struct terrain terrains[] = {
	{ "one bank", 0x40000, { { 0, 512 } }, { { 0, 512 } } },
	{ "odd banks, partly given", 0x880000,
	  { { 3, 100 }, { 101, 301 }, { 333, 509 } },
	  { { 5, 60 }, { 61, 99 }, { 101, 301 }, { 340, 508 } } },
	{ "holes of one page", 0,
	  { { 0, 1 }, { 2, 3 }, { 4, 8 }, { 9, 64 }, { 65, 127 }, { 128, 256 },
	    { 257, 512 } },
	  { { 0, 1 }, { 2, 3 }, { 4, 8 }, { 9, 64 }, { 65, 127 }, { 128, 256 },
	    { 257, 512 } } },
	{ "the end of the address space", (1ULL << 52) - MODEL_PAGES,
	  { { 0, 255 }, { 300, 512 } }, { { 1, 255 }, { 300, 512 } } },
};

static void name_terrain(const struct terrain *terrain, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", terrain->name);
}

KUNIT_ARRAY_PARAM(terrains, terrains, name_terrain);

static void expect_answer(struct pair *p, enum shadow_refusal answer,
			  u32 found)
{
	if (!found)
		found = 1 << SHADOW_ACCEPTED;
	KUNIT_EXPECT_NE_MSG(p->test, found & 1 << answer, 0, "answer: %s",
			    shadow_refusal_name(answer));
}

static void take(struct pair *p)
{
	unsigned int order = ffs(shadow_rng_next(&p->rng) | 0x100) - 1;
	u64 pa = shadow_buddy_alloc(p->b, order);

	KUNIT_ASSERT_EQ_MSG(p->test, shadow_model_place_is_right(&p->m, pa, order), true,
			    "order %u at 0x%llx", order, pa);
	if (pa != SHADOW_NO_PAGE)
		shadow_model_set_block(&p->m, model_index(&p->m, pa), order);
}

static void take_exact(struct pair *p)
{
	u32 nr = 1 + shadow_rng_below(&p->rng, 70);
	u64 pa = shadow_buddy_alloc_exact(p->b, nr);
	u32 i = model_index(&p->m, pa);

	KUNIT_ASSERT_EQ_MSG(p->test,
			    shadow_model_place_is_right(&p->m, pa, fls64(nr - 1)), true,
			    "%u pages at 0x%llx", nr, pa);
	while (pa != SHADOW_NO_PAGE && nr) {
		unsigned int order = fls64(nr) - 1;

		shadow_model_set_block(&p->m, i, order);
		i += 1U << order;
		nr -= 1U << order;
	}
}

static void give(struct pair *p, u64 pa, unsigned int order)
{
	u32 found = shadow_model_objections(&p->m, pa, order);

	expect_answer(p, shadow_buddy_free(p->b, pa, order), found);
	if (!found)
		shadow_model_set(&p->m, model_index(&p->m, pa), 1U << order,
				 FREE);
}

static void give_exact(struct pair *p, u64 pa, u32 nr)
{
	u32 found = 0, rest = nr;
	u64 at = pa;

	while (rest) {
		unsigned int order = fls64(rest) - 1;

		found |= shadow_model_objections(&p->m, at, order);
		at += PA(1ULL << order);
		rest -= 1U << order;
	}
	expect_answer(p, shadow_buddy_free_exact(p->b, pa, nr), found);
	if (!found)
		shadow_model_set(&p->m, model_index(&p->m, pa), nr, FREE);
}

static void get(struct pair *p, u64 pa)
{
	u64 i = model_index(&p->m, pa);
	u32 found = shadow_model_objections(&p->m, pa, 0) &
		    ~(1 << SHADOW_WRONG_ORDER | 1 << SHADOW_REFERENCED);

	expect_answer(p, shadow_buddy_get(p->b, pa), found);
	if (!found)
		p->m.unit[i].references++;
}

static void put(struct pair *p, u64 pa)
{
	u64 i = model_index(&p->m, pa);
	u32 found = shadow_model_objections(&p->m, pa, 0) &
		    ~(1 << SHADOW_WRONG_ORDER | 1 << SHADOW_REFERENCED);

	expect_answer(p, shadow_buddy_put(p->b, pa), found);
	if (!found && !--p->m.unit[i].references)
		shadow_model_set(&p->m, i, 1U << p->m.unit[i].order, FREE);
}

/* Let go of a block in the way that works. */
static void give_or_put(struct pair *p, u64 pa, unsigned int order)
{
	if (shadow_model_objections(&p->m, pa, order) &
	    1 << SHADOW_REFERENCED)
		put(p, pa);
	else
		give(p, pa, order);
}

/* A page, or the head of its block. Holes and what lies beyond come, too. */
static u64 draw_pa(struct pair *p, bool head, unsigned int *order)
{
	u32 i = shadow_rng_below(&p->rng, MODEL_PAGES);

	while (head && i && p->m.unit[i].state == TAIL)
		i--;
	*order = p->m.unit[i].order;
	return PA(p->m.base + i);
}

/* A run that begins with a block and goes on with smaller ones beside it. */
static u32 run_from(const struct pair *p, u64 pa)
{
	u32 i = model_index(&p->m, pa);
	unsigned int above = SHADOW_NR_ORDERS;
	u32 nr = 0;

	while (i < MODEL_PAGES && p->m.unit[i].state == HEAD &&
	       p->m.unit[i].order < above) {
		above = p->m.unit[i].order;
		nr += 1U << above;
		i += 1U << above;
	}
	return nr ? nr : 1;
}

static void do_wrong(struct pair *p)
{
	unsigned int order;
	u64 pa = draw_pa(p, false, &order);

	switch (shadow_rng_below(&p->rng, 6)) {
	case 0:
		give(p, pa + 1 + shadow_rng_below(&p->rng, 4095), order);
		break;
	case 1:
		give(p, pa, 21 + shadow_rng_below(&p->rng, 60));
		break;
	case 2:
		give(p, pa + PA(MODEL_PAGES), 0);
		break;
	case 3:
		give_exact(p, pa, 1 + shadow_rng_below(&p->rng, 70));
		break;
	case 4:
		put(p, pa);
		break;
	default:
		give(p, pa, shadow_rng_below(&p->rng, 9));
	}
}

static void do_one(struct pair *p, bool mostly_take)
{
	unsigned int order;
	u64 pa = draw_pa(p, true, &order);

	switch (shadow_rng_below(&p->rng, 12) + (mostly_take ? 0 : 6)) {
	case 0 ... 5:
		take(p);
		break;
	case 6:
		take_exact(p);
		break;
	case 7:
		get(p, pa);
		break;
	case 8 ... 9:
		do_wrong(p);
		break;
	case 10:
		give_exact(p, pa, run_from(p, pa));
		break;
	case 11:
		put(p, pa);
		break;
	default:
		give_or_put(p, pa, order);
	}
}

static void look_at_every_page(struct pair *p)
{
	const struct shadow_page *page;
	u32 i, nr_free = 0, nr_wrong = 0;

	for (i = 0; i < MODEL_PAGES; i++) {
		nr_free += p->m.unit[i].state == FREE;
		page = shadow_buddy_page(p->b, PA(p->m.base + i));
		nr_wrong += !shadow_model_page_is_right(&p->m, i, page);
	}
	KUNIT_EXPECT_EQ(p->test, nr_wrong, 0);
	KUNIT_EXPECT_EQ(p->test, p->b->nr_free, nr_free);
	shadow_test_sound(p->test);
}

/* Give everything back, however often it is held: B4 must hold then. */
static void give_all(struct pair *p)
{
	u32 i;

	for (i = 0; i < MODEL_PAGES; i++)
		while (p->m.unit[i].state == HEAD)
			put(p, PA(p->m.base + i));
}

static struct pair *start(struct kunit *test, const struct terrain *terrain)
{
	struct pair *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	struct shadow_test_run ram[MAX_RUNS];
	const struct shadow_test_run *run;
	u32 nr = 0;

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, p);
	p->test = test;
	p->m.base = terrain->base;
	shadow_rng_seed(&p->rng, shadow_test_seed() + test->param_index);
	for (run = terrain->ram; run->end; run++, nr++) {
		ram[nr].start = terrain->base + run->start;
		ram[nr].end = terrain->base + run->end;
		shadow_model_set(&p->m, run->start, run->end - run->start,
				 NEVER);
	}
	p->b = shadow_test_ram(test, ram, nr);
	for (run = terrain->given; run->end; run++) {
		shadow_test_give(test, terrain->base + run->start,
				 terrain->base + run->end);
		shadow_model_set(&p->m, run->start, run->end - run->start,
				 FREE);
	}
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
		give_all(p);
		look_at_every_page(p);
		KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	}
}

static struct kunit_case buddy_model_cases[] = {
	KUNIT_CASE_PARAM(b1_to_b9_the_buddy_agrees_with_the_model,
			 terrains_gen_params),
	{}
};

static struct kunit_suite shadow_buddy_model_suite = {
	.name = "shadow_buddy_model",
	.init = shadow_test_init,
	.exit = shadow_test_exit,
	.test_cases = buddy_model_cases,
};

kunit_test_suite(shadow_buddy_model_suite);
