/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: an assertion whose text may be omitted. */
#pragma once

#define static_assert(expr, ...) \
	__static_assert(expr, ##__VA_ARGS__, #expr)
#define __static_assert(expr, text, ...) _Static_assert(expr, text)
