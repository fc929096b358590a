/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the ends of the kernel's integer types. */
#pragma once

#define U8_MAX		((u8)~0U)
#define U16_MAX		((u16)~0U)
#define U32_MAX		((u32)~0U)
#define U64_MAX		((u64)~0ULL)

/* The C library's limits.h includes this file. */
#ifndef INT_MAX
#define INT_MAX		__INT_MAX__
#endif
