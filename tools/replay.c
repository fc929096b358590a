// SPDX-License-Identifier: GPL-2.0-only
/*
 * A trace of the target's allocator against the project's buddy. See replay.h.
 */
#include <stdlib.h>

#include "../heap_size.h"
#include "around.h"
#include "array.h"
#include "judge.h"
#include "line.h"
#include "machine.h"
#include "replay.h"
#include "say.h"

#define MOST_BAD	10	/* lines that are quoted */
#define TAIL_PAGES	(SHADOW_HEAP_MAX >> SHADOW_PAGE_SHIFT)

/*
 * A replay.
 *
 * @trace: the log
 * @bytes: what was read of it, from @at up to @end not yet used
 * @line: the line
 * @open: no line feed and no carriage return ended it
 * @allocs, @failed, @frees, @refused: right calls; those that failed or were
 *	refused are among them
 * @bad: lines that cannot be read
 * @heap: the trace began with the heap's allocation, and up to now nothing came
 *	but frees of its tail
 * @tail: pages of the heap's block that those frees gave back
 */
struct replay {
	struct tool_ledger ledger;
	FILE *trace;
	char bytes[65536];
	size_t at;
	size_t end;
	struct tool_line line;
	bool open;
	u64 allocs;
	u64 failed;
	u64 frees;
	u64 refused;
	u64 bad;
	bool heap;
	bool tail[TAIL_PAGES];
};

static u64 nr_calls(const struct replay *r)
{
	return r->allocs + r->frees;
}

static bool more_bytes(struct replay *r)
{
	r->at = 0;
	r->end = fread(r->bytes, 1, sizeof(r->bytes), r->trace);
	return r->end;
}

/* Whether there is a next line, which may be empty. */
static bool next_line(struct replay *r)
{
	while (r->at < r->end || more_bytes(r))
		if (tool_line_add(&r->line, r->bytes[r->at++]))
			return true;
	r->open = !r->line.end;
	return r->open && tool_line_add(&r->line, '\n');
}

/* What does not fit is not kept. */
static bool is_cut(const struct tool_line *line)
{
	return line->length == sizeof(line->text) - 1;
}

static void say_bad(struct replay *r, const struct tool_call *call, FILE *out)
{
	char quoted[124];

	tool_text_copy(quoted, sizeof(quoted), r->line.text, r->line.length);
	if (r->bad++ < MOST_BAD)
		fprintf(out, "line %llu cannot be read, %s: \"%s\"\n",
			r->line.number, call->bad, quoted);
}

/* H3: the block that is the first to go is the heap's, and has gone already. */
static bool is_heap(struct replay *r, const struct tool_call *call)
{
	const struct shadow_layout *layout = &r->ledger.plan->layout;

	r->heap = !nr_calls(r) && call->kind == TOOL_CALL_ALLOC &&
		  call->order == layout->heap_order &&
		  call->pa == layout->heap_base;
	return r->heap;
}

/* H3: its tail, which is free already; no page of it twice. */
static bool is_tail(struct replay *r, const struct tool_call *call)
{
	const struct shadow_layout *layout = &r->ledger.plan->layout;
	u64 at = (call->pa - layout->heap_base) >> SHADOW_PAGE_SHIFT;
	u64 first = layout->heap_bytes >> SHADOW_PAGE_SHIFT;
	u64 end = 1ULL << layout->heap_order;
	u64 nr, i;

	if (!r->heap || call->kind != TOOL_CALL_FREE || call->refused ||
	    call->order > layout->heap_order)
		return false;
	nr = 1ULL << call->order;
	if (call->pa & ((nr << SHADOW_PAGE_SHIFT) - 1) || at < first ||
	    at >= end || nr > end - at)
		return false;
	for (i = 0; i < nr; i++)
		if (r->tail[at + i])
			return false;
	for (i = 0; i < nr; i++)
		r->tail[at + i] = true;
	return true;
}

static bool alloc_is_right(struct replay *r, const struct tool_call *call)
{
	if (!is_heap(r, call) &&
	    !tool_ledger_alloc(&r->ledger, r->line.number, call->order, call->pa))
		return false;
	r->allocs++;
	r->failed += call->pa == SHADOW_NO_PAGE;
	return true;
}

/* What the target refuses must not be freed here either. */
static enum shadow_refusal refusal_of(struct replay *r,
				      const struct tool_call *call)
{
	if (!call->refused)
		return tool_ledger_free(&r->ledger, r->line.number, call->pa,
					call->order);
	if (call->reason && tool_reason_holds(&r->ledger, call, call->reason))
		return call->reason;
	return tool_reason(&r->ledger, call);
}

static bool free_is_right(struct replay *r, const struct tool_call *call,
			  enum shadow_refusal *refusal)
{
	*refusal = SHADOW_ACCEPTED;
	if (!is_tail(r, call)) {
		r->heap = false;
		*refusal = refusal_of(r, call);
		if (call->refused != !!*refusal ||
		    (call->reason && call->reason != *refusal))
			return false;
	}
	r->frees++;
	r->refused += call->refused;
	return true;
}

/* What the right answer is, or one of the right answers. */
static void say_right(const struct tool_ledger *l, const struct tool_call *call,
		      enum shadow_refusal refusal, FILE *out)
{
	struct tool_call right = *call;
	unsigned int from = 0;
	u64 choices = 1;

	if (call->kind == TOOL_CALL_ALLOC) {
		right.pa = tool_ledger_next(l, call->order, &from);
		if (right.pa != SHADOW_NO_PAGE)
			choices = l->buddy.nr_blocks[from];
	}
	right.refused = refusal;
	right.reason = refusal;
	fprintf(out, "right: ");
	tool_call_print(&right, out);
	if (choices > 1)
		fprintf(out, "       or the first part of another of the %llu free blocks of order %u\n",
			choices, from);
}

static void say_difference(struct replay *r, const struct tool_call *call,
			   enum shadow_refusal refusal, FILE *out)
{
	const struct tool_ledger *l = &r->ledger;
	unsigned int from;
	u64 pa = call->pa;

	fprintf(out, "line %llu differs: ", r->line.number);
	tool_call_print(call, out);
	if (call->kind == TOOL_CALL_ALLOC)
		tool_judge_alloc(l, call, out);
	else
		tool_judge_free(l, call, refusal, out);
	say_right(l, call, refusal, out);
	fprintf(out, "right calls before it: %llu\n", nr_calls(r));
	if (r->bad)
		fprintf(out, "lines that cannot be read: %llu; they may be the reason\n",
			r->bad);
	if (r->open)
		fprintf(out, "the line does not end: the trace may be cut there\n");
	if (pa == SHADOW_NO_PAGE)
		pa = tool_ledger_next(l, call->order, &from);
	tool_around_print(l, pa, out);
}

/* The next call that differs: true. */
static bool find_difference(struct replay *r, FILE *out)
{
	enum shadow_refusal refusal = SHADOW_ACCEPTED;
	struct tool_call call;

	while (next_line(r)) {
		bool right = true;

		tool_call_parse(&call, r->line.text);
		if (call.kind != TOOL_CALL_NONE && is_cut(&r->line))
			call = (struct tool_call){
				TOOL_CALL_BAD, .bad = "it is too long",
			};
		if (call.kind == TOOL_CALL_BAD)
			say_bad(r, &call, out);
		else if (call.kind == TOOL_CALL_ALLOC)
			right = alloc_is_right(r, &call);
		else if (call.kind == TOOL_CALL_FREE)
			right = free_is_right(r, &call, &refusal);
		if (!right) {
			say_difference(r, &call, refusal, out);
			return true;
		}
	}
	return false;
}

static int say_same(const struct replay *r, FILE *out)
{
	const struct tool_ledger *l = &r->ledger;

	if (r->bad)
		tool_say("lines of the trace that cannot be read: %llu",
			 r->bad);
	else if (!nr_calls(r))
		tool_say("no line of the trace has a call; \"alloc ORDER ADDRESS\" and \"free ADDRESS ORDER\" are looked for");
	if (!nr_calls(r))
		return TOOL_UNUSABLE;
	fprintf(out, "no call differs: %llu allocations, %llu of them failed; %llu frees, %llu of them refused\n",
		r->allocs, r->failed, r->frees, r->refused);
	if (l->nr_choices)
		fprintf(out, "another of several free blocks of one order than the shadow splits, which B2 leaves open: %llu times, first in line %llu\n",
			l->nr_choices, l->first_choice);
	if (l->nr_held)
		fprintf(out, "held at the end: %llu blocks, %llu pages\n",
			l->nr_held, l->held_pages);
	else
		fprintf(out, "all is free at the end, in the blocks of the start (B4)\n");
	return r->bad ? TOOL_UNUSABLE : TOOL_OK;
}

static int run(struct replay *r, const struct shadow_plan *plan, FILE *trace,
	       FILE *out)
{
	int status;

	if (!tool_ledger_begin(&r->ledger, plan))
		return TOOL_UNUSABLE;
	r->trace = trace;
	tool_line_begin(&r->line);
	if (find_difference(r, out))
		return TOOL_DIFFERENT;
	status = say_same(r, out);
	if (!ferror(trace))
		return status;
	tool_say("the trace cannot be read to its end");
	return TOOL_UNUSABLE;
}

int tool_replay(const struct shadow_plan *plan, FILE *trace, FILE *out)
{
	struct replay *r = tool_array_new(1, sizeof(*r));
	int status;

	status = run(r, plan, trace, out);
	tool_ledger_end(&r->ledger);
	free(r);
	return status;
}
