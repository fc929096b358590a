// SPDX-License-Identifier: GPL-2.0-only
/*
 * How shadow-layout tells what went wrong. See say.h.
 */
#include <stdarg.h>
#include <stdio.h>

#include "say.h"

void tool_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("shadow-layout: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
}
