/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: numbers with one bit set. */
#pragma once

#define BIT_ULL(n)	(1ULL << (n))
