/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an exercise is. Each has a file of its own, and a line in registry.c,
 * from which the parser of commands, the file `run` and the tests read it.
 */
#ifndef SHADOW_OPS_H
#define SHADOW_OPS_H

#include <linux/types.h>

struct shadow_plan;
struct shadow_region;
struct shadow_lab;
struct shadow_run;

/**
 * struct shadow_setup - what exercises work on
 * @plan: the machine
 * @region: the memory
 * @lab: a buddy over the region, NULL where there is no region
 */
struct shadow_setup {
	const struct shadow_plan *plan;
	const struct shadow_region *region;
	struct shadow_lab *lab;
};

/**
 * struct shadow_exercise_ops - an exercise
 * @name: the command, a word
 * @help: what it does, a line
 * @needs_region: it cannot do without the memory of a region
 * @no_region: it does without, and none is allocated
 * @frag: it writes how free blocks go, for the file of that name
 * @ops: random operations, unless the command says otherwise
 * @run: run it and write the results. All blocks that it allocated are free
 *	when it returns. Return: 0, whether it passed or not; -EINTR where a signal
 *	ended it, -ECANCELED where a stop did; another error where it could not be
 *	run.
 */
struct shadow_exercise_ops {
	const char *name;
	const char *help;
	bool needs_region;
	bool no_region;
	bool frag;
	u64 ops;
	int (*run)(struct shadow_run *run, const struct shadow_setup *setup);
};

#endif /* SHADOW_OPS_H */
