// SPDX-License-Identifier: GPL-2.0-only
// How some proofs spell a source: see `spelling` in tests/prove/proof.py.
virtual table, member, accept, stays, freed
virtual whole, start, last, find, halving

// CBMC is fast with arrays of numbers and slow with pointers into an array of
// structures. So page->next reads FIELD(page, next), the element of the same
// index in an array of numbers, and so on: see buddy_state.h.
@depends on table@
idexpression struct shadow_page *M;
expression I;
identifier F = {next, prev, refcount, state};
@@
- M[I].F
+ ENTRY(I, F)

@depends on member@
struct shadow_page *P;
identifier F;
@@
- P->F
+ FIELD(P, F)

// Where a block is accepted, the proofs of buddy_refuse.c stop.
@depends on accept@
expression B, K, P, O;
@@
- free_allocated(B, K, P, O);
+ ACCEPT(P);

// Where __cut() cuts a piece, it tells buddy_cut.c.
@depends on stays@
symbol true;
expression B, P, K, N;
@@
- mark_allocated(&B->map[P - K.start + K.first], N)
+ take_piece(P, N, true)

@depends on freed@
symbol true, false;
expression B, K, P, N;
@@
- give_back(B, K, P, N, true)
+ take_piece(P, N, false)

// A set is two arrays of numbers and without end: see ranges_any.c.
@depends on whole@
idexpression struct shadow_range *R;
expression E, I;
@@
 E =
- R[I]
+ RANGE(I)

@depends on start@
idexpression struct shadow_range *R;
expression I;
@@
- R[I].start
+ START(I)

@depends on last@
idexpression struct shadow_range *R;
expression I;
@@
- R[I].last
+ LAST(I)

// What has a proof of its own is called no more.
@depends on halving@
idexpression L, H;
statement S;
@@
- while (L < H)
+ for (any_step(&L, &H); L < H; check_step(L, H))
 S

@depends on find@
expression S, P;
@@
- shadow_ranges_find(S, P)
+ sought(S, P)
