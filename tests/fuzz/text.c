// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that users write, read by command.c and by a second parser. The first
 * byte says what is read, the others are the text. It lies in memory that ends
 * with it, so that reading on is noticed.
 */
#include <stdlib.h>
#include <string.h>

#include "../../exercise/command.h"
#include "../../exercise/hand.h"
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
	struct shadow_command got = { &smp, KEPT, KEPT, true, KEPT };
	struct reference_command want = { 2, KEPT, KEPT, 1, KEPT };
	int good = reference_command(text, &want);

	fuzz_expect(shadow_command_parse(&got, text, table) ==
		    (good ? 0 : -22));
	fuzz_expect(got.exercise == table[want.kind]);
	fuzz_expect(got.seed == want.seed);
	fuzz_expect(got.ops == want.ops);
	fuzz_expect(got.ops_given == want.ops_given);
	fuzz_expect(got.seconds == want.seconds);
}

static void read_hand(const char *text)
{
	struct shadow_hand got = { SHADOW_HAND_MAP, KEPT, 7 };
	struct reference_hand want = { SHADOW_HAND_MAP, KEPT, 7 };
	int good = reference_hand(text, &want);

	fuzz_expect(shadow_hand_parse(&got, text) == (good ? 0 : -22));
	fuzz_expect((int)got.what == want.what && got.order == want.order);
	fuzz_expect(got.what != SHADOW_HAND_FREE || got.pa == want.pa);
}

/* Whatever was written, what was expected fits into the line of the log. */
static void read_form(const char *text)
{
	char form[128];

	shadow_command_form(form, sizeof(form), text, table);
	fuzz_expect(*form && strlen(form) < sizeof(form) - 1);
}

static void read_place(const char *text)
{
	struct shadow_place got = { false, KEPT, KEPT };
	unsigned long long want[2] = { 0, 0 };
	unsigned int nr;
	int good = reference_places(text, want, 1, &nr);

	fuzz_expect(shadow_place_parse(text, &got) == (good ? 0 : -22));
	fuzz_expect(got.given == good);
	fuzz_expect(got.base == (good ? want[0] : KEPT));
	fuzz_expect(got.bytes == (good ? want[1] : KEPT));
}

/* A list of which nothing is known is as it was; behind its end all is, too. */
static void read_memreserve(const char *text)
{
	unsigned long long want[2 * SHADOW_MOST_MEMRESERVE];
	struct shadow_place place[SHADOW_MOST_MEMRESERVE + 1];
	struct shadow_memreserve got = { false, 7, place };
	unsigned int nr = 7, i;
	int good = reference_places(text, want, SHADOW_MOST_MEMRESERVE, &nr);

	for (i = 0; i < ARRAY_SIZE(place); i++)
		place[i] = (struct shadow_place){ false, KEPT, KEPT };
	fuzz_expect(shadow_memreserve_parse(text, &got) == (good ? 0 : -22));
	fuzz_expect(got.given == good);
	fuzz_expect(got.nr == (good ? nr : 7) && got.place == place);
	for (i = 0; i < ARRAY_SIZE(place); i++) {
		bool set = good && i < nr;

		fuzz_expect(place[i].given == set);
		fuzz_expect(place[i].base == (set ? want[2 * i] : KEPT));
		fuzz_expect(place[i].bytes == (set ? want[2 * i + 1] : KEPT));
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct shadow_input in = { data, size };
	u8 kind = shadow_input_below(&in, 16);
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
	case 8:
		read_place(text);
		break;
	case 9:
		read_memreserve(text);
		break;
	case 10:
		read_hand(text);
		read_form(text);
		break;
	default:
		read_command(text);
	}
	free(text);
	return 0;
}
