// SPDX-License-Identifier: GPL-2.0-only
// The mutants of ranges.c: see tests/prove/arithmetic.py.
virtual find_missed, find_equal, find_last
virtual add_touching, add_beyond_storage, add_wrong_last, add_shift
virtual add_all_order, add_all_inside, add_all_room, add_all_moved
virtual add_all_one_byte
virtual remove_above, remove_below, remove_last, remove_touching
virtual remove_beyond_storage, round_in_guard, round_in_empty, round_in_up
virtual round_out_last, round_out_meet, pages_no_one, first_fit_bytes
virtual first_fit_short, subtract_below, subtract_hole_left
virtual subtract_hole_below, subtract_next_lost
virtual subtract_beyond_storage, last_fit_unaligned, last_fit_low
virtual last_fit_window

@depends on find_missed@
identifier L, M;
@@
 L = M
- + 1
+ + 2

@depends on find_equal@
expression R, P, M;
identifier L;
statement S;
@@
 if (R[M].last
- <
+ <=
 P) L = M + 1;
 else S

@depends on find_last@
expression H, R, P;
@@
 H &&
- R[H - 1].last < P
+ R[H - 1].start < P

@depends on add_touching@
expression A, B;
@@
 A - B >
- 1
+ 0

@depends on add_beyond_storage@
expression S;
@@
 shadow_ranges_add(...)
 {
 <...
 S->nr
- ==
+ >
 S->max
 ...>
 }

@depends on add_wrong_last@
expression S, R, I, L, E;
@@
 S = min(S, R[I].start);
 L = max(L, R[
- E - 1
+ I
 ].last);

@depends on add_shift@
expression S, I, E;
@@
 shift(S, I
- + 1
 , E)

@depends on add_all_order@
expression X, Y, E;
@@
- X->start < Y->start ? E : X->start > Y->start
+ X->last < Y->last ? E : X->last > Y->last

@depends on add_all_inside@
expression R, S;
@@
 R.last =
- max(R.last, S.last)
+ S.last

@depends on add_all_room@
expression N, S;
@@
 N > S->max
- - S->nr

@depends on add_all_moved@
identifier R;
expression S;
@@
- memmove(S->range + S->nr,
+ memmove(S->range,
  R, ...)

@depends on add_all_one_byte@
expression R, I;
@@
 R[I].last
- <
+ <=
 R[I].start

@depends on remove_above@
expression A, L;
@@
- A.last > L
+ false

@depends on remove_below@
expression B, S;
@@
 B.start
- <
+ <=
 S

@depends on remove_last@
expression R, I, L;
@@
 R[I].start = L
- + 1

@depends on remove_touching@
expression R, E, L;
@@
 R[E].start
- <=
+ <
 L

@depends on remove_beyond_storage@
expression S;
@@
 shadow_ranges_remove(...)
 {
 <...
 S->nr
- ==
+ >
 S->max
 ...>
 }

@depends on round_in_guard@
expression L, S;
@@
- if (L - S < SHADOW_PAGE_SIZE - 1)
-	continue;

@depends on round_in_empty@
expression S, L;
@@
- if (S > L)
-	continue;

@depends on round_in_up@
expression S;
@@
 S =
- (S + (SHADOW_PAGE_SIZE - 1))
+ S
 & SHADOW_PAGE_MASK

@depends on round_out_last@
expression R;
@@
- R.last |= ~SHADOW_PAGE_MASK;
+ R.last &= SHADOW_PAGE_MASK;

@depends on round_out_meet@
expression R, S;
@@
- !apart(R.last, S)
+ R.last > S

@depends on pages_no_one@
expression P, L, S;
@@
 P += ((L - S) >> SHADOW_PAGE_SHIFT)
- + 1

@depends on first_fit_bytes@
expression R, B;
@@
 R.last - R.start < B
- - 1

@depends on first_fit_short@
expression R, B;
@@
 R.last - R.start
- < B - 1
+ + 1 < B

@depends on subtract_below@
expression R, H;
@@
- H.start > R.start &&
+ H.start > R.start + 1 &&
 append(...)

@depends on subtract_hole_left@
expression R, H;
@@
- H.last >= R.last
+ H.last > R.last

@depends on subtract_hole_below@
expression R, H;
@@
- max(R.start, H.last + 1)
+ H.last + 1

@depends on subtract_next_lost@
identifier N;
expression H, A, B;
@@
 for (; *N < H->nr; ++*N) {
 <...
 if (A.last >= B.last)
- return 0;
+ return !++*N;
 ...>
 }

@depends on subtract_beyond_storage@
expression S;
@@
 append(...)
 {
 <...
 S->nr
- ==
+ >
 S->max
 ...>
 }

@depends on last_fit_unaligned@
expression L, B, A;
@@
- (L - (B - 1)) & ~(A - 1)
+ L - (B - 1)

@depends on last_fit_low@
identifier P, L;
@@
- if (P < L)
-	continue;

@depends on last_fit_window@
expression S, W;
@@
- min(S.last, W->last)
+ S.last
