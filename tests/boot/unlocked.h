/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Before all else in each file of a module whose buddy keeps other CPUs out no
 * more: only interrupts of its own.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt
#include <linux/spinlock.h>

#undef raw_spin_lock_irqsave
#undef raw_spin_unlock_irqrestore
#define raw_spin_lock_irqsave(lock, flags)	({ (void)(lock); local_irq_save(flags); })
#define raw_spin_unlock_irqrestore(lock, flags)	({ (void)(lock); local_irq_restore(flags); })
