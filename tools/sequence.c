// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls with the right answers, for the target's own tests. See replay.h.
 */
#include <stdlib.h>

#include <linux/kernel.h>

#include "../exercise/rng.h"
#include "array.h"
#include "judge.h"
#include "ledger.h"
#include "replay.h"
#include "say.h"
#include "trace.h"

#define MOST_HELD	4096	/* blocks at a time */
#define TRIES		64	/* of an order with only one right answer */

/*
 * What is written.
 *
 * @held: blocks that are allocated now
 * @made: calls so far
 */
struct sequence {
	struct tool_ledger ledger;
	struct shadow_rng rng;
	struct tool_call held[MOST_HELD];
	u32 nr_held;
	u64 made;
	FILE *out;
};

static u32 below(struct sequence *s, u32 bound)
{
	return shadow_rng_below(&s->rng, bound);
}

static void emit(struct sequence *s, const struct tool_call *call)
{
	tool_call_print(call, s->out);
	s->made++;
}

/* Half of them are single pages, and so on. */
static unsigned int random_order(struct sequence *s)
{
	unsigned int order = 0;

	while (order < SHADOW_MAX_ORDER && below(s, 2))
		order++;
	return order;
}

/* Blocks that may be split for an order: B2 leaves open which. */
static u64 choices(const struct sequence *s, unsigned int order)
{
	unsigned int from = 0;

	if (tool_ledger_next(&s->ledger, order, &from) == SHADOW_NO_PAGE)
		return 0;
	return s->ledger.buddy.nr_blocks[from];
}

static void emit_alloc(struct sequence *s)
{
	struct tool_call call = { .kind = TOOL_CALL_ALLOC };
	unsigned int from;
	u64 nr = 0;
	int i;

	for (i = 0; i < TRIES && nr != 1; i++) {
		call.order = random_order(s);
		nr = choices(s, call.order);
	}
	if (nr > 1)
		fprintf(s->out, "# call %llu: the first part of any of %llu free blocks would be right\n",
			s->made + 1, nr);
	call.pa = tool_ledger_next(&s->ledger, call.order, &from);
	tool_ledger_alloc(&s->ledger, s->made + 1, call.order, call.pa);
	if (call.pa != SHADOW_NO_PAGE)
		s->held[s->nr_held++] = call;
	emit(s, &call);
}

/* Out of memory: the least order of which there is nothing. */
static void emit_failed_alloc(struct sequence *s)
{
	struct tool_call call = { .kind = TOOL_CALL_ALLOC, .pa = SHADOW_NO_PAGE };

	while (choices(s, call.order))
		call.order++;
	emit(s, &call);
}

static void emit_free(struct sequence *s)
{
	u32 i = below(s, s->nr_held);
	struct tool_call call = s->held[i];

	s->held[i] = s->held[--s->nr_held];
	call.kind = TOOL_CALL_FREE;
	tool_ledger_free(&s->ledger, s->made + 1, call.pa, call.order);
	emit(s, &call);
}

/* A page that is free, NO_PAGE for none. */
static u64 some_free_page(const struct sequence *s)
{
	unsigned int from;

	return tool_ledger_next(&s->ledger, 0, &from);
}

/* The page behind all RAM, or, if there is none, 0: it is refused as well. */
static u64 page_outside(const struct sequence *s)
{
	const struct shadow_ranges *ram = &s->ledger.plan->ram;

	return ram->range[ram->nr - 1].last + 1;
}

/* Make a block that is held, or the heap, a wrong free; not each try does. */
static void make_wrong(struct sequence *s, struct tool_call *call)
{
	/* How many blocks the heap is, and of which orders, is the target's. */
	switch (below(s, s->nr_held ? 7 : 6)) {
	case 0:
		call->pa += 8;
		break;
	case 1:
		call->order = SHADOW_NR_ORDERS;
		break;
	case 2:
		call->pa = page_outside(s);
		break;
	case 3:
		call->pa = s->ledger.plan->layout.mem_map_base;
		call->order = 0;
		break;
	case 4:
		call->pa = some_free_page(s);
		call->order = 0;
		break;
	case 5:
		call->pa += SHADOW_PAGE_SIZE;
		call->order = 0;
		break;
	default:
		call->order ^= 1;
	}
}

static void emit_wrong_free(struct sequence *s)
{
	const struct shadow_layout *layout = &s->ledger.plan->layout;
	struct tool_call block = {
		.pa = layout->heap_base, .order = layout->heap_order,
	};
	struct tool_call call;

	if (s->nr_held)
		block = s->held[below(s, s->nr_held)];
	block.kind = TOOL_CALL_FREE;
	do {
		call = block;
		make_wrong(s, &call);
		call.reason = tool_reason(&s->ledger, &call);
	} while (!call.reason || call.pa == SHADOW_NO_PAGE);
	call.refused = true;
	emit(s, &call);
}

/* One call, with which all can still be free after @left more. */
static void emit_call(struct sequence *s, u64 left)
{
	u32 dice = below(s, 100);

	if (left < s->nr_held)
		emit_free(s);
	else if (dice < 6)
		emit_wrong_free(s);
	else if (dice < 9)
		emit_failed_alloc(s);
	else if (dice < 40 && s->nr_held)
		emit_free(s);
	else if (left > s->nr_held && s->nr_held < MOST_HELD)
		emit_alloc(s);
	else if (s->nr_held)
		emit_free(s);
	else
		emit_wrong_free(s);
}

static void emit_all(struct sequence *s, u64 seed, u64 nr)
{
	const struct shadow_layout *layout = &s->ledger.plan->layout;
	unsigned int order;

	fprintf(s->out, "# %llu calls of seed %llu, after the heap is taken: 0x%016llx, %llu bytes\n",
		nr, seed, layout->heap_base, layout->heap_bytes);
	while (s->made < nr)
		emit_call(s, nr - s->made - 1);
	fprintf(s->out, "# free blocks of order 0 to 20 now, as before:");
	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		fprintf(s->out, " %llu", s->ledger.buddy.nr_blocks[order]);
	fputc('\n', s->out);
}

int tool_sequence(const struct shadow_plan *plan, u64 seed, u64 nr, FILE *out)
{
	struct sequence *s = tool_array_new(1, sizeof(*s));
	int status = TOOL_UNUSABLE;

	s->out = out;
	shadow_rng_seed(&s->rng, seed);
	if (tool_ledger_begin(&s->ledger, plan)) {
		emit_all(s, seed, nr);
		status = TOOL_OK;
	}
	tool_ledger_end(&s->ledger);
	free(s);
	return status;
}
