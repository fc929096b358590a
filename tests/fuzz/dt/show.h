/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A plan as text, the same in a kernel and on the host, so that two readings of
 * one tree can be compared byte for byte.
 */
#ifndef FUZZ_DT_SHOW_H
#define FUZZ_DT_SHOW_H

#include <linux/seq_file.h>

#include "../../../dt/plan.h"

/* Read the tree, with all that was made of it; 0 or -ENOMEM. */
int shadow_show_tree(struct seq_file *m, struct device_node *root,
		     const struct shadow_row *row);

#endif
