// SPDX-License-Identifier: GPL-2.0-only
/* Layouts and the naive model: ../model/layout_compare.c. */
#include "fuzz.h"

FUZZ_COMPARE(shadow_layout_compare)
