// SPDX-License-Identifier: GPL-2.0-only
/*
 * What grows with a machine: the same work for 1 range, for 10, and so on up to 100,000.
 * Where a tenfold would cost more than MOST, were it quadratic, it is not done.
 *
 *	bench: add-all-shuffled 1000 COUNT		instructions of all of it
 */
#include <linux/kernel.h>
#include <linux/string.h>

#include "bench.h"
#include "buddy.h"
#include "mem_map.h"
#include "pt_map.h"

#define LARGEST	100000
#define MOST	2000000000ULL
#define SIZE	0x10000ULL
#define APART	BENCH_GIB

/* Room for two sets and a result, and the numbers 0 to n - 1, shuffled. */
static struct shadow_range *storage, *other, *third;
static u64 *shuffled;
static struct shadow_buddy buddy;

static u64 at(u64 i)
{
	return (i + 1) * APART;
}

/* @nr ranges, put there without the calls that are measured. */
static struct shadow_ranges ranges(struct shadow_range *storage, u32 nr,
				   u64 shift)
{
	struct shadow_ranges set = { storage, nr, 2 * LARGEST + 1 };
	u32 i;

	for (i = 0; i < nr; i++) {
		storage[i].start = at(i) + shift;
		storage[i].last = at(i) + shift + SIZE - 1;
	}
	return set;
}

static struct shadow_ranges empty(struct shadow_range *storage)
{
	struct shadow_ranges set = { storage, 0, 2 * LARGEST + 1 };

	return set;
}

static void add_ascending(u32 nr)
{
	struct shadow_ranges set = empty(storage);
	u32 i;

	for (i = 0; i < nr; i++)
		shadow_ranges_add(&set, at(i), at(i) + SIZE - 1);
}

static void add_descending(u32 nr)
{
	struct shadow_ranges set = empty(storage);

	while (nr--)
		shadow_ranges_add(&set, at(nr), at(nr) + SIZE - 1);
}

static void add_shuffled(u32 nr)
{
	struct shadow_ranges set = empty(storage);
	u32 i;

	for (i = 0; i < nr; i++)
		shadow_ranges_add(&set, at(shuffled[i]),
				  at(shuffled[i]) + SIZE - 1);
}

static void remove_shuffled(u32 nr)
{
	struct shadow_ranges set = empty(storage);
	u32 i;

	shadow_ranges_add(&set, 0, at(nr) - 1);
	for (i = 0; i < nr; i++)
		shadow_ranges_remove(&set, at(shuffled[i]),
				     at(shuffled[i]) + SIZE - 1);
}

/* As many ranges as there are numbers, in their order. */
static struct shadow_range *in_any_order(u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		other[i].start = at(shuffled[i]);
		other[i].last = at(shuffled[i]) + SIZE - 1;
	}
	return other;
}

static void add_all(u32 nr)
{
	struct shadow_ranges set = empty(storage);

	shadow_ranges_add_all(&set, in_any_order(nr), nr);
}

static void remove_all(u32 nr)
{
	struct shadow_range all = { 0, at(nr) - 1 };
	struct shadow_ranges from = { &all, 1, 1 };
	struct shadow_ranges what = empty(storage), out = empty(third);

	shadow_ranges_add_all(&what, in_any_order(nr), nr);
	shadow_ranges_subtract(&out, &from, &what);
}

static void subtract(u32 nr)
{
	struct shadow_ranges from = ranges(storage, nr, 0);
	struct shadow_ranges what = ranges(other, nr, SIZE / 2);
	struct shadow_ranges out = empty(third);

	shadow_ranges_subtract(&out, &from, &what);
}

static void layout(u32 nr)
{
	static struct shadow_layout made;
	struct shadow_ranges from = ranges(storage, nr, 0);
	struct shadow_ranges what = ranges(other, nr, SIZE / 2);

	from.range[nr - 1].last += 8 * BENCH_GIB;
	made.free = empty(third);
	shadow_layout_compute(&made, &from, &what);
}

static void tables(u32 nr)
{
	struct shadow_ranges from = ranges(storage, nr, 0);
	u64 levels[SHADOW_PT_LEVELS];

	shadow_pt_count(&from, SHADOW_PT_4K, levels);
}

static void check(u32 nr)
{
	u64 where;

	shadow_buddy_check(&buddy, &where);
}

static void pairs(u32 nr)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		shadow_buddy_free(&buddy, shadow_buddy_alloc(&buddy, 0), 0);
}

/* Says what it cost; with @nr banks where it asks for them. */
static s64 measure(const char *name, void (*work)(u32 nr), u32 nr, u32 times)
{
	char size[16];
	s64 cost;

	cost = BENCH_COST(work(nr));
	snprintf(size, sizeof(size), "%u", nr);
	bench_say(name, size, cost, times);
	return cost;
}

static void grow(const char *name, void (*work)(u32 nr))
{
	u32 nr, i;

	for (nr = 1; nr <= LARGEST; nr *= 10) {
		for (i = 0; i < nr; i++)
			shuffled[i] = i;
		bench_shuffle(shuffled, nr, nr);
		if (measure(name, work, nr, 1) * 100 > (s64)MOST && nr >= 1000)
			break;
	}
}

/* A buddy with a bank for each range, one free block in each. */
static void banks(void)
{
	u32 nr;

	for (nr = 1; nr <= LARGEST; nr *= 10) {
		struct shadow_ranges ram = ranges(storage, nr, 0);
		void *mem = bench_get_memory(shadow_buddy_bytes(&ram));
		s64 cost;
		u32 i;

		if (!mem)
			return;
		shadow_buddy_init(&buddy, &ram, mem);
		for (i = 0; i < nr; i++)
			shadow_buddy_add_range(&buddy, ram.range[i].start,
					       ram.range[i].last);
		measure("pair-of-banks", pairs, nr, 100);
		cost = measure("check-of-banks", check, nr, 1);
		bench_put_memory(mem);
		if (cost * 100 > (s64)MOST && nr >= 1000)
			return;
	}
}

/* All invariants of 8 GiB: free in blocks, and with each second page on its list. */
static void check_pages(void)
{
	u64 pages = 8 * BENCH_PAGES, nr = 0, i;
	struct shadow_range range = { at(0), at(8) - 1 };
	struct shadow_ranges ram = { &range, 1, 1 };
	void *mem = bench_get_memory(shadow_buddy_bytes(&ram));
	u64 *pa = bench_get_memory(pages / 2 * sizeof(*pa));

	if (!mem || !pa)
		goto out;
	shadow_buddy_init(&buddy, &ram, mem);
	shadow_buddy_add_range(&buddy, range.start, range.last);
	measure("check-8g-free", check, pages, 1);
	for (i = 0; i < pages; i++) {
		u64 page = shadow_buddy_alloc(&buddy, 0);

		if (page >> SHADOW_PAGE_SHIFT & 1)
			pa[nr++] = page;
	}
	measure("check-8g-allocated", check, pages, 1);
	bench_shuffle(pa, nr, 6);
	for (i = 0; i < nr; i++)
		shadow_buddy_free(&buddy, pa[i], 0);
	measure("check-8g-shuffled", check, pages, 1);
out:
	bench_put_memory(mem);
	bench_put_memory(pa);
}

static void grow_all(void)
{
	grow("add-all-shuffled", add_all);
	grow("remove-all-shuffled", remove_all);
	grow("add-ascending-one-by-one", add_ascending);
	grow("add-descending-one-by-one", add_descending);
	grow("add-shuffled-one-by-one", add_shuffled);
	grow("remove-shuffled-one-by-one", remove_shuffled);
	grow("subtract", subtract);
	grow("layout", layout);
	grow("table-count", tables);
	banks();
	check_pages();
}

void bench_sizes(void)
{
	u64 bytes = (2 * LARGEST + 1) * sizeof(*storage);

	storage = bench_get_memory(bytes);
	other = bench_get_memory(bytes);
	third = bench_get_memory(bytes);
	shuffled = bench_get_memory(LARGEST * sizeof(*shuffled));
	if (storage && other && third && shuffled)
		grow_all();
	bench_put_memory(storage);
	bench_put_memory(other);
	bench_put_memory(third);
	bench_put_memory(shuffled);
}
