/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: sizes by name, ints as in the kernel. */
#pragma once

#define SZ_4K		0x00001000
#define SZ_8K		0x00002000
#define SZ_16K		0x00004000
#define SZ_1M		0x00100000
#define SZ_2M		0x00200000
#define SZ_4M		0x00400000
#define SZ_8M			0x00800000
#define SZ_16M		0x01000000
#define SZ_32M		0x02000000
#define SZ_64M		0x04000000
#define SZ_1G		0x40000000
