// SPDX-License-Identifier: GPL-2.0-only
// How some proofs spell a source: see `spelling` in tests/prove/proof.py.
virtual entry, member, index, accept, stays, freed
virtual whole, start, last, find, halving, hash

// CBMC is fast with arrays of numbers and slow with pointers into an array of
// structures. So page->next reads FIELD(page, next), the element of the same
// index in an array of numbers, and so on: see buddy_state.h.
@depends on entry@
expression B, I;
identifier F = {pfn, next, prev, refcount, flags, order};
@@
- B->map[I].F
+ ENTRY(I, F)

@depends on member@
struct shadow_page *P;
identifier F;
@@
- P->F
+ FIELD(P, F)

@depends on index@
expression B, P;
@@
- P - B->map
+ INDEX(P)

// Where a block is accepted, the proofs of buddy_refuse.c stop.
@depends on accept@
expression B, K, P;
@@
- give_back_allocated(B, K, P);
+ ACCEPT(P);

// Where __cut() cuts a piece, it tells buddy_cut.c.
@depends on stays@
symbol true;
expression P, F, A, N;
@@
- mark_allocated(P + A, F + A, N)
+ take_piece(P + A, F + A, N, true)

@depends on freed@
symbol true, false;
expression B, K, P, F, A, N;
@@
- give_back(B, K, P + A, F + A, N, true)
+ take_piece(P + A, F + A, N, false)

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

@depends on hash@
expression E, R;
@@
 E <<
- hash_bits(R)
+ bits
