/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the proofs: nobody listens. */
#pragma once

#define DECLARE_STATIC_KEY_FALSE(name)	struct static_key_false
#define static_branch_unlikely(key)	false
