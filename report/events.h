/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The events in /sys/kernel/tracing/events/buddy_shadow. Fields are named as those of
 * kmem:mm_page_alloc; a frame number counts pages of 4 KiB, whatever the kernel's are.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM buddy_shadow

#if !defined(SHADOW_EVENTS_H) || defined(TRACE_HEADER_MULTI_READ)
#define SHADOW_EVENTS_H

#include <linux/kernel.h>
#include <linux/tracepoint.h>

#include "../buddy.h"
#include "../dt/plan.h"

/* Called where an event that tells of a block is turned on. */
int shadow_events_begin(void);

DECLARE_EVENT_CLASS(shadow_block,
	TP_PROTO(u64 pfn, unsigned int order),
	TP_ARGS(pfn, order),
	TP_STRUCT__entry(
		__field(unsigned long, pfn)
		__field(unsigned int, order)
	),
	TP_fast_assign(
		__entry->pfn = pfn;
		__entry->order = order;
	),
	TP_printk("pfn=0x%lx order=%u", __entry->pfn, __entry->order)
);

#define SHADOW_BLOCK_EVENT(name) \
DEFINE_EVENT_FN(shadow_block, name, \
	TP_PROTO(u64 pfn, unsigned int order), \
	TP_ARGS(pfn, order), \
	shadow_events_begin, shadow_buddy_events_end)

SHADOW_BLOCK_EVENT(alloc);
SHADOW_BLOCK_EVENT(free);
SHADOW_BLOCK_EVENT(split);
SHADOW_BLOCK_EVENT(merge);

TRACE_EVENT_FN(refuse,
	TP_PROTO(u64 pa, unsigned int order, const char *reason),
	TP_ARGS(pa, order, reason),
	TP_STRUCT__entry(
		__field(unsigned long, pa)
		__field(unsigned long, pfn)
		__field(int, order)
		__array(char, reason, 28)
	),
	TP_fast_assign(
		__entry->pa = pa;
		__entry->pfn = pa >> SHADOW_PAGE_SHIFT;
		__entry->order = order;
		scnprintf(__entry->reason, sizeof(__entry->reason), "%s",
			  reason);
	),
	TP_printk("pfn=0x%lx order=%d pa=0x%lx reason=%s", __entry->pfn,
		  __entry->order, __entry->pa, __entry->reason),
	shadow_events_begin, shadow_buddy_events_end
);

TRACE_EVENT(plan,
	TP_PROTO(const struct shadow_plan *plan),
	TP_ARGS(plan),
	TP_STRUCT__entry(
		__field(unsigned long, total_ram)
		__field(unsigned long, heap_base)
		__field(unsigned long, heap_bytes)
		__field(unsigned long, mem_map_base)
		__field(unsigned long, mem_map_bytes)
		__field(unsigned long, free_bytes)
		__array(char, verdict, 96)
	),
	TP_fast_assign(
		__entry->total_ram = plan->layout.total_ram;
		__entry->heap_base = plan->layout.heap_base;
		__entry->heap_bytes = plan->layout.heap_bytes;
		__entry->mem_map_base = plan->layout.mem_map_base;
		__entry->mem_map_bytes = plan->layout.mem_map_bytes;
		__entry->free_bytes = plan->layout.free_pages <<
				      SHADOW_PAGE_SHIFT;
		scnprintf(__entry->verdict, sizeof(__entry->verdict), "%s",
			  shadow_verdict_line(plan->layout.verdict));
	),
	TP_printk("total_ram=%lu heap_base=0x%lx heap_bytes=%lu mem_map_base=0x%lx mem_map_bytes=%lu free_bytes=%lu verdict=%s",
		  __entry->total_ram, __entry->heap_base, __entry->heap_bytes,
		  __entry->mem_map_base, __entry->mem_map_bytes,
		  __entry->free_bytes, __entry->verdict)
);

#endif /* SHADOW_EVENTS_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE events
#include <trace/define_trace.h>
