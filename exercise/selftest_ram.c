// SPDX-License-Identifier: GPL-2.0-only
/*
 * Self-test (X4): what the tree says of RAM, and what the running kernel says (R1).
 */
#include <linux/bitops.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/version.h>

#include "../buddy.h"
#include "../dt/plan.h"
#include "region.h"
#include "selftest.h"

#define END_OF_RAM	BIT_ULL(52)	/* no arm64 processor reaches further */
#define LEAST_SHARE	64

/*
 * Does a page belong to the memory that the running kernel manages? No lock is
 * needed to ask that, at any time.
 */
#ifdef CONFIG_ARM64
#define HAS_ANSWER true
static bool is_memory(u64 pa)
{
#if KERNEL_VERSION(5, 14, 0) <= LINUX_VERSION_CODE
	return pfn_is_map_memory(pa >> PAGE_SHIFT);
#else
	return pfn_valid(pa >> PAGE_SHIFT);
#endif
}
#else
#define HAS_ANSWER false
static bool is_memory(u64 pa)
{
	return false;
}
#endif

/*
 * A page of the kernel's memory in a gap of RAM, or SHADOW_NO_PAGE. Asked are both
 * edges, and pages in between, each further from the last by a share of its
 * distance to the lower edge: what is as large as that share is found, and a few
 * thousand questions reach the end of RAM. The kernel's pages may be larger.
 */
static u64 find_memory(u64 start, u64 end, u64 *asked)
{
	u64 first = round_up(start, PAGE_SIZE), pa;

	end = round_down(end, PAGE_SIZE);
	for (pa = first; pa < end;
	     pa += max_t(u64, PAGE_SIZE, (pa - first) / LEAST_SHARE)) {
		if (is_memory(pa))
			return pa;
		++*asked;
	}
	return first < end && is_memory(end - PAGE_SIZE) ? end - PAGE_SIZE :
							   SHADOW_NO_PAGE;
}

/* The same for all gaps, and what is below and above RAM. */
static u64 find_memory_around(const struct shadow_ranges *ram, u64 *asked)
{
	u64 start = 0, found = SHADOW_NO_PAGE;
	u32 i;

	for (i = 0; i < ram->nr && found == SHADOW_NO_PAGE; i++) {
		found = find_memory(start, ram->range[i].start, asked);
		start = ram->range[i].last + 1;
	}
	/* 0: the last range ends with the address space. */
	if (start && found == SHADOW_NO_PAGE)
		found = find_memory(start, END_OF_RAM, asked);
	return found;
}

/* The region came from the running kernel, which must know it. */
static bool is_all_memory(const struct shadow_region *region)
{
	u64 at;

	for (at = 0; at < region->bytes; at += SHADOW_PAGE_SIZE)
		if (!is_memory(region->pa + at))
			return false;
	return true;
}

/*
 * The running kernel found its RAM by code of its own: all that it uses must
 * be RAM for us as well. It may use less.
 */
void shadow_selftest_ram(struct shadow_run *run,
			 const struct shadow_setup *setup)
{
	const struct shadow_region *region = setup->region;
	const struct shadow_ranges *ram = &setup->plan->ram;
	struct shadow_range place = {
		region->pa, region->pa + region->bytes - 1
	};
	u64 asked = 0, found, start;
	bool ok;

	if (!setup->plan->dt.live || !HAS_ANSWER) {
		shadow_ktap_skip(&run->ktap, "R1", HAS_ANSWER ?
				 "not the running machine" :
				 "this architecture does not tell modules what is memory");
		return;
	}
	found = find_memory_around(ram, &asked);
	ok = found == SHADOW_NO_PAGE && asked;
	if (region->bytes)
		ok = ok && is_all_memory(region) &&
		     !shadow_ranges_last_fit(ram, &place, region->bytes, 1,
					     &start);
	shadow_ktap_result(&run->ktap, ok,
			   "R1 %llu bytes of the region are RAM of tree and running kernel, %llu pages around RAM are not",
			   region->bytes, asked);
	if (found != SHADOW_NO_PAGE)
		shadow_ktap_note(&run->ktap,
				 "memory of the running kernel that is no RAM of the tree: 0x%llx",
				 found);
}
