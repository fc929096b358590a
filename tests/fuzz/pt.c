// SPDX-License-Identifier: GPL-2.0-only
/* Page tables and the naive model: ../model/pt_compare.c. */
#include "fuzz.h"

FUZZ_COMPARE(shadow_pt_compare)
