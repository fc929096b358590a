/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: numbers with one bit set. */
#ifndef HOST_LINUX_BITS_H
#define HOST_LINUX_BITS_H

#define BIT_ULL(n)	(1ULL << (n))

#endif
