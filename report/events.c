// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's trace events: of a plan, and of what the buddy does. See
 * events.h.
 */
#include "report.h"

#define CREATE_TRACE_POINTS
#include "events.h"

static const struct shadow_buddy_events events = {
	.alloc = trace_alloc,
	.free = trace_free,
	.split = trace_split,
	.merge = trace_merge,
	.refuse = trace_refuse,
};

int shadow_events_begin(void)
{
	shadow_buddy_events_begin(&events);
	return 0;
}

void shadow_report_plan_event(const struct shadow_plan *plan)
{
	trace_plan(plan);
}
