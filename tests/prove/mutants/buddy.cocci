// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy.c: see tests/prove/buddy.py.
virtual split_wrong_half, split_lower_half, split_wrong_frame, split_wrong_list
virtual split_one_too_few, split_stops_at_4, push_no_count, push_no_mask
virtual push_no_order, push_not_free, push_no_back_link, push_no_link_from_head
virtual push_no_link_to_head, push_no_link_to_next, unlist_no_back_link
virtual unlist_stale_head, unlist_stale_flags, unlist_stale_order
virtual unlist_no_count, unlist_mask_kept, unlist_mask_cleared_early
virtual pop_wrong_order, pop_last_of_list, merge_order_not_compared
virtual merge_with_allocated, merge_no_xor, merge_past_bank_end
virtual merge_before_bank, merge_keeps_upper, merge_stale_frame
virtual merge_stops_at_3, alloc_no_count, free_any_order, free_what_is_held
virtual free_order_21, free_no_count, get_wraps, put_frees_early
virtual cut_drops_tail, cut_piece_too_large, cut_tail_unaligned
virtual close_no_reference, close_no_order, open_stale_references
virtual open_stale_flags

@depends on split_wrong_half@
expression U, P, F;
@@
 U = P + (
- 1UL
+ 2UL
 << F)

@depends on split_lower_half@
expression U, P, F;
@@
 U = P
- + (1UL << F)

@depends on split_wrong_frame@
expression U, P, F;
@@
 U->pfn = P
- + (1ULL << F)

@depends on split_wrong_list@
expression F, T, B, U;
@@
 while (F > T) {
 ...
 list_block(B, U, F,
- F
+ T + 1
 );
 }

@depends on split_one_too_few@
expression F, T;
statement S;
@@
 split(...)
 {
 <...
 while (F > T
+ + 1
 ) S
 ...>
 }

@depends on split_stops_at_4@
expression F, T;
statement S;
@@
 split(...)
 {
 <...
 while (F > T
+ && F != 4
 ) S
 ...>
 }

@depends on push_no_count@
expression B, O;
@@
- B->nr_blocks[O]++;

@depends on push_no_mask@
expression B, O;
@@
- B->nonempty |= 1U << O;

@depends on push_no_order@
expression P, O;
@@
 list_block(...)
 {
 <...
- P->order = O;
 ...>
 }

@depends on push_not_free@
expression P;
@@
- P->flags = SHADOW_PAGE_FREE;

@depends on push_no_back_link@
expression B, N, I;
@@
 link_after(...)
 {
 <...
- B->map[N].prev = I;
 ...>
 }

@depends on push_no_link_from_head@
expression B, A, I;
@@
 link_after(...)
 {
 <...
- B->map[A].next = I;
 ...>
 }

@depends on push_no_link_to_head@
expression P, A;
@@
- P->prev = A;

@depends on push_no_link_to_next@
expression P, N;
@@
- P->next = N;

@depends on unlist_no_back_link@
expression B, P;
@@
- B->map[P->next].prev = P->prev;

@depends on unlist_stale_head@
expression B, P;
@@
- B->map[P->prev].next = P->next;

@depends on unlist_stale_flags@
expression P;
@@
 unlist_block(...)
 {
 <...
- P->flags = 0;
 ...>
 }

@depends on unlist_stale_order@
expression P;
@@
 unlist_block(...)
 {
 <...
- P->order = 0;
 ...>
 }

@depends on unlist_no_count@
expression B, O;
@@
 !
- --B->nr_blocks[O]
+ B->nr_blocks[O]

@depends on unlist_mask_kept@
expression E;
statement S;
@@
- if (!--E) S
+ --E;

@depends on unlist_mask_cleared_early@
expression B, O;
@@
- !--B->nr_blocks[O]
+ --B->nr_blocks[O] < 2

@depends on pop_wrong_order@
expression B, O;
@@
 B->nonempty
- >> *O << *O

@depends on pop_last_of_list@
expression B, O;
@@
 B->map[*O].
- next
+ prev

@depends on merge_order_not_compared@
expression E, H, O;
@@
 E
- || H->order != O

@depends on merge_with_allocated@
expression H;
@@
- H->flags != SHADOW_PAGE_FREE
+ !H->flags

@depends on merge_no_xor@
expression P, O;
@@
 *P
- ^ (1ULL << O)
+ + (1ULL << O)

@depends on merge_past_bank_end@
expression P, B;
@@
 P
- >=
+ >
 B->end

@depends on merge_before_bank@
expression P, B, E;
@@
- P < B->start ||
 E

@depends on merge_keeps_upper@
expression O, P;
statement S;
@@
 if (O
- <
+ >
 *P) S

@depends on merge_stale_frame@
expression O, P, G, H;
@@
 if (O < *P) {
	*G = H;
-	*P = O;
 }

@depends on merge_stops_at_3@
expression O, E;
@@
 *O <
- SHADOW_MAX_ORDER
+ 3
 && E

@depends on alloc_no_count@
expression B, E;
@@
- B->nr_free -= E;

@depends on free_any_order@
expression P, O;
@@
- if ((*P)->order != O)
-	return SHADOW_WRONG_ORDER;

@depends on free_what_is_held@
expression P;
@@
- (*P)->refcount == 1 ? SHADOW_ACCEPTED : SHADOW_REFERENCED
+ SHADOW_ACCEPTED

@depends on free_order_21@
expression O;
@@
- if (O > SHADOW_MAX_ORDER)
-	return SHADOW_BAD_ORDER;

@depends on free_no_count@
expression B, E;
@@
- B->nr_free += E;

@depends on get_wraps@
expression R, P;
@@
- if (!R && P->refcount == U32_MAX)
-	R = SHADOW_REFCOUNT_FULL;

@depends on put_frees_early@
expression P;
@@
 P->refcount >
- 1
+ 2

@depends on cut_drops_tail@
expression A, S, N;
statement B;
@@
 for (; A < S
+ / 2
 ; A += 1ULL << N) B

@depends on cut_piece_too_large@
expression R, A;
@@
 fls64(R - A)
- - 1

@depends on cut_tail_unaligned@
expression A;
@@
- __ffs64(A)
+ fls64(A) - 1

@depends on close_no_reference@
expression P;
@@
- P->refcount = 1;

@depends on close_no_order@
expression P, O;
@@
 mark_allocated(...)
 {
 <...
- P->order = O;
 ...>
 }

@depends on open_stale_references@
expression P;
@@
- P->refcount = 0;

@depends on open_stale_flags@
expression P;
@@
 unmark_allocated(...)
 {
 <...
- P->flags = 0;
 ...>
 }
