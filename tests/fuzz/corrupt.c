// SPDX-License-Identifier: GPL-2.0-only
/*
 * The checker against corrupt allocators. A valid one is made first; then bits
 * change in a descriptor or in a counter. A single change must be reported where
 * an invariant depends on what changed, and only there; with several changes the
 * checker must come to an end without leaving the memory that it is given.
 */
#include <linux/string.h>

#include "../model/machine.h"
#include "fuzz.h"

/* Add all banks, allocate some blocks, free some. */
static void make_state(struct shadow_machine *f)
{
	u32 nr = shadow_input_below(f->in, 16), i;

	/* Now and then a page stays out. */
	fuzz_expect(shadow_buddy_model_add_banks(&f->m, &f->b, nr & 1));
	while (nr--) {
		u8 what = shadow_input_byte(f->in);
		unsigned int order = what >> 2 & 7;

		u64 pa;

		i = shadow_machine_choose_block(f);
		pa = shadow_buddy_model_pa(&f->m, i);
		if (what & 3 || i == SHADOW_MACHINE_PAGES)
			fuzz_expect(shadow_buddy_model_alloc(&f->m, &f->b,
							     order));
		else
			fuzz_expect(shadow_buddy_model_free(&f->m, &f->b, pa,
							    f->unit[i].order));
	}
	shadow_machine_remember(f);
	shadow_machine_expect_agreement(f);
	fuzz_judge(f->in);
}

static u64 change_bits(struct shadow_machine *f)
{
	u64 bits = 1 + shadow_input_byte(f->in);

	return bits << shadow_input_below(f->in, 56);
}

/* A counter; returns whether it changed, since none may. */
static bool corrupt_counter(struct shadow_machine *f, u8 what)
{
	u64 bits = change_bits(f);

	switch (what & 3) {
	case 0 ... 1:
		f->b.nr_managed ^= bits;
		return true;
	case 2:
		what = shadow_input_below(f->in, SHADOW_NR_ORDERS);
		f->b.nr_blocks[what] ^= bits;
		return true;
	default:
		f->b.nonempty ^= (u32)bits;
		return (u32)bits;
	}
}

/* Links matter in a list head and in the head of a free block. */
static bool corrupt_link(struct shadow_machine *f, struct shadow_page *page, u8 what)
{
	u64 bits = change_bits(f);
	bool listed = page < f->b.map + SHADOW_NR_ORDERS ||
		      shadow_page_kind(page) == SHADOW_PAGE_FREE;

	if (what & 1)
		page->next ^= bits;
	else
		page->prev ^= bits;
	return listed;
}

/* Of a page everything but its links; returns whether that must be noticed. */
static bool corrupt_page(struct shadow_machine *f, struct shadow_page *page, u8 what)
{
	u64 bits = change_bits(f);
	bool allocated = shadow_page_kind(page) == SHADOW_PAGE_ALLOCATED;

	if (what & 2) {
		page->refcount ^= (u32)bits;
		return (u32)bits && (!allocated || !page->refcount);
	}
	/* An odd number of up to 8 bits, somewhere. */
	page->state ^= bits >> __builtin_ctzll(bits) << (what & 1 ? 8 : 0);
	return true;
}

/* Take a free block off its list as if it were allocated: links all agree. */
static bool lose_block(struct shadow_machine *f, struct shadow_page *page)
{
	unsigned int order = shadow_page_order(page);

	if (page->state != (SHADOW_PAGE_FREE | order) ||
	    order > SHADOW_MAX_ORDER)
		return false;
	f->b.map[page->prev].next = page->next;
	f->b.map[page->next].prev = page->prev;
	if (!--f->b.nr_blocks[order])
		f->b.nonempty &= ~(1U << order);
	return true;
}

/* Put the head of one list into another one: its links agree, too. */
static bool join_lists(struct shadow_machine *f, u8 what)
{
	u32 a = what % SHADOW_NR_ORDERS;
	u32 b = (a + 1 + shadow_input_below(f->in, SHADOW_MAX_ORDER)) %
		SHADOW_NR_ORDERS;
	u32 next = f->b.map[a].next;

	f->b.map[a].next = b;
	f->b.map[b].prev = a;
	f->b.map[b].next = next;
	f->b.map[next].prev = b;
	return true;
}

/*
 * Change one thing; returns whether the checker must see it. Lists are followed
 * only while they are @valid.
 */
static bool corrupt(struct shadow_machine *f, bool valid)
{
	u8 what = shadow_input_byte(f->in);
	struct shadow_page *page = f->b.map + SHADOW_NR_ORDERS +
				   shadow_input_byte(f->in) % f->b.nr_pages;

	switch (what >> 5) {
	case 0:
		return corrupt_counter(f, what);
	case 1:
		return valid && lose_block(f, page);
	case 2:
		return valid && join_lists(f, what);
	case 3 ... 4:
		if (what & 2)
			page = f->b.map + what / 4 % SHADOW_NR_ORDERS;
		return corrupt_link(f, page, what);
	default:
		return corrupt_page(f, page, what);
	}
}

/* Something that may follow a link. */
static void do_anything(struct shadow_machine *f)
{
	u8 what = shadow_input_byte(f->in);
	u64 pa = shadow_buddy_model_pa(&f->m, shadow_input_byte(f->in) %
					      SHADOW_MACHINE_PAGES);
	unsigned int order = what % 8;

	switch (what >> 5) {
	case 0 ... 1:
		shadow_buddy_alloc(&f->b, order);
		break;
	case 2 ... 3:
		shadow_buddy_free(&f->b, pa, order);
		break;
	case 4:
		shadow_buddy_alloc_exact(&f->b, what % 32 + 1);
		break;
	case 5:
		shadow_buddy_free_exact(&f->b, pa, what % 32 + 1);
		break;
	case 6:
		shadow_buddy_get(&f->b, pa);
		break;
	default:
		shadow_buddy_put(&f->b, pa);
	}
}

/*
 * One link is wrong, and nobody has looked. Whatever is allocated and freed now
 * touches no memory but the allocator's: a link that does not lead back is not
 * followed.
 */
static void use_broken_list(struct shadow_machine *f)
{
	struct shadow_page *page = f->b.map + shadow_input_byte(f->in) %
				   f->b.nr_entries;
	u64 where;
	u32 n;

	corrupt_link(f, page, shadow_input_byte(f->in));
	for (n = 0; n < 16; n++)
		do_anything(f);
	shadow_buddy_check(&f->b, &where);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shadow_input in = { data, size };
	struct shadow_machine *f = shadow_machine_begin(&in);
	const char *broken;
	u64 where = 1;
	bool must;
	u32 nr;

	fuzz_judge(&in);
	if (!f)
		return 0;
	make_state(f);
	if (in.left && shadow_input_below(&in, 4) == 3) {
		use_broken_list(f);
		shadow_machine_end(f);
		return 0;
	}
	nr = in.left ? 1 + shadow_input_below(&in, 4) : 0;
	must = nr && corrupt(f, true);
	broken = shadow_buddy_check(&f->b, &where);
	if (nr)
		fuzz_expect(!!broken == must);
	while (nr-- > 1) {
		corrupt(f, false);
		broken = shadow_buddy_check(&f->b, &where);
	}
	fuzz_expect(broken ? where != 1 && strlen(broken) > 10 :
			     where == SHADOW_NO_PAGE);
	fuzz_expect(where == SHADOW_NO_PAGE ||
		    shadow_buddy_model_find(&f->m, where) <
			    SHADOW_MACHINE_PAGES);
	shadow_machine_end(f);
	fuzz_judge(&in);
	return 0;
}
