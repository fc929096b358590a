/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: a sort that is not stable, as in the kernel. */
#pragma once

#include <linux/types.h>

void sort(void *base, size_t nr, size_t size,
	  int (*compare)(const void *a, const void *b),
	  void (*swap)(void *a, void *b, int size));
