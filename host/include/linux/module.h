/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: everything is one program. */
#ifndef HOST_LINUX_MODULE_H
#define HOST_LINUX_MODULE_H

#include <linux/export.h>

#define THIS_MODULE	NULL

#endif
