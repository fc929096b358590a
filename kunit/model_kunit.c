// SPDX-License-Identifier: GPL-2.0-only
/*
 * The core against the naive models of tests/model. The bytes of random inputs
 * choose a machine and what is done with it, right and wrong; after each call
 * the answer and all that is left must be what the model says. The fuzz targets
 * are the same comparisons, on inputs that they look for.
 */
#include <kunit/test.h>
#include <linux/kernel.h>

#include "../exercise/rng.h"
#include "../tests/model/input.h"
#include "suites.h"

#define MOST_BYTES	256

static const struct model {
	const char *name;
	void (*compare)(struct shadow_input *in);
	u32 inputs;
	u32 bytes;		/* of each */
} models[] = {
	{ "R1 R2 R4 M3 M4 sets of ranges", shadow_ranges_compare, 3000, 128 },
	{ "H1 to H3 M1 to M4 E1 to E5 layouts", shadow_layout_compare, 3000, 40 },
	{ "B1 B2 B4 B5 B9 H3 the buddy", shadow_buddy_compare, 1000, 256 },
	{ "P2 to P5 page tables", shadow_pt_compare, 300, 256 },
};

SHADOW_PARAMS(models);

static void random_inputs_agree_with_the_model(struct kunit *test)
{
	u8 *bytes = shadow_test_zeroed(test, MOST_BYTES);
	const struct model *model = test->param_value;
	struct shadow_rng rng;
	u32 nr, i;

	shadow_rng_seed(&rng, shadow_test_seed() + test->param_index);
	for (nr = 0; nr < model->inputs; nr++) {
		struct shadow_input in = { bytes, model->bytes };

		for (i = 0; i < model->bytes; i++)
			bytes[i] = shadow_rng_next(&rng);
		model->compare(&in);
		KUNIT_ASSERT_EQ_MSG(test, !in.wrong, true,
				    "input %u: %s:%d: %s %s", nr,
				    in.wrong ? in.file : "", in.line,
				    in.wrong ? in.how : "",
				    in.wrong ? in.wrong : "");
	}
}

SHADOW_SUITE(shadow_model, NULL, NULL,
	     KUNIT_CASE_PARAM(random_inputs_agree_with_the_model,
			      all_models_gen_params));
