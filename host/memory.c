// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory of the kernel: each allocation is one of the C library's, so that the
 * address sanitizer sees its ends, and is kept in a table, so that what is
 * freed twice, in the wrong way or never is noticed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <linux/kernel.h>
#include <linux/mm.h>

#include "host.h"

#define BUCKETS		0x10000
#define KMALLOC_MOST	(4UL << 20)	/* as on arm64 with pages of 4 KiB */

/* An allocation. */
struct memory {
	struct memory *next;	/* in the same bucket */
	struct memory *older;	/* the one that was asked for before */
	struct memory *newer;
	void *at;
	size_t size;
	enum host_kind kind;	/* how it was asked for */
	const char *where;	/* who asked */
	unsigned long nr;	/* how many there were before */
	u64 pa;			/* where it lies, of vmalloc */
};

static struct memory *table[BUCKETS], *newest;
static unsigned long next_nr, fail_after;

/* What lies in the space of vmalloc is looked up by any byte: one bucket. */
static struct memory **bucket_of(enum host_kind kind, const void *at)
{
	if (kind == HOST_VMALLOC)
		return &table[0];
	return &table[1 + (uintptr_t)at / 16 % (BUCKETS - 1)];
}

static void *note(enum host_kind kind, void *at, size_t size,
		  const char *where)
{
	struct memory **bucket = bucket_of(kind, at);
	struct memory *memory = malloc(sizeof(*memory));

	*memory = (struct memory){ *bucket, newest, NULL, at, size, kind, where,
				   next_nr++, (uintptr_t)at };
	*bucket = memory;
	if (newest)
		newest->newer = memory;
	newest = memory;
	return at;
}

static struct memory **find(enum host_kind kind, const void *at)
{
	struct memory **link = bucket_of(kind, at);

	while (*link && ((*link)->at != at || (*link)->kind != kind))
		link = &(*link)->next;
	return *link ? link : NULL;
}

/* A kernel has no such memory, and tells so unless asked not to. */
static bool too_large(enum host_kind kind, size_t size, gfp_t gfp,
		      const char *where)
{
	size_t most = kind == HOST_KMALLOC ? KMALLOC_MOST : INT_MAX;

	if (size <= most)
		return false;
	if (!(gfp & __GFP_NOWARN))
		host_die(where, "asks for %zu bytes, a kernel warns", size);
	return true;
}

/* Fresh memory of a kernel is not zero either: filled with a pattern. */
void *host_alloc(enum host_kind kind, size_t nr, size_t size, gfp_t gfp,
		 const char *where)
{
	void *at;

	if (gfp & GFP_KERNEL)
		host_might_sleep("an allocation", where);
	if (__builtin_mul_overflow(nr, size, &size) ||
	    too_large(kind, size, gfp, where))
		return NULL;
	if (fail_after && !--fail_after)
		return NULL;
	if (kind == HOST_VMALLOC && !size)
		host_die(where, "vmalloc of no bytes, a kernel warns");
	if (kind != HOST_VMALLOC)
		at = malloc(size);
	else if (posix_memalign(&at, PAGE_SIZE, size))
		at = NULL;
	if (!at)
		host_die(where, "this machine is out of memory");
	memset(at, gfp & __GFP_ZERO ? 0 : 0xa5, size);
	return note(kind, at, size, where);
}

void host_free(enum host_kind kind, const void *at, const char *where)
{
	struct memory **link, *memory;

	if (!at)
		return;
	link = find(kind, at);
	if (!link && kind == HOST_KVMALLOC)
		link = find(HOST_KMALLOC, at) ?: find(HOST_VMALLOC, at);
	if (!link)
		host_die(where, "frees %p, which is not allocated in this way",
			 at);
	memory = *link;
	*link = memory->next;
	*(memory->newer ? &memory->newer->older : &newest) = memory->older;
	if (memory->older)
		memory->older->newer = memory->newer;
	free(memory->at);
	free(memory);
}

char *host_kmemdup_nul(const char *text, size_t length, gfp_t gfp,
		       const char *where)
{
	char *copy = host_alloc(HOST_KMALLOC, 1, length + 1, gfp, where);

	if (copy) {
		memcpy(copy, text, length);
		copy[length] = 0;
	}
	return copy;
}

char *host_kasprintf(const char *where, gfp_t gfp, const char *format, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, format);
	length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text = host_alloc(HOST_KMALLOC, 1, length + 1, gfp, where);
	va_start(args, format);
	if (text)
		vsnprintf(text, length + 1, format, args);
	va_end(args);
	return text;
}

static struct memory *find_vmalloc(const void *at)
{
	struct memory *memory = table[0];

	while (memory && (at < memory->at ||
			  at >= memory->at + PAGE_ALIGN(memory->size)))
		memory = memory->next;
	return memory;
}

bool is_vmalloc_addr(const void *at)
{
	return find_vmalloc(at);
}

struct page *vmalloc_to_page(const void *at)
{
	const struct memory *memory = find_vmalloc(at);

	if (!memory)
		host_die(HOST_HERE, "%p does not lie in vmalloc memory", at);
	at -= offset_in_page(at);
	return (struct page *)(uintptr_t)(memory->pa + (at - memory->at));
}

void host_map(const void *at, u64 pa)
{
	find_vmalloc(at)->pa = pa;
}

unsigned long host_mark(void)
{
	return next_nr;
}

unsigned long host_left(unsigned long mark)
{
	const struct memory *memory = newest;
	unsigned long left = 0;

	for (; memory && memory->nr >= mark; memory = memory->older) {
		printf("    # not freed: %zu bytes from %s\n", memory->size,
		       memory->where);
		left++;
	}
	return left;
}

unsigned long host_fail_allocation(unsigned long nth)
{
	unsigned long left = fail_after;

	fail_after = nth;
	return left;
}
