// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees made by hand. See dt_tree.h.
 */
#include <linux/kref.h>
#include <linux/string.h>

#include "dt_tree.h"
#include "suites.h"

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
 * @row: who places dynamic nodes
 * @dt: what was read last
 * @ram: its RAM
 * @reserved: its reserved memory
 */
struct tree {
	struct device_node *root;
	struct node *nodes;
	const struct shadow_row *row;
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

static struct device_node *new_node(struct kunit *test, const char *name)
{
	struct node *node = shadow_test_zeroed(test, sizeof(*node));
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
	struct tree *tree = shadow_test_zeroed(test, sizeof(*tree));

	test->priv = tree;
	INIT_LIST_HEAD(&tree->dt.entries);
	INIT_LIST_HEAD(&tree->dt.warnings);
	INIT_LIST_HEAD(&tree->dt.hints);
	shadow_tree_row(test, SHADOW_TREE_ROW);
	tree->root = new_node(test, "");
	shadow_tree_add(test, TREE_BUS("", 2, 2));
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

bool shadow_tree_is_live(struct kunit *test)
{
	struct device_node *root = of_find_node_by_path("/");
	/* From 6.10 on the kernel makes a root where there is no tree. */
	bool live = root && root->child;

	of_node_put(root);
	if (!live)
		kunit_mark_skipped(test, "no live device tree");
	return live;
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

static struct device_node *child(struct device_node *parent, const char *name,
				 size_t length)
{
	struct device_node *np = parent->child;
	char *copy;

	while (np && (strncmp(np->full_name, name, length) ||
		      np->full_name[length]))
		np = np->sibling;
	if (np)
		return np;
	copy = shadow_test_zeroed(test_of(parent), length + 1);
	memcpy(copy, name, length);
	return shadow_tree_node(parent, copy);
}

struct device_node *shadow_tree_at(struct kunit *test, const char *path)
{
	struct tree *tree = test->priv;
	struct device_node *np = tree->root;

	while (*path) {
		size_t length = 0;

		while (path[length] && path[length] != '/')
			length++;
		np = child(np, path, length);
		path += length;
		if (*path)
			path++;
	}
	return np;
}

void shadow_tree_value(struct device_node *np, const char *name,
		       const void *value, int length)
{
	struct property **link = &np->properties;
	struct property *prop;

	while (*link && strcmp((*link)->name, name))
		link = &(*link)->next;
	if (!*link)
		*link = shadow_test_zeroed(test_of(np), sizeof(**link));
	prop = *link;
	prop->name = (char *)name;
	prop->value = (void *)value;
	prop->length = length;
}

/*
 * The value lies in memory of exactly its length, so that sanitizers see who
 * reads past its end.
 */
static void set_bytes(struct device_node *np, const char *name,
		      const void *bytes, int length)
{
	void *copy = shadow_test_zeroed(test_of(np), length);

	if (length)
		memcpy(copy, bytes, length);
	shadow_tree_value(np, name, copy, length);
}

static void set_cells(struct device_node *np, const char *name,
		      const u32 *number, int length)
{
	__be32 *cell = shadow_test_zeroed(test_of(np), length);
	int i;

	for (i = 0; i < length / sizeof(*cell); i++)
		cell[i] = cpu_to_be32(number[i]);
	shadow_tree_value(np, name, cell, length);
}

void shadow_tree_props(struct kunit *test, const struct shadow_tree_prop *prop)
{
	for (; prop->path; prop++) {
		struct device_node *np = shadow_tree_at(test, prop->path);

		if (prop->memory)
			set_bytes(np, "device_type", "memory", 7);
		if (prop->name && prop->cells) {
			set_cells(np, prop->name, prop->cells, prop->length);
		} else if (prop->name) {
			set_bytes(np, prop->name, prop->bytes, prop->length);
		} else if (prop->cells) {
			set_cells(np, "#address-cells", prop->cells, 4);
			set_cells(np, "#size-cells", prop->cells + 1, 4);
		}
	}
}

void shadow_tree_row(struct kunit *test, const char *row)
{
	struct tree *tree = test->priv;

	tree->row = shadow_row_find(row);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, tree->row);
}

struct shadow_dt *shadow_tree_read_at(struct kunit *test,
				      struct device_node *root, bool live)
{
	static const struct shadow_given nothing;
	struct tree *tree = test->priv;
	struct shadow_dt *dt = &tree->dt;
	struct shadow_range *storage;

	shadow_dt_free(dt);
	KUNIT_ASSERT_EQ(test, shadow_dt_read(dt, root, live, &nothing,
					     tree->row), 0);
	storage = shadow_test_zeroed(test, sizeof(*storage) *
				     (dt->nr_ram + dt->nr_reserved + 1));
	shadow_ranges_init(&tree->ram, storage, dt->nr_ram);
	shadow_ranges_init(&tree->reserved, storage + dt->nr_ram,
			   dt->nr_reserved);
	KUNIT_ASSERT_EQ(test,
			shadow_dt_ranges(dt, &tree->ram, &tree->reserved), 0);
	return dt;
}

struct shadow_dt *shadow_tree_read(struct kunit *test)
{
	return shadow_tree_read_at(test, shadow_tree_at(test, ""), false);
}

static void expect_ranges(struct kunit *test, const char *what,
			  const struct shadow_ranges *got,
			  const struct shadow_range *want)
{
	u32 i;

	for (i = 0; want[i].last; i++) {
		KUNIT_ASSERT_LT_MSG(test, i, got->nr, "%s", what);
		KUNIT_EXPECT_EQ_MSG(test, got->range[i].start, want[i].start,
				    "start of %s %u", what, i);
		KUNIT_EXPECT_EQ_MSG(test, got->range[i].last, want[i].last,
				    "last byte of %s %u", what, i);
	}
	KUNIT_EXPECT_EQ_MSG(test, got->nr, i, "%s", what);
}

static void expect_entries(struct kunit *test, const struct shadow_dt *dt,
			   const struct shadow_tree_entry *want)
{
	const struct shadow_dt_entry *entry;

	list_for_each_entry(entry, &dt->entries, node) {
		if (!(entry->flags & SHADOW_DT_RESERVED))
			continue;
		KUNIT_ASSERT_NOT_ERR_OR_NULL_MSG(test, want->name,
						 "one more: %s", entry->name);
		KUNIT_EXPECT_EQ_MSG(test, strcmp(entry->name, want->name), 0,
				    "%s, expected %s", entry->name, want->name);
		KUNIT_EXPECT_EQ_MSG(test, entry->range.start, want->start,
				    "start of %s", want->name);
		KUNIT_EXPECT_EQ_MSG(test, entry->range.last, want->last,
				    "last byte of %s", want->name);
		KUNIT_EXPECT_EQ_MSG(test, entry->flags, want->flags,
				    "flags of %s", want->name);
		want++;
	}
	KUNIT_EXPECT_EQ_MSG(test, !want->name, true, "missing: %s",
			    want->name ?: "none");
}

static void expect_texts(struct kunit *test, const struct list_head *list,
			 u32 nr_wanted, const char *want)
{
	struct shadow_dt_warning *warning;
	u32 nr = 0;

	list_for_each_entry(warning, list, node) {
		size_t length = strlen(warning->text);

		KUNIT_ASSERT_EQ_MSG(test,
				    strncmp(warning->text, want, length), 0,
				    "%s, expected %s", warning->text, want);
		want += length;
		KUNIT_ASSERT_EQ_MSG(test, length && (*want == '\n' || !*want),
				    true, "%s, behind it %s", warning->text,
				    want);
		if (*want == '\n')
			want++;
		nr++;
	}
	KUNIT_EXPECT_EQ_MSG(test, *want, 0, "missing: %s", want);
	KUNIT_EXPECT_EQ(test, nr, nr_wanted);
}

void shadow_tree_expect(struct kunit *test, const struct shadow_tree_case *base,
			const struct shadow_tree_case *want)
{
	struct tree *tree = test->priv;

	expect_ranges(test, "range of RAM", &tree->ram,
		      want->ram->last || want->no_ram ? want->ram : base->ram);
	expect_entries(test, &tree->dt,
		       want->entries->name ? want->entries : base->entries);
	if (want->reserved->last)
		expect_ranges(test, "reserved range", &tree->reserved,
			      want->reserved);
	expect_texts(test, &tree->dt.warnings, tree->dt.nr_warnings,
		     want->warnings ?: "");
	if (want->hints)
		expect_texts(test, &tree->dt.hints, tree->dt.nr_hints,
			     want->hints);
}

void shadow_tree_check(struct kunit *test, const struct shadow_tree_case *base)
{
	const struct shadow_tree_case *want = test->param_value;

	shadow_tree_props(test, base->props);
	shadow_tree_props(test, want->props);
	if (want->row)
		shadow_tree_row(test, want->row);
	shadow_tree_read(test);
	shadow_tree_expect(test, base, want);
}
