// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shadow of another kernel's memory design: init, exit, parameters, and the
 * order of calls. Data goes one way:
 *
 *	device tree -> ranges -> layout -> buddy -> exercise -> report
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/slab.h>

#include "exercise/command.h"
#include "report/report.h"
#include "report/version.h"

static struct shadow_plan plan;
static struct shadow_region region;
static struct shadow_runner runner;
static struct shadow_report report = {
	.plan = &plan,
	.runner = &runner,
};

static struct dentry *dir;

static char *machine;
module_param(machine, charp, 0400);
MODULE_PARM_DESC(machine, "full path of a device tree node whose children describe a whole machine; default: the machine that runs");

static char *region_path;
module_param_named(region, region_path, charp, 0400);
MODULE_PARM_DESC(region, "full path of a node whose memory-region names a CMA pool; default: the first compatible with \"buddy-shadow,region\"");

static bool exercise_at_load = true;
static u64 seed;
static u64 size;
static u64 seconds;
static struct shadow_place memreserve[SHADOW_MOST_MEMRESERVE];
static struct shadow_given given = { .memreserve.place = memreserve };
static enum shadow_on_panic on_panic;

static int refuse(const char *got, const struct kernel_param *kp,
		  const char *what)
{
	pr_err("%s=%s: expected %s\n", kp->name, got, what);
	return -EINVAL;
}

static int set_size(const char *val, const struct kernel_param *kp)
{
	u64 bytes;

	/* Who wants nothing exercised says exercise=n. */
	if (shadow_size_parse(val, &bytes) || !bytes)
		return refuse(val, kp, "bytes, for example 16M, at least 1, at most 1T");
	size = bytes;
	return 0;
}

static int set_place(const char *val, const struct kernel_param *kp)
{
	if (shadow_place_parse(val, kp->arg))
		return refuse(val, kp, "none or BASE,SIZE in bytes, for example 0x40210000,24M");
	return 0;
}

static int show_places(char *buffer, bool any, const struct shadow_place *place,
		       u32 nr)
{
	int length = 0;
	u32 i;

	if (!nr)
		return scnprintf(buffer, PAGE_SIZE, "%s\n", any ? "none" : "");
	for (i = 0; i < nr; i++)
		length += scnprintf(buffer + length, PAGE_SIZE - length,
				    "0x%llx,%llu%c", place[i].base,
				    place[i].bytes, i + 1 < nr ? ',' : '\n');
	return length;
}

static int get_place(char *buffer, const struct kernel_param *kp)
{
	const struct shadow_place *place = kp->arg;

	return show_places(buffer, place->given, place, !!place->bytes);
}

static int set_memreserve(const char *val, const struct kernel_param *kp)
{
	if (shadow_memreserve_parse(val, &given.memreserve))
		return refuse(val, kp, "none or BASE,SIZE in bytes, up to 64 times with commas between, for example 0x45e00000,1M");
	return 0;
}

static int get_memreserve(char *buffer, const struct kernel_param *kp)
{
	return show_places(buffer, given.memreserve.given, memreserve,
			   given.memreserve.nr);
}

static int set_seed(const char *val, const struct kernel_param *kp)
{
	if (shadow_number_parse(val, kp->arg))
		return refuse(val, kp, "a number, 0 for a random one");
	return 0;
}

static int set_time(const char *val, const struct kernel_param *kp)
{
	u64 number;

	if (shadow_number_parse(val, &number) || number > SHADOW_MOST_SECONDS)
		return refuse(val, kp, "seconds, at most 1000000, 0 for as long as usual");
	seconds = number;
	return 0;
}

static int set_exercise(const char *val, const struct kernel_param *kp)
{
	if (kstrtobool(val, kp->arg))
		return refuse(val, kp, "y or n");
	return 0;
}

static int get_exercise(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%c\n", *(bool *)kp->arg ? 'Y' : 'N');
}

static int get_u64(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%llu\n", *(u64 *)kp->arg);
}

static int set_on_panic(const char *val, const struct kernel_param *kp)
{
	if (shadow_on_panic_parse(val, &on_panic))
		return refuse(val, kp, "report, fail or panic");
	return 0;
}

static int get_on_panic(char *buffer, const struct kernel_param *kp)
{
	return scnprintf(buffer, PAGE_SIZE, "%s\n",
			 shadow_on_panic_name(on_panic));
}

static const struct kernel_param_ops exercise_ops = {
	.set = set_exercise,
	.get = get_exercise,
};

static const struct kernel_param_ops size_ops = {
	.set = set_size,
	.get = get_u64,
};

static const struct kernel_param_ops place_ops = {
	.set = set_place,
	.get = get_place,
};

static const struct kernel_param_ops memreserve_ops = {
	.set = set_memreserve,
	.get = get_memreserve,
};

static const struct kernel_param_ops seed_ops = {
	.set = set_seed,
	.get = get_u64,
};

static const struct kernel_param_ops time_ops = {
	.set = set_time,
	.get = get_u64,
};

static const struct kernel_param_ops on_panic_ops = {
	.set = set_on_panic,
	.get = get_on_panic,
};

module_param_cb(exercise, &exercise_ops, &exercise_at_load, 0400);
MODULE_PARM_DESC(exercise, "run the self-test at load (default: y)");
module_param_cb(size, &size_ops, &size, 0400);
MODULE_PARM_DESC(size, "bytes of the region to allocate when something runs; default: the pool, at most 64M");
module_param_cb(image, &place_ops, &given.place[SHADOW_IMAGE], 0400);
MODULE_PARM_DESC(image, "BASE,SIZE of the kernel's image as /proc/iomem shows it, or none; default: looked up without a lock, once");
module_param_cb(initrd, &place_ops, &given.place[SHADOW_INITRD], 0400);
MODULE_PARM_DESC(initrd, "BASE,SIZE of the target's initrd, or none; default: that of /chosen");
module_param_cb(blob, &place_ops, &given.place[SHADOW_BLOB], 0400);
MODULE_PARM_DESC(blob, "BASE,SIZE of the target's device tree blob, or none; default: not known");
module_param_cb(memreserve, &memreserve_ops, NULL, 0400);
MODULE_PARM_DESC(memreserve, "BASE,SIZE[,BASE,SIZE...] that the blob reserves, or none; default: not known");
module_param_cb(seed, &seed_ops, &seed, 0400);
MODULE_PARM_DESC(seed, "seed of the self-test at load; default: a random one");
module_param_cb(time, &time_ops, &seconds, 0400);
MODULE_PARM_DESC(time, "seconds that random operations of the self-test at load go on at most; default: 1 with several CPUs at once, else 60");
module_param_cb(on_panic, &on_panic_ops, NULL, 0400);
MODULE_PARM_DESC(on_panic, "where the target would panic: report (default), fail the load, or panic");

static void __init say_what_is_there(void)
{
	struct device_node *top = of_find_node_by_path("/");
	char *there = top ? shadow_dt_machines(top) : NULL;

	pr_err("machine=%s: expected the full path of a node in the device tree, found no such node; nodes whose children have memory: %s\n",
	       machine, there ?: "none");
	kfree(there);
	of_node_put(top);
}

/* The node whose children describe the machine that was asked for. */
static struct device_node * __init find_root(void)
{
	struct device_node *root = of_find_node_by_path(machine ?: "/");

	if (root)
		return root;
	if (!machine) {
		pr_err("this kernel was booted without a device tree\n");
		return ERR_PTR(-ENODEV);
	}
	say_what_is_there();
	return ERR_PTR(-EINVAL);
}

static int __init make_plan(struct device_node *root)
{
	const struct shadow_dt_warning *warning, *hint;
	int err = shadow_plan_make(&plan, root, !machine, &given, NULL);
	const struct shadow_place *place = &given.place[plan.misplaced];

	if (err == -EINVAL)
		pr_err("%s=0x%llx,%llu: expected a place in whole pages of RAM\n",
		       shadow_placed_name(plan.misplaced), place->base,
		       place->bytes);
	list_for_each_entry(warning, &plan.dt.warnings, node)
		pr_warn("%s\n", warning->text);
	list_for_each_entry(hint, &plan.dt.hints, node)
		pr_info("%s\n", hint->text);
	return err;
}

/* E4: say how the target would panic, and do as on_panic says. */
static int __init report_panic(enum shadow_verdict verdict)
{
	const char *line = shadow_verdict_line(verdict);

	if (on_panic == SHADOW_ON_PANIC_PANIC)
		panic("%s\n", line);
	pr_err("%s\n", line);
	return on_panic == SHADOW_ON_PANIC_FAIL ?
	       shadow_verdict_errno(verdict) : 0;
}

static void tear_down(void)
{
	shadow_runner_end(&runner);
	shadow_region_release(&region);
	shadow_plan_free(&plan);
}

/* All that can make the load fail; whatever runs later does not undo it. */
static int __init prepare(struct device_node *root)
{
	int err = make_plan(root);

	if (err == -ENOMEM)
		pr_err("no memory for the plan of this machine\n");
	else if (err == -EAGAIN)
		pr_err("the device tree grew while it was read, load the module again\n");
	if (!err && plan.layout.verdict == SHADOW_OK)
		err = shadow_region_find(&region, region_path, size);
	else if (!err)
		err = report_panic(plan.layout.verdict);
	if (err)
		return err;
	err = shadow_runner_begin(&runner, &plan, &region);
	if (err)
		pr_err("no memory for results\n");
	return err;
}

/* The last line of a load: how the self-test went, or why it did not. */
static void __init say_loaded(enum shadow_outcome outcome, int err)
{
	const char *where = IS_ERR(dir) ? "debugfs cannot show the report" :
					  "see buddy_shadow/report in debugfs";

	if (plan.layout.verdict != SHADOW_OK)
		pr_info("verdict as above; %s\n", where);
	else if (outcome == SHADOW_FAILED)
		pr_err("verdict OK; self-test FAILED, see above; %s\n", where);
	else if (outcome == SHADOW_NOT_RUN && err)
		pr_err("verdict OK; self-test did not run: %pe; %s\n",
		       ERR_PTR(err), where);
	else
		pr_info("verdict OK; self-test %s; %s\n",
			outcome == SHADOW_NOT_RUN ? "not asked for" :
			shadow_outcome_name(outcome), where);
}

/*
 * The files are there before the self-test runs: it can be watched and stopped,
 * and whatever becomes of it, the report can be read.
 */
static int __init shadow_init(void)
{
	enum shadow_outcome outcome = SHADOW_NOT_RUN;
	struct device_node *root = find_root();
	int err;

	if (IS_ERR(root))
		return PTR_ERR(root);
	err = prepare(root);
	of_node_put(root);
	if (err) {
		tear_down();
		return err;
	}
	shadow_report_plan_event(&plan);
	report.machine = machine;
	dir = shadow_report_create(&report);
	if (exercise_at_load && plan.layout.verdict == SHADOW_OK)
		err = shadow_runner_selftest(&runner, seed, seconds, &outcome);
	say_loaded(outcome, err);
	return 0;
}

static void __exit shadow_exit(void)
{
	shadow_report_remove(dir);
	tear_down();
}

module_init(shadow_init);
module_exit(shadow_exit);
MODULE_LICENSE("GPL");
MODULE_VERSION(SHADOW_VERSION);
MODULE_DESCRIPTION("Shadow of another kernel's memory design");
