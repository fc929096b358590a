// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw serial logs of any bytes, compared with the plan of a machine. Each log is read
 * twice, the second time with a NUL behind each byte, which must make no difference;
 * and the log of a target without a mistake is read with the bytes before each of its
 * lines.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>

#include "../../dt/reader.h"
#include "../../tools/designs.h"
#include "../../tools/difference.h"
#include "bytes.h"
#include "fuzz.h"

#define MOST_PREFIX	200

static const char * const names[] = {
	"total_ram", "pages", "reserved_pages", "mem_map_bytes", "mem_map_base",
	"heap_bytes", "heap_order", "heap_block_bytes", "heap_base", "free_pages",
};

static struct shadow_plan plan;
static char summary[1024];
static const char pagetables[] = "tables_4k: 9\nboot_pool_suffices_4k: no\n";

static void add(struct shadow_dt_reader *r, u64 start, u64 last, u32 flags,
		const char *name)
{
	struct shadow_range range = { start, last };

	shadow_dt_add(r, &range, flags, name);
}

/* Two banks; an image, a blob and secure memory in the lower one. */
static void make_plan(void)
{
	struct shadow_dt_reader r = { .dt = &plan.dt };

	fuzz_plan_begin(&plan);
	add(&r, 0x40000000, 0xffffffff, 0, "/memory@40000000");
	add(&r, 0x880000000, 0x8ffffffff, 0, "/memory@880000000");
	add(&r, 0x50000000, 0x5fffffff, SHADOW_DT_RESERVED,
	    "/reserved-memory/secure@50000000");
	add(&r, 0x48000000, 0x480ffffe, SHADOW_DT_RESERVED, "blob");
	add(&r, 0x40080000, 0x41efffff, SHADOW_DT_RESERVED, "kernel");
	fuzz_plan_lay_out(&plan);
}

static void make_summary(void)
{
	struct tool_figures figures;
	size_t length;
	u64 value;
	int i;

	length = scnprintf(summary, sizeof(summary), "version: 0\nverdict: OK\n");
	tool_design_lay_out(&figures, &tool_record, &plan);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		fuzz_expect(tool_figure(&figures, names[i], &value));
		length += scnprintf(summary + length, sizeof(summary) - length,
				    "%s: %llu\n", names[i], value);
	}
	tool_figures_free(&figures);
}

/* What is said of a log, from malloc(). */
static char *compare_with(const struct tool_design *design, const char *log,
			  size_t length, s64 *differences)
{
	FILE *in = fmemopen((void *)log, length, "rb"), *out;
	size_t said;
	char *text;

	out = open_memstream(&text, &said);
	*differences = tool_difference(&plan, summary, pagetables, design, in, out);
	fclose(in);
	fclose(out);
	fuzz_expect(strlen(text) == said);
	return text;
}

static char *compare(const char *log, size_t length, s64 *differences)
{
	return compare_with(NULL, log, length, differences);
}

/* A difference is marked, and nothing else is. */
static void judge(const char *text, s64 differences)
{
	bool marked = *text == '!' || strstr(text, "\n! ");

	fuzz_expect(differences >= 0 ? marked == !!differences : !*text);
	fuzz_expect_text(text);
}

/* Anything that is neither a name nor a mark nor the end of a line. */
static size_t make_prefix(char prefix[MOST_PREFIX + 2], const u8 *data,
			  size_t size)
{
	size_t i, length = 0;

	for (i = 0; i < size && i < MOST_PREFIX; i++)
		if (!strchr("\n\r\033:-", data[i]))
			prefix[length++] = data[i];
	prefix[length++] = ' ';
	return length;
}

static void read_good(const u8 *data, size_t size)
{
	char prefix[MOST_PREFIX + 2], *log, *text;
	size_t length = make_prefix(prefix, data, size), written;
	const char *line = summary;
	s64 differences;
	FILE *out = open_memstream(&log, &written);

	fprintf(out, "memory-layout begin\n");
	for (; *line; line += strcspn(line, "\n") + 1) {
		fwrite(prefix, 1, length, out);
		fprintf(out, "%.*s\r\n", (int)strcspn(line, "\n"), line);
	}
	fwrite(prefix, 1, length, out);
	fprintf(out, "memory-layout end");
	fclose(out);
	text = compare_with(tool_designs, log, written, &differences);
	fuzz_expect(!differences && !strstr(text, "absent"));
	free(text);
	free(log);
}

static const struct fuzz_reader reader = { compare, judge };

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	if (!*summary) {
		make_plan();
		make_summary();
	}
	fuzz_read_twice(&reader, data, size);
	read_good(data, size);
	return 0;
}
