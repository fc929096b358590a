/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: signals come when a test wants, see ../../host.h. */
#pragma once

#include <linux/sched.h>

bool signal_pending(struct task_struct *task);
