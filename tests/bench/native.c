// SPDX-License-Identifier: GPL-2.0-only
/*
 * The benchmark as a program of this machine: nanoseconds of its one thread, of which
 * no two runs are the same. So the peers take turns, case by case, for some rounds.
 *
 *	native cases ROUNDS ENGINE.so [EARLIER.so]
 *	native fragments ROUNDS ENGINE.so	how a region falls to pieces: fragment.c
 *	native starts GIB ENGINE.so		begin with up to so many: starts.c
 *
 * An engine is a library with the project's buddy and peer_project.c; two of them, of
 * different commits, are measured side by side. The lines are those of the module.
 */
#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sys/mman.h>

#include "bench.h"

int host_snprintf(char *text, size_t size, const char *form, ...);

#define NR_KEPT	16

/* Memory is there before anything is measured, and is used again. */
static struct {
	void *mem;
	u64 bytes;
	bool used;
} kept[NR_KEPT];

void *bench_get_memory(u64 bytes)
{
	unsigned int i;

	for (i = 0; i < NR_KEPT; i++) {
		if (kept[i].used || (kept[i].mem && kept[i].bytes != bytes))
			continue;
		if (!kept[i].mem) {
			kept[i].mem = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
					   MAP_PRIVATE | MAP_ANONYMOUS |
					   MAP_POPULATE, -1, 0);
			kept[i].bytes = bytes;
		}
		if (kept[i].mem == MAP_FAILED) {
			perror("native");
			exit(2);
		}
		kept[i].used = true;
		return memset(kept[i].mem, 0, bytes);
	}
	fprintf(stderr, "native: too many pieces of memory\n");
	exit(2);
}

void bench_put_memory(void *mem)
{
	unsigned int i;

	for (i = 0; i < NR_KEPT; i++)
		if (kept[i].mem == mem)
			kept[i].used = false;
}

void bench_begin(void)
{
}

void bench_end(void)
{
}

u64 bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void bench_say(const char *name, const char *peer, s64 cost, u64 nr)
{
	printf("bench: %s %s %.3f\n", name, peer,
	       cost > 0 ? (double)cost / nr : 0);
}

/* As host/include has it for all programs; no device tree is printed here. */
int host_snprintf(char *text, size_t size, const char *form, ...)
{
	va_list args;
	int length;

	va_start(args, form);
	length = vsnprintf(text, size, form, args);
	va_end(args);
	return length;
}

/* The engine of a library, under a name of its own. */
static struct bench_peer load(const char *path, const char *name)
{
	void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const struct bench_peer *found;
	struct bench_peer peer;

	found = library ? dlsym(library, "bench_project") : NULL;
	if (!found) {
		fprintf(stderr, "native: %s\n", dlerror());
		exit(2);
	}
	peer = *found;
	peer.name = name;
	return peer;
}

static void fragments(const struct bench_peer * const *peer, int nr,
		      unsigned long rounds)
{
	int i;

	for (i = 0; i < nr; i++)
		bench_fragment(peer[i], BENCH_PAGES, rounds);
}

static void starts(const struct bench_peer * const *peer, int nr,
		   unsigned long gib)
{
	bench_starts(peer[0], gib);
}

static void cases(const struct bench_peer * const *peer, int nr,
		  unsigned long rounds)
{
	int i;

	bench_init_tables();
	while (rounds--) {
		bench_cases(peer, nr);
		for (i = 0; i < nr; i++)
			bench_threads(peer[i]);
	}
}

static const struct {
	const char *name;
	void (*work)(const struct bench_peer * const *peer, int nr,
		     unsigned long number);
} works[] = {
	{ "cases", cases }, { "fragments", fragments }, { "starts", starts },
	{}
};

int main(int argc, char **argv)
{
	struct bench_peer project, against;
	const struct bench_peer *peers[] = {
		&project, &bench_literal, &against,
	};
	unsigned int i;

	if (argc < 4 || argc > 5) {
		fprintf(stderr, "usage: native WHAT NUMBER ENGINE.so...\n");
		return 2;
	}
	project = load(argv[3], "project");
	if (argc > 4)
		against = load(argv[4], "against");
	for (i = 0; works[i].name; i++)
		if (!strcmp(argv[1], works[i].name))
			works[i].work(peers, argc - 2,
				      strtoul(argv[2], NULL, 0));
	return 0;
}
