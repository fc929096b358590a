// SPDX-License-Identifier: GPL-2.0-only
/*
 * Leaves in debugfs what KUnit would: the results of two suites. The kernels
 * that the guest can boot quickly have no KUnit.
 */
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/seq_file.h>

static bool fail;
module_param(fail, bool, 0400);
MODULE_PARM_DESC(fail, "let a test of the second suite fail");

static struct dentry *dir;

static int good_show(struct seq_file *m, void *unused)
{
	seq_puts(m, "    # Subtest: good\n    1..2\n    ok 1 - one\n"
		 "    ok 2 - two\nok 1 - good\n");
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(good);

static int other_show(struct seq_file *m, void *unused)
{
	const char *not = fail ? "not " : "";

	seq_printf(m, "    # Subtest: other\n    1..2\n    %sok 1 - one\n"
		   "    ok 2 - two # SKIP no need\n%sok 1 - other\n", not, not);
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(other);

static int __init kunit_results_init(void)
{
	dir = debugfs_create_dir("kunit", NULL);
	debugfs_create_file("results", 0400, debugfs_create_dir("good", dir),
			    NULL, &good_fops);
	debugfs_create_file("results", 0400, debugfs_create_dir("other", dir),
			    NULL, &other_fops);
	return 0;
}
module_init(kunit_results_init);

static void __exit kunit_results_exit(void)
{
	debugfs_remove(dir);
}
module_exit(kunit_results_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Results like those of KUnit, for a test");
