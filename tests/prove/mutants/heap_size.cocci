// SPDX-License-Identifier: GPL-2.0-only
// The mutants of heap_size.c: see tests/prove/arithmetic.py.
virtual heap_no_most, heap_not_whole, heap_order_trailing, heap_order_holds

@depends on heap_no_most@
expression E;
@@
 clamp(E, SHADOW_HEAP_MIN,
- SHADOW_HEAP_MAX
+ ~0ULL
 )

@depends on heap_not_whole@
expression B;
@@
 return B
- & SHADOW_PAGE_MASK
 ;

@depends on heap_order_trailing@
expression B;
@@
- fls64((B - 1) >> SHADOW_PAGE_SHIFT)
+ __ffs64(B >> SHADOW_PAGE_SHIFT)

@depends on heap_order_holds@
expression B;
@@
- fls64((B - 1) >> SHADOW_PAGE_SHIFT)
+ fls64(B >> SHADOW_PAGE_SHIFT)
