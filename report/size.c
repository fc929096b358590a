// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sizes for a person.
 */
#include <linux/kernel.h>
#include <linux/seq_file.h>

#include "report.h"

void shadow_size_show(struct seq_file *m, u64 bytes)
{
	static const char * const units[] = { "bytes", "KiB", "MiB", "GiB",
					      "TiB", "PiB", "EiB" };
	unsigned int unit = 0, hundredths;
	u64 whole = bytes, rest;

	while (whole >= 1024 && unit + 1 < ARRAY_SIZE(units)) {
		whole /= 1024;
		unit++;
	}
	rest = bytes - (whole << 10 * unit);
	/* A hundred times what is left of an EiB would not fit. */
	if (unit < 6)
		hundredths = rest * 100 >> 10 * unit;
	else
		hundredths = (rest >> 10) * 100 >> (10 * unit - 10);
	if (hundredths)
		seq_printf(m, "%llu.%02u %s", whole, hundredths, units[unit]);
	else
		seq_printf(m, "%llu %s", whole, units[unit]);
}
