/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the kernel that it plays. */
#pragma once

#define KERNEL_VERSION(a, b, c)	(((a) << 16) + ((b) << 8) + (c))
#define LINUX_VERSION_CODE	KERNEL_VERSION(6, 1, 0)
