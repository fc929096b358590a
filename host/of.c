// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees in memory, with the meaning of Linux 6.1's drivers/of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <linux/kernel.h>
#include <linux/of.h>
#include <linux/of_reserved_mem.h>

#include "host.h"

#define MOST_RESERVED	64	/* as in 6.1 */

const struct fwnode_operations of_fwnode_ops;
void (*host_looks_at_tree)(void);
struct device_node *host_live_tree;
static struct reserved_mem reserved[MOST_RESERVED];
static unsigned int nr_reserved;

static void look(void)
{
	if (host_looks_at_tree)
		host_looks_at_tree();
}

struct device_node *of_node_get(struct device_node *np)
{
	if (np && np->kobj.kref.references++ < 1)
		host_die("of_node_get", "%s has no reference left",
			 np->full_name);
	return np;
}

/* Whoever made a node keeps a reference: none but he may put the last. */
void of_node_put(struct device_node *np)
{
	if (np && --np->kobj.kref.references < 1)
		host_die("of_node_put", "%pOF was put more often than got", np);
}

struct device_node *of_get_next_child(const struct device_node *np,
				      struct device_node *before)
{
	struct device_node *next;

	if (!np)
		return NULL;
	if (before && before->parent != np)
		host_die("of_get_next_child", "%pOF is no child of %pOF",
			 before, np);
	look();
	next = of_node_get(before ? before->sibling : np->child);
	of_node_put(before);
	return next;
}

/* Nobody asks for another. */
struct device_node *of_find_node_by_path(const char *path)
{
	if (strcmp(path, "/"))
		host_die("of_find_node_by_path", "%s: expected /", path);
	return of_node_get(host_live_tree);
}

struct property *of_find_property(const struct device_node *np,
				  const char *name, int *length)
{
	struct property *prop;

	look();
	prop = np ? np->properties : NULL;
	while (prop && strcmp(prop->name, name))
		prop = prop->next;
	if (prop && length)
		*length = prop->length;
	return prop;
}

bool of_device_is_available(const struct device_node *np)
{
	const struct property *prop;

	if (!np)
		return false;
	prop = of_find_property(np, "status", NULL);
	if (!prop)
		return true;
	return prop->length > 0 && (!strcmp(prop->value, "okay") ||
				    !strcmp(prop->value, "ok"));
}

/* As there, the first string is looked at even where the value has no bytes. */
int of_device_is_compatible(const struct device_node *np, const char *name)
{
	const struct property *prop = of_find_property(np, "compatible", NULL);
	const char *text = prop ? prop->value : NULL;

	while (text && strcasecmp(text, name)) {
		text += strlen(text) + 1;
		if ((void *)text >= prop->value + prop->length)
			text = NULL;
	}
	return text ? 1 : 0;
}

struct reserved_mem *of_reserved_mem_lookup(struct device_node *np)
{
	unsigned int i;

	for (i = 0; np->full_name && i < nr_reserved; i++)
		if (!strcmp(reserved[i].name, kbasename(np->full_name)))
			return &reserved[i];
	return NULL;
}

void host_reserve(const char *name, u64 base, u64 size)
{
	if (nr_reserved == MOST_RESERVED)
		host_die("host_reserve", "more than %d", MOST_RESERVED);
	reserved[nr_reserved++] = (struct reserved_mem){ name, base, size };
}

void host_reserve_none(void)
{
	nr_reserved = 0;
}

/* No kernel's: it is not counted, and cannot fail. */
static void *there(void *memory)
{
	if (!memory)
		host_die("a device tree", "this machine is out of memory");
	return memory;
}

struct device_node *host_tree_node(struct device_node *parent,
				   const char *name)
{
	struct device_node *np = there(calloc(1, sizeof(*np)));

	np->full_name = there(strdup(name));
	np->name = np->full_name;
	np->fwnode.ops = &of_fwnode_ops;
	kobject_init(&np->kobj, NULL);
	np->parent = parent;
	if (!parent)
		return np;
	*(parent->child ? &parent->last_child->sibling : &parent->child) = np;
	parent->last_child = np;
	return np;
}

void host_tree_property(struct device_node *np, const char *name,
			const void *value, int length)
{
	struct property *prop = there(calloc(1, sizeof(*prop)));

	prop->name = there(strdup(name));
	prop->length = length;
	prop->value = there(malloc(length));
	if (length)
		memcpy(prop->value, value, length);
	*(np->properties ? &np->last_property->next : &np->properties) = prop;
	np->last_property = prop;
}

static void free_node(struct device_node *np)
{
	struct property *prop;

	if (np->kobj.kref.references != 1)
		host_die("host_tree_free", "%pOF has %d references, expected 1",
			 np, np->kobj.kref.references);
	while ((prop = np->properties)) {
		np->properties = prop->next;
		free(prop->name);
		free(prop->value);
		free(prop);
	}
	free((char *)np->full_name);
	free(np);
}

/* Children before their parents, whose names are in theirs. */
void host_tree_free(struct device_node *root)
{
	while (root) {
		struct device_node *np = root, *parent;

		while (np->child)
			np = np->child;
		parent = np->parent;
		if (parent)
			parent->child = np->sibling;
		if (np == root)
			root = NULL;
		free_node(np);
	}
}
