// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is given beside a tree (R3). See dt_given.h.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include <linux/list.h>

#include "dt_given.h"
#include "fuzz.h"

/* Two bits say it of each: nothing, none, or one of two places. */
void dt_choose_given(struct shadow_given *given, u8 choice)
{
	static const struct shadow_place places[][2] = {
		[SHADOW_IMAGE] = { { true, 0x40200000, 0x1000000 },
				   { true, 0x7ffff000, 0x2000 } },
		[SHADOW_INITRD] = { { true, 0x44000001, 0xfff },
				    { true, 0x7f000000, 0x1000000 } },
		[SHADOW_BLOB] = { { true, 0x48000000, 0x1234 },
				  { true, 0x80000000, 1 } },
	};
	u32 i;

	for (i = 0; i < SHADOW_NR_PLACED; i++, choice >>= 2) {
		given->place[i] = (struct shadow_place){};
		if (choice & 2)
			given->place[i] = places[i][choice & 1];
		else
			given->place[i].given = choice & 1;
	}
}

/* What the blob reserves beside its tree. */
void dt_choose_memreserve(struct shadow_memreserve *list, const void *blob)
{
	uint64_t base, bytes;
	u32 i;

	list->given = true;
	list->nr = fdt_num_mem_rsv(blob);
	list->place = calloc(list->nr + 1, sizeof(*list->place));
	for (i = 0; i < list->nr; i++) {
		fuzz_expect(!fdt_get_mem_rsv(blob, i, &base, &bytes));
		list->place[i] = (struct shadow_place){ true, base, bytes };
	}
}

/* R3: of what was given each is an entry, in its order, or has a warning. */
static void expect_memreserve(const struct shadow_plan *plan,
			      const struct shadow_memreserve *list)
{
	const struct shadow_dt_warning *warning;
	const struct shadow_dt_entry *entry;
	u32 wraps = 0, i = 0;

	list_for_each_entry(entry, &plan->dt.entries, node) {
		if (!(entry->flags & SHADOW_DT_MEMRESERVE))
			continue;
		for (; i < list->nr; i++) {
			if (entry->range.start == list->place[i].base &&
			    entry->range.last - entry->range.start ==
			    list->place[i].bytes - 1)
				break;
			wraps += list->place[i].bytes != 0;
		}
		fuzz_expect(i++ < list->nr);
	}
	for (; i < list->nr; i++)
		wraps += list->place[i].bytes != 0;
	list_for_each_entry(warning, &plan->dt.warnings, node)
		wraps -= !strncmp(warning->text, "/memreserve/: ", 14);
	fuzz_expect(!wraps);
}

/* The same of what has a place of its own; nothing else has its name. */
void dt_expect_given(const struct shadow_plan *plan,
		     const struct shadow_given *given)
{
	static const char * const names[] = { "kernel", "initrd", "blob" };
	const struct shadow_dt_entry *entry;
	u32 i;

	for (i = 0; i < SHADOW_NR_PLACED; i++) {
		const struct shadow_place *place = &given->place[i];
		u32 nr = 0;

		if (!place->given)
			continue;
		list_for_each_entry(entry, &plan->dt.entries, node) {
			if (strcmp(entry->name, names[i]))
				continue;
			fuzz_expect(entry->flags & SHADOW_DT_RESERVED);
			fuzz_expect(entry->range.start == place->base);
			fuzz_expect(entry->range.last ==
				    place->base + (place->bytes - 1));
			nr++;
		}
		fuzz_expect(nr == (place->bytes != 0));
	}
	expect_memreserve(plan, &given->memreserve);
}

/* The first place given that lies in no range of RAM, or how many there are. */
u32 dt_first_misplaced(const struct shadow_plan *plan,
		       const struct shadow_given *given)
{
	u32 i, j;

	for (i = 0; i < SHADOW_NR_PLACED; i++) {
		const struct shadow_place *place = &given->place[i];

		for (j = 0; j < plan->ram.nr; j++)
			if (plan->ram.range[j].start <= place->base &&
			    plan->ram.range[j].last >=
			    place->base + (place->bytes - 1))
				break;
		if (place->bytes && plan->ram.nr && j == plan->ram.nr)
			break;
	}
	return i;
}
