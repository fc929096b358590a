/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The self-test (X4): every clause that can be checked on the running machine, one
 * result a clause.
 *
 *	selftest.c		the order
 *	selftest_ram.c		R1: RAM, compared with the running kernel's
 *	selftest_plan.c		R, H, M, E: the plan of the machine
 *	selftest_buddy.c	B, H3, M5, X1: the buddy over the region
 *	selftest_pt.c		P: page tables from the buddy
 */
#ifndef SHADOW_SELFTEST_H
#define SHADOW_SELFTEST_H

#include "ops.h"
#include "run.h"

/**
 * shadow_selftest_ram() - compare RAM with the running kernel's memory (R1)
 * @run: where results go
 * @setup: the machine, and the region, if there is one
 */
void shadow_selftest_ram(struct shadow_run *run,
			 const struct shadow_setup *setup);

/**
 * shadow_selftest_plan() - test the other clauses about the plan
 * @run: where results go
 * @plan: the machine
 */
void shadow_selftest_plan(struct shadow_run *run,
			  const struct shadow_plan *plan);

/**
 * shadow_selftest_buddy() - test the clauses about the buddy
 * @run: where results go
 * @setup: the region and the lab; all of it is free, before and after
 */
void shadow_selftest_buddy(struct shadow_run *run,
			   const struct shadow_setup *setup);

/**
 * shadow_selftest_pt() - test the clauses about page tables
 * @run: where results go
 * @setup: the machine whose RAM is mapped, and the lab, all of it free
 *
 * Return: 0 or -ENOMEM.
 */
int shadow_selftest_pt(struct shadow_run *run,
		       const struct shadow_setup *setup);

#endif /* SHADOW_SELFTEST_H */
