// SPDX-License-Identifier: GPL-2.0-only
/*
 * Many machines, one after another. See census.h.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/list.h>

#include "array.h"
#include "census.h"
#include "designs.h"
#include "json.h"
#include "say.h"

/* The lowest place on a block; @given stays as it is where there is none. */
static void choose_image(struct shadow_place *given,
			 const struct shadow_ranges *free)
{
	u64 bytes = TOOL_CENSUS_IMAGE_BYTES;
	u32 i;

	for (i = 0; i < free->nr; i++) {
		const struct shadow_range *range = &free->range[i];
		u64 base = (range->start + (TOOL_CENSUS_ALIGN - 1)) &
			   ~(TOOL_CENSUS_ALIGN - 1);

		if (base < range->start || base > range->last ||
		    range->last - base < bytes - 1)
			continue;
		*given = (struct shadow_place){ true, base, bytes };
		return;
	}
}

static void choose_blob(struct shadow_place *given,
			const struct shadow_ranges *free)
{
	struct shadow_range window = { 0, TOOL_CENSUS_BLOB_LAST };
	u64 bytes = TOOL_CENSUS_BLOB_BYTES, base;

	if (shadow_ranges_last_fit(free, &window, bytes, TOOL_CENSUS_ALIGN,
				   &base)) {
		window.last = U64_MAX;
		if (shadow_ranges_last_fit(free, &window, bytes,
					   TOOL_CENSUS_ALIGN, &base))
			return;
	}
	*given = (struct shadow_place){ true, base, bytes };
}

/* Both in memory that nobody has reserved. */
static void choose_places(struct shadow_given *given,
			  const struct shadow_plan *plan)
{
	struct shadow_place *image = &given->place[SHADOW_IMAGE];
	struct shadow_place *blob = &given->place[SHADOW_BLOB];
	size_t room = (size_t)plan->dt.nr_ram + plan->dt.nr_reserved + 2;
	struct shadow_range *storage = tool_array_new(room, sizeof(*storage));
	struct shadow_ranges free_ranges;

	shadow_ranges_init(&free_ranges, storage, room);
	shadow_ranges_subtract(&free_ranges, &plan->ram, &plan->reserved);
	if (!image->given) {
		choose_image(image, &free_ranges);
		if (image->bytes)
			shadow_ranges_remove(&free_ranges, image->base,
					     image->base + (image->bytes - 1));
	}
	if (!blob->given)
		choose_blob(blob, &free_ranges);
	free(storage);
}

static void print_string(const char *text, FILE *out)
{
	tool_json_string(text, strlen(text), out);
}

static void print_texts(const char *name, const struct list_head *list,
			FILE *out)
{
	const struct shadow_dt_warning *warning;
	const char *before = "";

	fprintf(out, ", \"%s\": [", name);
	list_for_each_entry(warning, list, node) {
		fputs(before, out);
		print_string(warning->text, out);
		before = ", ";
	}
	putc(']', out);
}

/* As the options take them. */
static void print_places(const struct shadow_given *given, FILE *out)
{
	int i;

	for (i = 0; i < SHADOW_NR_PLACED; i++)
		if (given->place[i].bytes)
			fprintf(out, ", \"%s\": \"0x%llx,%llu\"",
				shadow_placed_name(i), given->place[i].base,
				given->place[i].bytes);
}

/* Where dynamic nodes come to lie by each Linux (R2). */
static void print_placing(const struct tool_machine *m,
			  const struct shadow_given *given, FILE *out)
{
	const struct shadow_dt_entry *entry;
	const struct shadow_row *row;
	struct shadow_plan plan;
	const char *before;
	int i;

	fputs(", \"placing\": {", out);
	for (i = 0; (row = shadow_row_at(i)); i++) {
		fprintf(out, "%s\"%s\": [", i ? ", " : "", row->name);
		before = "";
		if (!shadow_plan_make(&plan, m->root, false, given, row))
			list_for_each_entry(entry, &plan.dt.entries, node) {
				if (!(entry->flags & SHADOW_DT_BY_RULE))
					continue;
				fprintf(out, "%s[\"0x%llx\", \"0x%llx\", ",
					before, entry->range.start,
					entry->range.last);
				print_string(entry->name, out);
				fputs("]", out);
				before = ", ";
			}
		shadow_plan_free(&plan);
		putc(']', out);
	}
	putc('}', out);
}

static void print_differences(const struct tool_figures *right,
			      const struct tool_figures *wrong, FILE *out)
{
	const char *name, *before = "";
	u64 is, would_be;
	int i;

	fputs(", \"differs\": [", out);
	for (i = 0; (name = tool_figure_at(right, i, &is)); i++) {
		tool_figure_at(wrong, i, &would_be);
		if (is == would_be)
			continue;
		fprintf(out, "%s\"%s\"", before, name);
		before = ", ";
	}
	putc(']', out);
}

static void print_design(const struct tool_design *design,
			 const struct shadow_plan *plan,
			 const struct tool_figures *right, FILE *out)
{
	struct tool_figures wrong;

	tool_design_lay_out(&wrong, design, plan);
	fprintf(out, "\"%s\": {\"verdict\": ", design->name);
	print_string(shadow_verdict_line(wrong.layout.verdict), out);
	fprintf(out, ", \"overlaps\": %s",
		tool_design_overlaps(plan, &wrong, 0, out) ? "true" : "false");
	print_differences(right, &wrong, out);
	putc('}', out);
	tool_figures_free(&wrong);
}

/* The decision record's own is one, to be seen to have nothing over anything. */
static void print_designs(const struct shadow_plan *plan,
			  const struct tool_figures *right, FILE *out)
{
	const struct tool_design *design;

	fputs(", \"designs\": {", out);
	print_design(&tool_record, plan, right, out);
	for (design = tool_designs; design->name; design++) {
		if (!design->what)
			continue;
		fputs(", ", out);
		print_design(design, plan, right, out);
	}
	putc('}', out);
}

static void print_figures(const struct tool_figures *figures, FILE *out)
{
	const char *name;
	u64 value;
	int i;

	for (i = 0; (name = tool_figure_at(figures, i, &value)); i++)
		fprintf(out, ", \"%s\": %llu", name, value);
}

static void print_machine(const char *path, const struct tool_machine *m,
			  const struct shadow_plan *plan,
			  const struct shadow_given *given, FILE *out)
{
	struct tool_figures right;

	tool_design_lay_out(&right, &tool_record, plan);
	fputs("{\"file\": ", out);
	print_string(path, out);
	fputs(", \"verdict\": ", out);
	print_string(shadow_verdict_line(plan->layout.verdict), out);
	print_places(given, out);
	print_figures(&right, out);
	print_texts("warnings", &plan->dt.warnings, out);
	print_texts("hint_texts", &plan->dt.hints, out);
	print_placing(m, given, out);
	print_designs(plan, &right, out);
	fputs("}\n", out);
	tool_figures_free(&right);
}

bool tool_census(const char *path, const struct tool_target *target, FILE *out)
{
	struct tool_machine m;
	struct shadow_given given;
	struct shadow_plan plan;
	bool done = tool_machine_open(&m, path, target);

	if (done) {
		given = m.plan.given;
		choose_places(&given, &m.plan);
		done = !shadow_plan_make(&plan, m.root, false, &given,
					 m.plan.dt.row);
		if (done)
			print_machine(path, &m, &plan, &given, out);
		else
			tool_say("%s: there could be no plan", path);
		shadow_plan_free(&plan);
	}
	tool_machine_close(&m);
	return done;
}
