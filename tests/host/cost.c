// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a program costs, in a measure that no other load of the machine changes: a
 * step for each basic block that it enters and for each 16 bytes that it copies,
 * sets or measures. gcc calls the first function at the beginning of each block of
 * the sources that are built so, the linker gives the others in place of the C
 * library's. At the end the sum is told on standard error.
 */
#include <stdio.h>
#include <string.h>

static unsigned long steps;

void __sanitizer_cov_trace_pc(void);
void *__real_memcpy(void *to, const void *from, size_t size);
void *__wrap_memcpy(void *to, const void *from, size_t size);
void *__real_memmove(void *to, const void *from, size_t size);
void *__wrap_memmove(void *to, const void *from, size_t size);
void *__real_memset(void *at, int byte, size_t size);
void *__wrap_memset(void *at, int byte, size_t size);
size_t __real_strlen(const char *text);
size_t __wrap_strlen(const char *text);

#define UNCOUNTED	__attribute__((no_sanitize_coverage))

UNCOUNTED void __sanitizer_cov_trace_pc(void)
{
	steps++;
}

UNCOUNTED static size_t count(size_t size)
{
	steps += size / 16;
	return size;
}

UNCOUNTED void *__wrap_memcpy(void *to, const void *from, size_t size)
{
	return __real_memcpy(to, from, count(size));
}

UNCOUNTED void *__wrap_memmove(void *to, const void *from, size_t size)
{
	return __real_memmove(to, from, count(size));
}

UNCOUNTED void *__wrap_memset(void *at, int byte, size_t size)
{
	return __real_memset(at, byte, count(size));
}

UNCOUNTED size_t __wrap_strlen(const char *text)
{
	return count(__real_strlen(text));
}

UNCOUNTED __attribute__((destructor)) static void tell(void)
{
	fprintf(stderr, "cost: %lu\n", steps);
}
