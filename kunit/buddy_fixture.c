// SPDX-License-Identifier: GPL-2.0-only
/*
 * A buddy allocator for tests. See buddy_fixture.h.
 */
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "buddy_fixture.h"

/* What lies behind the lock, which debug options write into. */
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

	storage = kunit_kzalloc(test, nr * sizeof(*storage), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, storage);
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

	vfree(t->saved_mem);
	t->saved_mem = vmalloc(t->bytes);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, t->saved_mem);
	memcpy(t->saved_mem, t->mem, t->bytes);
	memcpy(t->saved_b, (char *)&t->b + STATE_OFFSET, STATE_BYTES);
}

bool shadow_test_unchanged(struct kunit *test)
{
	struct shadow_test *t = test->priv;

	return !memcmp(t->saved_mem, t->mem, t->bytes) &&
	       !memcmp(t->saved_b, (char *)&t->b + STATE_OFFSET, STATE_BYTES);
}

u32 shadow_test_changes(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *was = t->saved_mem;
	const struct shadow_page *is = t->mem;
	u32 i, changes = 0;

	for (i = 0; i < SHADOW_NR_ORDERS + t->b.nr_pages; i++)
		changes += !!memcmp(&was[i], &is[i], sizeof(was[i]));
	return changes;
}

bool shadow_test_same_blocks(struct kunit *test)
{
	struct shadow_test *t = test->priv;
	const struct shadow_page *was = t->saved_mem;
	const struct shadow_page *is = t->mem;
	u32 i;

	for (i = SHADOW_NR_ORDERS; i < SHADOW_NR_ORDERS + t->b.nr_pages; i++)
		if (was[i].flags != is[i].flags || was[i].order != is[i].order)
			return false;
	return true;
}
