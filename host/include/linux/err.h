/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: errors in pointers. */
#pragma once

#include <linux/errno.h>
#include <linux/types.h>

#define ERR_PTR(err)		((void *)(long)(err))
#define PTR_ERR(at)		((long)(at))
#define IS_ERR(at)		((unsigned long)(at) >= -4095UL)
#define IS_ERR_OR_NULL(at)	(!(at) || IS_ERR(at))
