/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program of the host build does beside a kernel's services: it plays
 * the kernel around them, and looks whether they were used well. Misuse that a
 * kernel would punish ends the program with a message and status 2.
 */
#ifndef HOST_H
#define HOST_H

#include <linux/of.h>
#include <linux/types.h>

/* End the program: something was done that harms a kernel. */
__printf(2, 3) __attribute__((noreturn))
void host_die(const char *where, const char *format, ...);

/*
 * Random numbers begin here. A signal comes with the nth look for one; 0 for
 * none. What another task does meanwhile comes with each look.
 */
void host_seed(u64 seed);
void host_signal_after(unsigned long looks);
extern void (*host_meanwhile)(void);
extern s64 host_tick;

/* The log since it was cleared, a line beginning with its level: "<3>...". */
const char *host_log(void);
void host_log_clear(void);

/* How many allocations since a mark are not freed; each is printed. */
unsigned long host_mark(void);
unsigned long host_left(unsigned long mark);

/*
 * The nth allocation from now on returns NULL, once; 0 for none. Returns what
 * was left of the order before.
 */
unsigned long host_fail_allocation(unsigned long nth);

/*
 * Where memory from vmalloc() lies, from its first page on, in place of its own
 * address.
 */
void host_map(const void *at, u64 pa);

/* Locks and mutexes held now. */
unsigned int host_locks_held(void);

/*
 * A tree: nodes below @parent, NULL for a root; each value in memory of exactly
 * its length. host_tree_free() ends the program where a reference is missing or
 * left.
 */
struct device_node *host_tree_node(struct device_node *parent,
				   const char *name);
void host_tree_property(struct device_node *np, const char *name,
			const void *value, int length);
void host_tree_free(struct device_node *root);

/*
 * A tree from a blob in memory, which libfdt has checked, or from one in a file;
 * NULL and a message where there is none, or where it is deeper than this.
 */
#define HOST_MOST_DEEP	62	/* the kernel skips what lies deeper */
struct device_node *host_tree_unpack(const void *blob, const char **error);
struct device_node *host_tree_load(const char *path, const char **error);

/* Called, unless it is NULL, before each look for a property or a child. */
extern void (*host_looks_at_tree)(void);

/* The tree that of_find_node_by_path() knows, and what lies where in it. */
extern struct device_node *host_live_tree;
void host_reserve(const char *name, u64 base, u64 size);
void host_reserve_none(void);

/*
 * Files in debugfs: the name of the nth that can be read, in the order of their
 * making; all that a reader gets, from malloc() and with a NUL after it; what
 * a writer gets back.
 */
const char *host_debugfs_name(unsigned int nth);
char *host_debugfs_read(const char *name, size_t *length);
ssize_t host_debugfs_write(const char *name, const char *text, size_t length);

#endif /* HOST_H */
