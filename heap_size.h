/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How large the target makes its kernel heap (H1 to H3).
 */
#ifndef SHADOW_HEAP_SIZE_H
#define SHADOW_HEAP_SIZE_H

#include <linux/types.h>

#define SHADOW_HEAP_MIN		(16ULL << 20)
#define SHADOW_HEAP_MAX		(64ULL << 20)
#define SHADOW_HEAP_DIVISOR	128

/**
 * shadow_heap_bytes() - size of the heap for an amount of RAM (H1)
 * @total_ram: bytes of RAM, reserved memory included
 *
 * Return: @total_ram / 128, at least 16 MiB and at most 64 MiB, in whole pages.
 */
u64 shadow_heap_bytes(u64 total_ram);

/**
 * shadow_heap_order() - order of the buddy block that the heap is cut from (H3)
 * @heap_bytes: size of the heap, a multiple of 4096, 4096 to 2^63
 *
 * It is the smallest order that *holds* the heap. The number of trailing zero
 * bits gives the same for a power of two and too little for the rest: 8 MiB
 * for a heap of 24 MiB.
 *
 * Return: an order; 4096 << order is at least @heap_bytes.
 */
unsigned int shadow_heap_order(u64 heap_bytes);

#endif /* SHADOW_HEAP_SIZE_H */
