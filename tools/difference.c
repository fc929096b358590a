// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a target printed, beside what is expected of it. See difference.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/errno.h>
#include <linux/kernel.h>

#include "array.h"
#include "causes.h"
#include "clauses.h"
#include "difference.h"
#include "log.h"
#include "places.h"
#include "value.h"

#define MOST_NAMES	128
#define ABSENT_WIDTH	76

/**
 * struct row - a name, and what is expected for it
 * @name: the name
 * @expected: the value, as the module shows it
 * @clause: the clause that decides it; NULL where it is no figure of the target's
 * @wanted: where it is absent, that is said
 * @is_number: the value is a number
 * @number: that
 */
struct row {
	const char *name;
	const char *expected;
	const char *clause;
	bool wanted;
	bool is_number;
	u64 number;
};

/**
 * struct comparison - a log beside a plan
 * @plan: the machine
 * @rows: what is expected
 * @nr: how many
 * @log: what was printed
 * @causes: the wrong designs
 * @design: one of them, which gets a column; or NULL
 * @figures: what that comes to
 * @differences: how many so far
 * @out: where the lines go
 */
struct comparison {
	const struct shadow_plan *plan;
	struct row rows[MOST_NAMES];
	u32 nr;
	struct tool_log log;
	struct tool_causes causes;
	const struct tool_design *design;
	struct tool_figures figures;
	u64 differences;
	FILE *out;
};

/* One row for each line of a file; the text is cut up. */
static void read_rows(struct comparison *c, char *text, bool wanted)
{
	char *line, *rest, *value;

	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		struct row *row = &c->rows[c->nr];

		value = strstr(line, ": ");
		if (!value || c->nr == MOST_NAMES)
			continue;
		*value = 0;
		*row = (struct row){ line, value + 2 };
		row->is_number = tool_number_parse(row->expected, &row->number);
		row->clause = tool_clause(row->name,
					  row->is_number ? "D1" : NULL);
		row->wanted = wanted && row->clause;
		c->nr++;
	}
}

/* Is what was printed what is expected? Numbers count, not how they are written. */
static bool is_right(const struct row *row, const struct tool_value *value)
{
	u64 number;

	if (row->is_number)
		return tool_number_parse(value->text, &number) &&
		       number == row->number;
	return !strcmp(row->expected, value->text);
}

/* What a target printed for a name. */
struct printed {
	const char *name;
	const char *text;
};

/* Does a wrong design come to it? */
static bool fits(const struct tool_figures *figures, const void *what)
{
	const struct printed *printed = what;
	u64 figure, number;

	if (!strcmp(printed->name, "verdict"))
		return !strcmp(printed->text,
			       shadow_verdict_line(figures->layout.verdict));
	return tool_figure(figures, printed->name, &figure) &&
	       tool_number_parse(printed->text, &number) && figure == number;
}

static void name_causes(struct comparison *c, const char *name, const char *text)
{
	struct printed printed = { name, text };

	tool_causes_name(&c->causes, fits, &printed, c->out);
}

/* A row of the table, or its head. */
static void show_columns(struct comparison *c, char mark, const char *name,
			 const char *expected, const char *printed,
			 const char *designed, const char *clause)
{
	fprintf(c->out, "%c %-20s  %-18s  %-18s  ", mark, name, expected,
		printed);
	if (c->design)
		fprintf(c->out, "%-18s  ", designed);
	fprintf(c->out, "%s\n", clause);
}

static void show_number(struct comparison *c, char mark, const struct row *row,
			const char *printed)
{
	char designed[TOOL_FIGURE_BYTES] = "-";
	u64 number;

	if (c->design)
		tool_figure_text(&c->figures, row->name, designed);
	show_columns(c, mark, row->name, row->expected, printed, designed,
		     row->clause);
	if (!tool_number_parse(printed, &number))
		fprintf(c->out, "    not a number\n");
}

/* What is too long for a table, the verdict say; of that a design has one too. */
static void show_words(struct comparison *c, char mark, const char *name,
		       const char *expected, const char *printed, u64 line,
		       const char *clause)
{
	char title[24];

	fprintf(c->out, "%c %s\n    expected: %s\n    printed:  %s", mark, name,
		expected, printed);
	if (line)
		fprintf(c->out, " in line %llu", line);
	fprintf(c->out, " (%s)\n", clause);
	if (!c->design || *clause != 'E')
		return;
	snprintf(title, sizeof(title), "%s:", c->design->name);
	fprintf(c->out, "    %-9s %s\n", title,
		shadow_verdict_line(c->figures.layout.verdict));
}

static void compare_row(struct comparison *c, const struct row *row,
			const struct tool_printed *printed)
{
	bool right = is_right(row, &printed->first);
	bool twice = printed->other.line;
	char mark = right && !twice ? ' ' : '!';

	if (row->is_number)
		show_number(c, mark, row, printed->first.text);
	else
		show_words(c, mark, row->name, row->expected,
			   printed->first.text, 0, row->clause);
	if (!right)
		name_causes(c, row->name, printed->first.text);
	if (twice) {
		fprintf(c->out, "    printed twice: \"%s\" in line %llu, \"%s\" in line %llu (D1)\n",
			printed->first.text, printed->first.line,
			printed->other.text, printed->other.line);
		if (!is_right(row, &printed->other))
			name_causes(c, row->name, printed->other.text);
	}
	c->differences += !right || twice;
}

static void compare_rows(struct comparison *c)
{
	bool any = false;
	u32 i;

	for (i = 0; i < c->nr; i++) {
		if (!c->log.printed[i].first.line || !c->rows[i].clause)
			continue;
		if (!any)
			show_columns(c, ' ', "name", "expected", "printed",
				     c->design ? c->design->name : "",
				     "clause");
		any = true;
		compare_row(c, &c->rows[i], &c->log.printed[i]);
	}
}

/* One line of a list, which is broken where it gets too long. */
struct list {
	const char *title;
	size_t column;
};

static void list_name(struct comparison *c, struct list *list, const char *name)
{
	if (!list->column)
		list->column = fprintf(c->out, "  %s:", list->title);
	else if (list->column + strlen(name) + 2 > ABSENT_WIDTH)
		list->column = fprintf(c->out, ",\n   ") - 2;
	else
		list->column += fprintf(c->out, ",");
	list->column += fprintf(c->out, " %s", name);
}

static void end_list(struct comparison *c, const struct list *list)
{
	if (list->column)
		fprintf(c->out, "\n");
}

/* What is missing, and what was printed and is not compared. */
static void show_lists(struct comparison *c)
{
	struct list absent = { "absent" }, other = { "not compared" };
	u32 i;

	for (i = 0; i < c->nr; i++)
		if (c->rows[i].wanted && !c->log.printed[i].first.line)
			list_name(c, &absent, c->rows[i].name);
	end_list(c, &absent);
	for (i = 0; i < c->nr; i++)
		if (!c->rows[i].clause && c->log.printed[i].first.line)
			list_name(c, &other, c->rows[i].name);
	for (i = 0; i < c->log.nr_unknown; i++)
		list_name(c, &other, c->log.unknown[i]);
	end_list(c, &other);
}

/* Did the target print the verdict as a name? Then that was compared. */
static bool printed_verdict(const struct comparison *c)
{
	u32 i;

	for (i = 0; i < c->nr; i++)
		if (!strcmp(c->rows[i].name, "verdict"))
			return c->log.printed[i].first.line;
	return false;
}

/* E4: what the target printed last, beside the verdict. */
static void show_end(struct comparison *c, bool right, const char *clause,
		     const char *what, const struct tool_value *value)
{
	enum shadow_verdict verdict = c->plan->layout.verdict;

	show_words(c, right ? ' ' : '!', "the end", shadow_verdict_line(verdict),
		   what, value->line, clause);
	if (!right)
		name_causes(c, "verdict", what);
	c->differences += !right;
}

static void show_panic(struct comparison *c, const char *clause)
{
	const struct tool_value *panic = &c->log.panic;
	const char *near = tool_clause_of_near(panic->text);

	show_end(c, false, clause, panic->text, panic);
	if (near)
		fprintf(c->out, "    not byte for byte the line of %s\n", near);
}

static void compare_end(struct comparison *c)
{
	const struct tool_log *log = &c->log;
	const struct tool_printed *words = &log->last_words;
	enum shadow_verdict verdict = c->plan->layout.verdict;
	const char *clause = tool_clause_of_verdict(verdict);
	bool ok = verdict == SHADOW_OK;
	struct tool_value open = { .line = log->open };

	if (words->other.line)
		show_end(c, false, tool_clause_of_line(words->other.text),
			 words->other.text, &words->other);
	if (words->first.line)
		show_end(c, !strcmp(words->first.text,
				    shadow_verdict_line(verdict)),
			 ok ? tool_clause_of_line(words->first.text) : clause,
			 words->first.text, &words->first);
	else if (log->panic.line && ok && log->panic_after)
		fprintf(c->out, "  after the end, in line %llu: %s\n",
			log->panic.line, log->panic.text);
	else if (log->panic.line)
		show_panic(c, clause);
	else if (log->open)
		show_end(c, false, clause,
			 "nothing more: there is no memory-layout end to the begin",
			 &open);
	else if (!ok && !printed_verdict(c))
		show_end(c, false, clause, "memory-layout end, and no panic",
			 &log->panic);
}

static void compare(struct comparison *c)
{
	fprintf(c->out, "What the target printed, beside what the decision record gives (D1)\n\n");
	compare_rows(c);
	c->differences += tool_places_compare(c->plan, &c->log, &c->causes,
					      c->out);
	compare_end(c);
	show_lists(c);
	fprintf(c->out, "\n  differences: %llu\n", c->differences);
	tool_causes_show(&c->causes, c->out);
}

/* Is there anything that can be compared? */
static bool is_usable(const struct tool_log *log)
{
	return log->begun || log->last_words.first.line || log->panic.line;
}

s64 tool_difference(const struct shadow_plan *plan, const char *summary,
		    const char *pagetables, const struct tool_design *design,
		    FILE *log, FILE *out)
{
	struct comparison c = {
		.plan = plan, .causes.plan = plan, .design = design, .out = out,
	};
	const char *names[MOST_NAMES + 1] = {};
	char *lines = tool_text_new(summary), *more = tool_text_new(pagetables);
	s64 differences;
	u32 i;

	read_rows(&c, lines, true);
	read_rows(&c, more, false);
	for (i = 0; i < c.nr; i++)
		names[i] = c.rows[i].name;
	differences = tool_log_read(&c.log, names, log);
	if (!differences && !is_usable(&c.log))
		differences = -ENOENT;
	if (!differences) {
		if (design)
			tool_design_lay_out(&c.figures, design, plan);
		compare(&c);
		differences = c.differences;
	}
	tool_figures_free(&c.figures);
	tool_causes_free(&c.causes);
	tool_log_free(&c.log);
	free(lines);
	free(more);
	return differences;
}
