// SPDX-License-Identifier: GPL-2.0-only
/*
 * The largest blocks. The model has 18 units of 512 MiB, of which one to three
 * banks are RAM; blocks have 1 to 8 units, so the largest are those of order
 * 20, which never merge. Such machines are slow to make: this target runs some
 * dozens of times a second.
 */
#include "../model/buddy_model.h"
#include "fuzz.h"

#define UNITS		18
#define UNIT_ORDER	17
#define MOST_PAGES	((u64)UNITS << UNIT_ORDER)
/* Room for the descriptors and the tables behind them. */
#define ROOM		(MOST_PAGES * 24 + 4096)

struct world {
	struct shadow_input in;
	struct shadow_buddy_model m;
	struct shadow_unit unit[UNITS];
	struct shadow_buddy b;
};

static u64 memory[ROOM / sizeof(u64)];

static void begin(struct world *w)
{
	struct shadow_range range[UNITS];
	struct shadow_ranges ram;
	u32 nr;

	/* The first boundary between blocks of 4 GiB is at any unit. */
	w->m = (struct shadow_buddy_model){
		.base = (32ULL + shadow_input_below(&w->in, 8)) << UNIT_ORDER,
		.window = UNITS, .unit_order = UNIT_ORDER, .nr = UNITS,
		.unit = w->unit,
	};
	shadow_buddy_model_ram(&w->m, 0, UNITS);
	for (nr = shadow_input_below(&w->in, 3); nr; nr--)
		w->unit[shadow_input_below(&w->in, UNITS)].state =
			SHADOW_UNIT_HOLE;
	shadow_ranges_init(&ram, range, UNITS);
	ram.nr = shadow_buddy_model_banks(&w->m, range);
	fuzz_expect(shadow_buddy_bytes(&ram) <= sizeof(memory));
	fuzz_expect(!shadow_buddy_init(&w->b, &ram, memory));
	fuzz_expect(shadow_buddy_model_add_banks(&w->m, &w->b, 0));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct world w = { .in = { data, size } };
	u64 where;

	begin(&w);
	do {
		u8 what = shadow_input_byte(&w.in);
		u32 i = shadow_input_below(&w.in, UNITS);
		u64 pa = shadow_buddy_model_pa(&w.m, i);
		unsigned int order = UNIT_ORDER + (what >> 2 & 7) % 5;

		if (what & 1)
			fuzz_expect(shadow_buddy_model_alloc(&w.m, &w.b,
							     order));
		else if (what & 2 && w.unit[i].state == SHADOW_UNIT_HEAD)
			fuzz_expect(shadow_buddy_model_free(&w.m, &w.b, pa,
							    w.unit[i].order));
		else
			fuzz_expect(shadow_buddy_model_free(&w.m, &w.b, pa,
							    order));
		fuzz_agree(shadow_buddy_model_differs(&w.m, &w.b));
	} while (w.in.left);
	fuzz_expect(!shadow_buddy_check(&w.b, &where));
	return 0;
}
