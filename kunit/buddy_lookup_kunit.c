// SPDX-License-Identifier: GPL-2.0-only
/*
 * From an address to its descriptor, over any number of banks anywhere in the
 * address space (R1, M1), and what the allocator needs for itself (M2).
 */
#include <kunit/test.h>
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../exercise/rng.h"
#include "buddy_fixture.h"
#include "suites.h"

#define NR_BANKS	1000
#define NR_PAGES_MAX	BIT_ULL(52)

/* The same by looking at every bank. */
static const struct shadow_page *search(const struct shadow_buddy *b,
					const struct shadow_test_run *ram,
					u32 nr, u64 pfn)
{
	const struct shadow_page *first = b->map + SHADOW_NR_ORDERS;
	u32 i;

	for (i = 0; i < nr; i++) {
		if (pfn >= ram[i].start && pfn < ram[i].end)
			return first + (pfn - ram[i].start);
		first += ram[i].end - ram[i].start;
	}
	return NULL;
}

static bool agrees(struct shadow_buddy *b,
		   const struct shadow_test_run *ram, u32 nr, u64 pfn)
{
	u64 within = PA(pfn) + pfn % SHADOW_PAGE_SIZE;

	/* The frame numbers next to RAM may lie outside the address space. */
	if (pfn >= NR_PAGES_MAX)
		return true;
	return shadow_buddy_page(b, within) == search(b, ram, nr, pfn);
}

/* All around both ends of each bank, and in the middle of it. */
static u64 first_disagreement(struct shadow_buddy *b,
			      const struct shadow_test_run *ram, u32 nr)
{
	u32 i, k;

	for (i = 0; i < nr; i++) {
		const u64 near[] = {
			ram[i].start - 2, ram[i].start - 1, ram[i].start,
			ram[i].start + 1, (ram[i].start + ram[i].end) / 2,
			ram[i].end - 2, ram[i].end - 1, ram[i].end,
			ram[i].end + 1, ram[i].start ^ (1ULL << 40),
		};

		for (k = 0; k < ARRAY_SIZE(near); k++)
			if (!agrees(b, ram, nr, near[k]))
				return near[k];
	}
	return NR_PAGES_MAX;
}

/* Where banks lie: sizes and holes are drawn up to these numbers of pages. */
struct terrain {
	const char *name;
	u64 from;
	u32 size, hole;
	u32 far;	/* every n-th hole is 2^36 pages longer */
};

static const struct terrain terrains[] = {
	{ "of one page with holes of one page", 0, 1, 1, ~0U },
	{ "of a few pages, many to 2 MiB", 7, 9, 5, ~0U },
	{ "of odd sizes with odd holes", 0x80000, 500, 900, ~0U },
	{ "with wide holes", 1, 300, 0xffffffff, ~0U },
	{ "some of them far apart", 3, 40, 30, 20 },
	{ "all of them far apart", 511, 700, 2, 1 },
};

SHADOW_PARAMS(terrains);

static struct shadow_test_run *draw_banks(struct kunit *test)
{
	const struct terrain *terrain = test->param_value;
	struct shadow_test_run *ram;
	u64 pfn = terrain->from;
	struct shadow_rng rng;
	u32 i;

	ram = kunit_kzalloc(test, NR_BANKS * sizeof(*ram), GFP_KERNEL);
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, ram);
	shadow_rng_seed(&rng, shadow_test_seed());
	for (i = 0; i < NR_BANKS; i++) {
		ram[i].start = pfn;
		pfn += 1 + shadow_rng_below(&rng, terrain->size);
		ram[i].end = pfn;
		pfn += 1ULL + shadow_rng_below(&rng, terrain->hole);
		if (i % terrain->far == terrain->far - 1)
			pfn += 1ULL << 36;
	}
	return ram;
}

static void r1_thousand_banks_are_found(struct kunit *test)
{
	struct shadow_test_run *ram = draw_banks(test);
	struct shadow_buddy *b = shadow_test_ram(test, ram, NR_BANKS);

	KUNIT_EXPECT_EQ(test, first_disagreement(b, ram, NR_BANKS),
			NR_PAGES_MAX);
}

static void r1_thousand_banks_work(struct kunit *test)
{
	struct shadow_test_run *ram = draw_banks(test);
	struct shadow_buddy *b = shadow_test_free_ram(test, ram, NR_BANKS);
	u32 i;

	shadow_test_sound(test);
	shadow_test_save(test);
	while (shadow_buddy_alloc(b, 0) != SHADOW_NO_PAGE)
		;
	KUNIT_EXPECT_EQ(test, shadow_buddy_nr_free(b), 0);
	shadow_test_sound(test);
	for (i = 0; i < NR_BANKS; i++) {
		u64 pfn;

		for (pfn = ram[i].start; pfn < ram[i].end; pfn++)
			shadow_buddy_free(b, PA(pfn), 0);
	}
	KUNIT_EXPECT_EQ(test, shadow_test_same_blocks(test), true);
	shadow_test_sound(test);
}

/* A section that begins in one bank and ends in the next, at each offset. */
static void r1_a_hole_may_lie_anywhere_in_2_mib(struct kunit *test)
{
	struct shadow_test_run ram[] = { { 512, 0 }, { 0, 2048 } };
	u64 hole, wrong = 0;

	for (hole = 513; hole < 1100; hole += 13) {
		struct shadow_buddy *b;

		ram[0].end = hole;
		ram[1].start = hole + 1;
		b = shadow_test_ram(test, ram, 2);
		if (first_disagreement(b, ram, 2) != NR_PAGES_MAX)
			wrong = hole;
	}
	KUNIT_EXPECT_EQ(test, wrong, 0);
}

static u64 bytes_for(u64 first, u64 pages, u64 second, u64 more)
{
	struct shadow_range storage[2];
	struct shadow_ranges set;

	shadow_ranges_init(&set, storage, 2);
	if (pages)
		shadow_ranges_add(&set, PA(first), PA(first + pages) - 1);
	if (more)
		shadow_ranges_add(&set, PA(second), PA(second + more) - 1);
	return shadow_buddy_bytes(&set);
}

/* The Pixel 6: 2 GiB, a hole of 30 GiB, 6 GiB. */
static void m2_holes_cost_nothing(struct kunit *test)
{
	u64 near = bytes_for(0x80000, 0x80000, 0x100001, 0x180000);
	u64 far = bytes_for(0x80000, 0x80000, 0x880000, 0x180000);

	KUNIT_EXPECT_GE(test, far, 50331648);
	KUNIT_EXPECT_LE(test, far, 50331648 + 65536);
	KUNIT_EXPECT_LE(test, far, near + 65536);
}

static void only_no_ram_has_no_allocator(struct kunit *test)
{
	struct shadow_ranges none = {};
	struct shadow_test *t = test->priv;

	KUNIT_EXPECT_EQ(test, bytes_for(0, 0, 0, 0), 0);
	KUNIT_EXPECT_GE(test, bytes_for(0, 1ULL << 32, 1ULL << 51, 1),
			((1ULL << 32) + 1) * 24);
	KUNIT_EXPECT_GE(test, bytes_for(0, NR_PAGES_MAX, 0, 0),
			NR_PAGES_MAX * 24);
	KUNIT_EXPECT_EQ(test, shadow_buddy_init(&t->b, &none, NULL), -EINVAL);
}

SHADOW_SUITE(shadow_buddy_lookup, shadow_test_init, shadow_test_exit,
	     KUNIT_CASE_PARAM(r1_thousand_banks_are_found,
			      all_terrains_gen_params),
	     KUNIT_CASE_PARAM(r1_thousand_banks_work, all_terrains_gen_params),
	     KUNIT_CASE(r1_a_hole_may_lie_anywhere_in_2_mib),
	     KUNIT_CASE(m2_holes_cost_nothing),
	     KUNIT_CASE(only_no_ram_has_no_allocator));
