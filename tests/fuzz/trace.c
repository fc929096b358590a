// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces of a target's allocator, replayed on a small machine (D3). Any bytes are a
 * log: a NUL behind each of them makes no difference, and what is said is text. The
 * bytes also choose calls, right and wrong ones: the calls of a right target have no
 * difference, and are right until one of them is made wrong.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/sizes.h>

#include "../../dt/reader.h"
#include "../../tools/machine.h"
#include "../../tools/replay.h"
#include "../../tools/say.h"
#include "bytes.h"
#include "fuzz.h"

#define MOST_HELD	64

static struct shadow_plan plan;

/* What the program says on standard error is of no interest here. */
void tool_say(const char *format, ...)
{
}

/* Two banks, and something reserved in the lower one. */
static void make_plan(void)
{
	const struct shadow_range ranges[] = {
		{ SZ_1G, SZ_1G + SZ_32M - 1 },
		{ 3ULL * SZ_1G, 3ULL * SZ_1G + SZ_8M - 1 },
		{ SZ_1G + SZ_1M, SZ_1G + SZ_1M + 16 * SZ_4K - 1 },
	};
	struct shadow_dt_reader r = { .dt = &plan.dt };

	fuzz_plan_begin(&plan);
	shadow_dt_add(&r, &ranges[0], 0, "/memory@40000000");
	shadow_dt_add(&r, &ranges[1], 0, "/memory@c0000000");
	shadow_dt_add(&r, &ranges[2], SHADOW_DT_RESERVED, "/secure");
	fuzz_plan_lay_out(&plan);
	fuzz_expect(plan.layout.verdict == SHADOW_OK);
}

/* What is said of a trace, from malloc(). */
static char *replay(const char *trace, size_t length, s64 *status)
{
	FILE *in = fmemopen((void *)trace, length, "rb"), *out;
	size_t said;
	char *text;

	out = open_memstream(&text, &said);
	*status = tool_replay(&plan, in, out);
	fclose(in);
	fclose(out);
	fuzz_expect(strlen(text) == said);
	return text;
}

static void judge(const char *text, s64 status)
{
	fuzz_expect((status == TOOL_DIFFERENT) == !!strstr(text, "\nright: "));
	fuzz_expect(status != TOOL_OK || !strncmp(text, "no call differs", 15));
	fuzz_expect_text(text);
}

/* A right target: the buddy itself. */
struct target {
	struct shadow_buddy buddy;
	struct { u64 pa; u8 order; } held[MOST_HELD];
	u32 nr_held;
	FILE *out;
};

static void begin(struct target *t, void *memory)
{
	const struct shadow_layout *layout = &plan.layout;
	u32 i;

	fuzz_expect(!shadow_buddy_init(&t->buddy, &plan.ram, memory));
	for (i = 0; i < layout->free.nr; i++)
		shadow_buddy_add_range(&t->buddy, layout->free.range[i].start,
				       layout->free.range[i].last);
	shadow_buddy_alloc_exact(&t->buddy,
				 layout->heap_bytes >> SHADOW_PAGE_SHIFT);
}

static void alloc(struct target *t, u8 order)
{
	u64 pa = shadow_buddy_alloc(&t->buddy, order);

	if (pa == SHADOW_NO_PAGE) {
		fprintf(t->out, "alloc %u none\n", order);
		return;
	}
	fprintf(t->out, "alloc %u 0x%llx\n", order, pa);
	t->held[t->nr_held].pa = pa;
	t->held[t->nr_held++].order = order;
}

/* Freed as it was allocated, or by something like it. The heap stays. */
static void free_one(struct target *t, u8 which, u8 wrong)
{
	u32 i = which % t->nr_held;
	u64 pa = t->held[i].pa + wrong % 7 * 0x1001;
	u8 order = t->held[i].order ^ wrong >> 4;
	enum shadow_refusal refusal;

	if (pa - plan.layout.heap_base < plan.layout.heap_bytes)
		return;
	refusal = shadow_buddy_free(&t->buddy, pa, order);
	fprintf(t->out, "free 0x%llx %u%s%s\n", pa, order,
		refusal ? " refused: " : "",
		refusal ? shadow_refusal_name(refusal) : "");
	for (i = 0; i < t->nr_held && !refusal; i++)
		if (t->held[i].pa == pa) {
			t->held[i] = t->held[--t->nr_held];
			break;
		}
}

static void make_calls(struct target *t, const u8 *data, size_t size)
{
	for (; size > 2; data += 3, size -= 3)
		if (data[0] & 1 && t->nr_held)
			free_one(t, data[1], data[0] & 2 ? data[2] : 0);
		else if (t->nr_held < MOST_HELD)
			alloc(t, data[1] % 23);
}

static void read_calls(const u8 *data, size_t size)
{
	void *memory = malloc(shadow_buddy_bytes(&plan.ram));
	char *trace, *text;
	struct target t = {};
	size_t written, right;
	s64 status;

	begin(&t, memory);
	t.out = open_memstream(&trace, &written);
	make_calls(&t, data, size);
	fprintf(t.out, "# end\n");
	fflush(t.out);
	right = written;
	/* What is held or reserved is no answer. */
	fprintf(t.out, "alloc 0 0x%llx\n", t.nr_held ? t.held[0].pa :
		plan.layout.mem_map_base);
	fclose(t.out);
	text = replay(trace, right, &status);
	fuzz_expect(status == (*trace == '#' ? TOOL_UNUSABLE : TOOL_OK));
	free(text);
	text = replay(trace, written, &status);
	judge(text, status);
	fuzz_expect(status == TOOL_DIFFERENT);
	free(text);
	free(trace);
	free(memory);
}

static const struct fuzz_reader reader = { replay, judge };

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!plan.ram.nr)
		make_plan();
	fuzz_read_twice(&reader, data, size);
	read_calls(data, size);
	return 0;
}
