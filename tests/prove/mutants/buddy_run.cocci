// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy_run.c: see tests/prove/buddy.py.
virtual cut_drops_tail, cut_piece_too_large, cut_tail_unaligned

@depends on cut_drops_tail@
expression A, O, N;
statement B;
@@
 for (; A < 1ULL << O
+ >> 1
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
