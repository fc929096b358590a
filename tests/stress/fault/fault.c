// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does one thing again and again, with the first allocation failing in the
 * kernel, then with the second, and so on, until it gets through without a
 * fault. For a guest whose kernel has CONFIG_FAULT_INJECTION.
 *
 *	fault load FILE [PARAMETER...]		load our module
 *	fault unload FILE [PARAMETER...]	unload it
 *	fault write FILE TEXT			open, write, close
 *	fault read FILE				open, read to the end, close
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
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE		"buddy_shadow"
#define MODULE_FOLDER	"/sys/module/" MODULE
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

/* What is done: all from the command line. */
struct job {
	const char *file;
	int module;		/* the file, open */
	char parameters[1024];
	const char *text;
	int fail_nth;		/* /proc/self/fail-nth */
	unsigned int first;	/* of the allocations that fail */
};

/* What a file, or several, have in them. */
struct content {
	char text[256 << 10];
	size_t length;
};

/* What is read without a fault, and with one. */
static struct content wanted, found;

/* Once and each time without a fault, act() with one, then without again. */
struct kind {
	const char *name;
	void (*prepare)(struct job *job);
	void (*before)(struct job *job);
	int (*act)(struct job *job);
	int (*after)(struct job *job, int outcome);
};

static void die(const char *what)
{
	fprintf(stderr, "fault: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Append what a file has in it. */
static int read_file(const char *file, struct content *content)
{
	int fd = open(file, O_RDONLY);
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
static void arm(const struct job *job, unsigned int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%u", nth);

	if (write(job->fail_nth, text, length) != length)
		die("fail-nth");
}

/* How many more would it have taken until one fails? 0: one did. */
static unsigned int disarm(const struct job *job)
{
	char text[16] = "";

	if (pread(job->fail_nth, text, sizeof(text) - 1, 0) <= 0)
		die("fail-nth");
	arm(job, 0);
	return atoi(text);
}

static int load_with(struct job *job, const char *parameters)
{
	return syscall(SYS_finit_module, job->module, parameters, 0) ?
	       errno : DONE;
}

static int load(struct job *job)
{
	return load_with(job, job->parameters);
}

static int unload(struct job *job)
{
	(void)job;
	return syscall(SYS_delete_module, MODULE, O_NONBLOCK) ? errno : DONE;
}

static void must_load(struct job *job)
{
	errno = load(job);
	if (errno)
		die("load without a fault");
}

static void must_unload(struct job *job)
{
	errno = unload(job);
	if (errno)
		die("unload without a fault");
}

static void see_machine(struct job *job)
{
	arm(job, NEVER);
	if (load_with(job, REFUSED) != EINVAL)
		die(REFUSED " is not refused");
	job->first = NEVER - disarm(job) + 1;
	must_load(job);
	errno = read_machine(&wanted);
	if (errno)
		die("read without a fault");
	must_unload(job);
}

/* Out again, for the next time. */
static int unload_again(struct job *job, int outcome)
{
	if (outcome)
		return access(MODULE_FOLDER, F_OK) ? outcome : STUCK;
	if (read_machine(&found))
		outcome = BARE;
	else if (differ())
		outcome = DIFFERS;
	must_unload(job);
	return outcome;
}

static int unload_if_there(struct job *job, int outcome)
{
	if (outcome && unload(job))
		return STUCK;
	return access(MODULE_FOLDER, F_OK) ? outcome : STUCK;
}

static int write_text(struct job *job)
{
	int fd = open(job->file, O_WRONLY);
	int outcome = DONE;

	if (fd < 0)
		return errno;
	if (write(fd, job->text, strlen(job->text)) < 0)
		outcome = errno;
	close(fd);
	return outcome;
}

static void see_file(struct job *job)
{
	errno = read_file(job->file, &wanted);
	if (errno)
		die(job->file);
}

static int read_again(struct job *job)
{
	found.length = 0;
	return read_file(job->file, &found);
}

static int compare(struct job *job, int outcome)
{
	(void)job;
	return !outcome && differ() ? DIFFERS : outcome;
}

static const struct kind kinds[] = {
	{ "load", see_machine, NULL, load, unload_again },
	{ "unload", NULL, must_load, unload, unload_if_there },
	{ "write", NULL, NULL, write_text, NULL },
	{ "read", see_file, NULL, read_again, compare },
};

static const struct kind *find_kind(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (!strcmp(name, kinds[i].name))
			return &kinds[i];
	fprintf(stderr, "fault: got '%s', expected load, unload, write or read\n",
		name);
	exit(2);
}

static void read_words(struct job *job, int argc, char **argv)
{
	size_t room = sizeof(job->parameters);
	int i;

	job->file = argv[0];
	job->text = argc > 1 ? argv[1] : "";
	for (i = 1; i < argc; i++) {
		if (strlen(job->parameters) + strlen(argv[i]) + 2 > room) {
			errno = E2BIG;
			die(argv[i]);
		}
		strcat(strcat(job->parameters, argv[i]), " ");
	}
	job->module = open(job->file, O_RDONLY | O_CLOEXEC);
}

static const char *name_of(int outcome)
{
	if (outcome == DONE)
		return "ok";
	if (outcome >= BARE)
		return other_names[outcome - BARE];
	return strerrorname_np(outcome) ?: "unknown";
}

static void print_counts(const unsigned int *counts, unsigned int faults)
{
	int i;

	for (i = 0; i < NR_OUTCOMES; i++)
		if (counts[i])
			printf("%s %u\n", name_of(i), counts[i]);
	printf("faults %u\n", faults);
}

/* One time; false once all allocations are through and none has failed. */
static bool try_nth(const struct kind *kind, struct job *job, unsigned int nth,
		    unsigned int *counts)
{
	bool injected;
	int outcome;

	if (kind->before)
		kind->before(job);
	arm(job, nth);
	outcome = kind->act(job);
	injected = !disarm(job);
	if (kind->after)
		outcome = kind->after(job, outcome);
	if (!injected && outcome) {
		errno = outcome;
		die("even without a fault");
	}
	counts[outcome] += injected;
	return injected;
}

int main(int argc, char **argv)
{
	unsigned int counts[NR_OUTCOMES] = {}, nth;
	const struct kind *kind;
	struct job job = { .first = 1 };

	if (argc < 3) {
		fputs("usage: fault load|unload|write|read FILE [WORD...]\n",
		      stderr);
		return 2;
	}
	job.fail_nth = open("/proc/self/fail-nth", O_RDWR | O_CLOEXEC);
	if (job.fail_nth < 0)
		die("/proc/self/fail-nth");
	kind = find_kind(argv[1]);
	read_words(&job, argc - 2, argv + 2);
	/* Have the pages now: a fault of this program's is not meant. */
	memset(&found, 1, sizeof(found));
	if (kind->prepare)
		kind->prepare(&job);
	for (nth = job.first; try_nth(kind, &job, nth, counts); nth++)
		if (nth == MOST_FAULTS)
			return 1;
	print_counts(counts, nth - job.first);
	return 0;
}
