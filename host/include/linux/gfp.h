/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: how memory is asked for. */
#pragma once

#include <linux/types.h>

#define GFP_KERNEL		0x01U	/* may sleep */
#define GFP_ATOMIC		0x02U
#define __GFP_ZERO		0x04U
#define __GFP_NOWARN		0x08U
#define __GFP_RETRY_MAYFAIL	0x10U
