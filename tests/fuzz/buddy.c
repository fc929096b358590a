// SPDX-License-Identifier: GPL-2.0-only
/*
 * The allocator against a naive model. The first bytes choose a machine of up to
 * eight banks, the others are operations: good ones, wrong ones and absurd ones.
 * After each, every descriptor, list and counter must be what the model says;
 * a refusal must have the model's reason and change nothing.
 */
#include <linux/errno.h>
#include <linux/limits.h>

#include "machine.h"

static void free_block(struct machine *f, u64 pa, unsigned int order)
{
	enum shadow_refusal want = pages_free_objection(&f->m, pa, order);

	fuzz_expect(shadow_buddy_free(&f->b, pa, order) == want);
	fuzz_expect(shadow_refusal_name(want)[0]);
	if (want)
		machine_expect_same(f);
	else
		pages_give_back(&f->m, pages_find(&f->m, pa));
}

/* Free a run if all its blocks can be freed; nothing lies above the last page. */
static void free_run(struct machine *f, u64 pa, u64 nr)
{
	enum shadow_refusal want = SHADOW_ACCEPTED;
	u32 i = pages_find(&f->m, pa), blocks = 0, first[PAGES];
	u64 at = pa;
	int n;

	if (!nr || nr > 1ULL << SHADOW_MAX_ORDER)
		want = SHADOW_BAD_ORDER;
	for (n = SHADOW_MAX_ORDER; n >= 0 && !want; n--) {
		if (!(nr >> n & 1))
			continue;
		want = at < pa ? SHADOW_OUTSIDE :
				 pages_free_objection(&f->m, at, n);
		first[blocks++ % PAGES] = pages_find(&f->m, at);
		at += SHADOW_PAGE_SIZE << n;
	}
	fuzz_expect(shadow_buddy_free_exact(&f->b, pa, nr) == want);
	if (want)
		machine_expect_same(f);
	for (i = 0; i < blocks && !want; i++)
		pages_give_back(&f->m, first[i]);
}

static void get(struct machine *f, u64 pa)
{
	enum shadow_refusal want = pages_objection(&f->m, pa);
	u32 i = pages_find(&f->m, pa);

	if (!want && f->m.references[i] == U32_MAX)
		want = SHADOW_REFCOUNT_FULL;
	fuzz_expect(shadow_buddy_get(&f->b, pa) == want);
	if (want)
		machine_expect_same(f);
	else
		f->m.references[i]++;
}

static void put(struct machine *f, u64 pa)
{
	enum shadow_refusal want = pages_objection(&f->m, pa);
	u32 i = pages_find(&f->m, pa);

	fuzz_expect(shadow_buddy_put(&f->b, pa) == want);
	if (want)
		machine_expect_same(f);
	else if (!--f->m.references[i])
		pages_give_back(&f->m, i);
}

/* As if somebody had called get so often. */
static void many_holders(struct machine *f, u32 i)
{
	u32 nr = U32_MAX - fuzz_below(&f->in, 3);

	if (i == PAGES)
		return;
	((struct shadow_page *)shadow_buddy_page(&f->b,
						 pages_pa(&f->m, i)))->refcount =
		nr;
	f->m.references[i] = nr;
}

static void look_up(struct machine *f, u64 pa)
{
	const struct shadow_page *page = shadow_buddy_page(&f->b, pa);
	u32 i = pages_find(&f->m, pa);

	if (i == PAGES) {
		fuzz_expect(!page);
		return;
	}
	fuzz_expect(page == f->b.map + SHADOW_NR_ORDERS +
			    __builtin_popcountll(f->m.ram &
						 ((1ULL << i) - 1)));
}

/* Bounds that are no pages, or the wrong way round. */
static void add_odd(struct machine *f)
{
	u64 start = pages_pa(&f->m, fuzz_below(&f->in, PAGES));
	u64 bytes = fuzz_below(&f->in, 4) * SHADOW_PAGE_SIZE;
	u8 what = fuzz_byte(&f->in);

	if (!(what & 0x33) && bytes)
		return;
	fuzz_expect(shadow_buddy_add_range(&f->b, start + (what & 3),
					   start + bytes - 1 +
					   (what >> 4 & 3)) == -EINVAL);
	machine_expect_same(f);
}

/* A page of the model and now and then anything else. */
static u64 choose_address(struct machine *f)
{
	u8 what = fuzz_byte(&f->in);

	if (what < 192)
		return pages_pa(&f->m, what % PAGES);
	if (what < 208)
		return pages_pa(&f->m, what % PAGES) + SHADOW_PAGE_SIZE;
	if (what < 224)
		return pages_pa(&f->m, what % PAGES) - SHADOW_PAGE_SIZE;
	return what < 240 ? pages_pa(&f->m, 3 * what % PAGES) + what - 223 :
			    fuzz_word(&f->in);
}

static void operate_on_block(struct machine *f, u32 what, u32 i)
{
	u64 pa = i < PAGES ? pages_pa(&f->m, i) : 0;
	unsigned int order = i < PAGES ? f->m.order[i] : 0;

	switch (what & 3) {
	case 0:
		free_block(f, pa, order);
		break;
	case 1:
		get(f, pa);
		break;
	case 2:
		put(f, pa);
		break;
	default:
		many_holders(f, i);
	}
}

static void operate_on_address(struct machine *f, u32 what, u64 pa)
{
	switch (what & 7) {
	case 0 ... 1:
		free_block(f, pa, fuzz_below(&f->in, 32) % 26);
		break;
	case 2:
		free_block(f, pa, (u32)fuzz_word(&f->in));
		break;
	case 3:
		get(f, pa);
		break;
	case 4:
		put(f, pa);
		break;
	case 5:
		free_run(f, pa, fuzz_below(&f->in, PAGES + 1));
		break;
	case 6:
		free_run(f, pa, fuzz_word(&f->in));
		break;
	default:
		look_up(f, pa);
	}
}

static void operate(struct machine *f)
{
	u8 what = fuzz_byte(&f->in);
	u32 first;

	switch (what >> 5) {
	case 0:
		first = fuzz_below(&f->in, PAGES);
		machine_add(f, first, 1 + what % 32);
		break;
	case 1:
		machine_alloc(f, what % 32 % 24);
		break;
	case 2:
		machine_alloc(f, what & 7 ? what & 3 : (u32)fuzz_word(&f->in));
		break;
	case 3:
		machine_alloc_exact(f, what & 31 ? what & 31 :
				       fuzz_word(&f->in));
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
	while (f.in.left) {
		machine_remember(&f);
		operate(&f);
		machine_expect_agreement(&f);
	}
	machine_end(&f);
	return 0;
}
