/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The places that a target printed, beside the plan's (M4, R3), and what lies over
 * what (E8).
 */
#ifndef TOOL_PLACES_H
#define TOOL_PLACES_H

#include "causes.h"
#include "log.h"

/**
 * tool_places_compare() - compare the places of a log with a plan
 * @plan: the machine
 * @log: what the target printed
 * @causes: the wrong designs
 * @out: gets a line for each kind that was printed, and one for each overlap
 *
 * Return: how many differences there are.
 */
u64 tool_places_compare(const struct shadow_plan *plan,
			const struct tool_log *log, struct tool_causes *causes,
			FILE *out);

#endif /* TOOL_PLACES_H */
