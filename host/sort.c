// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's sort(), for the host.
 */
#include <stdlib.h>

#include <linux/sort.h>

/* The C library's sort keeps equal ones in order: first turn all round. */
void sort(void *base, size_t nr, size_t size,
	  int (*compare)(const void *a, const void *b),
	  void (*swap)(void *a, void *b, int size))
{
	char *low = base, *high = low + nr * size;
	size_t i;

	for (; high - low > size; low += size) {
		high -= size;
		for (i = 0; i < size; i++) {
			char byte = low[i];

			low[i] = high[i];
			high[i] = byte;
		}
	}
	qsort(base, nr, size, compare);
}
