/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A buddy allocator for tests, over RAM that does not exist. Only descriptors
 * are real: that the allocator never touches the pages that it manages (B6)
 * holds by construction, since a single access would crash the test.
 *
 * A suite names shadow_test_init and shadow_test_exit as its init and exit;
 * test->priv is the fixture then. A case ends where there is no memory.
 */
#ifndef SHADOW_KUNIT_BUDDY_FIXTURE_H
#define SHADOW_KUNIT_BUDDY_FIXTURE_H

#include <kunit/test.h>

#include "../buddy.h"
#include "suites.h"

/* Address of a page. */
#define PA(pfn)		((u64)(pfn) << SHADOW_PAGE_SHIFT)

/* A run of pages: its first frame number, and the one after it. */
struct shadow_test_run {
	u64 start;
	u64 end;
};

#define TEST_RUNS(...)	((const struct shadow_test_run[]){ __VA_ARGS__ })
#define TEST_NR(...)	(sizeof(TEST_RUNS(__VA_ARGS__)) / \
			 sizeof(struct shadow_test_run))

struct shadow_test {
	struct shadow_buddy b;
	void *mem;		/* its descriptors and tables */
	u64 bytes;		/* their size */
	void *saved_mem;	/* copies of both, without the lock */
	char saved_b[sizeof(struct shadow_buddy)];
};

int shadow_test_init(struct kunit *test);
void shadow_test_exit(struct kunit *test);

/* The allocator over ascending runs that do not touch, with nothing free. */
struct shadow_buddy *shadow_test_ram(struct kunit *test,
				     const struct shadow_test_run *ram, u32 nr);
#define TEST_RAM(test, ...) \
	shadow_test_ram(test, TEST_RUNS(__VA_ARGS__), TEST_NR(__VA_ARGS__))

/* The same, and all of its RAM is added. */
struct shadow_buddy *shadow_test_free_ram(struct kunit *test,
					  const struct shadow_test_run *ram,
					  u32 nr);
#define TEST_FREE_RAM(test, ...) \
	shadow_test_free_ram(test, TEST_RUNS(__VA_ARGS__), TEST_NR(__VA_ARGS__))

/* Add the pages from one frame number up to another. */
void shadow_test_give(struct kunit *test, u64 start, u64 end);

/* Expect every invariant of the allocator to hold. */
void shadow_test_sound(struct kunit *test);

/* What is done with the allocator, and what must come of it. */
enum shadow_test_operation {
	SHADOW_TEST_ALLOC, SHADOW_TEST_ALLOC_EXACT, SHADOW_TEST_FREE,
	SHADOW_TEST_FREE_EXACT, SHADOW_TEST_GET, SHADOW_TEST_PUT,
	SHADOW_TEST_ADD,
};

struct shadow_test_step {
	enum shadow_test_operation operation;
	u64 pa;
	u64 size;	/* order, number of pages, or last byte */
	u64 want;	/* what it must return */
};

#define ALLOC(order, pa)	{ SHADOW_TEST_ALLOC, 0, order, pa }
#define ALLOC_EXACT(nr, pa)	{ SHADOW_TEST_ALLOC_EXACT, 0, nr, pa }
#define FREE(pa, order, why)	{ SHADOW_TEST_FREE, pa, order, why }
#define FREE_EXACT(pa, nr, why)	{ SHADOW_TEST_FREE_EXACT, pa, nr, why }
#define GET(pa, why)		{ SHADOW_TEST_GET, pa, 0, why }
#define PUT(pa, why)		{ SHADOW_TEST_PUT, pa, 0, why }
#define ADD(start, last, err)	{ SHADOW_TEST_ADD, start, last, (u64)(err) }

/*
 * Do one thing after another. What is refused, or finds no memory, must leave
 * each byte as it was, but for the lock.
 */
void shadow_test_do(struct kunit *test, int line,
		    const struct shadow_test_step *step, u32 nr);
#define DO(test, ...) \
	shadow_test_do(test, __LINE__, \
		       (const struct shadow_test_step[]){ __VA_ARGS__ }, \
		       sizeof((const struct shadow_test_step[]){ __VA_ARGS__ }) \
		       / sizeof(struct shadow_test_step))

/* The free blocks, by frame number and order: these and no others. */
struct shadow_test_head {
	u64 pfn;
	unsigned int order;
};

void shadow_test_free_blocks(struct kunit *test, int line,
			     const struct shadow_test_head *head, u32 nr);
#define EXPECT_FREE(test, ...) \
	shadow_test_free_blocks(test, __LINE__, \
		(const struct shadow_test_head[]){ __VA_ARGS__ }, \
		sizeof((const struct shadow_test_head[]){ __VA_ARGS__ }) / \
		sizeof(struct shadow_test_head))

/*
 * Remember all of the allocator's state; then: is each byte the same, how many
 * descriptors differ, list heads included, are the free blocks the same (B4),
 * in whatever order the lists have them?
 */
void shadow_test_save(struct kunit *test);
bool shadow_test_unchanged(struct kunit *test);
u32 shadow_test_changes(struct kunit *test);
bool shadow_test_same_blocks(struct kunit *test);

#endif /* SHADOW_KUNIT_BUDDY_FIXTURE_H */
