/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the tree of /proc/iomem, see ../../host.h. */
#pragma once

#include <linux/types.h>

#define IORESOURCE_SYSRAM	0x01000000UL

struct resource {
	resource_size_t start;
	resource_size_t end;
	const char *name;
	unsigned long flags;
	struct resource *parent, *sibling, *child;
};

extern struct resource iomem_resource;
