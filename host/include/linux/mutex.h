/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stub for the host build: one thread, so a mutex only checks its own use. See
 * spinlock.h.
 */
#pragma once

#include <linux/types.h>

struct mutex {	/* for one thread */
	struct mutex *self;	/* its address, once it was initialised */
	const char *held;	/* where it was locked; NULL while it is free */
};

#define mutex_init(lock) (*(lock) = (struct mutex){ .self = (lock) })

void host_mutex_lock(struct mutex *mutex, const char *where);
void host_mutex_unlock(struct mutex *mutex, const char *where);

#define mutex_lock(mutex)	host_mutex_lock(mutex, HOST_HERE)
#define mutex_unlock(mutex)	host_mutex_unlock(mutex, HOST_HERE)
/* A free mutex is locked even where a signal pends. */
#define mutex_lock_interruptible(mutex) (mutex_lock(mutex), 0)
