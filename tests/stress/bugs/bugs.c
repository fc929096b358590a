// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs on purpose, for detectors of which the kernel has no test of its own:
 * insmod bugs.ko commits them.
 */
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/preempt.h>

#define PAGES	64

static void sleep_in_atomic(void)
{
	preempt_disable();
	might_sleep();
	preempt_enable();
}

/*
 * A store that KASAN does not see, since no compiler made it. Whoever gets the
 * page next finds it out.
 */
static void page_after_free(void)
{
	static struct page *pages[PAGES];
	struct page *page = alloc_page(GFP_KERNEL);
	void *va;
	int i;

	if (!page)
		return;
	va = page_address(page);
	__free_page(page);
	asm volatile("strb %w1, [%0]" : : "r"(va), "r"(0x5a) : "memory");
	for (i = 0; i < PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	for (i = 0; i < PAGES; i++)
		if (pages[i])
			__free_page(pages[i]);
}

static int __init bugs_init(void)
{
	sleep_in_atomic();
	page_after_free();
	return 0;
}
module_init(bugs_init);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Bugs on purpose, to see that they are noticed");
