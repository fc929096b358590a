/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a device tree comes from: a blob in a file or on standard input, or a
 * directory as /proc/device-tree is one.
 */
#ifndef TOOL_INPUT_H
#define TOOL_INPUT_H

#include "../dt/dt.h"

/**
 * tool_input_read() - read a device tree
 * @path: a file, "-" for standard input, or a directory
 * @memreserve: set to what the blob reserves beside the tree, its places from
 *	malloc(); of a directory nothing is given
 *
 * Return: the tree, for host_tree_free(); NULL after a line on standard error.
 */
struct device_node *tool_input_read(const char *path,
				    struct shadow_memreserve *memreserve);

/**
 * tool_directory_read() - read a tree whose nodes are directories
 * @path: the root's
 *
 * Linux numbers the files of /proc/device-tree in the order of the tree, and lists
 * them in another. A copy has lost the order: its nodes are sorted by name, and a
 * line on standard error says so.
 *
 * Return: as tool_input_read().
 */
struct device_node *tool_directory_read(const char *path);

#endif /* TOOL_INPUT_H */
