/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the log is standard output. */
#ifndef HOST_LINUX_PRINTK_H
#define HOST_LINUX_PRINTK_H

#ifndef pr_fmt
#define pr_fmt(format) format
#endif

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define pr_info(format, ...) printf(pr_fmt(format), ##__VA_ARGS__)

#endif
