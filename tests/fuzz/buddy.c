// SPDX-License-Identifier: GPL-2.0-only
/* The allocator and the naive model: ../model/buddy_compare.c. */
#include "fuzz.h"

FUZZ_COMPARE(shadow_buddy_compare)
