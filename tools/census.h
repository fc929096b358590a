/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many machines, one after another, for whoever counts what there is among them.
 */
#ifndef TOOL_CENSUS_H
#define TOOL_CENSUS_H

#include <stdio.h>

#include "machine.h"

/* What a target has where nobody says: a kernel of today, and the largest blob. */
#define TOOL_CENSUS_IMAGE_BYTES	(32ULL << 20)
#define TOOL_CENSUS_BLOB_BYTES	(2ULL << 20)
/* Where boot loaders put both: on a block, and the blob within reach of 32 bits. */
#define TOOL_CENSUS_ALIGN	(2ULL << 20)
#define TOOL_CENSUS_BLOB_LAST	0xffffffffULL

/**
 * tool_census() - what a machine comes to by each Linux and each wrong design
 * @path: see tool_input_read()
 * @target: what is said of it; where it has no image, the image lies at the lowest
 *	place for it, and then the blob, likewise, at the highest one below 4 GiB
 * @out: gets one line, a JSON object
 *
 * Return: whether there is a machine; if not, a line on standard error says why.
 */
bool tool_census(const char *path, const struct tool_target *target, FILE *out);

#endif /* TOOL_CENSUS_H */
