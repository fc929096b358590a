// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device trees read by the module's own reader on the kernel's of_*, for the
 * comparison with the same reader on the host's (test_dt_kernel.py). A test
 * module: it trusts the blobs it is given.
 *
 *	/sys/kernel/debug/dt_diff	write: one blob, with anything after it
 *					read: what is made of each, in that order
 *
 * A tree is unflattened and never attached to the live one. Each property's
 * value moves to memory of its own, so that KASAN sees a byte read past its
 * end. After each tree all nodes must have as many references as before.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/of.h>
#include <linux/of_fdt.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "show.h"

#define MOST_BYTES	65536
/* Of a blob's header: the blob's size, behind the magic number. */
#define SIZE_AT		4
#define LEAST_BYTES	8

/**
 * struct tree - a tree that is to be read
 * @node: member of trees
 * @blob: the blob
 */
struct tree {
	struct list_head node;
	unsigned long blob[];
};

static LIST_HEAD(trees);
static DEFINE_MUTEX(trees_lock);
static struct dentry *dt_diff_file;

/* The node after @np, from the root down. */
static struct device_node *node_after(struct device_node *np)
{
	if (np->child)
		return np->child;
	while (np && !np->sibling)
		np = np->parent;
	return np ? np->sibling : NULL;
}

static void free_values(struct device_node *root)
{
	struct device_node *np;
	struct property *prop;

	for (np = root; np; np = node_after(np))
		for (prop = np->properties; prop; prop = prop->next)
			kfree(prop->value);
}

/* All values are copies after this, or NULL where there was no memory. */
static int copy_values(struct device_node *root)
{
	struct device_node *np;
	struct property *prop;
	int err = 0;

	for (np = root; np; np = node_after(np))
		for (prop = np->properties; prop; prop = prop->next) {
			prop->value = kmemdup(prop->value, prop->length,
					      GFP_KERNEL);
			if (!prop->value)
				err = -ENOMEM;
		}
	return err;
}

static void show_references(struct seq_file *m, struct device_node *root)
{
	struct device_node *np;

	for (np = root; np; np = node_after(np))
		if (kref_read(&np->kobj.kref) != 1)
			seq_printf(m, "%u references left to %pOF\n",
				   kref_read(&np->kobj.kref), np);
}

static int show_tree(struct seq_file *m, void *v)
{
	struct tree *tree = list_entry(v, struct tree, node);
	struct device_node *root = NULL;
	void *memory;
	int err;

	seq_puts(m, "tree\n");
	memory = of_fdt_unflatten_tree(tree->blob, NULL, &root);
	if (!memory || !root) {
		seq_puts(m, "of_fdt_unflatten_tree() does not take it\n");
		kfree(memory);
		return 0;
	}
	err = copy_values(root);
	if (!err) {
		err = shadow_show_tree(m, root,
				       shadow_row_find("6.1-gki"));
		show_references(m, root);
	}
	free_values(root);
	kfree(memory);
	return err;
}

static void *start_trees(struct seq_file *m, loff_t *pos)
{
	mutex_lock(&trees_lock);
	return seq_list_start(&trees, *pos);
}

static void *next_tree(struct seq_file *m, void *v, loff_t *pos)
{
	return seq_list_next(v, &trees, pos);
}

static void stop_trees(struct seq_file *m, void *v)
{
	mutex_unlock(&trees_lock);
}

static const struct seq_operations trees_ops = {
	.start = start_trees,
	.next = next_tree,
	.stop = stop_trees,
	.show = show_tree,
};

static int open_trees(struct inode *inode, struct file *file)
{
	return seq_open(file, &trees_ops);
}

/* The blob's own size counts: nothing lies behind it in memory. */
static ssize_t write_tree(struct file *file, const char __user *buf,
			  size_t count, loff_t *pos)
{
	struct tree *tree;
	__be32 size_at;
	u32 size;

	if (count < LEAST_BYTES || count > MOST_BYTES)
		return -EINVAL;
	if (copy_from_user(&size_at, buf + SIZE_AT, sizeof(size_at)))
		return -EFAULT;
	size = be32_to_cpu(size_at);
	if (size < LEAST_BYTES || size > count)
		return -EINVAL;
	tree = kmalloc(sizeof(*tree) + size, GFP_KERNEL);
	if (!tree)
		return -ENOMEM;
	if (copy_from_user(tree->blob, buf, size)) {
		kfree(tree);
		return -EFAULT;
	}
	mutex_lock(&trees_lock);
	list_add_tail(&tree->node, &trees);
	mutex_unlock(&trees_lock);
	return count;
}

static const struct file_operations dt_diff_fops = {
	.owner = THIS_MODULE,
	.open = open_trees,
	.read = seq_read,
	.write = write_tree,
	.llseek = seq_lseek,
	.release = seq_release,
};

static int __init dt_diff_init(void)
{
	dt_diff_file = debugfs_create_file("dt_diff", 0600, NULL, NULL,
					   &dt_diff_fops);
	return PTR_ERR_OR_ZERO(dt_diff_file);
}

static void __exit dt_diff_exit(void)
{
	struct tree *tree, *next;

	debugfs_remove(dt_diff_file);
	list_for_each_entry_safe(tree, next, &trees, node)
		kfree(tree);
}

module_init(dt_diff_init);
module_exit(dt_diff_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Comparison of buddy_shadow's reader of device trees");
