/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: one thread, see bitops.h. */
#pragma once

#include <linux/types.h>

#define xchg(at, value) ({			\
	typeof(*(at)) _old = READ_ONCE(*(at));	\
						\
	WRITE_ONCE(*(at), value);		\
	_old; })
