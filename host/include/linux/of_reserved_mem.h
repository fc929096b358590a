/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: where the kernel put reserved memory. */
#pragma once

#include <linux/types.h>

struct device_node;

struct reserved_mem {
	const char *name;
	phys_addr_t base;
	phys_addr_t size;
};

struct reserved_mem *of_reserved_mem_lookup(struct device_node *np);
