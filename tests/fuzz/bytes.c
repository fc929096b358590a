// SPDX-License-Identifier: GPL-2.0-only
/*
 * What targets share that read logs. See bytes.h.
 */
#include <stdlib.h>
#include <string.h>

#include <linux/list.h>

#include "bytes.h"
#include "fuzz.h"

#define MOST_RANGES	16

void fuzz_plan_begin(struct shadow_plan *plan)
{
	INIT_LIST_HEAD(&plan->dt.entries);
	INIT_LIST_HEAD(&plan->dt.warnings);
	INIT_LIST_HEAD(&plan->dt.hints);
}

void fuzz_plan_lay_out(struct shadow_plan *plan)
{
	static struct shadow_range storage[3][MOST_RANGES];

	shadow_ranges_init(&plan->ram, storage[0], MOST_RANGES);
	shadow_ranges_init(&plan->reserved, storage[1], MOST_RANGES);
	shadow_ranges_init(&plan->layout.free, storage[2], MOST_RANGES);
	fuzz_expect(!shadow_dt_ranges(&plan->dt, &plan->ram, &plan->reserved));
	fuzz_expect(!shadow_layout_compute(&plan->layout, &plan->ram,
					   &plan->reserved));
}

void fuzz_expect_text(const char *text)
{
	for (; *text; text++)
		fuzz_expect((unsigned char)*text >= ' ' || *text == '\n');
}

void fuzz_read_twice(const struct fuzz_reader *reader, const u8 *data,
		     size_t size)
{
	char *log = malloc(2 * size + 2), *text, *again;
	s64 result, other;
	size_t i;

	memcpy(log, data, size);
	log[size] = '\n';
	text = reader->say(log, size + 1, &result);
	reader->judge(text, result);
	for (i = size + 1; i-- > 0; ) {
		log[2 * i] = log[i];
		log[2 * i + 1] = 0;
	}
	again = reader->say(log, 2 * size + 2, &other);
	fuzz_expect(result == other && !strcmp(text, again));
	free(again);
	free(text);
	free(log);
}
