// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module's trace events: of a plan, and of what the buddy does. See
 * events.h.
 */
#include "report.h"

#define CREATE_TRACE_POINTS
#include "events.h"

static void alloc_event(u64 pfn, unsigned int order)
{
	trace_alloc(pfn, order);
}

static void free_event(u64 pfn, unsigned int order)
{
	trace_free(pfn, order);
}

static void split_event(u64 pfn, unsigned int order)
{
	trace_split(pfn, order);
}

static void merge_event(u64 pfn, unsigned int order)
{
	trace_merge(pfn, order);
}

static void refuse_event(u64 pa, unsigned int order, const char *reason)
{
	trace_refuse(pa, order, reason);
}

static const struct shadow_buddy_events events = {
	.alloc = alloc_event,
	.free = free_event,
	.split = split_event,
	.merge = merge_event,
	.refuse = refuse_event,
};

int shadow_events_begin(void)
{
	shadow_buddy_events_begin(&events);
	return 0;
}

void shadow_events_end(void)
{
	shadow_buddy_events_end();
}

void shadow_report_plan_event(const struct shadow_plan *plan)
{
	trace_plan(plan);
}
