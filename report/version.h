/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHADOW_VERSION_H
#define SHADOW_VERSION_H

/* The one place for it: modinfo, summary, report and dkms.conf take it from here. */
#define SHADOW_VERSION "0.2.0"

#endif /* SHADOW_VERSION_H */
