/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a person does with the region by hand: allocate a block and free it, and see
 * what was split and what merged. See by_hand.h for who holds the region meanwhile.
 */
#ifndef SHADOW_HAND_H
#define SHADOW_HAND_H

#include <linux/types.h>

#include "ktap.h"
#include "lab.h"

/**
 * enum shadow_hand_what - what can be done by hand
 * @SHADOW_HAND_ALLOC: "alloc ORDER"
 * @SHADOW_HAND_FREE: "free ADDRESS ORDER"
 * @SHADOW_HAND_SHOW: "show": blocks of each order, and those that are allocated
 * @SHADOW_HAND_MAP: "map": a picture of the region
 * @SHADOW_HAND_RESET: "reset": the region is given back
 */
enum shadow_hand_what {
	SHADOW_HAND_ALLOC,
	SHADOW_HAND_FREE,
	SHADOW_HAND_SHOW,
	SHADOW_HAND_MAP,
	SHADOW_HAND_RESET,
};

/**
 * struct shadow_hand - a command by hand
 * @what: what is to be done
 * @pa: address of a block, of free
 * @order: of alloc and free: any number, too large ones are refused by the buddy
 */
struct shadow_hand {
	enum shadow_hand_what what;
	u64 pa;
	unsigned int order;
};

/**
 * shadow_hand_parse() - read a command by hand
 * @hand: set to it
 * @text: the command's name and its numbers, blanks between them
 *
 * Return: 0, or -EINVAL for anything else; @hand is as it was then.
 */
int shadow_hand_parse(struct shadow_hand *hand, const char *text);

/**
 * shadow_hand_do() - do it, and say what came of it
 * @lab: a lab over memory, that nobody else uses
 * @hand: the command; a reset is not for this function
 * @out: the text; what does not fit is cut off
 *
 * All invariants are checked before, and after each alloc and free (B4). Once one is
 * broken, @out says which, and nothing is done any more (X5).
 */
void shadow_hand_do(struct shadow_lab *lab, const struct shadow_hand *hand,
		    struct shadow_ktap *out);

#endif /* SHADOW_HAND_H */
