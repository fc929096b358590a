// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs that have to do with memory. See bite.h.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/compiler.h>
#include <linux/gfp.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "bite.h"

#define BYTES		64
#define LEAKS		8
#define PAGES		64

/* A store that the compiler's instrumentation does not see. */
static void store_unseen(void *where)
{
	asm volatile("strb %w1, [%0]" : : "r"(where), "r"(0x5a) : "memory");
}

static void look(const char *byte)
{
	(void)READ_ONCE(*byte);
}

void bite_use_after_free(void)
{
	char *p = kmalloc(BYTES, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	look(p);
}

void bite_out_of_bounds(void)
{
	char *p = kmalloc(BYTES, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(p);
	look(p + BYTES);
	kfree(p);
}

/* On the page that is there, but behind what was asked for. */
void bite_vmalloc_out_of_bounds(void)
{
	char *p = vmalloc(BYTES);

	OPTIMIZER_HIDE_VAR(p);
	look(p + BYTES);
	vfree(p);
}

void bite_array_bounds(void)
{
	static int array[4];
	unsigned int i = ARRAY_SIZE(array);

	OPTIMIZER_HIDE_VAR(i);
	pr_info("array[4] is %d\n", array[i]);
}

void bite_shift(void)
{
	int bits = 40;

	OPTIMIZER_HIDE_VAR(bits);
	pr_info("1 << 40 is %d\n", 1 << bits);
}

/* More than one, in case a stale register or stack slot still names the last. */
void bite_leak(void)
{
	int i;

	for (i = 0; i < LEAKS; i++) {
		char *p = kmalloc(BYTES, GFP_KERNEL);

		OPTIMIZER_HIDE_VAR(p);
	}
}

/* Whoever gets the page next finds it out. */
void bite_page_after_free(void)
{
	static struct page *pages[PAGES];
	struct page *page = alloc_page(GFP_KERNEL);
	void *va;
	int i;

	if (!page)
		return;
	va = page_address(page);
	__free_page(page);
	store_unseen(va);
	for (i = 0; i < PAGES; i++)
		pages[i] = alloc_page(GFP_KERNEL);
	for (i = 0; i < PAGES; i++)
		if (pages[i])
			__free_page(pages[i]);
}

void bite_redzone(void)
{
	struct kmem_cache *cache = kmem_cache_create("shadow_bite", BYTES, 0,
						     SLAB_RED_ZONE, NULL);
	char *p;

	if (!cache)
		return;
	p = kmem_cache_alloc(cache, GFP_KERNEL);
	if (p) {
		store_unseen(p + BYTES);
		kmem_cache_free(cache, p);
	}
	kmem_cache_destroy(cache);
}

/* No fault: says whether a page is cleared as it is freed. */
void bite_cleared(void)
{
	struct page *page = alloc_page(GFP_KERNEL);
	char *va;

	if (!page)
		return;
	va = page_address(page);
	memset(va, 0xff, PAGE_SIZE);
	__free_page(page);
	pr_info("the freed page %s\n", memchr_inv(va, 0, PAGE_SIZE) ?
		"keeps what it held" : "is clear");
}
