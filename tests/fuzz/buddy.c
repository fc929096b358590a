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

/* As if somebody had called get so often. */
static void many_holders(struct machine *f, u32 i)
{
	u32 nr = U32_MAX - fuzz_below(&f->in, 3);
	u64 pa = shadow_buddy_model_pa(&f->m, i);

	((struct shadow_page *)shadow_buddy_page(&f->b, pa))->refcount = nr;
	f->unit[i].references = nr;
}

/* Bounds that are no pages, or the wrong way round. */
static void add_odd(struct machine *f)
{
	u64 start = shadow_buddy_model_pa(&f->m, fuzz_below(&f->in, PAGES));
	u64 bytes = fuzz_below(&f->in, 4) * SHADOW_PAGE_SIZE;
	u8 what = fuzz_byte(&f->in);

	if (!(what & 0x33) && bytes)
		return;
	fuzz_expect(shadow_buddy_add_range(&f->b, start + (what & 3),
					   start + bytes - 1 +
					   (what >> 4 & 3)) == -EINVAL);
}

/* A page of the model and now and then anything else. */
static u64 choose_address(struct machine *f)
{
	u8 what = fuzz_byte(&f->in);
	u64 pa = shadow_buddy_model_pa(&f->m, what % PAGES);

	if (what < 192)
		return pa;
	if (what < 208)
		return pa + SHADOW_PAGE_SIZE;
	if (what < 224)
		return pa - SHADOW_PAGE_SIZE;
	return what < 240 ? pa + what - 223 : fuzz_word(&f->in);
}

static void operate_on_block(struct machine *f, u32 what, u32 i)
{
	u64 pa = i < PAGES ? shadow_buddy_model_pa(&f->m, i) : 0;
	unsigned int order = i < PAGES ? f->unit[i].order : 0;

	switch (what & 3) {
	case 0:
		fuzz_expect(shadow_buddy_model_free(&f->m, &f->b, pa, order));
		break;
	case 1:
		fuzz_expect(shadow_buddy_model_get(&f->m, &f->b, pa));
		break;
	case 2:
		fuzz_expect(shadow_buddy_model_put(&f->m, &f->b, pa));
		break;
	default:
		if (i < PAGES)
			many_holders(f, i);
	}
}

static void operate_on_address(struct machine *f, u32 what, u64 pa)
{
	u64 number = what & 1 ? fuzz_below(&f->in, PAGES + 1) :
				fuzz_word(&f->in);

	fuzz_expect(!shadow_buddy_page(&f->b, pa) ==
		    (shadow_buddy_model_find(&f->m, pa) == PAGES));
	switch (what & 7) {
	case 0 ... 2:
		fuzz_expect(shadow_buddy_model_free(&f->m, &f->b, pa,
						    what & 1 ? number % 26 :
							       number));
		break;
	case 3:
		fuzz_expect(shadow_buddy_model_get(&f->m, &f->b, pa));
		break;
	case 4:
		fuzz_expect(shadow_buddy_model_put(&f->m, &f->b, pa));
		break;
	default:
		fuzz_expect(shadow_buddy_model_free_exact(&f->m, &f->b, pa,
							  number));
	}
}

static void add(struct machine *f, u32 nr)
{
	u32 first = fuzz_below(&f->in, PAGES);

	fuzz_expect(shadow_buddy_model_add_range(&f->m, &f->b, first, nr));
}

static void alloc(struct machine *f, u32 order)
{
	fuzz_expect(shadow_buddy_model_alloc(&f->m, &f->b, order));
}

static void operate(struct machine *f)
{
	u8 what = fuzz_byte(&f->in);
	u64 nr = what & 31;

	switch (what >> 5) {
	case 0:
		add(f, 1 + nr);
		break;
	case 1:
		alloc(f, nr % 24);
		break;
	case 2:
		alloc(f, what & 7 ? what & 3 : fuzz_word(&f->in));
		break;
	case 3:
		nr = nr ? nr : fuzz_word(&f->in);
		fuzz_expect(shadow_buddy_model_alloc_exact(&f->m, &f->b, nr));
		break;
	case 4:
	case 5:
		operate_on_block(f, what, machine_choose_block(f));
		break;
	case 6:
		operate_on_address(f, what, choose_address(f));
		break;
	default:
		add_odd(f);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct machine f = { .in = { data, size } };

	if (!machine_begin(&f))
		return 0;
	fuzz_expect(shadow_refusal_name(fuzz_below(&f.in, 10))[0]);
	while (f.in.left) {
		machine_remember(&f);
		operate(&f);
		machine_expect_agreement(&f);
	}
	machine_end(&f);
	return 0;
}
