// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzz targets share. See fuzz.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "fuzz.h"

void fuzz_fail(const char *file, int line, const char *how,
	       const char *what)
{
	fprintf(stderr, "%s:%d: %s %s\n", file, line, how, what);
	abort();
}

void fuzz_judge(const struct shadow_input *in)
{
	if (in->wrong)
		fuzz_fail(in->file, in->line, in->how, in->wrong);
}

/* host/kernel.c ends with this in place of _exit(): libFuzzer must see it. */
void fuzz_exit(int status);

void fuzz_exit(int status)
{
	dprintf(STDERR_FILENO, "ended with status %d, expected it to go on\n",
		status);
	abort();
}
