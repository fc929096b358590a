/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stub for the host build: the error numbers that the module and its tests use.
 * The C library's errno.h includes a file of this name and expects all of them:
 * a file that is compiled with these stubs must not include errno.h.
 */
#pragma once

#define ENOENT		2
#define EINTR		4
#define E2BIG		7
#define EAGAIN		11
#define ENOMEM		12
#define EFAULT		14
#define EBUSY		16
#define EEXIST		17
#define ENODEV		19
#define EINVAL		22
#define ENOSPC		28
#define ERANGE		34
#define ENOBUFS		105
#define ECANCELED	125
