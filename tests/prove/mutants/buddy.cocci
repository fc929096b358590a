// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy.c: see tests/prove/buddy.py.
virtual free_order_21, free_unaligned, get_wraps, recent_not_settled
virtual recent_of_any_order, recent_twice

@depends on free_order_21@
expression O;
@@
 if (O >
- SHADOW_MAX_ORDER
+ SHADOW_NR_ORDERS
 )
	return refuse(...);

@depends on free_unaligned@
expression P;
@@
 shadow_buddy_free(...)
 {
 <...
- if (P & ~SHADOW_PAGE_MASK)
-	return refuse(...);
 ...>
 }

@depends on get_wraps@
expression R, P;
@@
- if (!R && P->refcount == U32_MAX)
-	R = SHADOW_REFCOUNT_FULL;

@depends on recent_not_settled@
expression B;
@@
 shadow_buddy_alloc(...)
 {
 <...
- __shadow_buddy_settle(B);
 ...>
 }

@depends on recent_of_any_order@
expression P, O;
@@
- (P & ~SHADOW_PAGE_MASK) == O
+ true

@depends on recent_twice@
expression B, K;
@@
- B->recent == K
+ (B->recent & ~SHADOW_RECENT_FREED) == K
