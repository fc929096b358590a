// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the fuzz targets share. See fuzz.h.
 */
#include <stdio.h>
#include <stdlib.h>

#include <linux/spinlock.h>

#include "fuzz.h"

void fuzz_fail(const char *file, int line, const char *expected)
{
	fprintf(stderr, "%s:%d: expected %s\n", file, line, expected);
	abort();
}

void host_lock(raw_spinlock_t *lock, const char *file, int line)
{
	if (lock->held)
		fuzz_fail(file, line, "a lock that is not held yet");
	lock->held = true;
}

void host_unlock(raw_spinlock_t *lock, const char *file, int line)
{
	if (!lock->held)
		fuzz_fail(file, line, "a lock that is held");
	lock->held = false;
}
