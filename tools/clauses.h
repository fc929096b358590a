/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which clause decides what a target prints (D1).
 */
#ifndef TOOL_CLAUSES_H
#define TOOL_CLAUSES_H

#include "../mem_map.h"

/**
 * tool_clause() - the clause that decides a figure
 * @name: the figure's name
 * @other: what to return for a name that this knows nothing of
 *
 * Return: the clause; NULL where the figure is none of the target's.
 */
const char *tool_clause(const char *name, const char *other);

/* The verdicts with which a target panics (E4), and SHADOW_OK behind them. */
extern const enum shadow_verdict tool_panics[];

/**
 * tool_clause_of_verdict() - the clause of a verdict
 * @verdict: the verdict
 *
 * Return: E1 to E6; E4 for SHADOW_OK.
 */
const char *tool_clause_of_verdict(enum shadow_verdict verdict);

/**
 * tool_clause_of_line() - the clause of what a target printed last
 * @line: the line
 *
 * Return: the clause of the verdict with that line, else E4.
 */
const char *tool_clause_of_line(const char *line);

/**
 * tool_clause_of_near() - is in there the line of a verdict, up to the dash that a
 *	console may lack?
 * @line: what the target printed
 *
 * Return: the clause of the verdict, NULL where there is none.
 */
const char *tool_clause_of_near(const char *line);

#endif /* TOOL_CLAUSES_H */
