// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which clause decides what a target prints. See clauses.h.
 */
#include <stdio.h>
#include <string.h>

#include <linux/kernel.h>

#include "clauses.h"

/* What a name begins with, and its clause; the first row that fits counts. */
static const struct { const char *name; const char *clause; } clauses[] = {
	{ "verdict", "E4" },
	{ "total_ram", "R1" },
	{ "pages", "R1" },
	{ "reserved_pages", "R2" },
	{ "mem_map_base", "M3" },
	{ "mem_map", "M1" },
	{ "span_bytes", "M2" },
	{ "flat_mem_map_bytes", "M2" },
	{ "heap_bytes", "H1" },
	{ "heap", "H3" },
	{ "free", "M4" },
	{ "boot_pool_tables", "P2" },
	{ "boot_pool", "P5" },
	{ "tables", "P5" },
	{ "version", NULL },
	{ "machine", NULL },
	{ "problems", NULL },
	{ "hints", NULL },
	{ "placing", NULL },
	{ "region", NULL },
	{ "exercise", NULL },
	{ "seed", NULL },
	{ "mapped_from", NULL },
};

const char *tool_clause(const char *name, const char *other)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(clauses); i++)
		if (!strncmp(name, clauses[i].name, strlen(clauses[i].name)))
			return clauses[i].clause;
	return other;
}

const char *tool_clause_of_verdict(enum shadow_verdict verdict)
{
	switch (verdict) {
	case SHADOW_NO_RAM:
		return "E1";
	case SHADOW_ALL_RESERVED:
		return "E2";
	case SHADOW_NO_MEM_MAP:
		return "E3";
	case SHADOW_NO_HEAP:
		return "E5";
	case SHADOW_TOO_HIGH:
		return "E6";
	default:
		return "E4";
	}
}

const enum shadow_verdict tool_panics[] = {
	SHADOW_NO_RAM, SHADOW_ALL_RESERVED, SHADOW_NO_MEM_MAP, SHADOW_NO_HEAP,
	SHADOW_TOO_HIGH, SHADOW_OK,
};

const char *tool_clause_of_line(const char *line)
{
	const enum shadow_verdict *panic;

	for (panic = tool_panics; *panic; panic++)
		if (!strcmp(line, shadow_verdict_line(*panic)))
			return tool_clause_of_verdict(*panic);
	return "E4";
}

const char *tool_clause_of_near(const char *line)
{
	const enum shadow_verdict *panic;
	char begin[128];

	for (panic = tool_panics; *panic; panic++) {
		snprintf(begin, sizeof(begin), "%s",
			 shadow_verdict_line(*panic));
		begin[strcspn(begin, "\xe2")] = 0;
		if (strstr(line, begin))
			return tool_clause_of_verdict(*panic);
	}
	return NULL;
}
