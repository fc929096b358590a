/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: files as far as debugfs needs them. */
#pragma once

#include <linux/types.h>

struct module;

struct inode {
	void *i_private;
};

#define FMODE_ATOMIC_POS	0x8000

struct file {
	unsigned int f_mode;
	void *private_data;
};

struct file_operations {
	struct module *owner;
	int (*open)(struct inode *inode, struct file *file);
	ssize_t (*read)(struct file *file, char __user *to, size_t size,
			loff_t *pos);
	ssize_t (*write)(struct file *file, const char __user *from,
			 size_t size, loff_t *pos);
	loff_t (*llseek)(struct file *file, loff_t offset, int whence);
	int (*release)(struct inode *inode, struct file *file);
};

int simple_open(struct inode *inode, struct file *file);
loff_t noop_llseek(struct file *file, loff_t offset, int whence);
