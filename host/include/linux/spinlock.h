/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stub for the host build: one thread, so a lock only checks its own use. Taken
 * twice would hang a kernel, released without being held would corrupt it: here
 * both end the program with a message.
 */
#pragma once

#include <linux/types.h>

struct host_spinlock {
	bool held;
};

#define raw_spinlock_t struct host_spinlock

void host_lock(raw_spinlock_t *lock, const char *where);
void host_unlock(raw_spinlock_t *lock, const char *where);

#define raw_spin_lock_init(lock)	((lock)->held = false)
#define raw_spin_lock_irqsave(lock, flags) \
	((flags) = 0, host_lock(lock, HOST_HERE))
#define raw_spin_unlock_irqrestore(lock, flags) \
	((void)(flags), host_unlock(lock, HOST_HERE))
