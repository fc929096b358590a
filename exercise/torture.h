/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fill, random operations and drain (X2, X3), over memory or over descriptors
 * alone.
 */
#ifndef SHADOW_TORTURE_H
#define SHADOW_TORTURE_H

#include "lab.h"
#include "run.h"

/**
 * shadow_torture_run() - fill, do random operations, drain, write the results
 * @run: seed, operations, results, progress
 * @lab: what is tortured; all of it is free. Where it has memory each page that
 *	@run covers gets a pattern
 * @seconds: how long it may take until it drains, unless @run says otherwise
 *
 * Everything is free again afterwards, after a signal too.
 */
void shadow_torture_run(struct shadow_run *run, struct shadow_lab *lab,
			u64 seconds);

#endif /* SHADOW_TORTURE_H */
