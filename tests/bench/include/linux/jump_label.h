/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for speed: a no-op, as in a kernel. */
#pragma once

#define DECLARE_STATIC_KEY_FALSE(name)	struct static_key_false
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false
#define static_branch_inc(key)		((void)0)
#define static_branch_dec(key)		((void)0)
#define static_branch_unlikely(key)	false
