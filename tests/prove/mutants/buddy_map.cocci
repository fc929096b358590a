// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy_map.c: see tests/prove/arithmetic.py and buddy.py.
virtual section_shift_off, hash_full, hash_twice, bytes_no_limit
virtual find_no_offset, free_unaligned

@depends on section_shift_off@
expression D;
@@
 (unsigned int)fls64(D)
- - 1

@depends on hash_full@
expression S;
@@
 fls64(
- 2 * S
+ S
 - 1)

@depends on hash_twice@
expression S;
@@
 fls64(2 * S
- - 1
 )

@depends on bytes_no_limit@
expression N;
@@
 N > MAX_PAGES
+ + 1

@depends on find_no_offset@
typedef u32;
expression K, P;
@@
 (*K)->first
- + (u32)(P - (*K)->start)

@depends on free_unaligned@
expression P;
@@
- if (P & ~SHADOW_PAGE_MASK)
-	return SHADOW_UNALIGNED;
