// SPDX-License-Identifier: GPL-2.0-only
/*
 * Test results as KTAP. See ktap.h.
 */
#include <linux/kernel.h>

#include "ktap.h"

static __printf(2, 0) void append(struct shadow_ktap *ktap, const char *fmt,
				  va_list args)
{
	u32 room = ktap->size - ktap->len;
	/* Not vscnprintf(): android13-5.15 has none for modules. */
	u32 wanted = vsnprintf(ktap->text + ktap->len, room, fmt, args);

	if (room)
		ktap->len += min(wanted, room - 1);
}

void shadow_ktap_print(struct shadow_ktap *ktap, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	append(ktap, fmt, args);
	va_end(args);
}

void shadow_ktap_clear(struct shadow_ktap *ktap)
{
	ktap->len = 0;
	ktap->nr = 0;
	ktap->failed = 0;
	ktap->skipped = 0;
}

void shadow_ktap_begin(struct shadow_ktap *ktap)
{
	shadow_ktap_clear(ktap);
	shadow_ktap_print(ktap, "KTAP version 1\n");
}

static __printf(3, 0) void result(struct shadow_ktap *ktap, bool ok,
				  const char *fmt, va_list args)
{
	ktap->nr++;
	if (!ok)
		ktap->failed++;
	shadow_ktap_print(ktap, "%s %u ", ok ? "ok" : "not ok", ktap->nr);
	append(ktap, fmt, args);
}

void shadow_ktap_vresult(struct shadow_ktap *ktap, bool ok, const char *fmt,
			 va_list args)
{
	result(ktap, ok, fmt, args);
	shadow_ktap_print(ktap, "\n");
}

void shadow_ktap_result(struct shadow_ktap *ktap, bool ok, const char *fmt,
			...)
{
	va_list args;

	va_start(args, fmt);
	shadow_ktap_vresult(ktap, ok, fmt, args);
	va_end(args);
}

void shadow_ktap_not_run(struct shadow_ktap *ktap, const char *fmt,
			 va_list args)
{
	result(ktap, false, fmt, args);
	shadow_ktap_print(ktap, " # not run\n");
}

void shadow_ktap_skip(struct shadow_ktap *ktap, const char *id,
		      const char *why)
{
	ktap->nr++;
	ktap->skipped++;
	shadow_ktap_print(ktap, "ok %u %s # SKIP %s\n", ktap->nr, id, why);
}

void shadow_ktap_note(struct shadow_ktap *ktap, const char *fmt, ...)
{
	va_list args;

	shadow_ktap_print(ktap, "# ");
	va_start(args, fmt);
	append(ktap, fmt, args);
	va_end(args);
	shadow_ktap_print(ktap, "\n");
}

bool shadow_ktap_end(struct shadow_ktap *ktap)
{
	shadow_ktap_print(ktap, "1..%u\n", ktap->nr);
	shadow_ktap_note(ktap, "pass:%u fail:%u skip:%u",
			 shadow_ktap_passed(ktap), ktap->failed, ktap->skipped);
	/* Text that was cut off may have lost a failure's line. */
	return ktap->nr > ktap->skipped && !ktap->failed &&
	       ktap->len + 1 < ktap->size;
}
