// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs that have to do with locks, lists, lifetimes and races. See bite.h.
 */
#include <linux/err.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>

#include "bite.h"

#define ROUNDS	1000000

static DEFINE_MUTEX(one);
static DEFINE_MUTEX(other);
static unsigned long shared;

static void take_both(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

/* Nobody waits here, but two who did this at once would, for ever. */
void bite_lock_order(void)
{
	take_both(&one, &other);
	take_both(&other, &one);
}

void bite_sleep_in_atomic(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

void bite_list(void)
{
	LIST_HEAD(head);
	struct list_head entry, stray;

	INIT_LIST_HEAD(&stray);
	list_add(&entry, &head);
	head.next = &stray;
	list_del(&entry);
}

static void nothing(struct timer_list *timer)
{
}

void bite_live_timer(void)
{
	struct timer_list *timer = kmalloc(sizeof(*timer), GFP_KERNEL);

	if (!timer)
		return;
	timer_setup(timer, nothing, 0);
	mod_timer(timer, jiffies + HZ);
	kfree(timer);
}

static int count(void *unused)
{
	int i;

	for (i = 0; i < ROUNDS; i++) {
		shared++;
		barrier();
		if (i % 1024 == 0)
			cond_resched();
	}
	while (unused && !kthread_should_stop())
		schedule_timeout_interruptible(1);
	return 0;
}

void bite_data_race(void)
{
	struct task_struct *task = kthread_run(count, &shared, "bite");

	count(NULL);
	if (!IS_ERR(task))
		kthread_stop(task);
}
