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
