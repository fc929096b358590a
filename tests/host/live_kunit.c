// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tree that a kernel runs with: R2 and R3 where the kernel is asked, with a
 * kernel that gave what the test says.
 */
#include <linux/ioport.h>

#include "../../host/host.h"
#include "../../kunit/dt_tree.h"
#include "../../kunit/suites.h"

#define BY_KERNEL	(SHADOW_DT_RESERVED | SHADOW_DT_BY_KERNEL)
#define IMAGE		(SHADOW_DT_RESERVED | SHADOW_DT_IMAGE)

#define DYNAMIC(at)	TREE_CELLS("reserved-memory/" at, "size", 0, 0x100000)
#define LOST		"size: the running kernel gave it no memory, entry skipped"
#define TWIN		"size: another node has this name, the running kernel cannot tell them apart, entry skipped"

/* With those nodes and one of that name at 0x60000000, elsewhere. */
#define expect_live(test, want, fixed, ...) do {			\
	shadow_tree_add(test, TREE_BUS("reserved-memory", 2, 2),	\
			TREE_BUS("reserved-memory@1", 2, 2),		\
			TREE_CELLS("reserved-memory@1/" fixed, "reg",	\
				   0, 0x60000000, 0, 0x1000), __VA_ARGS__); \
	shadow_tree_read_at(test, shadow_tree_at(test, ""), true);	\
	shadow_tree_expect(test, want, want);				\
} while (0)

static void r2_a_dynamic_node_lies_where_the_kernel_put_it(struct kunit *test)
{
	static const struct shadow_tree_case want = {
		.entries = {
			{ "/reserved-memory@1/pool", 0x60000000, 0x60000fff,
			  SHADOW_DT_RESERVED },
			{ "/reserved-memory/pool", 0x47e00000, 0x47ffffff,
			  BY_KERNEL },
			{ "/reserved-memory/pool@1", 0x880001000, 0x880001fff,
			  BY_KERNEL } },
		.warnings = "/reserved-memory/lost: " LOST
			    "\n/reserved-memory/none: " LOST,
	};

	host_reserve("pool", 0x47e00000, 0x200000);
	host_reserve("pool@1", 0x880001000, 0x1000);
	host_reserve("none", 0x50000000, 0);
	expect_live(test, &want, "pool", DYNAMIC("pool"), DYNAMIC("pool@1"),
		    DYNAMIC("lost"), DYNAMIC("none"));
}

static void r2_a_place_that_may_be_a_twins_does_not_count(struct kunit *test)
{
	static const struct shadow_tree_case want = {
		.entries = {
			{ "/reserved-memory@1/fixed", 0x60000000, 0x60000fff,
			  SHADOW_DT_RESERVED },
			{ "/reserved-memory/box/fixed", 0x50000000, 0x50000fff,
			  SHADOW_DT_RESERVED | SHADOW_DT_NESTED },
			{ "/reserved-memory/box/own", 0x47f00000, 0x47ffffff,
			  BY_KERNEL | SHADOW_DT_NESTED } },
		.warnings = "/reserved-memory/pool: " TWIN
			    "\n/reserved-memory/fixed: " TWIN
			    "\n/reserved-memory/box/pool: " TWIN
			    "\n/reserved-memory/box/in/pool: " TWIN,
	};

	host_reserve("pool", 0x47e00000, 0x100000);
	host_reserve("fixed", 0x60000000, 0x100000);
	host_reserve("own", 0x47f00000, 0x100000);
	expect_live(test, &want, "fixed", DYNAMIC("pool"), DYNAMIC("box/pool"),
		    DYNAMIC("fixed"), DYNAMIC("box/own"), DYNAMIC("box/in/pool"),
		    TREE_CELLS("reserved-memory/box/fixed", "reg", 0,
			       0x50000000, 0, 0x1000));
}

/* What comes of an image that was given; NULL: none was. */
static void expect_image(struct kunit *test, const struct shadow_place *image,
			 const struct shadow_tree_case *want)
{
	static const struct shadow_place not_given;
	struct shadow_dt *dt = shadow_tree_read(test);

	dt->live = true;
	KUNIT_EXPECT_EQ(test, shadow_dt_add_image(dt, image ?: &not_given), 0);
	shadow_tree_expect(test, want, want);
}

static void expect_no_image(struct kunit *test)
{
	static const struct shadow_tree_case want = {
		.warnings = "/proc/iomem: Kernel code, Kernel data: not found, entry skipped",
	};

	expect_image(test, NULL, &want);
}

static struct shadow_tree_case shown_image(void)
{
	const struct resource *code = iomem_resource.child->child;

	return (struct shadow_tree_case){
		.entries = { { "kernel", code->start, code->sibling->end,
			       IMAGE } },
	};
}

static void r3_an_image_that_is_not_shown_is_a_warning(struct kunit *test)
{
	struct resource *ram = iomem_resource.child, *code = ram->child;
	struct resource *data = code->sibling;
	struct shadow_tree_case want = shown_image();

	ram->flags = 0;
	expect_no_image(test);
	ram->flags = IORESOURCE_SYSRAM;
	code->sibling = NULL;
	expect_no_image(test);
	ram->child = data;
	expect_no_image(test);
	code->sibling = data;
	ram->child = code;
	expect_image(test, NULL, &want);
}

/* Where a device is about to go, its name and its children may be gone. */
static void r3_of_a_device_only_flags_and_link_are_read(struct kunit *test)
{
	static const char * const gone = (const char *)8;
	struct resource *ram = iomem_resource.child, *code = ram->child;
	struct shadow_tree_case want = shown_image();
	struct resource in_ram = { .name = gone, .sibling = code };
	struct resource device = {
		.name = gone, .sibling = ram, .child = (struct resource *)gone,
	};

	iomem_resource.child = &device;
	ram->child = &in_ram;
	expect_image(test, NULL, &want);
	ram->child = code;
	iomem_resource.child = ram;
}

/* Whoever looks into that tree dies. */
static void r3_an_image_that_is_given_is_not_looked_for(struct kunit *test)
{
	static const struct shadow_place given = { true, 0x40000800, 0x1000 };
	static const struct shadow_place none = { .given = true };
	static const struct shadow_tree_case want = {
		.entries = { { "kernel", 0x40000800, 0x400017ff, IMAGE } },
	}, nothing = {};
	struct resource *ram = iomem_resource.child;

	iomem_resource.child = (struct resource *)8;
	expect_image(test, &given, &want);
	expect_image(test, &none, &nothing);
	iomem_resource.child = ram;
}

SHADOW_SUITE(host_live, shadow_tree_init, shadow_tree_exit,
	     KUNIT_CASE(r2_a_dynamic_node_lies_where_the_kernel_put_it),
	     KUNIT_CASE(r2_a_place_that_may_be_a_twins_does_not_count),
	     KUNIT_CASE(r3_an_image_that_is_not_shown_is_a_warning),
	     KUNIT_CASE(r3_of_a_device_only_flags_and_link_are_read),
	     KUNIT_CASE(r3_an_image_that_is_given_is_not_looked_for));
