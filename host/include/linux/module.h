/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: everything is one program. */
#pragma once

#include <linux/export.h>

#define THIS_MODULE	NULL
