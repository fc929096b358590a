/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: files that are shown as a whole. */
#pragma once

#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/types.h>

/* A file that is being read. */
struct seq_file {
	char *buf;	/* what was shown */
	size_t size;	/* room in @buf; NULL and 0 before the first read */
	size_t count;	/* of @buf is used; all of it: there was not enough */
	size_t from;	/* how much was read */
	int (*show)(struct seq_file *m, void *unused);
	void *private;	/* the file's data */
};

__printf(2, 3) void seq_printf(struct seq_file *m, const char *format, ...);
void seq_puts(struct seq_file *m, const char *text);
void seq_putc(struct seq_file *m, char c);
int seq_write(struct seq_file *m, const void *text, size_t length);

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
		void *data);
int single_release(struct inode *inode, struct file *file);
ssize_t seq_read(struct file *file, char __user *to, size_t size,
		 loff_t *pos);
loff_t seq_lseek(struct file *file, loff_t offset, int whence);

#define DEFINE_SHOW_ATTRIBUTE(name)					\
	static int name##_open(struct inode *inode, struct file *file)	\
	{								\
		return single_open(file, name##_show, inode->i_private); \
	}								\
	static const struct file_operations name##_fops = {		\
		.owner = THIS_MODULE,					\
		.open = name##_open,					\
		.read = seq_read,					\
		.llseek = seq_lseek,					\
		.release = single_release,				\
	}
