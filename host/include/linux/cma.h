/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: the alignment of CMA pools, Debian's on arm64. */
#pragma once

#define CMA_MIN_ALIGNMENT_BYTES	0x200000UL
