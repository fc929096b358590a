/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the compiler's own. */
#pragma once

#include <stddef.h>
