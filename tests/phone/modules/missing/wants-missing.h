/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef WANTS_MISSING_H
#define WANTS_MISSING_H

/* Nobody has it. */
int shadow_of_nothing(void);

#endif /* WANTS_MISSING_H */
