/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The region in a person's hand: the first alloc takes it, and it stays until a
 * reset, until the module goes, or until ten minutes pass without a command by hand.
 * Nothing else is exercised meanwhile.
 *
 *	nothing runs --alloc--> held --alloc, free, show, map--> held
 *	     ^                   |
 *	     +---reset, expiry---+
 */
#ifndef SHADOW_BY_HAND_H
#define SHADOW_BY_HAND_H

#include "hand.h"
#include "runner.h"

/* Stands for "held by hand" where exercises do; it cannot be run. */
extern const struct shadow_exercise_ops shadow_by_hand_ops;

/**
 * shadow_by_hand_begin() - set up what is done by hand
 * @runner: the runner; nothing runs
 */
void shadow_by_hand_begin(struct shadow_runner *runner);

/**
 * shadow_by_hand_end() - give the region back, if it is held, and release the rest
 * @runner: the runner; no command comes any more
 */
void shadow_by_hand_end(struct shadow_runner *runner);

/**
 * shadow_by_hand() - do a command by hand
 * @runner: the runner
 * @hand: the command
 *
 * What came of it is shown by the file result.
 *
 * Return: 0, also where the buddy refused; -EBUSY where something runs, or another
 * such command; -ENODEV where no region is held and the command is no alloc, where
 * there is none to have, or where the target would have panicked; -ENOMEM; or what
 * allocating the region returns.
 */
int shadow_by_hand(struct shadow_runner *runner, const struct shadow_hand *hand);

#endif /* SHADOW_BY_HAND_H */
