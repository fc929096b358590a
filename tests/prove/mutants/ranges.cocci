// SPDX-License-Identifier: GPL-2.0-only
// The mutants of ranges.c: see tests/prove/arithmetic.py.
virtual add_touching, add_beyond_storage, add_wrong_last, add_shift
virtual remove_above, remove_below, remove_last, remove_touching
virtual remove_beyond_storage, round_in_guard, round_in_empty, round_in_up
virtual round_out_last, round_out_meet, pages_no_one, first_fit_bytes
virtual first_fit_short, subtract_nothing, subtract_first_missing
virtual last_fit_unaligned, last_fit_low, last_fit_window

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
 R.last
- | ~SHADOW_PAGE_MASK
+ & SHADOW_PAGE_MASK

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

@depends on subtract_nothing@
expression I, W;
identifier E;
@@
 I
+ + 1
 < W->nr && !E

@depends on subtract_first_missing@
expression I, W, E;
statement S;
@@
 for (I =
- 0
+ 1
 ; I < W->nr && !E; I++) S

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
