/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: random numbers that the seed of a run repeats. */
#pragma once

#include <linux/types.h>

void get_random_bytes(void *at, size_t size);
