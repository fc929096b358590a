/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A layout for tests: RAM and reserved memory in, struct shadow_layout out.
 */
#ifndef SHADOW_KUNIT_LAYOUT_FIXTURE_H
#define SHADOW_KUNIT_LAYOUT_FIXTURE_H

#include <kunit/test.h>

#include "../mem_map.h"
#include "../tests/model/layout_model.h"
#include "suites.h"

#define KIB(n)	((n) * (1ULL << 10))
#define MIB(n)	((n) * (1ULL << 20))
#define GIB(n)	((n) * (1ULL << 30))
#define TIB(n)	((n) * (1ULL << 40))

/* A range by its size. */
struct shadow_test_piece {
	u64 start;			/* first byte */
	u64 bytes;			/* size */
};

/* An empty set with room for @max ranges, which lives as long as the case. */
static inline void shadow_test_set(struct kunit *test,
				   struct shadow_ranges *set, u32 max)
{
	struct shadow_range *storage;

	storage = shadow_test_zeroed(test, (max + 1) * sizeof(*storage));
	shadow_ranges_init(set, storage, max);
}

/* Expect the naive model to come to the same layout. */
static inline void shadow_test_layout_judge(struct kunit *test,
					    const struct shadow_ranges *ram,
					    const struct shadow_ranges *reserved,
					    const struct shadow_layout *layout)
{
	u32 nr = ram->nr + reserved->nr, i;
	struct shadow_layout_model m = { .nr_pieces = nr };
	struct shadow_layout_piece *piece;
	const char *differs;

	piece = shadow_test_zeroed(test, (nr + 1) * sizeof(*piece));
	m.span = shadow_test_zeroed(test, SHADOW_LAYOUT_SPANS(nr) *
					  sizeof(*m.span));
	m.piece = piece;
	for (i = 0; i < nr; i++) {
		bool is_ram = i < ram->nr;
		const struct shadow_range *range = is_ram ? &ram->range[i] :
					&reserved->range[i - ram->nr];

		piece[i].start = range->start;
		piece[i].last = range->last;
		piece[i].reserved = !is_ram;
	}
	differs = shadow_layout_model_differs(&m, ram, reserved, layout);
	KUNIT_EXPECT_EQ_MSG(test, !differs, true, "the model differs: %s",
			    differs ? differs : "");
}

/* The layout of two sets, which the naive model judges. */
static inline const struct shadow_layout *
shadow_test_layout_of(struct kunit *test, const struct shadow_ranges *ram,
		      const struct shadow_ranges *reserved)
{
	struct shadow_layout *layout = shadow_test_zeroed(test, sizeof(*layout));

	shadow_test_set(test, &layout->free, ram->nr + reserved->nr + 1);
	KUNIT_ASSERT_EQ(test, shadow_layout_compute(layout, ram, reserved), 0);
	shadow_test_layout_judge(test, ram, reserved, layout);
	return layout;
}

static inline void shadow_test_add(struct kunit *test,
				   struct shadow_ranges *set,
				   const struct shadow_test_piece *piece,
				   u32 nr)
{
	u32 i;

	shadow_test_set(test, set, nr);
	for (i = 0; i < nr; i++) {
		u64 last = piece[i].start + piece[i].bytes - 1;

		KUNIT_ASSERT_EQ(test,
				shadow_ranges_add(set, piece[i].start, last),
				0);
	}
}

/* The same of pieces in any order. */
static inline const struct shadow_layout *
shadow_test_layout(struct kunit *test, const struct shadow_test_piece *ram,
		   u32 nr_ram, const struct shadow_test_piece *reserved,
		   u32 nr_reserved)
{
	struct shadow_ranges ram_set, reserved_set;

	shadow_test_add(test, &ram_set, ram, nr_ram);
	shadow_test_add(test, &reserved_set, reserved, nr_reserved);
	return shadow_test_layout_of(test, &ram_set, &reserved_set);
}

#endif /* SHADOW_KUNIT_LAYOUT_FIXTURE_H */
