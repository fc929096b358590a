// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of what needs threads, interrupts and the memory of a kernel:
 * exercise/smp.c and exercise/region.c. What was not done is skipped by name.
 */
#include "../exercise/exercise.h"

__attribute__((weak))
int shadow_contexts(struct shadow_exercise *ex, u64 seed, u64 ops)
{
	shadow_ktap_skip(&ex->ktap, "B7", "no threads and no interrupts here");
	return 0;
}

__attribute__((weak))
const char *shadow_region_kind_name(enum shadow_region_kind kind)
{
	return kind == SHADOW_REGION_CMA ? "cma" :
	       kind == SHADOW_REGION_PAGES ? "pages" : "none";
}
