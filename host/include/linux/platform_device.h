/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: there are none. */
#pragma once

#include <linux/types.h>

struct platform_device;
