// SPDX-License-Identifier: GPL-2.0-only
/*
 * The layout of a machine: M1 to M4, with the heap of H1 to H3 in it.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "../mem_map.h"
#include "layout_fixture.h"

#define BASE	GIB(1)

/* One bank at 1 GiB with nothing reserved, as QEMU's virt has it. */
struct machine {
	const char *name;
	u64 ram;
	u64 pages;
	u64 mem_map_bytes;
	u64 mem_map_pages;
	u64 heap_bytes;
	unsigned int heap_order;
};

static const struct machine machines[] = {
	{ "32 MiB", MIB(32), 8192, 196608, 48, MIB(16), 12 },
	{ "256 MiB", MIB(256), 65536, 1572864, 384, MIB(16), 12 },
	{ "1 GiB", GIB(1), 262144, 6291456, 1536, MIB(16), 12 },
	{ "2 GiB", GIB(2), 524288, 12582912, 3072, MIB(16), 12 },
	{ "2 GiB and a page", GIB(2) + KIB(4), 524289, 12582936, 3073,
	  MIB(16), 12 },
	{ "3 GiB", GIB(3), 786432, 18874368, 4608, MIB(24), 13 },
	{ "3 GiB and a page", GIB(3) + KIB(4), 786433, 18874392, 4609,
	  MIB(24), 13 },
	{ "4 GiB", GIB(4), 1048576, 25165824, 6144, MIB(32), 13 },
	{ "6 GiB", GIB(6), 1572864, 37748736, 9216, MIB(48), 14 },
	{ "8 GiB", GIB(8), 2097152, 50331648, 12288, MIB(64), 14 },
	{ "12 GiB", GIB(12), 3145728, 75497472, 18432, MIB(64), 14 },
	{ "16 GiB", GIB(16), 4194304, 100663296, 24576, MIB(64), 14 },
	{ "1 TiB", TIB(1), 268435456, 6442450944, 1572864, MIB(64), 14 },
	{ "16 TiB", TIB(16), 4294967296, 103079215104, 25165824,
	  MIB(64), 14 },
};

static void name_machine(const struct machine *machine, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s", machine->name);
}

KUNIT_ARRAY_PARAM(machines, machines, name_machine);

static const struct shadow_layout *lay_out(struct kunit *test)
{
	const struct machine *machine = test->param_value;
	const struct shadow_test_piece bank[] = { { BASE, machine->ram } };

	return shadow_test_layout(test, bank, 1, NULL, 0);
}

static u64 pages_in_blocks(const struct shadow_layout *layout)
{
	unsigned int order;
	u64 pages = 0;

	for (order = 0; order < SHADOW_NR_ORDERS; order++)
		pages += layout->free_blocks[order] << order;
	return pages;
}

static void m2_sizes_follow_the_table(struct kunit *test)
{
	const struct machine *machine = test->param_value;
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->total_ram, machine->ram);
	KUNIT_EXPECT_EQ(test, layout->pages, machine->pages);
	KUNIT_EXPECT_EQ(test, layout->mem_map_bytes, machine->mem_map_bytes);
	KUNIT_EXPECT_EQ(test, layout->span_bytes, machine->ram);
	KUNIT_EXPECT_EQ(test, layout->flat_bytes, machine->mem_map_bytes);
	KUNIT_EXPECT_EQ(test, layout->heap_bytes, machine->heap_bytes);
	KUNIT_EXPECT_EQ(test, layout->heap_order, machine->heap_order);
}

static void m3_mem_map_lies_at_the_start_of_free_ram(struct kunit *test)
{
	const struct machine *machine = test->param_value;
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->mem_map_base, BASE);
	KUNIT_ASSERT_EQ(test, layout->free.nr, 1);
	KUNIT_EXPECT_EQ(test, layout->free.range[0].start,
			BASE + machine->mem_map_pages * SHADOW_PAGE_SIZE);
	KUNIT_EXPECT_EQ(test, layout->free.range[0].last,
			BASE + machine->ram - 1);
}

static void m4_free_is_ram_minus_mem_map(struct kunit *test)
{
	const struct machine *machine = test->param_value;
	const struct shadow_layout *layout = lay_out(test);

	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 0);
	KUNIT_EXPECT_EQ(test, layout->free_pages,
			machine->pages - machine->mem_map_pages);
	KUNIT_EXPECT_EQ(test, pages_in_blocks(layout), layout->free_pages);
}

/* Like Linux's count after a boot with 1 GiB: 6 MiB of mem_map are gone. */
static void m4_blocks_of_1_gib_are_counted_by_order(struct kunit *test)
{
	static const struct shadow_test_piece bank[] = { { BASE, GIB(1) } };
	const struct shadow_layout *layout =
		shadow_test_layout(test, bank, 1, NULL, 0);
	unsigned int n;

	for (n = 0; n < SHADOW_NR_ORDERS; n++)
		KUNIT_EXPECT_EQ_MSG(test, layout->free_blocks[n],
				    n == 9 || (n >= 11 && n <= 17),
				    "order %u", n);
	KUNIT_EXPECT_EQ(test, layout->heap_base, BASE + MIB(16));
}

/*
 *	bank	0..1 MiB      16..33 MiB	      36 GiB..36 GiB + 16 MiB
 *	span	|------------------------------------------------------|
 */
static void m2_the_span_counts_holes_and_mem_map_does_not(struct kunit *test)
{
	static const struct shadow_test_piece banks[] = {
		{ 0, MIB(1) }, { MIB(16), MIB(17) }, { GIB(36), MIB(16) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, banks, ARRAY_SIZE(banks), NULL, 0);

	KUNIT_EXPECT_EQ(test, layout->total_ram, MIB(34));
	KUNIT_EXPECT_EQ(test, layout->mem_map_bytes, 24 * 8704);
	KUNIT_EXPECT_EQ(test, layout->span_bytes, GIB(36) + MIB(16));
	KUNIT_EXPECT_EQ(test, layout->flat_bytes, 24 * 9441280ULL);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, 0);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 8704 - 51);
}

/*
 *	1 GiB needs 6 MiB for its descriptors:
 *
 *	|<- 6 MiB less @less ->|##kernel##|<- the rest
 */
static u64 mem_map_base_beside(struct kunit *test, u64 less)
{
	static const struct shadow_test_piece bank[] = { { BASE, GIB(1) } };
	const struct shadow_test_piece kernel[] = {
		{ BASE + MIB(6) - less, MIB(32) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, bank, 1,
				   kernel, 1);

	KUNIT_EXPECT_EQ(test, layout->verdict, SHADOW_OK);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 262144 - 8192 - 1536);
	KUNIT_EXPECT_EQ(test, pages_in_blocks(layout), layout->free_pages);
	return layout->mem_map_base;
}

static void m3_mem_map_takes_a_hole_that_it_just_fits(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mem_map_base_beside(test, 0), BASE);
}

static void m3_mem_map_skips_a_hole_a_page_too_small(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mem_map_base_beside(test, KIB(4)),
			BASE + MIB(38) - KIB(4));
}

/* Reserved memory that lies in holes, or partly so, counts where it is RAM. */
static void m4_reserved_outside_ram_does_not_count(struct kunit *test)
{
	static const struct shadow_test_piece banks[] = {
		{ GIB(1), MIB(64) }, { GIB(2), MIB(64) },
	};
	static const struct shadow_test_piece reserved[] = {
		{ MIB(1), MIB(1) }, { GIB(1) - MIB(1), MIB(2) },
		{ GIB(2) + MIB(63), MIB(8) }, { GIB(4), GIB(4) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, banks, ARRAY_SIZE(banks),
				   reserved, ARRAY_SIZE(reserved));

	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 512);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, GIB(1) + MIB(1));
	KUNIT_EXPECT_EQ(test, layout->free_pages, 32768 - 512 - 192);
}

static void m4_reserved_may_cover_several_banks(struct kunit *test)
{
	static const struct shadow_test_piece banks[] = {
		{ GIB(1), MIB(64) }, { GIB(2), MIB(64) }, { GIB(3), MIB(64) },
		{ GIB(4), MIB(64) },
	};
	static const struct shadow_test_piece reserved[] = {
		{ GIB(1) + MIB(32), GIB(2) + MIB(16) },
	};
	const struct shadow_layout *layout =
		shadow_test_layout(test, banks, ARRAY_SIZE(banks),
				   reserved, ARRAY_SIZE(reserved));

	KUNIT_EXPECT_EQ(test, layout->reserved_pages, 36864);
	KUNIT_EXPECT_EQ(test, layout->mem_map_base, GIB(1));
	KUNIT_EXPECT_EQ(test, layout->free.nr, 3);
	KUNIT_EXPECT_EQ(test, layout->free_pages, 65536 - 36864 - 384);
}

static void too_little_room_for_the_free_ranges_is_an_error(struct kunit *test)
{
	static const struct shadow_test_piece bank = { BASE, GIB(1) };
	static const struct shadow_test_piece pieces[] = {
		{ BASE + MIB(16), MIB(16) }, { BASE + MIB(64), MIB(16) },
	};
	struct shadow_ranges ram, reserved;
	struct shadow_layout layout;
	u32 room;

	shadow_test_add(test, &ram, &bank, 1);
	shadow_test_add(test, &reserved, pieces, 2);
	for (room = 0; room <= 3; room++) {
		shadow_test_set(test, &layout.free, room);
		KUNIT_EXPECT_EQ(test,
				shadow_layout_compute(&layout, &ram, &reserved),
				room < 3 ? -ENOSPC : 0);
	}
}

struct run {
	u64 pfn, end;
	unsigned int order;
};

static const struct run runs[] = {
	{ 0, 1, 0 }, { 0, 3, 1 }, { 0, 1 << 20, 20 }, { 0, 1ULL << 52, 20 },
	{ 0, (1 << 20) - 1, 19 }, { 1, 2, 0 }, { 1, 1ULL << 52, 0 },
	{ 2, 3, 0 }, { 2, 4, 1 }, { 4, 6, 1 }, { 4, 7, 1 }, { 4, 8, 2 },
	{ 8, 15, 2 }, { 12, 100, 2 }, { 1 << 20, 1 << 21, 20 },
	{ 1 << 20, (1 << 21) - 1, 19 }, { 3 << 19, 1 << 22, 19 },
	{ (1ULL << 52) - 1, 1ULL << 52, 0 }, { 1ULL << 51, 1ULL << 52, 20 },
	{ 0xfffffffffffffULL - 7, 1ULL << 52, 3 },
};

static void b1_block_order_is_aligned_and_ends_in_time(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(runs); i++)
		KUNIT_EXPECT_EQ_MSG(test,
				    shadow_block_order(runs[i].pfn,
						       runs[i].end),
				    runs[i].order, "pages 0x%llx to 0x%llx",
				    runs[i].pfn, runs[i].end);
}

static struct kunit_case mem_map_cases[] = {
	KUNIT_CASE_PARAM(m2_sizes_follow_the_table, machines_gen_params),
	KUNIT_CASE_PARAM(m3_mem_map_lies_at_the_start_of_free_ram,
			 machines_gen_params),
	KUNIT_CASE_PARAM(m4_free_is_ram_minus_mem_map, machines_gen_params),
	KUNIT_CASE(m4_blocks_of_1_gib_are_counted_by_order),
	KUNIT_CASE(m2_the_span_counts_holes_and_mem_map_does_not),
	KUNIT_CASE(m3_mem_map_takes_a_hole_that_it_just_fits),
	KUNIT_CASE(m3_mem_map_skips_a_hole_a_page_too_small),
	KUNIT_CASE(m4_reserved_outside_ram_does_not_count),
	KUNIT_CASE(m4_reserved_may_cover_several_banks),
	KUNIT_CASE(too_little_room_for_the_free_ranges_is_an_error),
	KUNIT_CASE(b1_block_order_is_aligned_and_ends_in_time),
	{}
};

static struct kunit_suite shadow_mem_map_suite = {
	.name = "shadow_mem_map",
	.test_cases = mem_map_cases,
};

kunit_test_suite(shadow_mem_map_suite);
