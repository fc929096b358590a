/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: device trees, with the meaning that 6.1 gives. */
#pragma once

#include <linux/kref.h>
#include <linux/string.h>
#include <linux/types.h>

/* Nodes count their references. */
#define CONFIG_OF_KOBJ

struct fwnode_operations {
	char unused;
};

struct fwnode_handle {
	const struct fwnode_operations *ops;
};

struct property {
	char *name;
	int length;
	void *value;
	struct property *next;
};

struct device_node {
	const char *name;
	const char *full_name;
	struct fwnode_handle fwnode;
	struct property *properties;
	struct device_node *parent;
	struct device_node *child;
	struct device_node *sibling;
	struct kobject kobj;
	/* The host's own: behind which the next one comes. */
	struct property *last_property;
	struct device_node *last_child;
};

extern const struct fwnode_operations of_fwnode_ops;

struct device_node *of_node_get(struct device_node *np);
void of_node_put(struct device_node *np);
struct device_node *of_find_node_by_path(const char *path);
struct device_node *of_get_next_child(const struct device_node *np,
				      struct device_node *before);
struct property *of_find_property(const struct device_node *np,
				  const char *name, int *length);
bool of_device_is_available(const struct device_node *np);
int of_device_is_compatible(const struct device_node *np, const char *name);

#define for_each_child_of_node(parent, child)			\
	for ((child) = of_get_next_child(parent, NULL); (child);	\
	     (child) = of_get_next_child(parent, child))

/* Property values need not be aligned. */
static inline u32 be32_to_cpup(const __be32 *cell)
{
	const u8 *byte = (const u8 *)cell;

	return (u32)byte[0] << 24 | byte[1] << 16 | byte[2] << 8 | byte[3];
}

#define cpu_to_be32(number)	((__be32)__builtin_bswap32(number))
#define be32_to_cpu(cell)	((u32)__builtin_bswap32(cell))

static inline u64 of_read_number(const __be32 *cell, int size)
{
	u64 number = 0;

	for (; size > 0; size--)
		number = number << 32 | be32_to_cpup(cell++);
	return number;
}
