/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device tree as directories and files, as a copy of /proc/device-tree is.
 */
#ifndef FUZZ_DESK_TREE_H
#define FUZZ_DESK_TREE_H

#include <stddef.h>

/**
 * desk_tree_make() - make the files of a blob
 * @blob: what may be one
 * @size: of it, in bytes
 *
 * Names that no file can have are skipped.
 *
 * Return: the path of the root, a directory without files where there is no blob.
 */
const char *desk_tree_make(const void *blob, size_t size);

/* Remove it. */
void desk_tree_remove(void);

#endif /* FUZZ_DESK_TREE_H */
