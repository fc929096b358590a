/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A buddy allocator for tests, over RAM that does not exist. Only descriptors
 * are real: that the allocator never touches the pages that it manages (B6)
 * holds by construction, since a single access would crash the test.
 *
 * A suite names shadow_test_init and shadow_test_exit as its .init and .exit;
 * test->priv is the fixture then.
 */
#ifndef SHADOW_KUNIT_BUDDY_FIXTURE_H
#define SHADOW_KUNIT_BUDDY_FIXTURE_H

#include <kunit/test.h>

#include "../buddy.h"
#include "suites.h"

/* Address of a page. */
#define PA(pfn)		((u64)(pfn) << SHADOW_PAGE_SHIFT)

/**
 * struct shadow_test_run - a run of pages
 * @start: first frame number
 * @end: first frame number after it
 */
struct shadow_test_run {
	u64 start;
	u64 end;
};

#define TEST_RUNS(...)	((const struct shadow_test_run[]){ __VA_ARGS__ })

/**
 * struct shadow_test - the fixture
 * @b: the allocator
 * @mem: its descriptors and tables
 * @bytes: their size
 * @saved_mem: copy of @mem
 * @saved_b: copy of @b, without the lock
 */
struct shadow_test {
	struct shadow_buddy b;
	void *mem;
	u64 bytes;
	void *saved_mem;
	char saved_b[sizeof(struct shadow_buddy)];
};

int shadow_test_init(struct kunit *test);
void shadow_test_exit(struct kunit *test);

/**
 * shadow_test_ram() - make the allocator over some RAM, with nothing free
 * @test: the case; it ends where that fails
 * @ram: ascending runs that do not touch
 * @nr: how many
 *
 * Return: the allocator.
 */
struct shadow_buddy *shadow_test_ram(struct kunit *test,
				     const struct shadow_test_run *ram, u32 nr);
#define TEST_RAM(test, ...) \
	shadow_test_ram(test, TEST_RUNS(__VA_ARGS__), \
			sizeof(TEST_RUNS(__VA_ARGS__)) / \
			sizeof(struct shadow_test_run))

/**
 * shadow_test_free_ram() - make the allocator and add all of its RAM
 * @test: the case; it ends where that fails
 * @ram: ascending runs that do not touch
 * @nr: how many
 *
 * Return: the allocator.
 */
struct shadow_buddy *shadow_test_free_ram(struct kunit *test,
					  const struct shadow_test_run *ram,
					  u32 nr);
#define TEST_FREE_RAM(test, ...) \
	shadow_test_free_ram(test, TEST_RUNS(__VA_ARGS__), \
			     sizeof(TEST_RUNS(__VA_ARGS__)) / \
			     sizeof(struct shadow_test_run))

/**
 * shadow_test_give() - add a run of pages to the allocator
 * @test: the case; it ends where that fails
 * @start: first frame number
 * @end: first frame number after it
 */
void shadow_test_give(struct kunit *test, u64 start, u64 end);

/**
 * shadow_test_sound() - expect every invariant of the allocator to hold
 * @test: the case
 */
void shadow_test_sound(struct kunit *test);

/* What is done with the allocator, and what must come of it. */
enum shadow_test_operation {
	SHADOW_TEST_ALLOC, SHADOW_TEST_ALLOC_EXACT, SHADOW_TEST_FREE,
	SHADOW_TEST_FREE_EXACT, SHADOW_TEST_GET, SHADOW_TEST_PUT,
	SHADOW_TEST_ADD,
};

/**
 * struct shadow_test_step - one operation
 * @operation: which
 * @pa: address that it is handed
 * @size: order, number of pages, or last byte
 * @want: what it must return
 */
struct shadow_test_step {
	enum shadow_test_operation operation;
	u64 pa;
	u64 size;
	u64 want;
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

/**
 * shadow_test_save() - remember all of the allocator's state
 * @test: the case; it ends where there is no memory for that
 */
void shadow_test_save(struct kunit *test);

/**
 * shadow_test_unchanged() - compare with what was remembered
 * @test: the case
 *
 * Return: whether each byte is the same, but for the lock.
 */
bool shadow_test_unchanged(struct kunit *test);

/**
 * shadow_test_changes() - count what differs from what was remembered
 * @test: the case
 *
 * Return: number of descriptors, list heads included.
 */
u32 shadow_test_changes(struct kunit *test);

/**
 * shadow_test_same_blocks() - compare free blocks with what was remembered
 * @test: the case
 *
 * Return: whether each page heads a free block of the same order as then, or
 * none now and then (B4). The order of the lists may differ.
 */
bool shadow_test_same_blocks(struct kunit *test);

#endif /* SHADOW_KUNIT_BUDDY_FIXTURE_H */
