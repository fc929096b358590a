// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel services of host/ do what a kernel's do, where a difference could
 * hide a fault of ours.
 */
#include <stdlib.h>

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/sort.h>

#include "../../host/host.h"
#include "../../kunit/suites.h"

#define HOLDS(test, what)	KUNIT_EXPECT_EQ(test, !!(what), true)

static void a_walk_moves_one_reference(struct kunit *test)
{
	struct device_node *root = host_tree_node(NULL, "");
	struct device_node *a = host_tree_node(root, "a");
	struct device_node *b = host_tree_node(root, "b");
	struct device_node *np;

	HOLDS(test, of_get_next_child(root, NULL) == a);
	KUNIT_EXPECT_EQ(test, kref_read(&a->kobj.kref), 2);
	np = of_get_next_child(root, a);
	HOLDS(test, np == b);
	KUNIT_EXPECT_EQ(test, kref_read(&a->kobj.kref), 1);
	KUNIT_EXPECT_EQ(test, kref_read(&b->kobj.kref), 2);
	HOLDS(test, !of_get_next_child(root, b));
	KUNIT_EXPECT_EQ(test, kref_read(&b->kobj.kref), 1);
	of_node_put(NULL);
	host_tree_free(root);
}

static void nodes_print_as_in_6_1(struct kunit *test)
{
	struct device_node *root = host_tree_node(NULL, "");
	struct device_node *a = host_tree_node(root, "a@1,2");
	struct device_node *b = host_tree_node(a, "b");
	char text[40];

	KUNIT_EXPECT_EQ(test, scnprintf(text, sizeof(text), "%pOF", root), 0);
	scnprintf(text, sizeof(text), "[%pOF] %pOF: %pOFn %pOFn.", a, b, a, b);
	KUNIT_EXPECT_EQ_MSG(test, strcmp(text, "[/a@1,2] /a@1,2/b: a b."), 0,
			    "%s", text);
	host_tree_free(root);
}

static void text_prints_as_in_6_1(struct kunit *test)
{
	char text[80];

	scnprintf(text, sizeof(text), "%#x %#x|%*s|%-5s|%5llu|%016llx|%.2s|%zu%%",
		  0, 18, 3, "", "ab", 7ULL, 1ULL << 63, "abc", sizeof(u32));
	KUNIT_EXPECT_EQ_MSG(test,
			    strcmp(text, "0x0 0x12|   |ab   |    7|8000000000000000|ab|4%"),
			    0, "%s", text);
	KUNIT_EXPECT_EQ(test, snprintf(text, 4, "%d", -12345), 6);
	KUNIT_EXPECT_EQ(test, strcmp(text, "-12"), 0);
	KUNIT_EXPECT_EQ(test, scnprintf(text, 4, "%d", 12345), 3);
	KUNIT_EXPECT_EQ(test, scnprintf(text, 0, "%d", 12345), 0);
}

static void the_nth_allocation_fails(struct kunit *test)
{
	void *one, *two, *three;

	host_fail_allocation(2);
	one = kmalloc(8, GFP_KERNEL);
	two = kasprintf(GFP_KERNEL, "%d", 1);
	three = kvcalloc(8, 8, GFP_KERNEL);
	HOLDS(test, one);
	HOLDS(test, !two);
	HOLDS(test, three);
	kfree(one);
	kvfree(three);
	host_fail_allocation(9);
	kfree(kmalloc(8, GFP_KERNEL));
	KUNIT_EXPECT_EQ(test, host_fail_allocation(0), 8);
}

static void a_product_past_the_end_is_no_memory(struct kunit *test)
{
	HOLDS(test, !kvcalloc(~0UL / 8 + 2, 8, GFP_KERNEL));
	HOLDS(test, !kvmalloc(1UL << 31, GFP_KERNEL | __GFP_NOWARN));
}

static void signals_come_when_they_are_due_and_stay(struct kunit *test)
{
	HOLDS(test, !signal_pending(current));
	host_signal_after(2);
	HOLDS(test, !signal_pending(current));
	HOLDS(test, signal_pending(current));
	HOLDS(test, signal_pending(current));
}

struct pair {
	int key;
	int place;
};

static int compare_pairs(const void *a, const void *b)
{
	return ((const struct pair *)a)->key - ((const struct pair *)b)->key;
}

static void a_sort_is_right_and_not_stable(struct kunit *test)
{
	struct pair pairs[] = { { 3, 0 }, { 1, 1 }, { 3, 2 }, { 2, 3 } };

	sort(pairs, ARRAY_SIZE(pairs), sizeof(*pairs), compare_pairs, NULL);
	KUNIT_EXPECT_EQ(test, pairs[0].place, 1);
	KUNIT_EXPECT_EQ(test, pairs[1].place, 3);
	KUNIT_EXPECT_EQ(test, pairs[2].place, 2);
	KUNIT_EXPECT_EQ(test, pairs[3].place, 0);
	sort(pairs, 0, sizeof(*pairs), compare_pairs, NULL);
}

/* 1000 lines of 10 bytes: a page, and twice its double. */
static int many_show(struct seq_file *m, void *unused)
{
	unsigned int *shown = m->private;
	int i;

	++*shown;
	for (i = 0; i < 1000; i++)
		seq_printf(m, "line %4d\n", i);
	seq_puts(m, "end");
	seq_putc(m, '\n');
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(many);

static int none_show(struct seq_file *m, void *unused)
{
	return -ERANGE;
}

DEFINE_SHOW_ATTRIBUTE(none);

static void a_file_is_shown_again_until_it_fits(struct kunit *test)
{
	unsigned int shown = 0;
	struct dentry *directory = debugfs_create_dir("test", NULL);
	size_t length;
	char *text;

	debugfs_create_file("many", 0400, directory, &shown, &many_fops);
	debugfs_create_file("none", 0400, directory, NULL, &none_fops);
	KUNIT_EXPECT_EQ(test, strcmp(host_debugfs_name(1), "none"), 0);
	text = host_debugfs_read("many", &length);
	KUNIT_EXPECT_EQ(test, length, 10004);
	KUNIT_EXPECT_EQ(test, strcmp(text + 9990, "line  999\nend\n"), 0);
	KUNIT_EXPECT_EQ(test, shown, 3);
	free(text);
	KUNIT_EXPECT_EQ(test, PTR_ERR(host_debugfs_read("none", &length)),
			-ERANGE);
	debugfs_remove(directory);
	HOLDS(test, !host_debugfs_name(0));
	KUNIT_EXPECT_EQ(test, PTR_ERR(host_debugfs_read("many", &length)),
			-ENOENT);
}

SHADOW_SUITE(host_services, NULL, NULL,
	     KUNIT_CASE(a_walk_moves_one_reference),
	     KUNIT_CASE(nodes_print_as_in_6_1),
	     KUNIT_CASE(text_prints_as_in_6_1),
	     KUNIT_CASE(the_nth_allocation_fails),
	     KUNIT_CASE(a_product_past_the_end_is_no_memory),
	     KUNIT_CASE(signals_come_when_they_are_due_and_stay),
	     KUNIT_CASE(a_sort_is_right_and_not_stable),
	     KUNIT_CASE(a_file_is_shown_again_until_it_fits));
