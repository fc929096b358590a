/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees made by hand for the tests of dt_memory.c, and what was read
 * from them.
 *
 * A test builds nodes below shadow_tree_root(), reads the tree, and compares:
 *
 *	shadow_tree_memory(shadow_tree_root(test), "memory@0", 0, 0, 0, 0x1000);
 *	shadow_tree_read(test);
 *	EXPECT_RAM(test, { 0, 0xfff });
 */
#ifndef SHADOW_KUNIT_DT_TREE_H
#define SHADOW_KUNIT_DT_TREE_H

#include <kunit/test.h>
#include <linux/of.h>

#include "../dt/dt.h"

/* The cells of a macro's arguments and their number. */
#define TREE_CELLS(...)		((const u32[]){ __VA_ARGS__ })
#define TREE_NR(...)		(sizeof(TREE_CELLS(__VA_ARGS__)) / sizeof(u32))

/*
 * .init and .exit of a suite. .exit checks that every node got as many
 * references put as were got.
 */
int shadow_tree_init(struct kunit *test);
void shadow_tree_exit(struct kunit *test);

/* The root, with 2 and 2 cells and nothing else. */
struct device_node *shadow_tree_root(struct kunit *test);

/* A node, the last child of @parent. */
struct device_node *shadow_tree_node(struct device_node *parent,
				     const char *name);

/*
 * A property; one of that name is replaced. The value lies in memory of exactly
 * its length, so that sanitizers see who reads past its end. Of _value() @value
 * itself is taken and must stay.
 */
void shadow_tree_value(struct device_node *np, const char *name, void *value,
		       int length);
void shadow_tree_bytes(struct device_node *np, const char *name,
		       const void *value, int length);
void shadow_tree_string(struct device_node *np, const char *name,
			const char *text);
void shadow_tree_numbers(struct device_node *np, const char *name,
			 const u32 *number, u32 nr);
#define shadow_tree_cells(np, name, ...) \
	shadow_tree_numbers(np, name, TREE_CELLS(__VA_ARGS__), \
			    TREE_NR(__VA_ARGS__))

/* A node with #address-cells and #size-cells. */
struct device_node *shadow_tree_bus(struct device_node *parent,
				    const char *name, u32 addr, u32 size);

/* A node with reg, and a memory node with reg. */
struct device_node *shadow_tree_reg(struct device_node *parent,
				    const char *name, const u32 *reg, u32 nr);
#define shadow_tree_range(parent, name, ...) \
	shadow_tree_reg(parent, name, TREE_CELLS(__VA_ARGS__), \
			TREE_NR(__VA_ARGS__))
#define shadow_tree_memory(parent, name, ...) \
	shadow_tree_string(shadow_tree_range(parent, name, __VA_ARGS__), \
			   "device_type", "memory")

/* Read from the root, or from any node; live: as the running kernel's tree. */
struct shadow_dt *shadow_tree_read(struct kunit *test);
struct shadow_dt *shadow_tree_read_at(struct kunit *test,
				      struct device_node *root, bool live);

/* What was read. Each wants exactly these, and says in which line it did. */
void shadow_tree_expect_ranges(struct kunit *test, int line, bool reserved,
			       const struct shadow_range *want, u32 nr);
#define EXPECT_RANGES(test, reserved, ...) \
	shadow_tree_expect_ranges(test, __LINE__, reserved, \
		(const struct shadow_range[]){ __VA_ARGS__ }, \
		sizeof((const struct shadow_range[]){ __VA_ARGS__ }) / \
		sizeof(struct shadow_range))
#define EXPECT_RAM(test, ...)		EXPECT_RANGES(test, false, __VA_ARGS__)
#define EXPECT_RESERVED(test, ...)	EXPECT_RANGES(test, true, __VA_ARGS__)

void shadow_tree_expect_problems(struct kunit *test, int line,
				 const char * const *want, u32 nr);
#define EXPECT_PROBLEMS(test, ...) \
	shadow_tree_expect_problems(test, __LINE__, \
		(const char * const []){ __VA_ARGS__ }, \
		sizeof((const char * const []){ __VA_ARGS__ }) / \
		sizeof(char *))
#define EXPECT_NO_PROBLEM(test) \
	shadow_tree_expect_problems(test, __LINE__, NULL, 0)

/* The first entry of that name. */
void shadow_tree_expect_entry(struct kunit *test, int line, const char *name,
			      u64 start, u64 last, u32 flags);
#define EXPECT_ENTRY(test, name, start, last, flags) \
	shadow_tree_expect_entry(test, __LINE__, name, start, last, flags)

#endif /* SHADOW_KUNIT_DT_TREE_H */
