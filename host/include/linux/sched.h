/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: one task, which can sleep and be sent a signal. */
#pragma once

#include <linux/types.h>

#define current			((struct task_struct *)NULL)

struct task_struct;

void host_might_sleep(const char *what, const char *where);

#define cond_resched()		host_might_sleep("cond_resched", HOST_HERE)
