/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock of the benchmark's programs: one byte, tested and set. It costs what a lock
 * that nobody else holds costs; that of host/include looks for mistakes instead.
 */
#pragma once

#include <linux/types.h>

struct bench_spinlock {
	char taken;
};

#define raw_spinlock_t struct bench_spinlock

static inline void bench_lock(raw_spinlock_t *lock)
{
	while (__atomic_exchange_n(&lock->taken, 1, __ATOMIC_ACQUIRE))
		;
}

static inline void bench_unlock(raw_spinlock_t *lock)
{
	__atomic_store_n(&lock->taken, 0, __ATOMIC_RELEASE);
}

#define raw_spin_lock_init(lock)	((lock)->taken = 0)
#define raw_spin_lock_irqsave(lock, flags)	((flags) = 0, bench_lock(lock))
#define raw_spin_unlock_irqrestore(lock, flags) \
	((void)(flags), bench_unlock(lock))
