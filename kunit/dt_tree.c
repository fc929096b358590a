// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees made by hand. See dt_tree.h.
 */
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "dt_tree.h"

/**
 * struct node - a node that knows its test
 * @np: what the kernel sees
 * @test: the test
 * @next: the node that was made before
 */
struct node {
	struct device_node np;
	struct kunit *test;
	struct node *next;
};

/**
 * struct tree - what a test has in its @priv
 * @root: the root
 * @nodes: the newest node
 * @dt: what was read last
 * @ram: its RAM
 * @reserved: its reserved memory
 */
struct tree {
	struct device_node *root;
	struct node *nodes;
	struct shadow_dt dt;
	struct shadow_ranges ram;
	struct shadow_ranges reserved;
};

#ifdef CONFIG_OF_KOBJ
/* The nodes are the test's memory: nothing has to be released. */
static void release(struct kobject *kobj)
{
}

static struct kobj_type node_type = { .release = release };

static void init_references(struct device_node *np)
{
	kobject_init(&np->kobj, &node_type);
}

static u32 references(struct device_node *np)
{
	return kref_read(&np->kobj.kref);
}
#else
static void init_references(struct device_node *np)
{
}

static u32 references(struct device_node *np)
{
	return 1;
}
#endif

static void *alloc(struct kunit *test, size_t bytes)
{
	void *mem = kunit_kzalloc(test, bytes, GFP_KERNEL);

	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, mem);
	return mem;
}

static struct device_node *new_node(struct kunit *test, const char *name)
{
	struct node *node = alloc(test, sizeof(*node));
	struct tree *tree = test->priv;

	node->np.name = name;
	node->np.full_name = name;
	node->np.fwnode.ops = &of_fwnode_ops;
	init_references(&node->np);
	node->test = test;
	node->next = tree->nodes;
	tree->nodes = node;
	return &node->np;
}

static struct kunit *test_of(struct device_node *np)
{
	return container_of(np, struct node, np)->test;
}

int shadow_tree_init(struct kunit *test)
{
	struct tree *tree = alloc(test, sizeof(*tree));

	test->priv = tree;
	INIT_LIST_HEAD(&tree->dt.entries);
	INIT_LIST_HEAD(&tree->dt.problems);
	tree->root = new_node(test, "");
	shadow_tree_cells(tree->root, "#address-cells", 2);
	shadow_tree_cells(tree->root, "#size-cells", 2);
	return 0;
}

void shadow_tree_exit(struct kunit *test)
{
	struct tree *tree = test->priv;
	struct node *node;

	if (!tree)
		return;
	shadow_dt_free(&tree->dt);
	for (node = tree->nodes; node; node = node->next)
		KUNIT_EXPECT_EQ_MSG(test, references(&node->np), 1,
				    "references to %pOF", &node->np);
}

struct device_node *shadow_tree_root(struct kunit *test)
{
	struct tree *tree = test->priv;

	return tree->root;
}

struct device_node *shadow_tree_node(struct device_node *parent,
				     const char *name)
{
	struct device_node *np = new_node(test_of(parent), name);
	struct device_node **link = &parent->child;

	np->parent = parent;
	while (*link)
		link = &(*link)->sibling;
	*link = np;
	return np;
}

void shadow_tree_value(struct device_node *np, const char *name, void *value,
		       int length)
{
	struct property **link = &np->properties;
	struct property *prop;

	while (*link && strcmp((*link)->name, name))
		link = &(*link)->next;
	if (!*link)
		*link = alloc(test_of(np), sizeof(**link));
	prop = *link;
	prop->name = (char *)name;
	prop->value = value;
	prop->length = length;
}

void shadow_tree_bytes(struct device_node *np, const char *name,
		       const void *value, int length)
{
	void *copy = alloc(test_of(np), length);

	if (length)
		memcpy(copy, value, length);
	shadow_tree_value(np, name, copy, length);
}

void shadow_tree_string(struct device_node *np, const char *name,
			const char *text)
{
	shadow_tree_bytes(np, name, text, strlen(text) + 1);
}

void shadow_tree_numbers(struct device_node *np, const char *name,
			 const u32 *number, u32 nr)
{
	__be32 *cell = alloc(test_of(np), nr * sizeof(*cell));
	u32 i;

	for (i = 0; i < nr; i++)
		cell[i] = cpu_to_be32(number[i]);
	shadow_tree_value(np, name, cell, nr * sizeof(*cell));
}

struct device_node *shadow_tree_bus(struct device_node *parent,
				    const char *name, u32 addr, u32 size)
{
	struct device_node *np = shadow_tree_node(parent, name);

	shadow_tree_cells(np, "#address-cells", addr);
	shadow_tree_cells(np, "#size-cells", size);
	return np;
}

struct device_node *shadow_tree_reg(struct device_node *parent,
				    const char *name, const u32 *reg, u32 nr)
{
	struct device_node *np = shadow_tree_node(parent, name);

	shadow_tree_numbers(np, "reg", reg, nr);
	return np;
}

struct shadow_dt *shadow_tree_read_at(struct kunit *test,
				      struct device_node *root, bool live)
{
	struct tree *tree = test->priv;
	struct shadow_dt *dt = &tree->dt;
	struct shadow_range *storage;

	shadow_dt_free(dt);
	KUNIT_ASSERT_EQ(test, shadow_dt_read(dt, root, live), 0);
	storage = alloc(test, (dt->nr_ram + dt->nr_reserved + 1) *
			sizeof(*storage));
	shadow_ranges_init(&tree->ram, storage, dt->nr_ram);
	shadow_ranges_init(&tree->reserved, storage + dt->nr_ram,
			   dt->nr_reserved);
	KUNIT_ASSERT_EQ(test,
			shadow_dt_ranges(dt, &tree->ram, &tree->reserved), 0);
	return dt;
}

struct shadow_dt *shadow_tree_read(struct kunit *test)
{
	return shadow_tree_read_at(test, shadow_tree_root(test), false);
}

void shadow_tree_expect_ranges(struct kunit *test, int line, bool reserved,
			       const struct shadow_range *want, u32 nr)
{
	struct tree *tree = test->priv;
	const struct shadow_ranges *got = reserved ? &tree->reserved :
						     &tree->ram;
	u32 i;

	KUNIT_ASSERT_EQ_MSG(test, got->nr, nr, "line %d", line);
	for (i = 0; i < nr; i++) {
		KUNIT_EXPECT_EQ_MSG(test, got->range[i].start, want[i].start,
				    "line %d, start of range %u", line, i);
		KUNIT_EXPECT_EQ_MSG(test, got->range[i].last, want[i].last,
				    "line %d, last byte of range %u", line, i);
	}
}

void shadow_tree_expect_problems(struct kunit *test, int line,
				 const char * const *want, u32 nr)
{
	struct tree *tree = test->priv;
	struct shadow_dt_problem *problem;
	u32 i = 0;

	list_for_each_entry(problem, &tree->dt.problems, node) {
		KUNIT_ASSERT_LT_MSG(test, i, nr, "line %d, one more: %s", line,
				    problem->text);
		KUNIT_EXPECT_EQ_MSG(test, strcmp(problem->text, want[i]), 0,
				    "line %d, problem %u: %s", line, i,
				    problem->text);
		i++;
	}
	KUNIT_EXPECT_EQ_MSG(test, i, nr, "line %d, number of problems", line);
	KUNIT_EXPECT_EQ(test, i, tree->dt.nr_problems);
}

static const struct shadow_dt_entry *find_entry(const struct tree *tree,
						const char *name)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &tree->dt.entries, node)
		if (!strcmp(entry->name, name))
			return entry;
	return NULL;
}

void shadow_tree_expect_entry(struct kunit *test, int line, const char *name,
			      u64 start, u64 last, u32 flags)
{
	const struct shadow_dt_entry *entry = find_entry(test->priv, name);

	KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, entry, "line %d, %s", line,
					 name);
	KUNIT_EXPECT_EQ_MSG(test, entry->range.start, start,
			    "line %d, start of %s", line, name);
	KUNIT_EXPECT_EQ_MSG(test, entry->range.last, last,
			    "line %d, last byte of %s", line, name);
	KUNIT_EXPECT_EQ_MSG(test, entry->flags, flags, "line %d, flags of %s",
			    line, name);
}
