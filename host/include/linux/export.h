/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub for the host build: everything is one program. */
#pragma once

/* Declares something, so that the semicolon after it has a use. */
#define EXPORT_SYMBOL_GPL(symbol) extern typeof(symbol) symbol
