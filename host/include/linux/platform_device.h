/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: there are none. */
#ifndef HOST_LINUX_PLATFORM_DEVICE_H
#define HOST_LINUX_PLATFORM_DEVICE_H

#include <linux/types.h>

struct platform_device;

#endif
