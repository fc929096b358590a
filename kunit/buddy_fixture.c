// SPDX-License-Identifier: GPL-2.0-only
/*
 * A buddy allocator for tests. See buddy_fixture.h.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "buddy_fixture.h"

/*
 * What lies behind the lock, which debug options write into, behind the free that
 * is remembered and the bank that was found last.
 */
#define STATE_OFFSET	offsetof(struct shadow_buddy, nonempty)
#define STATE_BYTES	(sizeof(struct shadow_buddy) - STATE_OFFSET)

int shadow_test_init(struct kunit *test)
{
	test->priv = kunit_kzalloc(test, sizeof(struct shadow_test),
				   GFP_KERNEL);
	return test->priv ? 0 : -ENOMEM;
}

void shadow_test_exit(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	if (!t)
		return;
	vfree(t->mem);
	vfree(t->saved_mem);
}

struct shadow_buddy *shadow_test_ram(struct kunit *test,
				     const struct shadow_test_run *ram, u32 nr)
{
	struct shadow_test *t = test->priv;
	struct shadow_range *storage;
	struct shadow_ranges set;
	u32 i;

	storage = shadow_test_zeroed(test, nr * sizeof(*storage));
	shadow_ranges_init(&set, storage, nr);
	for (i = 0; i < nr; i++)
		KUNIT_ASSERT_EQ(test, shadow_ranges_add(&set, PA(ram[i].start),
							PA(ram[i].end) - 1), 0);
	KUNIT_ASSERT_EQ(test, set.nr, nr);

	vfree(t->mem);
	t->bytes = shadow_buddy_bytes(&set);
	t->mem = vmalloc(t->bytes);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->mem);
	memset(t->mem, 0xa5, t->bytes);
	KUNIT_ASSERT_EQ(test, shadow_buddy_init(&t->b, &set, t->mem), 0);
	return &t->b;
}

void shadow_test_give(struct kunit *test, u64 start, u64 end)
{
	struct shadow_test *t = test->priv;

	KUNIT_ASSERT_EQ(test, shadow_buddy_add_range(&t->b, PA(start),
						     PA(end) - 1), 0);
}

struct shadow_buddy *shadow_test_free_ram(struct kunit *test,
					  const struct shadow_test_run *ram,
					  u32 nr)
{
	struct shadow_buddy *b = shadow_test_ram(test, ram, nr);
	u32 i;

	for (i = 0; i < nr; i++)
		shadow_test_give(test, ram[i].start, ram[i].end);
	return b;
}

void shadow_test_sound(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const char *broken;
	u64 where = 0;

	broken = shadow_buddy_check(&t->b, &where);
	KUNIT_EXPECT_EQ_MSG(test, !broken, true, "at 0x%llx: %s", where,
			    broken ? broken : "");
}

void shadow_test_save(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	shadow_buddy_settle(&t->b);
	vfree(t->saved_mem);
	t->saved_mem = vmalloc(t->bytes);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->saved_mem);
	memcpy(t->saved_mem, t->mem, t->bytes);
	memcpy(t->saved_b, (char *)&t->b + STATE_OFFSET, STATE_BYTES);
}

bool shadow_test_unchanged(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	shadow_buddy_settle(&t->b);
	return !memcmp(t->saved_mem, t->mem, t->bytes) &&
	       !memcmp(t->saved_b, (char *)&t->b + STATE_OFFSET, STATE_BYTES);
}

u32 shadow_test_changes(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *was = t->saved_mem;
	const struct shadow_page *is = t->mem;
	u32 i, changes = 0;

	shadow_buddy_settle(&t->b);
	for (i = 0; i < t->b.nr_entries; i++)
		changes += !!memcmp(&was[i], &is[i], sizeof(was[i]));
	return changes;
}

bool shadow_test_same_blocks(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *was = t->saved_mem;
	const struct shadow_page *is = t->mem;
	u32 i;

	shadow_buddy_settle(&t->b);
	for (i = SHADOW_NR_ORDERS; i < t->b.nr_entries; i++)
		if (was[i].state != is[i].state)
			return false;
	return true;
}

static u64 run_step(struct shadow_buddy *b, const struct shadow_test_step *s)
{
	switch (s->operation) {
	case SHADOW_TEST_ALLOC:
		return shadow_buddy_alloc(b, s->size);
	case SHADOW_TEST_ALLOC_EXACT:
		return shadow_buddy_alloc_exact(b, s->size);
	case SHADOW_TEST_FREE:
		return shadow_buddy_free(b, s->pa, s->size);
	case SHADOW_TEST_FREE_EXACT:
		return shadow_buddy_free_exact(b, s->pa, s->size);
	case SHADOW_TEST_GET:
		return shadow_buddy_get(b, s->pa);
	case SHADOW_TEST_PUT:
		return shadow_buddy_put(b, s->pa);
	default:
		return shadow_buddy_add_range(b, s->pa, s->size);
	}
}

void shadow_test_do(struct kunit *test, int line,
		    const struct shadow_test_step *step, u32 nr)
{
	struct shadow_test *t = test->priv;
	u32 i;

	for (i = 0; i < nr; i++) {
		bool allocates = step[i].operation <= SHADOW_TEST_ALLOC_EXACT;

		shadow_test_save(test);
		KUNIT_EXPECT_EQ_MSG(test, run_step(&t->b, &step[i]),
				    step[i].want, "line %d, step %u", line, i);
		if (allocates ? step[i].want == SHADOW_NO_PAGE : step[i].want)
			KUNIT_EXPECT_EQ_MSG(test, shadow_test_unchanged(test),
					    true, "line %d, step %u", line, i);
	}
}

void shadow_test_free_blocks(struct kunit *test, int line,
			     const struct shadow_test_head *head, u32 nr)
{
	struct shadow_test *t = test->priv;
	u64 blocks[SHADOW_NR_ORDERS], all = 0;
	u32 i;

	shadow_buddy_blocks(&t->b, blocks);
	for (i = 0; i < SHADOW_NR_ORDERS; i++)
		all += blocks[i];
	KUNIT_EXPECT_EQ_MSG(test, all, nr, "line %d", line);
	for (i = 0; i < nr; i++) {
		const struct shadow_page *page =
			shadow_buddy_page(&t->b, PA(head[i].pfn));

		KUNIT_ASSERT_NOT_ERR_OR_NULL(test, page);
		KUNIT_EXPECT_EQ_MSG(test, page->state,
				    SHADOW_PAGE_FREE | head[i].order,
				    "line %d, page %llu", line, head[i].pfn);
	}
	shadow_test_sound(test);
}
