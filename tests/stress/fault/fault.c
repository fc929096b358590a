// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one thing again and again, with the first allocation failing in the
 * kernel, then with the second, and so on, until it gets through without a
 * fault. For a guest whose kernel has CONFIG_FAULT_INJECTION.
 *
 *	fault load FILE PARAMETERS	load our module
 *	fault unload FILE PARAMETERS	unload it
 *	fault write FILE TEXT		open, write, close
 *	fault read FILE ""		open, read to the end, close
 *
 * Prints how often each outcome was seen, an errno's name or "ok", and at the
 * end "faults N". Allocations are counted and fail in this process alone, not
 * in threads that the kernel starts for it. Of a load, those do not fail that
 * come before the module's parameters are read: they are the kernel's.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE		"buddy_shadow"
#define MODULE_DIR	"/sys/module/" MODULE
#define FILES		"/sys/kernel/debug/" MODULE "/"
#define MOST_FAULTS	20000
#define NEVER		1000000000
/* A parameter that the module refuses, so that it is not even begun. */
#define REFUSED		"exercise=perhaps"
#define MOST_ERRNO	256

/* Outcomes next to an errno. */
enum {
	DONE,
	BARE = MOST_ERRNO,	/* loaded, but files are missing */
	STUCK,			/* not loaded, but still there */
	DIFFERS,		/* read something else than without a fault */
	NR_OUTCOMES,
};

static const char * const other_names[] = { "bare", "stuck", "differs" };

/* What a file, or several, have in them. */
struct content {
	char text[256 << 10];
	size_t length;
};

/* From the command line; FILE, open; /proc/self/fail-nth. */
static const char *file, *text;
static int module, fail_nth;
/* Of the allocations that fail. */
static unsigned int first = 1;
/* What is read without a fault, and with one. */
static struct content wanted, found;

/* Once and each time without a fault, act() with one, then without again. */
struct kind {
	const char *name;
	void (*prepare)(void);
	void (*before)(void);
	int (*act)(void);
	int (*after)(int outcome);
};

static void die(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* What must work without a fault. */
static void must(int outcome, const char *what)
{
	errno = outcome;
	if (outcome)
		die(what);
}

/* Append what a file has in it. */
static int read_file(const char *name, struct content *content)
{
	int fd = open(name, O_RDONLY);
	int outcome = DONE;
	ssize_t got;

	if (fd < 0)
		return errno;
	do {
		got = read(fd, content->text + content->length,
			   sizeof(content->text) - content->length);
		if (got > 0)
			content->length += got;
	} while (got > 0);
	if (got < 0)
		outcome = errno;
	close(fd);
	return outcome;
}

static bool differ(void)
{
	return found.length != wanted.length ||
	       memcmp(found.text, wanted.text, wanted.length);
}

/* What the module makes of the machine; no region comes into it. */
static int read_machine(struct content *content)
{
	static const char * const files[] = {
		FILES "verdict", FILES "memory", FILES "reserved",
		FILES "free", FILES "layout",
	};
	int outcome = DONE;
	size_t i;

	content->length = 0;
	for (i = 0; i < sizeof(files) / sizeof(*files) && !outcome; i++)
		outcome = read_file(files[i], content);
	return outcome;
}

/* Let the @nth allocation from now on fail; 0 for none. */
static void arm(unsigned int nth)
{
	if (dprintf(fail_nth, "%u", nth) < 0)
		die("fail-nth");
}

/* How many more would it have taken until one fails? 0: one did. */
static unsigned int disarm(void)
{
	char left[16] = "";

	if (pread(fail_nth, left, sizeof(left) - 1, 0) <= 0)
		die("fail-nth");
	arm(0);
	return atoi(left);
}

static int load_with(const char *parameters)
{
	return syscall(SYS_finit_module, module, parameters, 0) ? errno : DONE;
}

static int load(void)
{
	return load_with(text);
}

static int unload(void)
{
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? errno : DONE;
}

static void must_load(void)
{
	must(load(), "load without a fault");
}

static void see_machine(void)
{
	arm(NEVER);
	if (load_with(REFUSED) != EINVAL)
		die(REFUSED " is not refused");
	first = NEVER - disarm() + 1;
	must_load();
	must(read_machine(&wanted), "read without a fault");
	must(unload(), "unload without a fault");
}

/* Out again, for the next time. */
static int unload_again(int outcome)
{
	if (outcome)
		return access(MODULE_DIR, F_OK) ? outcome : STUCK;
	if (read_machine(&found))
		outcome = BARE;
	else if (differ())
		outcome = DIFFERS;
	must(unload(), "unload without a fault");
	return outcome;
}

static int unload_if_there(int outcome)
{
	if (outcome && unload())
		return STUCK;
	return access(MODULE_DIR, F_OK) ? outcome : STUCK;
}

static int write_text(void)
{
	int fd = open(file, O_WRONLY);
	int outcome = DONE;

	if (fd < 0)
		return errno;
	if (write(fd, text, strlen(text)) < 0)
		outcome = errno;
	close(fd);
	return outcome;
}

static void see_file(void)
{
	must(read_file(file, &wanted), file);
}

static int read_again(void)
{
	found.length = 0;
	return read_file(file, &found);
}

static int compare(int outcome)
{
	return !outcome && differ() ? DIFFERS : outcome;
}

static const struct kind kinds[] = {
	{ "load", see_machine, NULL, load, unload_again },
	{ "unload", NULL, must_load, unload, unload_if_there },
	{ "write", NULL, NULL, write_text, NULL },
	{ "read", see_file, NULL, read_again, compare },
	{}
};

static const char *name_of(int outcome)
{
	if (outcome == DONE)
		return "ok";
	if (outcome >= BARE)
		return other_names[outcome - BARE];
	return strerrorname_np(outcome) ?: "unknown";
}

/* One time; false once all allocations are through and none has failed. */
static bool try_nth(const struct kind *kind, unsigned int nth,
		    unsigned int *counts)
{
	bool injected;
	int outcome;

	if (kind->before)
		kind->before();
	arm(nth);
	outcome = kind->act();
	injected = !disarm();
	if (kind->after)
		outcome = kind->after(outcome);
	if (!injected)
		must(outcome, "even without a fault");
	counts[outcome] += injected;
	return injected;
}

int main(int argc, char **argv)
{
	unsigned int counts[NR_OUTCOMES] = {}, nth;
	const struct kind *kind = kinds;
	int i;

	while (argc == 4 && kind->name && strcmp(argv[1], kind->name))
		kind++;
	if (argc != 4 || !kind->name) {
		fputs("usage: fault load|unload|write|read FILE TEXT\n", stderr);
		return 2;
	}
	file = argv[2];
	text = argv[3];
	module = open(file, O_RDONLY | O_CLOEXEC);
	fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (fail_nth < 0)
		die("/proc/self/fail-nth");
	/* Have the pages now: a fault of this program's is not meant. */
	memset(&found, 1, sizeof(found));
	if (kind->prepare)
		kind->prepare();
	for (nth = first; try_nth(kind, nth, counts); nth++)
		if (nth == MOST_FAULTS)
			return 1;
	for (i = 0; i < NR_OUTCOMES; i++)
		if (counts[i])
			printf("%s %u\n", name_of(i), counts[i]);
	printf("faults %u\n", nth - first);
	return 0;
}
