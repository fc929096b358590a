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
	u32 nr = what & 0x30 ? 1 : U32_MAX - shadow_input_below(f->in, 3);
	u64 pa = shadow_buddy_model_pa(&f->m, i);

	((struct shadow_page *)shadow_buddy_page(&f->b, pa))->refcount = nr;
	f->b.recent = SHADOW_RECENT_NONE;
	f->unit[i].references = nr;
	return true;
}

/* Bounds that are no pages, or the wrong way round. */
static bool add_odd(struct shadow_machine *f)
{
	u32 i = shadow_input_below(f->in, SHADOW_MACHINE_PAGES);
	u64 start = shadow_buddy_model_pa(&f->m, i);
	u64 bytes = shadow_input_below(f->in, 4) * SHADOW_PAGE_SIZE;
	u8 what = shadow_input_byte(f->in);

	return (!(what & 0x33) && bytes) ||
	       shadow_buddy_add_range(&f->b, start + (what & 3),
				      start + bytes - 1 + (what >> 4 & 3)) ==
		       -EINVAL;
}

/* A page of the model and now and then anything else. */
static u64 choose_address(struct shadow_machine *f)
{
	u8 what = shadow_input_byte(f->in);
	u64 pa = shadow_buddy_model_pa(&f->m, what % SHADOW_MACHINE_PAGES);

	if (what < 192)
		return pa;
	if (what < 208)
		return pa + SHADOW_PAGE_SIZE;
	if (what < 224)
		return pa - SHADOW_PAGE_SIZE;
	return what < 240 ? pa + what - 223 : shadow_input_word(f->in);
}

/*
 * Pages of the blocks from one on, each smaller than the one before it: a run
 * that may have been allocated at once. Not more than @most blocks.
 */
static u64 run_from(const struct shadow_machine *f, u32 i, u32 most)
{
	u32 order = U32_MAX;
	u64 nr = 0;

	while (i < SHADOW_MACHINE_PAGES &&
	       f->unit[i].state == SHADOW_UNIT_HEAD &&
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
	u64 pa = i < SHADOW_MACHINE_PAGES ? shadow_buddy_model_pa(&f->m, i) : 0;
	unsigned int order = i < SHADOW_MACHINE_PAGES ? f->unit[i].order : 0;
	u32 most = 1 + (what >> 3 & 3);

	switch (what & 7) {
	case 0:
		return shadow_buddy_model_free(&f->m, &f->b, pa, order);
	case 1:
		return shadow_buddy_model_get(&f->m, &f->b, pa);
	case 2:
		return shadow_buddy_model_put(&f->m, &f->b, pa);
	case 3:
		return i == SHADOW_MACHINE_PAGES || set_holders(f, what, i);
	default:
		return shadow_buddy_model_free_exact(&f->m, &f->b, pa,
						     run_from(f, i, most));
	}
}

static bool operate_on_address(struct shadow_machine *f, u32 what, u64 pa)
{
	bool out = shadow_buddy_model_find(&f->m, pa) == SHADOW_MACHINE_PAGES;
	u64 number;

	if (what & 1)
		number = shadow_input_below(f->in, SHADOW_MACHINE_PAGES + 1);
	else
		number = shadow_input_word(f->in);
	shadow_input_expect(f->in, !__shadow_buddy_page(&f->b, pa) == out);
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
	struct shadow_buddy_model *m = &f->m;
	struct shadow_buddy *b = &f->b;
	u8 what = shadow_input_byte(f->in);
	u32 low = what & 31, first;
	u64 nr;

	switch (what >> 5) {
	case 0:
		first = shadow_input_below(f->in, SHADOW_MACHINE_PAGES);
		return shadow_buddy_model_add_range(m, b, first, 1 + low);
	case 1:
		return shadow_buddy_model_alloc(m, b,
						low < 21 ? low % 7 : low - 1);
	case 2:
		nr = what & 7 ? what & 3 : shadow_input_word(f->in);
		return shadow_buddy_model_alloc(m, b, nr);
	case 3:
		nr = low & 1 ? 1 + low / 4 : low;
		if (!nr)
			nr = shadow_input_word(f->in);
		return shadow_buddy_model_alloc_exact(m, b, nr);
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
	u8 what = shadow_input_byte(f->in);

	shadow_input_expect(f->in, shadow_refusal_name(what % 10)[0]);
	if (what >= 64)
		shadow_input_expect(f->in,
				    shadow_buddy_model_add_banks(&f->m, &f->b,
								 0));
	/* Whoever looks has a free done that is remembered: not each time. */
	while (f->in->left) {
		bool looks = !(what & 32) || !(f->in->left & 7);

		if (looks)
			shadow_machine_remember(f);
		shadow_input_expect(f->in, operate(f));
		if (looks)
			shadow_machine_expect_agreement(f);
	}
	shadow_machine_compare(f);
}

void shadow_buddy_compare(struct shadow_input *in)
{
	struct shadow_machine *f = shadow_machine_begin(in);

	if (f)
		operate_on_machine(f);
	shadow_machine_end(f);
}
