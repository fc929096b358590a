/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A set of many ranges at once.
 */
#ifndef TOOL_SET_H
#define TOOL_SET_H

#include "../ranges.h"

/**
 * tool_sort_set() - make a set of ranges in any order
 * @set: ranges that may touch and overlap; a set afterwards
 */
void tool_sort_set(struct shadow_ranges *set);

#endif /* TOOL_SET_H */
