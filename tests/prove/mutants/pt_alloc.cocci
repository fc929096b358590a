// SPDX-License-Identifier: GPL-2.0-only
// The mutants of pt_alloc.c: see tests/prove/arithmetic.py.
virtual pt_lost, pt_source_kept, pt_not_marked, pt_twice, pt_all_back

@depends on pt_lost@
expression E, T;
statement S;
@@
 while (E && T
+ > 1
 ) S

@depends on pt_source_kept@
expression T;
@@
- T->from = NULL;

@depends on pt_not_marked@
expression P, I;
@@
- P->pool_used |= 1U << (I - 1);

@depends on pt_twice@
expression E, P, I;
@@
 E
- || !(P->pool_used & 1U << I)

@depends on pt_all_back@
expression P, I;
@@
- P->pool_used &= ~(1U << I);
+ P->pool_used = 0;
