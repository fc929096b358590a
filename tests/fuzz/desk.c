// SPDX-License-Identifier: GPL-2.0-only
/*
 * shadow-layout over whole files, as a person starts it. An input that begins like a
 * blob is the file. In all others the first bytes choose what the program is to do and
 * what is said of the target; the rest is a tree (dt_blob.h), or the bytes of any file,
 * and behind it a second one or the log of a target. What the program itself says of a
 * machine is no difference, what it calls a sequence of right calls is one, and no
 * machine differs from itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/kernel.h>
#include <linux/sizes.h>

#include "../../dt/rows.h"
#include "../../tools/designs.h"
#include "../../tools/say.h"
#include "desk.h"
#include "desk_tree.h"
#include "dt_blob.h"
#include "json.h"

#define MOST_REPLAYED	((u64)SZ_1G)

/* The bytes that choose. */
enum { MODE, WHICH, FILES, CUT, RAM, PLACES, BLOB, ROW, NR_CHOICES };
/* Of FILES: the bytes are the file, no tree is made of them. */
enum { FIRST_RAW = 1, SECOND_RAW = 2 };

/**
 * struct desk - a run of the target
 * @choice: what it chooses
 * @command: shadow-layout with what is said of the target
 * @first: the path of the tree
 * @second: that of a second one, or of a log
 * @blob: the tree that was made last
 * @size: of it, in bytes
 */
struct desk {
	u8 choice[NR_CHOICES];
	struct desk_command command;
	const char *first;
	const char *second;
	void *blob;
	size_t size;
};

static const char *write_file(u32 which, const void *bytes, size_t size)
{
	static char path[2][32];
	static int file[2];

	if (!file[which]) {
		file[which] = memfd_create("desk", 0);
		sprintf(path[which], "/proc/self/fd/%d", file[which]);
	}
	fuzz_expect(!ftruncate(file[which], 0));
	fuzz_expect(pwrite(file[which], bytes, size, 0) == (ssize_t)size);
	return path[which];
}

static const char *write_tree(struct desk *d, u32 which, const u8 *data,
			      size_t size, bool raw)
{
	struct shadow_input in = { data, size };
	u8 choices[DT_CHOICES];

	if (raw)
		return write_file(which, data, size);
	d->size = dt_blob(&in, choices, d->blob);
	return write_file(which, d->blob, d->size);
}

/* With nothing else said than what the target is. */
static void run_with(const struct desk *d, const char *option, const char *value,
		     const char *other, struct desk_done *done)
{
	struct desk_command command = d->command;

	desk_add(&command, option, value);
	desk_add(&command, d->first, other);
	desk_run(&command, done);
}

static bool is_ok(const char *summary)
{
	return strstr(summary, "\nverdict: OK\n");
}

static void show(const struct desk *d, const char *format)
{
	struct desk_done done, summary;

	run_with(d, "--format", format, NULL, &done);
	run_with(d, "--format", "summary", NULL, &summary);
	if (summary.status != TOOL_UNUSABLE) {
		fuzz_expect(summary.status ==
			    (is_ok(summary.text) ? TOOL_OK : TOOL_VERDICT));
		fuzz_expect(done.status == summary.status ||
			    strstr(done.said, ": there is no such format, "));
	}
	fuzz_expect(done.status != TOOL_UNUSABLE || !done.length);
	if (!strcmp(format, "json") && done.length)
		fuzz_expect(fuzz_is_json(done.text));
	desk_free(&summary);
	desk_free(&done);
}

static void show_both(const struct desk *d)
{
	show(d, "text");
	show(d, "json");
}

static void show_one(const struct desk *d)
{
	static const char * const formats[] = {
		"memory", "reserved", "free", "layout", "buddyinfo",
		"pagetables", "verdict", "summary", "result", "xml", "map",
	};

	show(d, formats[d->choice[WHICH] % ARRAY_SIZE(formats)]);
}

/* A copy as directories and files, which has lost the order of its nodes. */
static void show_directory(const struct desk *d)
{
	struct desk copy = *d;

	copy.first = desk_tree_make(d->blob, d->size);
	show(&copy, "json");
	desk_tree_remove();
}

/* Who does not know how to call it, or asks. */
static void misuse(const struct desk *d)
{
	static const char * const words[] = {
		"--help", "--version", "-x", "--formats", "--image", "--linux=2.6",
		"--ram=none", "--sequence=1", "--compare=/nowhere",
		"--replay=/nowhere", "--diff", "/nowhere", "-", "--sequence=1,x",
	};
	const char *word = words[d->choice[WHICH] % ARRAY_SIZE(words)];
	const char *first = d->choice[CUT] & 1 ? d->first : NULL;
	struct desk_command command = d->command;
	struct desk_done done;

	desk_add(&command, d->choice[CUT] & 2 ? first : word,
		 d->choice[CUT] & 2 ? word : first);
	desk_run(&command, &done);
	fuzz_expect(done.status == TOOL_UNUSABLE ||
		    (done.status == TOOL_OK && !*done.said && done.length));
	desk_free(&done);
}

/* A line of JSON, or a line that says why not. */
static void show_census(const struct desk *d)
{
	struct desk_done done;

	run_with(d, "--census", NULL, NULL, &done);
	fuzz_expect(done.status == TOOL_OK || done.status == TOOL_UNUSABLE);
	if (done.length) {
		fuzz_expect(strchr(done.text, '\n') ==
			    done.text + done.length - 1);
		fuzz_expect(fuzz_is_json(done.text));
	}
	desk_free(&done);
}

static void show_design(const struct desk *d)
{
	const char *name = "none";
	struct desk_done done;
	u32 nr = 0;

	while (tool_designs[nr].name)
		nr++;
	if (d->choice[WHICH] < 250)
		name = tool_designs[d->choice[WHICH] % nr].name;
	run_with(d, "--design", name, NULL, &done);
	fuzz_expect(done.status == TOOL_OK || done.status == TOOL_UNUSABLE);
	desk_free(&done);
	show_census(d);
}

static void compare_any(const struct desk *d)
{
	struct desk_done done;

	run_with(d, "--compare", d->second, NULL, &done);
	fuzz_expect(done.status != TOOL_VERDICT);
	desk_free(&done);
}

/* The file that is shown, into the log. */
static bool log_own(const struct desk *d, FILE *out, const char *format)
{
	struct desk_done done;
	bool ok;

	run_with(d, "--format", format, NULL, &done);
	ok = done.status == TOOL_OK;
	if (ok)
		fwrite(done.text, 1, done.length, out);
	desk_free(&done);
	return ok;
}

static void compare_own(const struct desk *d)
{
	struct desk_done done;
	size_t length;
	char *log;
	FILE *out = open_memstream(&log, &length);
	bool ok;

	fputs("memory-layout begin\n", out);
	ok = log_own(d, out, "summary") && log_own(d, out, "pagetables");
	fputs("memory-layout end\n", out);
	fclose(out);
	if (ok) {
		run_with(d, "--compare", write_file(1, log, length), NULL, &done);
		fuzz_expect(done.status == TOOL_OK);
		desk_free(&done);
	}
	free(log);
}

/* Every page has a descriptor: less than all RAM of the world will do. */
static bool is_small(const struct desk *d)
{
	const char *name = "\ntotal_ram: ", *at;
	struct desk_done done;
	bool small = true;

	run_with(d, "--format", "summary", NULL, &done);
	at = strstr(done.text, name);
	if (at)
		small = strtoull(at + strlen(name), NULL, 10) <= MOST_REPLAYED;
	desk_free(&done);
	return small;
}

static void replay_any(const struct desk *d)
{
	struct desk_done done;

	if (!is_small(d))
		return;
	run_with(d, "--replay", d->second, NULL, &done);
	fuzz_expect(done.status != TOOL_VERDICT);
	desk_free(&done);
}

static void replay_own(const struct desk *d)
{
	struct desk_done done, replayed;
	char value[16];

	if (!is_small(d))
		return;
	sprintf(value, "%u,%u", d->choice[WHICH], d->choice[CUT]);
	run_with(d, "--sequence", value, NULL, &done);
	fuzz_expect(done.status == TOOL_OK || done.status == TOOL_UNUSABLE);
	if (done.status == TOOL_OK && d->choice[CUT]) {
		run_with(d, "--replay", write_file(1, done.text, done.length),
			 NULL, &replayed);
		fuzz_expect(replayed.status == TOOL_OK);
		desk_free(&replayed);
	}
	desk_free(&done);
}

/* What moves from one to the other moves back. */
static void diff(const struct desk *d)
{
	struct desk other = *d;
	struct desk_done there, back, none;

	run_with(d, "--diff", NULL, d->second, &there);
	other.first = d->second;
	run_with(&other, "--diff", NULL, d->first, &back);
	fuzz_expect(there.status != TOOL_VERDICT);
	fuzz_expect(there.status == back.status);
	if (there.status != TOOL_UNUSABLE) {
		run_with(d, "--diff", NULL, d->first, &none);
		fuzz_expect(none.status == TOOL_OK && !none.length);
		desk_free(&none);
	}
	desk_free(&back);
	desk_free(&there);
}

static const struct {
	void (*run)(const struct desk *d);
	bool log;
} modes[] = {
	{ show_both }, { show_one }, { show_design }, { diff }, { compare_own },
	{ compare_any, true }, { replay_own }, { replay_any, true },
	{ show_directory }, { misuse },
};

static void add_place(struct desk *d, const char *option, u8 choice)
{
	static const char * const places[] = {
		NULL, "none", "0x40200000,16M", "0x7ffff000,8K",
		"0x44000001,4095", "0x48000000,0", "0xfffffffffffff000,4K", "x",
	};
	const char *place = places[choice % ARRAY_SIZE(places)];

	if (place)
		desk_add(&d->command, option, place);
}

/* What is said of the target; mostly nothing. */
static void say_target(struct desk *d)
{
	static const char * const banks[] = {
		NULL, "0x40000000,256M", "0x80000000,0x7ffff", "0x100000000,5G",
		"0xfffffffffffff000,4K", "0,4G", "0x40000000,0x7fffffffffffffff",
		"0x40000000,0",
	}, * const memreserve[] = {
		NULL, "none", "0x45e00000,1M",
		"0x45e00000,1M,0xffffffffffffffff,2,0x50000000,0", "1,",
	};
	const char *bank = banks[d->choice[RAM] & 7], *list;
	u32 row = d->choice[ROW] & 31;

	desk_add(&d->command, "shadow-layout", NULL);
	if (bank)
		desk_add(&d->command, "--ram", bank);
	bank = banks[d->choice[RAM] >> 4 & 7];
	if (bank)
		desk_add(&d->command, "--ram", bank);
	add_place(d, "--image", d->choice[PLACES]);
	add_place(d, "--initrd", d->choice[PLACES] >> 4);
	add_place(d, "--blob", d->choice[BLOB]);
	list = memreserve[(d->choice[BLOB] >> 4) % ARRAY_SIZE(memreserve)];
	if (list)
		desk_add(&d->command, "--memreserve", list);
	if (row && shadow_row_at(row - 1))
		desk_add(&d->command, "--linux", shadow_row_at(row - 1)->name);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const u8 magic[] = { 0xd0, 0x0d, 0xfe, 0xed };
	struct shadow_input in = { data, size };
	static u64 blob[DT_MOST_BYTES / sizeof(u64)];
	struct desk d = { .blob = blob };
	size_t cut;
	u32 mode, i;

	for (i = 0; i < NR_CHOICES; i++)
		if (size < sizeof(magic) || memcmp(data, magic, sizeof(magic)))
			d.choice[i] = shadow_input_byte(&in);
	mode = d.choice[MODE] % ARRAY_SIZE(modes);
	say_target(&d);
	cut = in.left;
	if (modes[mode].run == diff || modes[mode].log)
		cut = min_t(size_t, cut, d.choice[CUT] * 8);
	d.first = write_tree(&d, 0, in.at, cut, d.choice[FILES] & FIRST_RAW);
	if (cut < in.left || modes[mode].log || modes[mode].run == diff)
		d.second = write_tree(&d, 1, in.at + cut, in.left - cut,
				      modes[mode].log ||
				      d.choice[FILES] & SECOND_RAW);
	modes[mode].run(&d);
	return 0;
}
