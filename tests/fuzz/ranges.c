// SPDX-License-Identifier: GPL-2.0-only
/* Sets of ranges and the naive model: ../model/ranges_compare.c. */
#include "fuzz.h"

FUZZ_COMPARE(shadow_ranges_compare)
