/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a text JSON? (RFC 8259)
 */
#ifndef FUZZ_JSON_H
#define FUZZ_JSON_H

#include <stdbool.h>

/* One value, in UTF-8 and with nothing but blanks around it. */
bool fuzz_is_json(const char *text);

#endif /* FUZZ_JSON_H */
