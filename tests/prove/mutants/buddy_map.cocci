// SPDX-License-Identifier: GPL-2.0-only
// The mutants of buddy_map.c: see tests/prove/arithmetic.py.
virtual bytes_no_heads

@depends on bytes_no_heads@
expression N;
@@
 (
- SHADOW_NR_ORDERS +
 N) * sizeof(struct shadow_page)
