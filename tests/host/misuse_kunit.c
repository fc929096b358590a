// SPDX-License-Identifier: GPL-2.0-only
/*
 * What harms a kernel ends a program of the host build, with a message.
 */
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "../../host/host.h"
#include "../../kunit/suites.h"

/* Some harm as a function. */
#define RUN(name, ...) static void name(void) { __VA_ARGS__; }

struct misuse {
	const char *name;
	void (*run)(void);
	const char *message;
};

/* As mutex_init() makes it. */
static struct mutex mutex = { .self = &mutex };

RUN(lock_mutex_twice, mutex_lock(&mutex); mutex_lock(&mutex))
RUN(unlock_free_mutex, mutex_unlock(&mutex))
RUN(lock_raw_mutex, struct mutex raw = {}; mutex_lock(&raw))

static void sleep_with_spinlock(void)
{
	raw_spinlock_t lock;
	unsigned long flags;

	raw_spin_lock_init(&lock);
	raw_spin_lock_irqsave(&lock, flags);
	kfree(kmalloc(1, GFP_ATOMIC));
	kfree(kmalloc(1, GFP_KERNEL));
	raw_spin_unlock_irqrestore(&lock, flags);
}

RUN(free_twice, void *at = kmalloc(8, GFP_KERNEL); kfree(at); kfree(at))
RUN(kfree_vmalloc, kfree(vmalloc(8)))
RUN(kfree_kvmalloc, kfree(kvmalloc(8, GFP_KERNEL)))
RUN(ask_for_too_much, kmalloc((4 << 20) + 1, GFP_KERNEL))
RUN(page_of_kmalloc, vmalloc_to_page(kmalloc(8, GFP_KERNEL)))

static void run_leaky_case(struct kunit *test)
{
	kmalloc(21, GFP_KERNEL);
}

static void run_holding_case(struct kunit *test)
{
	mutex_lock(&mutex);
}

/* The runner finds the case itself to have failed. */
static void run_case(void (*run)(struct kunit *test))
{
	struct kunit_suite suite = { .name = "inner" };
	struct kunit_case inner = { run, "inner", NULL };

	dup2(2, 1);
	if (!host_run_once(&suite, &inner, NULL, 0))
		host_die("inner", "the case failed");
}

RUN(leak, run_case(run_leaky_case))
RUN(keep_mutex, run_case(run_holding_case))

static struct device_node *tree(void)
{
	struct device_node *root = host_tree_node(NULL, "");

	host_tree_property(root, "status", "okay", 4);
	host_tree_property(root, "compatible", NULL, 0);
	host_tree_node(host_tree_node(root, "a@1"), "b");
	return root;
}

static void put_too_often(void)
{
	struct device_node *root = tree();

	of_node_put(of_get_next_child(root, NULL));
	of_node_put(root->child);
}

static void keep_child(void)
{
	struct device_node *root = tree(), *np;

	for_each_child_of_node(root, np)
		break;
	host_tree_free(root);
}

static void next_of_other_parent(void)
{
	struct device_node *root = tree();

	of_get_next_child(root, of_node_get(root->child->child));
}

RUN(print_pointer, pr_info("%p\n", NULL))
RUN(print_unknown_suffix, pr_info("%pOFc\n", NULL))
RUN(print_no_node, struct device_node none = {}; pr_info("%pOF\n", &none))
RUN(create_twice, debugfs_create_dir("a", NULL); debugfs_create_dir("a", NULL))

static void remove_twice(void)
{
	struct dentry *directory = debugfs_create_dir("a", NULL);

	debugfs_remove(directory);
	debugfs_remove(directory);
}

/* What the address sanitizer alone can notice. */
#ifdef __SANITIZE_ADDRESS__
static void use_freed_node(void)
{
	struct device_node *root = tree();

	host_tree_free(root);
	of_node_get(root);
}

RUN(read_past_status, of_device_is_available(tree()))
RUN(read_empty_compatible, of_device_is_compatible(tree(), "x"))
#endif

static const struct misuse misuses[] = {
	{ "lock a mutex twice", lock_mutex_twice, "taken while it is held" },
	{ "unlock a free mutex", unlock_free_mutex, "not held" },
	{ "lock a raw mutex", lock_raw_mutex, "never initialised" },
	{ "sleep with a spinlock", sleep_with_spinlock, "may sleep" },
	{ "free twice", free_twice, "not allocated in this way" },
	{ "kfree of vmalloc", kfree_vmalloc, "not allocated in this way" },
	{ "kfree of kvmalloc", kfree_kvmalloc, "not allocated in this way" },
	{ "kmalloc of too much", ask_for_too_much, "a kernel warns" },
	{ "page of kmalloc", page_of_kmalloc, "not lie in vmalloc" },
	{ "leak memory", leak, "not freed: 21 bytes from tests/host/misuse" },
	{ "keep a mutex", keep_mutex, "ends with 1 locks held" },
	{ "put a node too often", put_too_often, "/a@1 was put more often" },
	{ "keep a node", keep_child, "/a@1 has 2 references" },
	{ "next of another parent", next_of_other_parent, "is no child of" },
	{ "print a pointer", print_pointer, "unknown conversion %p" },
	{ "print %pOFc", print_unknown_suffix, "unknown conversion %pOFc" },
	{ "print what is no node", print_no_node, "of what is no node" },
	{ "create a file twice", create_twice, "there twice" },
	{ "remove a file twice", remove_twice, "not there, or no more" },
#ifdef __SANITIZE_ADDRESS__
	{ "use a freed node", use_freed_node, "heap-use-after-free" },
	{ "read past a value", read_past_status, "heap-buffer-overflow" },
	{ "read no bytes", read_empty_compatible, "heap-buffer-overflow" },
#endif
};

SHADOW_PARAMS(misuses);

static void misuse_ends_the_program(struct kunit *test)
{
	const struct misuse *misuse = test->param_value;
	char *said = kunit_kzalloc(test, 1 << 16, GFP_KERNEL);
	int out[2], status = 0;
	size_t length = 0;
	ssize_t got;

	KUNIT_ASSERT_EQ(test, pipe(out), 0);
	if (!fork()) {
		dup2(out[1], 2);
		misuse->run();
		_exit(0);
	}
	close(out[1]);
	while ((got = read(out[0], said + length, (1 << 16) - 1 - length)) > 0)
		length += got;
	close(out[0]);
	KUNIT_ASSERT_GT(test, wait(&status), 0);
	KUNIT_EXPECT_NE_MSG(test, status, 0, "%s", said);
	KUNIT_EXPECT_EQ_MSG(test, !strstr(said, misuse->message), false,
			    "%s", said);
}

SHADOW_SUITE(host_misuse, NULL, NULL,
	     KUNIT_CASE_PARAM(misuse_ends_the_program, all_misuses_gen_params));
