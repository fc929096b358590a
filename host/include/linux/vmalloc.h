/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: whole pages of memory from the C library. */
#ifndef HOST_LINUX_VMALLOC_H
#define HOST_LINUX_VMALLOC_H

#include <linux/types.h>

void *vmalloc(unsigned long size);
void vfree(const void *at);

#endif
