/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees out of bytes. Bytes that begin like a blob are one. All others
 * choose what a tree is made of: nodes of the kinds that matter, mostly with the
 * properties that such a node has, and values that are mostly good.
 */
#ifndef FUZZ_DT_BLOB_H
#define FUZZ_DT_BLOB_H

#include "fuzz.h"

/* No blob is larger. */
#define DT_MOST_BYTES	32768
/*
 * Bytes before those of a tree: they choose how it is read, by which row and
 * kernel, what is given beside it, how many ranges the blob reserves, and where
 * the running kernel put what.
 */
#define DT_CHOICES	8

/**
 * dt_blob() - make a blob
 * @in: the input
 * @choices: set to the bytes before the tree; where @in is a blob, to those of
 *	its boot_cpuid_phys, and 0
 * @blob: room for DT_MOST_BYTES, aligned to 8
 *
 * Return: its size; what @in has as a blob may be none.
 */
size_t dt_blob(struct shadow_input *in, u8 choices[DT_CHOICES], void *blob);

#endif
