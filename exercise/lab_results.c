// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the lab says of itself in the results. See lab.h.
 */
#include <linux/export.h>
#include <linux/kernel.h>

#include "lab.h"
#include "run.h"

void shadow_lab_fail(struct shadow_lab *lab, const char *what, u64 where)
{
	shadow_lab_break(lab, what, where);
	lab->reported = true;
}

/* Once something broke, what the allocator says is worth nothing. */
static bool can_be_told(struct shadow_lab *lab, struct shadow_run *run)
{
	if (!shadow_lab_broken(lab))
		return true;
	if (!lab->reported)
		shadow_ktap_result(&run->ktap, false, "%s: 0x%llx", lab->what,
				   lab->where);
	lab->reported = true;
	return false;
}

void shadow_lab_result(struct shadow_lab *lab, struct shadow_run *run, bool ok,
		       const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	if (can_be_told(lab, run))
		shadow_ktap_vresult(&run->ktap, ok, fmt, args);
	else
		shadow_ktap_not_run(&run->ktap, fmt, args);
	va_end(args);
}

void shadow_lab_check(struct shadow_lab *lab, struct shadow_run *run,
		      const char *when)
{
	const char *broken = NULL;
	u64 where = SHADOW_NO_PAGE;

	/* Nobody allocates or frees now: interrupts stay on. */
	if (!shadow_lab_broken(lab)) {
		shadow_buddy_settle(&lab->buddy);
		broken = __shadow_buddy_check(&lab->buddy, &where);
	}
	shadow_lab_result(lab, run, !broken, "B4 every invariant holds %s",
			  when);
	if (!broken)
		return;
	shadow_ktap_note(&run->ktap, "%s at 0x%llx", broken, where);
	shadow_lab_fail(lab, broken, where);
}

static u16 state_of(const struct shadow_lab *lab, u64 page)
{
	return lab->buddy.map[SHADOW_NR_ORDERS + page].state;
}

void shadow_lab_remember(struct shadow_lab *lab)
{
	u64 page;

	shadow_buddy_settle(&lab->buddy);
	for (page = 0; page < lab->pages; page++)
		lab->before[page] = state_of(lab, page);
}

void shadow_lab_compare(struct shadow_lab *lab, struct shadow_run *run,
			const char *after)
{
	char when[64];
	u64 page;

	if (!shadow_lab_broken(lab))
		shadow_buddy_settle(&lab->buddy);
	for (page = 0; page < lab->pages; page++)
		if (lab->before[page] != state_of(lab, page))
			break;
	shadow_lab_result(lab, run, page == lab->pages,
			  "B4 the free blocks equal the start after %s", after);
	if (page < lab->pages && !shadow_lab_broken(lab)) {
		shadow_ktap_note(&run->ktap, "page %llu was %#x and is %#x",
				 page, lab->before[page], state_of(lab, page));
		shadow_lab_fail(lab, "B4 the free blocks changed",
				lab->pa + (page << SHADOW_PAGE_SHIFT));
	}
	scnprintf(when, sizeof(when), "after %s", after);
	shadow_lab_check(lab, run, when);
}
