// SPDX-License-Identifier: GPL-2.0-only
/*
 * How an allocated block is cut for shadow_buddy_alloc_exact(): into pieces
 * that follow one another without a gap, each of them aligned, those that stay
 * before those that are freed. What becomes of a piece are the steps close,
 * merge, push.
 */
#include "buddy_state.h"
#include "../../buddy_run.c"

static u32 block;
static unsigned int whole;
static u64 wanted;
static u64 done;
static bool in_tail;

static void take_piece(u64 pfn, u64 order, bool stays)
{
	u64 size = 1ULL << (order & 31);

	LEMMA(order <= SHADOW_MAX_ORDER, "the order of a piece is one");
	LEMMA(pfn == pfn_of(block) + done, "a piece begins where one ended");
	LEMMA(!(pfn & (size - 1)), "it is aligned to its size");
	LEMMA(stays ? !in_tail && done + size <= wanted : done >= wanted,
	      "what is wanted stays, the rest is freed");
	LEMMA(done + size <= 1ULL << whole, "it ends where the block does");
	LEMMA(stays ? wanted - done - size < size :
		      !((done + size) & (2 * size - 1)),
	      "pieces that stay shrink, those that are freed grow");
	if (!stays)
		in_tail = true;
	done += size;
}

void cut(void)
{
	any_banks();
	wanted = nondet_u64();
	ASSUME(wanted >= 1 && wanted <= 1ULL << CUT);
	whole = fls64(wanted - 1);
	ASSUME(is_page(block) & block_fits(block, whole));
	done = 0;
	in_tail = false;
	__cut(&b, pfn_of(block), whole, wanted);
	ASSERT(done == 1ULL << whole, "the pieces are the whole block");
	REACHABLE(whole == CUT && wanted == (1ULL << CUT) - 1,
		  "as many pieces as there can be");
}
