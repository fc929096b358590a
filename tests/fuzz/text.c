// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that users write, read by command.c and by a second parser. The first
 * byte says what is read, the others are the text. It lies in memory that ends
 * with it, so that reading on is noticed.
 */
#include <stdlib.h>
#include <string.h>

#include "../../exercise/command.h"
#include "fuzz.h"
#include "text_reference.h"

/* What a result must still be after a refusal. */
#define KEPT	0x5a5a5a5a5a5a5a5aULL

static void read_u64(const char *text,
		     int (*parse)(const char *text, u64 *value),
		     int (*reference)(const char *text, u64 *value))
{
	u64 got = KEPT, want = KEPT;
	int good = reference(text, &want);

	fuzz_expect(parse(text, &got) == (good ? 0 : -22));
	fuzz_expect(got == want);
}

static void read_word(const char *text)
{
	enum shadow_on_panic got = SHADOW_ON_PANIC_FAIL;
	int want = SHADOW_ON_PANIC_FAIL;
	int good = reference_word(text, &want);

	fuzz_expect(shadow_on_panic_parse(text, &got) == (good ? 0 : -22));
	fuzz_expect((int)got == want);
	fuzz_expect(!good || !strcmp(shadow_on_panic_name(got), text));
}

/* In the order in which text_reference.c numbers them. */
static const struct shadow_exercise_ops selftest = { "selftest", .ops = 2000 };
static const struct shadow_exercise_ops torture = { "torture", .ops = 20000 };
static const struct shadow_exercise_ops smp = { "smp", .ops = 20000 };
static const struct shadow_exercise_ops whole = {
	"whole-machine", .ops = 1000000,
};

static const struct shadow_exercise_ops * const table[] = {
	&selftest, &torture, &smp, &whole, NULL,
};

static void read_command(const char *text)
{
	struct shadow_command got = { &smp, KEPT, KEPT };
	u64 seed, ops;
	int kind, good = reference_command(text, &kind, &seed, &ops);

	fuzz_expect(shadow_command_parse(&got, text, table) ==
		    (good ? 0 : -22));
	fuzz_expect(got.exercise == (good ? table[kind] : &smp));
	fuzz_expect(got.seed == (good ? seed : KEPT));
	fuzz_expect(got.ops == (good ? ops : KEPT));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shadow_input in = { data, size };
	u8 kind = shadow_input_below(&in, 8);
	char *text = malloc(in.left + 1);

	memcpy(text, in.at, in.left);
	text[in.left] = 0;
	switch (kind) {
	case 0:
		read_u64(text, shadow_number_parse, reference_number);
		break;
	case 1:
	case 2:
		read_u64(text, shadow_size_parse, reference_size);
		break;
	case 3:
		read_word(text);
		break;
	default:
		read_command(text);
	}
	free(text);
	return 0;
}
