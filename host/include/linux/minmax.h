/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: as strict about types as the kernel's own. */
#pragma once

/* Comparing the pointers warns where the types differ. */
#define __host_pick(x, y, op) ({			\
	typeof(x) _x = (x);				\
	typeof(y) _y = (y);				\
	(void)(&_x == &_y);				\
	_x op _y ? _x : _y; })

#define min(x, y)		__host_pick(x, y, <)
#define max(x, y)		__host_pick(x, y, >)
#define min3(x, y, z)		min((typeof(x))min(x, y), z)
#define min_t(type, x, y)	min((type)(x), (type)(y))
#define max_t(type, x, y)	max((type)(x), (type)(y))
#define clamp_t(type, val, lo, hi) \
	min_t(type, max_t(type, val, lo), hi)
#define clamp(val, lo, hi)	min((typeof(val))max(val, lo), hi)
