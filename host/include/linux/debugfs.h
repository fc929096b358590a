/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: a table of files, see ../../host.h. */
#pragma once

#include <linux/fs.h>

struct dentry;

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent);
struct dentry *debugfs_create_file(const char *name, umode_t mode,
				   struct dentry *parent, void *data,
				   const struct file_operations *fops);
void debugfs_remove(struct dentry *dentry);
