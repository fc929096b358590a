// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tree may change while it is read, as by an overlay. Whatever an earlier look at
 * it said, nobody may trust it: the sanitizers of this build see who does.
 */
#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../kunit/suites.h"
#include "../../dt/plan.h"

#define IN		"reserved-memory/"
#define SIZED(at)	TREE_CELLS(IN at, "size", 0, 0x100000)

static struct kunit *reads;	/* the test whose tree is read */
static unsigned long looks;	/* that are left before it changes */
static void (*change)(struct kunit *test);

static void look(void)
{
	if (looks && !--looks)
		change(reads);
}

static void grows(struct kunit *test)
{
	shadow_tree_add(test, SIZED("e"), SIZED("f"), SIZED("box/g"),
			TREE_CELLS(IN "late", "reg", 0, 0x51000000, 0, 0x1000,
				   0, 0x52000000, 0, 0x1000,
				   0, 0x53000000, 0, 0x1000));
}

static void loses_properties(struct kunit *test)
{
	static const char * const paths[] = {
		"", "memory@40000000", "chosen", "reserved-memory", IN "a", IN "box",
		IN "box/b", IN "fw", IN "odd",
	};
	int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		shadow_tree_at(test, paths[i])->properties = NULL;
}

static void loses_ends_of_strings(struct kunit *test)
{
	loses_properties(test);
	shadow_tree_add(test,
			TREE_BYTES("memory@40000000", "device_type", "memory"),
			TREE_BYTES(IN "a", "compatible", "shared-dma-pool"),
			TREE_BYTES(IN "a", "status", "okay"));
}

/* The old values stay where they are, for who has found them. */
static void has_longer_values(struct kunit *test)
{
	loses_properties(test);
	shadow_tree_add(test, TREE_CELLS(IN "fw", "reg", 0, 0x51000000, 0, 0x1000,
					 0, 0x52000000, 0, 0x1000,
					 0, 0x53000000, 0, 0x1000),
			TREE_TEXT(IN "a", "status", "okay"),
			TREE_CELLS(IN "a", "size", 0, 0, 0, 0x100000));
}

static const struct changing {
	const char *name;
	void (*change)(struct kunit *test);
	const char *row;
	bool live;
	int err;	/* where there is no more room */
} changing[] = {
	{ "5.15's tree gets nodes", grows, "5.15", .err = -EAGAIN },
	{ "6.12's tree gets nodes", grows, "6.12", .err = -EAGAIN },
	{ "a live tree gets nodes", grows, "6.1", true },
	{ "5.15's tree loses properties", loses_properties, "5.15" },
	{ "a live tree loses properties", loses_properties, "6.1", true },
	{ "5.15's tree loses ends of strings", loses_ends_of_strings, "5.15" },
	{ "6.1's tree gets longer values", has_longer_values, "6.1", .err = -EAGAIN },
	{ "a live tree gets longer values", has_longer_values, "6.1", true },
};

SHADOW_PARAMS(changing);

static int read_after(struct kunit *test, const struct changing *way,
		      unsigned long nr_looks)
{
	static const struct shadow_given nothing_given;
	struct shadow_plan plan;
	int err;

	shadow_tree_init(test);
	shadow_tree_add(test, TREE_MEMORY("memory@40000000", 0, 0x40000000,
					  0, 0x40000000),
			TREE_CELLS("chosen", "linux,initrd-start", 0x44000000),
			TREE_CELLS("chosen", "linux,initrd-end", 0x45000000),
			TREE_BUS("reserved-memory", 2, 2),
			TREE_FLAG("reserved-memory", "ranges"), SIZED("a"),
			TREE_TEXT(IN "a", "status", "ok"),
			TREE_CELLS(IN "a", "alignment", 0, 0x10000),
			TREE_CELLS(IN "a", "alloc-ranges", 0, 0x50000000,
				   0, 0x10000000),
			SIZED("box/b"), TREE_BYTES(IN "odd", "status", "okay"),
			TREE_CELLS(IN "fw", "reg", 0, 0x50000000, 0, 0x1000));
	reads = test;
	looks = nr_looks;
	change = way->change;
	host_looks_at_tree = look;
	err = shadow_plan_make(&plan, shadow_tree_at(test, ""), way->live,
			       &nothing_given, shadow_row_find(way->row));
	host_looks_at_tree = NULL;
	shadow_plan_free(&plan);
	shadow_tree_exit(test);
	return err;
}

static void a_tree_may_change_while_it_is_read(struct kunit *test)
{
	const struct changing *way = test->param_value;
	unsigned long nth, errors = 0;
	int err;

	for (nth = 1, looks = 0; !looks; nth++) {
		err = read_after(test, way, nth);
		errors += !!err;
		if (err)
			KUNIT_EXPECT_EQ_MSG(test, err, way->err, "look %lu", nth);
	}
	KUNIT_EXPECT_GE(test, nth, 50);
	KUNIT_EXPECT_EQ(test, !errors, !way->err);
}

SHADOW_SUITE(host_changing, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE_PARAM(a_tree_may_change_while_it_is_read,
			      all_changing_gen_params));
