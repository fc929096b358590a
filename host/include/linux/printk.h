/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the log is a buffer, see ../../host.h. */
#pragma once

#include <linux/compiler.h>

#ifndef pr_fmt
#define pr_fmt(format) format
#endif

__printf(1, 2) void host_printk(const char *format, ...);

#define pr_err(format, ...)	host_printk("<3>" pr_fmt(format), ##__VA_ARGS__)
#define pr_warn(format, ...)	host_printk("<4>" pr_fmt(format), ##__VA_ARGS__)
#define pr_info(format, ...)	host_printk("<6>" pr_fmt(format), ##__VA_ARGS__)
