/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: what is left of the kernel's odds and ends. */
#pragma once

#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/types.h>
#include <stdarg.h>

#define ARRAY_SIZE(array)	(sizeof(array) / sizeof((array)[0]))

#define container_of(member_at, type, member) \
	((type *)((void *)(member_at) - offsetof(type, member)))

/* @to is a power of two, as in the kernel. */
#define round_down(x, to)	((x) & ~((typeof(x))(to) - 1))
#define round_up(x, to)		((((x) - 1) | ((typeof(x))(to) - 1)) + 1)

#define DIV_ROUND_UP_ULL(x, by)	(((u64)(x) + (by) - 1) / (by))

/* These know %pOF. */
#define snprintf		host_snprintf
#define vsnprintf		host_vsnprintf

__printf(3, 4) int snprintf(char *text, size_t size, const char *format, ...);
__printf(3, 0) int vsnprintf(char *text, size_t size, const char *format,
			     va_list args);
/* What was written, not what there was to write. */
static inline int host_written(size_t size, int length)
{
	return (size_t)length < size ? length : size ? (int)size - 1 : 0;
}

#define scnprintf(text, size, ...) \
	host_written(size, snprintf(text, size, __VA_ARGS__))
#define vscnprintf(text, size, format, args) \
	host_written(size, vsnprintf(text, size, format, args))
