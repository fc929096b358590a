/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: an integer in place of code that is rewritten. */
#pragma once

#include <linux/compiler.h>

struct static_key_false {
	int users;
};

#define DECLARE_STATIC_KEY_FALSE(name)	extern struct static_key_false name
#define DEFINE_STATIC_KEY_FALSE(name)	struct static_key_false name
#define static_branch_inc(key)		((key)->users++)
#define static_branch_dec(key)		((key)->users--)
#define static_branch_unlikely(key)	unlikely((key)->users)
