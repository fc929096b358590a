/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build. */
#pragma once

#define HZ	100
