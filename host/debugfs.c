// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files in debugfs, files that are shown as a whole, and who reads and writes
 * them.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "../report/report.h"
#include "host.h"

/* What cat asks for at a time. */
#define READ_BYTES	(128 << 10)

/* A directory, or a file. */
struct dentry {
	struct dentry *next;	/* the one that was made after it */
	struct dentry *parent;
	const char *name;
	struct inode inode;	/* its data */
	const struct file_operations *fops;	/* NULL for a directory */
};

static struct dentry *dentries;

struct dentry *debugfs_create_file(const char *name, umode_t mode,
				   struct dentry *parent, void *data,
				   const struct file_operations *fops)
{
	struct dentry *dentry, **link;

	if (IS_ERR(parent))
		return parent;
	for (link = &dentries; *link; link = &(*link)->next)
		if ((*link)->parent == parent && !strcmp((*link)->name, name))
			host_die("debugfs", "%s is there twice", name);
	dentry = kmalloc(sizeof(*dentry), GFP_KERNEL);
	if (!dentry)
		return ERR_PTR(-ENOMEM);
	*dentry = (struct dentry){ NULL, parent, name, { data }, fops };
	*link = dentry;
	return dentry;
}

struct dentry *debugfs_create_dir(const char *name, struct dentry *parent)
{
	return debugfs_create_file(name, 0755, parent, NULL, NULL);
}

/* With all that lies in it. */
void debugfs_remove(struct dentry *dentry)
{
	struct dentry **link = &dentries, *at;
	bool found = false;

	while (!IS_ERR_OR_NULL(dentry) && (at = *link)) {
		if (at != dentry && at->parent != dentry) {
			link = &at->next;
			continue;
		}
		found = found || at == dentry;
		*link = at->next;
		kfree(at);
	}
	if (!found && !IS_ERR_OR_NULL(dentry))
		host_die("debugfs_remove", "what is not there, or no more");
}

int simple_open(struct inode *inode, struct file *file)
{
	file->private_data = inode->i_private;
	return 0;
}

loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return 0;
}

loff_t seq_lseek(struct file *file, loff_t offset, int whence)
{
	host_die("seq_lseek", "nobody seeks here");
}

int single_open(struct file *file, int (*show)(struct seq_file *m, void *v),
		void *data)
{
	struct seq_file *m = kzalloc(sizeof(*m), GFP_KERNEL);

	if (!m)
		return -ENOMEM;
	m->show = show;
	m->private = data;
	file->private_data = m;
	return 0;
}

int single_release(struct inode *inode, struct file *file)
{
	struct seq_file *m = file->private_data;

	kvfree(m->buf);
	kfree(m);
	return 0;
}

/* What does not fit is shown once more, with twice the room. */
static int show(struct seq_file *m)
{
	int err;

	for (m->size = PAGE_SIZE;; m->size *= 2) {
		m->count = 0;
		m->buf = kvmalloc(m->size, GFP_KERNEL);
		if (!m->buf)
			return -ENOMEM;
		err = m->show(m, NULL);
		if (err || m->count < m->size)
			return err;
		kvfree(m->buf);
	}
}

ssize_t seq_read(struct file *file, char __user *to, size_t size, loff_t *pos)
{
	struct seq_file *m = file->private_data;
	int err = m->buf ? 0 : show(m);

	if (err) {
		m->count = 0;
		return err;
	}
	size = min_t(size_t, size, m->count - m->from);
	memcpy(to, m->buf + m->from, size);
	m->from += size;
	*pos += size;
	return size;
}

void seq_printf(struct seq_file *m, const char *format, ...)
{
	size_t room = m->size - m->count;
	va_list args;

	if (!room)
		return;
	va_start(args, format);
	m->count += min_t(size_t, room, vsnprintf(m->buf + m->count, room,
						  format, args));
	va_end(args);
}

int seq_write(struct seq_file *m, const void *text, size_t length)
{
	if (length >= m->size - m->count) {
		m->count = m->size;
		return -1;
	}
	memcpy(m->buf + m->count, text, length);
	m->count += length;
	return 0;
}

void seq_puts(struct seq_file *m, const char *text)
{
	seq_write(m, text, strlen(text));
}

void seq_putc(struct seq_file *m, char c)
{
	if (m->count < m->size)
		m->buf[m->count++] = c;
}

const char *host_debugfs_name(unsigned int nth)
{
	const struct dentry *at;

	for (at = dentries; at; at = at->next)
		if (at->fops && at->fops->read && !nth--)
			return at->name;
	return NULL;
}

/* In whichever directory; opened, which the caller has to release. */
static struct dentry *open(const char *name, struct file *file, int *err)
{
	struct dentry *at = dentries;

	while (at && (!at->fops || strcmp(at->name, name)))
		at = at->next;
	*file = (struct file){};
	*err = at ? at->fops->open(&at->inode, file) : -ENOENT;
	return at;
}

static void release(struct dentry *dentry, struct file *file)
{
	if (dentry->fops->release)
		dentry->fops->release(&dentry->inode, file);
}

char *host_debugfs_read(const char *name, size_t *length)
{
	static char part[READ_BYTES];
	struct dentry *dentry;
	struct file file = {};
	char *text = NULL;
	loff_t pos = 0;
	FILE *whole;
	ssize_t got;
	int err;

	dentry = open(name, &file, &err);
	if (err)
		return ERR_PTR(err);
	whole = open_memstream(&text, length);
	while ((got = dentry->fops->read(&file, part, READ_BYTES, &pos)) > 0)
		fwrite(part, 1, got, whole);
	fclose(whole);
	release(dentry, &file);
	if (!got)
		return text;
	free(text);
	return ERR_PTR(got);
}

/* From a copy of its exact length. */
ssize_t host_debugfs_write(const char *name, const char *text, size_t length)
{
	struct dentry *dentry;
	struct file file = {};
	ssize_t written;
	loff_t pos = 0;
	char *copy;
	int err;

	dentry = open(name, &file, &err);
	if (err)
		return err;
	copy = memcpy(malloc(length), text, length);
	written = dentry->fops->write(&file, copy, length, &pos);
	release(dentry, &file);
	free(copy);
	return written;
}

/* There are no trace events. */
void shadow_report_plan_event(const struct shadow_plan *plan)
{
}
