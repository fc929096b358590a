// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks, sleep, signals, random numbers: what a kernel offers and what it
 * punishes, for a program of one thread.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/random.h>
#include <linux/sched/signal.h>
#include <linux/spinlock.h>

#include "../exercise/rng.h"
#include "host.h"

/* The machine that runs: 1 GiB of RAM, and the kernel in it. */
static struct resource data = {
	.name = "Kernel data", .start = 0x41300000, .end = 0x4169ffff,
	.flags = IORESOURCE_SYSRAM,
};

static struct resource code = {
	.name = "Kernel code", .start = 0x40210000, .end = 0x40ffffff,
	.flags = IORESOURCE_SYSRAM, .sibling = &data,
};

static struct resource ram = {
	.name = "System RAM", .start = 0x40000000, .end = 0x7fffffff,
	.flags = IORESOURCE_SYSRAM, .child = &code,
};

struct resource iomem_resource = {
	.name = "PCI mem", .end = U64_MAX, .child = &ram,
};

static unsigned int spinlocks_held, mutexes_held;
static unsigned long looks_left;
void (*host_meanwhile)(void);
s64 host_tick;
static struct shadow_rng rng = { 1 };

int pfn_is_map_memory(u64 pfn)
{
	const struct resource *part = iomem_resource.child;
	u64 pa = pfn << PAGE_SHIFT;

	while (part && (pa < part->start || part->end < pa))
		part = part->sibling;
	return !!part;
}

void host_die(const char *where, const char *format, ...)
{
	va_list args;
	char text[512];

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fflush(stdout);
	fprintf(stderr, "host: %s: %s\n", where, text);
	_exit(2);
}

void host_might_sleep(const char *what, const char *where)
{
	if (spinlocks_held)
		host_die(where, "%s may sleep, and a spinlock is held", what);
}

void host_lock(raw_spinlock_t *lock, const char *where)
{
	if (lock->held)
		host_die(where, "lock taken while it is held: a kernel hangs");
	lock->held = true;
	spinlocks_held++;
}

void host_unlock(raw_spinlock_t *lock, const char *where)
{
	if (!lock->held)
		host_die(where, "lock released while it is not held");
	lock->held = false;
	spinlocks_held--;
}

void host_mutex_lock(struct mutex *mutex, const char *where)
{
	host_might_sleep("mutex_lock", where);
	if (mutex->self != mutex)
		host_die(where, "mutex taken that was never initialised");
	if (mutex->held)
		host_die(where, "mutex taken while it is held, since %s: a kernel hangs",
			 mutex->held);
	mutex->held = where;
	mutexes_held++;
}

void host_mutex_unlock(struct mutex *mutex, const char *where)
{
	if (mutex->self != mutex || !mutex->held)
		host_die(where, "mutex released while it is not held");
	mutex->held = NULL;
	mutexes_held--;
}

unsigned int host_locks_held(void)
{
	return spinlocks_held + mutexes_held;
}

bool signal_pending(struct task_struct *task)
{
	if (host_meanwhile)
		host_meanwhile();
	if (looks_left > 1) {
		looks_left--;
		return false;
	}
	return looks_left;
}

void host_signal_after(unsigned long looks)
{
	looks_left = looks;
}

ktime_t ktime_get(void)
{
	static ktime_t now;

	return now += host_tick;
}

void host_seed(u64 seed)
{
	shadow_rng_seed(&rng, seed);
}

void get_random_bytes(void *at, size_t size)
{
	u8 *byte = at;

	while (size--)
		*byte++ = shadow_rng_next(&rng);
}
