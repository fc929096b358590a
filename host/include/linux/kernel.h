/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: what is left of the kernel's odds and ends. */
#ifndef HOST_LINUX_KERNEL_H
#define HOST_LINUX_KERNEL_H

#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/types.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

/* @to is a power of two, as in the kernel. */
#define round_down(x, to)	((x) & ~((typeof(x))(to) - 1))
#define round_up(x, to)		((((x) - 1) | ((typeof(x))(to) - 1)) + 1)

int snprintf(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
