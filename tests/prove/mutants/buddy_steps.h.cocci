// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy_steps.h: see tests/prove/buddy.py,
// and arithmetic.py for the banks.
virtual split_wrong_half, split_lower_half, split_no_count, split_not_free
virtual split_no_link_to_head, split_no_link_from_head, split_one_too_few
virtual split_stops_at_4, push_no_count, push_no_mask, push_no_order
virtual push_not_free, push_no_back_link, push_no_link_from_head
virtual push_no_link_to_head, push_no_link_to_next, unlist_no_back_link
virtual unlist_stale_head, unlist_stale_state, unlist_no_count
virtual unlist_mask_kept, unlist_mask_cleared_early, pop_wrong_order
virtual pop_last_of_list, pop_no_back_link, pop_no_count, pop_mask_of_block
virtual pop_mask_cleared_early, merge_order_not_compared
virtual merge_with_allocated, merge_no_xor, merge_past_bank_end
virtual merge_before_bank, merge_keeps_upper, merge_stale_frame
virtual merge_stops_at_3, free_any_order, free_what_is_held
virtual close_no_reference, close_no_order, open_stale_references
virtual open_stale_state, find_no_offset, put_frees_early
virtual halving_stops_early, halving_above, halving_entry_above

@depends on split_wrong_half@
expression A, F;
@@
 A + (
- 1ULL
+ 2ULL
 << F)

@depends on split_lower_half@
expression A, F, H;
@@
 H = A
- + (1ULL << F)

@depends on split_no_count@
expression B, F;
@@
- B->nr_blocks[F] = 1;

@depends on split_not_free@
expression U, F;
@@
- U->state = SHADOW_PAGE_FREE | F;
+ U->state = F;
 U->next = F;

@depends on split_no_link_to_head@
expression U, F;
@@
 U->next = F;
- U->prev = F;

@depends on split_no_link_from_head@
expression M, F, H;
@@
 split(...)
 {
 <...
- M[F].prev = H;
 ...>
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
 !B->nr_blocks[O]
- ++

@depends on push_no_mask@
expression B, O;
statement S;
@@
- if (!B->nr_blocks[O]++) S
+ B->nr_blocks[O]++;

@depends on push_no_order@
expression P, O;
@@
 list_block(...)
 {
 <...
 P->state = SHADOW_PAGE_FREE
- | O
 ;
 ...>
 }

@depends on push_not_free@
expression P, O;
@@
 list_block(...)
 {
 <...
 P->state =
- SHADOW_PAGE_FREE |
 O;
 ...>
 }

@depends on push_no_back_link@
expression M, N, A;
@@
 list_block(...)
 {
 <...
- M[N].prev = A;
 ...>
 }

@depends on push_no_link_from_head@
expression M, H, A;
@@
 list_block(...)
 {
 <...
- M[H].next = A;
 ...>
 }

@depends on push_no_link_to_head@
expression P, H;
@@
 list_block(...)
 {
 <...
- P->prev = H;
 ...>
 }

@depends on push_no_link_to_next@
expression P, N, B;
@@
 list_block(...)
 {
 <...
- P->next = N;
 P->prev = B;
 ...>
 }

@depends on unlist_no_back_link@
expression M, N, P;
@@
 unlist_block(...)
 {
 <...
- M[N].prev = P;
 ...>
 }

@depends on unlist_stale_head@
expression M, N, P;
@@
 unlist_block(...)
 {
 <...
- M[P].next = N;
 ...>
 }

@depends on unlist_stale_state@
expression M, A;
@@
 unlist_block(...)
 {
 <...
- M[A].state = 0;
 ...>
 }

@depends on unlist_no_count@
expression B, O;
@@
 !
- --B->nr_blocks[O]
+ B->nr_blocks[O]

@depends on unlist_mask_kept@
expression B, O;
statement S;
@@
- if (!--B->nr_blocks[O]) S
+ --B->nr_blocks[O];

@depends on unlist_mask_cleared_early@
expression B, O;
@@
- !--B->nr_blocks[O]
+ --B->nr_blocks[O] < 2

@depends on pop_wrong_order@
expression N, T;
@@
 N
- >> T << T

@depends on pop_last_of_list@
expression A, M, O, C, D;
statement S;
@@
 A = M[O].
- next
+ prev
 ;
 if (unlikely(A == O || C || D)) S

@depends on pop_no_back_link@
expression M, N, O;
@@
 pop(...)
 {
 <...
- M[N].prev = O;
 ...>
 }

@depends on pop_no_count@
expression B, O;
statement S;
@@
 pop(...)
 {
 <...
 if (
- --
 B->nr_blocks[O]) S
 ...>
 }

@depends on pop_mask_of_block exists@
expression N, O, T, X;
@@
 O = __ffs(X);
 ...
 N -= 1U <<
- T
+ O
 ;

@depends on pop_mask_cleared_early@
expression N, O;
@@
- N += 1U << O;
+ ;

@depends on merge_order_not_compared@
expression M, H, O;
@@
- M[H].state != (SHADOW_PAGE_FREE | O)
+ !(M[H].state & SHADOW_PAGE_FREE)

@depends on merge_with_allocated@
expression M, H, O;
@@
- M[H].state != (SHADOW_PAGE_FREE | O)
+ !M[H].state

@depends on merge_no_xor@
expression P, S;
@@
 *P
- ^
+ +
 S

@depends on merge_past_bank_end@
expression P, B;
@@
 merge_once(...)
 {
 <...
 P
- >=
+ >
 B->nr_pages
 ...>
 }

@depends on merge_before_bank@
typedef s64;
expression P, B;
@@
 merge_once(...)
 {
 <...
- P - B->start >= B->nr_pages
+ (s64)(P - B->start) >= (s64)B->nr_pages
 ...>
 }

@depends on merge_keeps_upper@
expression P, O;
@@
- *P &= O;
+ *P |= O;

@depends on merge_stale_frame@
expression P, O;
@@
- *P &= O;

@depends on merge_stops_at_3@
expression O, E;
@@
 O <
- SHADOW_MAX_ORDER
+ 3
 && E

@depends on free_any_order@
expression P, O;
@@
- P->state != (SHADOW_PAGE_ALLOCATED | O)
+ shadow_page_kind(P) != SHADOW_PAGE_ALLOCATED

@depends on free_what_is_held@
expression P;
@@
- if (unlikely(P->refcount != 1))
-	return SHADOW_REFERENCED;

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
 P->state = SHADOW_PAGE_ALLOCATED
- | O
 ;
 ...>
 }

@depends on open_stale_references@
expression P;
@@
- P->refcount = 0;

@depends on open_stale_state@
expression P;
@@
 unmark_allocated(...)
 {
 <...
- P->state = 0;
 ...>
 }

@depends on find_no_offset@
expression B, P, K;
@@
 __free_block(...)
 {
 <...
 &B->map[
- P - K.start +
 K.first]
 ...>
 }

@depends on halving_stops_early@
expression N, H;
statement S;
@@
 shadow_bank_below(...)
 {
 <...
 for (; N >
- 1
+ 2
 ; N -= H) S
 ...>
 }

@depends on halving_above@
expression P, B, H;
@@
 P
- >=
+ >
 B[H].start

@depends on halving_entry_above@
expression P, B, H;
@@
 P
- >=
+ >
 B[H].first

@depends on put_frees_early@
expression P;
@@
 P->refcount >
- 1
+ 2
