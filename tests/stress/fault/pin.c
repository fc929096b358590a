// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds pages of its own so that the kernel cannot move them: vmsplice() lends
 * them to pipes that nobody reads.
 *
 *	pin MIB
 *
 * Prints "pinned MIB" and sleeps until it is killed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define MIB	(1024UL * 1024)

static void die(const char *what)
{
	fprintf(stderr, "pin: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A pipe for one MiB, full of these pages. It stays open. */
static void pin(char *memory)
{
	size_t page = sysconf(_SC_PAGESIZE);
	int ends[2];
	size_t at;

	if (pipe(ends))
		die("pipe");
	/* A pipe counts buffers of a page each. */
	if (fcntl(ends[1], F_SETPIPE_SZ, MIB) < (int)MIB)
		die("F_SETPIPE_SZ");
	for (at = 0; at < MIB; at += page) {
		struct iovec part = { memory + at, page };

		if (vmsplice(ends[1], &part, 1, SPLICE_F_NONBLOCK) !=
		    (ssize_t)page)
			die("vmsplice");
	}
}

int main(int argc, char **argv)
{
	unsigned long mib = argc == 2 ? strtoul(argv[1], NULL, 10) : 0;
	unsigned long i;
	char *memory;

	if (!mib || mib > 500) {
		fputs("usage: pin MIB (at most 500)\n", stderr);
		return 2;
	}
	memory = mmap(NULL, mib * MIB, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	if (memory == MAP_FAILED)
		die("mmap");
	memset(memory, 1, mib * MIB);
	for (i = 0; i < mib; i++)
		pin(memory + i * MIB);
	printf("pinned %lu\n", mib);
	fflush(stdout);
	pause();
	return 0;
}
