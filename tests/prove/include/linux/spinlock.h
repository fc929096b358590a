/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the proofs: a lock knows whether it is held, and wants it right. */
#ifndef PROVE_LINUX_SPINLOCK_H
#define PROVE_LINUX_SPINLOCK_H

#include <linux/types.h>

struct prove_spinlock {
	bool held;
};

#define raw_spinlock_t struct prove_spinlock

static inline void prove_lock(raw_spinlock_t *lock)
{
	__CPROVER_assert(!lock->held, "the lock is free when it is taken");
	lock->held = true;
}

static inline void prove_unlock(raw_spinlock_t *lock)
{
	__CPROVER_assert(lock->held, "the lock is held when it is released");
	lock->held = false;
}

#define raw_spin_lock_init(lock)	((lock)->held = false)
#define raw_spin_lock_irqsave(lock, flags) \
	((flags) = 0, prove_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) \
	((void)(flags), prove_unlock(lock))

#endif
