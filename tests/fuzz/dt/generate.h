/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees out of bytes, for libFuzzer and for seeds alike.
 *
 * Bytes that begin like a blob are one. All others choose, one by one, what a
 * tree is made of: how many nodes, which kind, which name, which cells, which
 * addresses from a list of awkward ones. A byte that is missing is 0. Some
 * trees then get a few of their blob's bytes changed.
 */
#ifndef DT_GENERATE_H
#define DT_GENERATE_H

#include <stddef.h>

/* No blob is larger. */
#define DT_MOST_BYTES	65536

/*
 * Make a blob of the bytes; it may be spoilt. Return its size, from malloc the
 * blob itself: NULL and 0 where the bytes are a blob that is too large.
 */
void *dt_generate(const unsigned char *bytes, size_t nr, size_t *size);

#endif /* DT_GENERATE_H */
