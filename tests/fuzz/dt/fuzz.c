// SPDX-License-Identifier: GPL-2.0-only
/*
 * The target for libFuzzer: bytes, a blob, what the desk reader makes of it.
 */
#include <stdint.h>
#include <stdlib.h>

#include "desk.h"
#include "generate.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nr);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nr)
{
	struct desk_plan plan;
	struct desk desk;
	size_t size;
	void *blob = dt_generate(bytes, nr, &size);

	if (desk_is_sound(blob, size)) {
		desk_read(&desk, blob);
		desk_plan_make(&plan, &desk);
		desk_check(&desk, &plan);
		desk_plan_free(&plan);
		desk_free(&desk);
	}
	free(blob);
	return 0;
}
