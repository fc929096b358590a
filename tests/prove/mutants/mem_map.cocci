// SPDX-License-Identifier: GPL-2.0-only
// The mutants of mem_map.c: see tests/prove/arithmetic.py.
virtual block_order_no_cap, block_order_fits, block_order_unaligned, count_one
virtual count_first, mem_map_room, mem_map_stays, heap_of_larger, ram_wraps
virtual reach_of_49, largest_run_last

@depends on block_order_no_cap@
expression F, A;
@@
- min3(F, A, (unsigned int)SHADOW_MAX_ORDER)
+ min(F, A)

@depends on block_order_fits@
expression E;
@@
 fls64(E)
- - 1

@depends on block_order_unaligned@
expression F, A;
@@
- min3(F, A, (unsigned int)SHADOW_MAX_ORDER)
+ min(F, (unsigned int)SHADOW_MAX_ORDER)

@depends on count_one@
expression L, O, N;
@@
- L->free_blocks[O] += N;
+ L->free_blocks[O]++;

@depends on count_first@
expression L, O, F, E;
@@
 if (
- !L->free_blocks[O]
+ L->free_blocks[O]
 ) F[O] = E;

@depends on mem_map_room@
expression S, B, N;
@@
 shadow_ranges_remove(S, B, B +
- (N - 1)
+ N
 )

@depends on mem_map_stays@
expression S, B, L;
@@
- shadow_ranges_remove(S, B, L);

@depends on heap_of_larger@
expression O, L;
statement S;
@@
 for (O = L->heap_order
+ + 1
 ; O < SHADOW_NR_ORDERS; O++) S

@depends on ram_wraps@
expression L, M;
@@
- min(L->pages, M)
+ L->pages

@depends on reach_of_49@
expression E;
@@
- E >> SHADOW_REACH_BITS
+ E >> (SHADOW_REACH_BITS + 1)

@depends on largest_run_last@
expression R, I, L;
@@
- R[I].last - R[I].start > R[L].last - R[L].start
+ R[I].last - R[I].start >= R[L].last - R[L].start
