// SPDX-License-Identifier: GPL-2.0-only
/*
 * The allocator against the naive model. The first bytes choose a machine of up
 * to eight banks, the others are operations: good ones, wrong ones and absurd
 * ones. After each, every descriptor, list and counter must be what the model
 * says; a refusal must have the model's reason and change nothing.
 */
#include <linux/errno.h>
#include <linux/limits.h>

#include "machine.h"

/* As if get had been called that often; mostly, as if never. */
static bool set_holders(struct shadow_machine *f, u32 what, u32 i)
{
	u32 nr = what & 0x30 ? 1 : U32_MAX - fuzz_below(f->in, 3);
	u64 pa = shadow_buddy_model_pa(&f->m, i);

	((struct shadow_page *)shadow_buddy_page(&f->b, pa))->refcount = nr;
	f->unit[i].references = nr;
	return true;
}

/* Bounds that are no pages, or the wrong way round. */
static bool add_odd(struct shadow_machine *f)
{
	u64 start = shadow_buddy_model_pa(&f->m, fuzz_below(f->in, PAGES));
	u64 bytes = fuzz_below(f->in, 4) * SHADOW_PAGE_SIZE;
	u8 what = fuzz_byte(f->in);

	return (!(what & 0x33) && bytes) ||
	       shadow_buddy_add_range(&f->b, start + (what & 3),
				      start + bytes - 1 + (what >> 4 & 3)) ==
		       -EINVAL;
}

/* A page of the model and now and then anything else. */
static u64 choose_address(struct shadow_machine *f)
{
	u8 what = fuzz_byte(f->in);
	u64 pa = shadow_buddy_model_pa(&f->m, what % PAGES);

	if (what < 192)
		return pa;
	if (what < 208)
		return pa + SHADOW_PAGE_SIZE;
	if (what < 224)
		return pa - SHADOW_PAGE_SIZE;
	return what < 240 ? pa + what - 223 : fuzz_word(f->in);
}

/*
 * Pages of the blocks from one on, each smaller than the one before it: a run
 * that may have been allocated at once. Not more than @most blocks.
 */
static u64 run_from(const struct shadow_machine *f, u32 i, u32 most)
{
	u32 order = U32_MAX;
	u64 nr = 0;

	while (i < PAGES && f->unit[i].state == SHADOW_UNIT_HEAD &&
	       f->unit[i].order < order && most--) {
		order = f->unit[i].order;
		nr += 1ULL << order;
		i += 1U << order;
	}
	return nr;
}

/* Where no block is allocated, address 0 stands for it. */
static bool operate_on_block(struct shadow_machine *f, u32 what, u32 i)
{
	u64 pa = i < PAGES ? shadow_buddy_model_pa(&f->m, i) : 0;
	unsigned int order = i < PAGES ? f->unit[i].order : 0;
	u32 most = 1 + (what >> 3 & 3);

	switch (what & 7) {
	case 0:
		return shadow_buddy_model_free(&f->m, &f->b, pa, order);
	case 1:
		return shadow_buddy_model_get(&f->m, &f->b, pa);
	case 2:
		return shadow_buddy_model_put(&f->m, &f->b, pa);
	case 3:
		return i == PAGES || set_holders(f, what, i);
	default:
		return shadow_buddy_model_free_exact(&f->m, &f->b, pa,
						     run_from(f, i, most));
	}
}

static bool operate_on_address(struct shadow_machine *f, u32 what, u64 pa)
{
	u64 number = what & 1 ? fuzz_below(f->in, PAGES + 1) : fuzz_word(f->in);

	input_expect(f->in,
		     !shadow_buddy_page(&f->b, pa) ==
			     (shadow_buddy_model_find(&f->m, pa) == PAGES));
	switch (what & 7) {
	case 0 ... 2:
		return shadow_buddy_model_free(&f->m, &f->b, pa,
					       what & 1 ?
						       (u32)number % 26 :
						       number);
	case 3:
		return shadow_buddy_model_get(&f->m, &f->b, pa);
	case 4:
		return shadow_buddy_model_put(&f->m, &f->b, pa);
	default:
		return shadow_buddy_model_free_exact(&f->m, &f->b, pa, number);
	}
}

/* Do what a byte stands for; returns whether the answer is right. */
static bool operate(struct shadow_machine *f)
{
	u8 what = fuzz_byte(f->in);
	u64 nr = what & 31;

	switch (what >> 5) {
	case 0:
		return shadow_buddy_model_add_range(&f->m, &f->b,
						    fuzz_below(f->in, PAGES),
						    1 + nr);
	case 1:
		return shadow_buddy_model_alloc(&f->m, &f->b,
						nr < 21 ? nr % 7 : nr - 1);
	case 2:
		return shadow_buddy_model_alloc(&f->m, &f->b,
						what & 7 ? what & 3 :
							   fuzz_word(f->in));
	case 3:
		return shadow_buddy_model_alloc_exact(&f->m, &f->b,
						      !nr ? fuzz_word(f->in) :
						      nr & 1 ? 1 + nr / 4 : nr);
	case 4:
	case 5:
		return operate_on_block(f, what,
					shadow_machine_choose_block(f));
	case 6:
		return operate_on_address(f, what, choose_address(f));
	default:
		return add_odd(f);
	}
}

static void operate_on_machine(struct shadow_machine *f)
{
	u8 what = fuzz_byte(f->in);

	input_expect(f->in, shadow_refusal_name(what % 10)[0]);
	if (what >= 64)
		input_expect(f->in,
			     shadow_buddy_model_add_banks(&f->m, &f->b, 0));
	while (f->in->left) {
		shadow_machine_remember(f);
		input_expect(f->in, operate(f));
		shadow_machine_expect_agreement(f);
	}
}

void shadow_buddy_compare(struct fuzz_input *in)
{
	struct shadow_machine *f = shadow_machine_begin(in);

	if (f)
		operate_on_machine(f);
	shadow_machine_end(f);
}
